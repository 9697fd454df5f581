package registry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
)

// signInAt is the sign-in of the sandbox, by the environment file that its user would hold.
func signInAt(t *testing.T, box *sandbox.Sandbox) SignIn {
	t.Helper()
	known, err := environments.Load(box.Dir)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := known.Lookup("sandbox-dev")
	s, ok := SignInOf(e, HTTP(nil, none))
	if !ok || s.Issuer != box.Issuer("sandbox") {
		t.Fatalf("%+v", s)
	}
	return s
}

// decide is what a person does on the page.
func decide(t *testing.T, i Invitation, person, decision string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.Page, strings.NewReader(url.Values{"user_code": {i.Code}, "person": {person}, "decision": {decision}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		t.Errorf("the page answers %d", res.StatusCode)
	}
}

// A person signs in on the provider's own page, and the registry takes the token of that.
func TestASignInInTheSandbox(t *testing.T) {
	d := sitAt(t, sandbox.Options{})
	token, err := signInAt(t, d.box).Token(t.Context(), func(i Invitation) { decide(t, i, "bob", "yes") })
	if err != nil {
		t.Fatal(err)
	}
	c := d.public()
	s, err := c.Session(token, c.API)
	if err != nil {
		t.Fatal(err)
	}
	if user, err := s.User(t.Context()); err != nil || !user.ReviewsOwn {
		t.Errorf("%+v %v", user, err)
	}
	_, err = signInAt(t, d.box).Token(t.Context(), func(i Invitation) { decide(t, i, "", "no") })
	if _, ok := errors.AsType[*NoSignIn](err); !ok || !strings.Contains(err.Error(), "refused in the browser") {
		t.Errorf("error %v", err)
	}
	stranger := signInAt(t, d.box)
	stranger.ClientID = "nightly-ndvi" // confidential, and not for this flow
	if _, err = stranger.Token(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "unauthorized_client") {
		t.Errorf("error %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	_, err = signInAt(t, d.box).Token(ctx, func(Invitation) { stop() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// wire is a network without a network, for a time that nobody waits for.
type wire func(*http.Request) (int, any)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	status, doc := w(r)
	if err, silent := doc.(error); silent {
		return nil, err
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json")
	rec.WriteHeader(status)
	if text, ok := doc.(string); ok {
		_, _ = io.WriteString(rec, text)
	} else if err := json.NewEncoder(rec).Encode(doc); err != nil {
		return nil, err
	}
	res := rec.Result()
	res.Request = r
	return res, nil
}

type doc = map[string]any

const provider = "https://login.example.org/realm"

// provides answers as an identity provider whose polls go as they are listed; the last one goes on.
func provides(discovery, begun doc, polls ...any) (SignIn, *int) {
	asked := new(int)
	first := doc{"issuer": provider, "token_endpoint": provider + "/token", "device_authorization_endpoint": provider + "/device"}
	maps.Copy(first, discovery)
	second := doc{"device_code": "canary-device", "user_code": "ABCD-EFGH", "verification_uri": provider + "/enter", "expires_in": 60, "interval": 5}
	maps.Copy(second, begun)
	return SignIn{Issuer: provider, ClientID: "public", HTTP: &http.Client{Transport: wire(func(r *http.Request) (int, any) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
			return http.StatusOK, first
		case strings.HasSuffix(r.URL.Path, "/device"):
			return http.StatusOK, second
		}
		answer := polls[min(*asked, len(polls)-1)]
		*asked++
		if refusal, ok := answer.(string); ok && !strings.HasPrefix(refusal, "<") {
			return http.StatusBadRequest, doc{"error": refusal, "error_description": "canary-words"}
		}
		if _, ok := answer.(string); ok {
			return http.StatusBadGateway, answer
		}
		return http.StatusOK, answer
	})}}, asked
}

var granted = doc{"access_token": "canary-token", "token_type": "Bearer"}

func TestPollsOfASignIn(t *testing.T) {
	lost := &url.Error{Op: "Post", URL: "x", Err: errors.New("connection reset")}
	for name, c := range map[string]struct {
		discovery, begun doc
		polls            []any
		want             string // "" is a token
		asked            int
		perhaps          int // more polls: one falls on the very end
	}{
		"at once":             {polls: []any{granted}, asked: 1},
		"after a while":       {polls: []any{"authorization_pending", "authorization_pending", granted}, asked: 3},
		"too fast":            {polls: []any{"slow_down", "slow_down", granted}, asked: 3},
		"a network that lost": {polls: []any{lost, "<html>gateway", granted}, asked: 3},
		"no network":          {polls: []any{lost}, want: "does not answer", asked: mostFailures + 1},
		"a gateway":           {polls: []any{"<html>gateway"}, want: "answers 502", asked: mostFailures + 1},
		"refused":             {polls: []any{"authorization_pending", "access_denied"}, want: "refused in the browser", asked: 2},
		"expired, it says":    {polls: []any{"expired_token"}, want: "expired before anybody signed in", asked: 1},
		"expired":             {begun: doc{"expires_in": 58}, polls: []any{"authorization_pending"}, want: "expired before anybody signed in", asked: 11},
		"without an end":      {begun: doc{"expires_in": 1 << 30, "interval": 1 << 40}, polls: []any{"authorization_pending"}, want: "expired before", asked: 29, perhaps: 1},
		"an absurd end":       {begun: doc{"expires_in": 1 << 40}, polls: []any{granted}, want: "expired before"},
		"a past end":          {begun: doc{"expires_in": -5}, polls: []any{granted}, want: "expired before"},
		"a negative interval": {begun: doc{"interval": -5}, polls: []any{granted}, asked: 1},
		"another refusal":     {polls: []any{"invalid_grant\x1b[2J"}, want: "refuses it: invalid_grant", asked: 1},
		"not a token":         {polls: []any{doc{"access_token": "a\nb", "token_type": "Bearer"}}, want: "not a token", asked: 1},
		"nothing":             {polls: []any{doc{}}, want: "an identity provider does not", asked: 1},
		"another issuer":      {discovery: doc{"issuer": "https://x.example.org"}, want: "of another issuer"},
		"no device flow":      {discovery: doc{"device_authorization_endpoint": ""}, want: "does not offer the device flow"},
		"elsewhere":           {discovery: doc{"token_endpoint": "https://x.example.org/token"}, want: "on another host"},
		"plain http":          {discovery: doc{"device_authorization_endpoint": "http://login.example.org/d"}, want: "on another host"},
		"a page of a program": {begun: doc{"verification_uri": "javascript:alert(1)"}, want: "where to enter which code"},
		"no code":             {begun: doc{"user_code": "\x1b"}, want: "where to enter which code"},
		"no device code":      {begun: doc{"device_code": ""}, want: "where to enter which code"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, asked := provides(c.discovery, c.begun, c.polls...)
				began := time.Now()
				var shown Invitation
				token, err := s.Token(t.Context(), func(i Invitation) { shown = i })
				if c.want == "" && (err != nil || token.Reveal() != "canary-token" || shown.Code != "ABCD-EFGH" || shown.Page != provider+"/enter") {
					t.Errorf("%v, %+v", err, shown)
				}
				if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") || strings.ContainsAny(err.Error(), "\x1b\n")) {
					t.Errorf("error %v", err)
				}
				if *asked < c.asked || *asked > c.asked+c.perhaps || time.Since(began) > longestSignIn+time.Minute {
					t.Errorf("%d polls in %s, want %d", *asked, time.Since(began), c.asked)
				}
			})
		})
	}
}

// An answer 101 hands the connection over, and would never end.
func TestASignInThatIsUpgraded(t *testing.T) {
	var address string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/openid-configuration" {
			_ = json.NewEncoder(w).Encode(doc{"issuer": address, "token_endpoint": address + "/token", "device_authorization_endpoint": address + "/device"})
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn) // until the other side gives up
	}))
	defer server.Close()
	address = server.URL
	_, err := SignIn{Issuer: address, ClientID: "public", HTTP: server.Client()}.Token(t.Context(), func(Invitation) { t.Error("somebody is invited") })
	if err == nil || !strings.Contains(err.Error(), "answers 101") {
		t.Errorf("error %v", err)
	}
}
