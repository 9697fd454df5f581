package sandbox

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reply is an answer as the tests look at it.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(r.body), &doc); err != nil {
		t.Fatalf("no JSON object: %v\n%s", err, r.body)
	}
	return doc
}

// bench is a running sandbox and a client that trusts it and follows no redirect.
type bench struct {
	*Sandbox
	t    *testing.T
	http *http.Client
}

func start(t *testing.T, o Options) *bench {
	t.Helper()
	o.Dir = t.TempDir()
	s, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.net.Roots(), MinVersion: tls.VersionTLS12}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{s, t, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *bench) do(method, address string, header http.Header, body string) reply {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(data)}
}

func (b *bench) get(address string, header ...string) reply {
	b.t.Helper()
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return b.do(http.MethodGet, address, h, "")
}

// token asks the token endpoint of the main environment.
func (b *bench) token(form url.Values, header ...string) reply {
	b.t.Helper()
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	if !form.Has("grant_type") {
		form.Set("grant_type", "client_credentials")
	}
	doc := b.get(b.Issuer(world.Production) + "/.well-known/openid-configuration").object(b.t)
	return b.do(http.MethodPost, doc["token_endpoint"].(string), h, form.Encode())
}

// posted is a request as openEO clients send it: the secret in the body, every listed scope.
func posted(id, secret string) url.Values {
	return url.Values{"client_id": {id}, "client_secret": {secret}, "scope": {strings.Join(world.ListedScopes, " ")}}
}

func basic(id, secret string) string { return rawBasic(url.QueryEscape(id), url.QueryEscape(secret)) }

func rawBasic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// accessToken logs in and returns the token.
func (b *bench) accessToken() string {
	b.t.Helper()
	answer := b.token(posted(b.ClientID, b.ClientSecret))
	token, _ := answer.object(b.t)["access_token"].(string)
	if token == "" {
		b.t.Fatalf("no token: %d %s", answer.status, answer.body)
	}
	return token
}

func (b *bench) me(token string) reply {
	b.t.Helper()
	return b.get(b.BackendURL()+"/openeo/1.2/me", "Authorization", "Bearer oidc/egi/"+token)
}

// startWorld starts a healthy world with one change.
func startWorld(t *testing.T, change func(*world.World)) *bench {
	t.Helper()
	if change == nil {
		return start(t, Options{})
	}
	return start(t, Options{change: change})
}

// statusLine writes an openEO error as the tables do.
func statusLine(r reply, doc map[string]any) string {
	return fmt.Sprintf("%d %v %v", r.status, doc["code"], doc["message"])
}
