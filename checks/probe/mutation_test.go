package probe_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

var mutations = flag.Int("mutations", 120, "how many servers TestAnyServerGetsAReport makes up")

// TestAnyServerGetsAReport runs whole checks against servers that answer almost as they should.
// Whatever they do, the check ends with a report in which no step crashed and no secret stands, and
// asks no more than it may. Longer: go test ./checks/probe -run AnyServer -mutations 100000
// -timeout 2h
func TestAnyServerGetsAReport(t *testing.T) {
	defer goleak.VerifyNone(t)
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	next := make(chan int)
	for range 8 { // most of the time is waiting for servers that stay silent
		wg.Go(func() {
			for seed := range next {
				m := &mutant{random: rand.New(rand.NewPCG(uint64(seed), 7)), secret: generated}
				if seed%3 == 1 {
					m.secret = "correct-horse-battery-staple"
				}
				if problem := m.check(t.Context(), catalog, seed); problem != "" {
					t.Errorf("seed %d: %s", seed, problem)
				}
			}
		})
	}
	for seed := range *mutations {
		next <- seed
	}
	close(next)
	wg.Wait()
}

// mutant is a server that is identity provider and back-end in one, and changes some of its
// answers.
type mutant struct {
	*httptest.Server
	mu     sync.Mutex
	random *rand.Rand
	secret string
}

// check says what is wrong, if something is.
func (m *mutant) check(ctx context.Context, catalog *checks.Catalog, seed int) string {
	m.Server = httptest.NewUnstartedServer(http.HandlerFunc(m.answer))
	m.Config.ErrorLog = quiet()
	m.Start()
	defer m.Close()
	s := hostileSubject(m.URL + "/realms/x")
	s.Backend = &environments.Backend{ID: "back", URL: m.URL}
	s.Credentials.Secret = credentials.NewSecret(m.secret)
	if seed%5 == 0 {
		s.Credentials.ClientID = []string{" Lab ", `"lab"`, m.secret, "lab " + m.secret}[seed/5%4]
	}
	ended := time.AfterFunc(time.Minute, func() { panic(fmt.Sprintf("seed %d: the check does not end", seed)) })
	defer ended.Stop()
	r := checks.Diagnose(catalog, probe.Run(ctx, s, probe.Options{StepTimeout: 250 * time.Millisecond, Deadline: 2 * time.Second}, nil).Evidence)
	for _, c := range r.Checks {
		if c.Status == checks.Crashed {
			return c.ID + " crashed"
		}
	}
	if n := len(r.Requests); n > sixteen {
		return fmt.Sprintf("%d requests", n)
	}
	return m.search(r)
}

// search writes the report in every format and looks for what must not be in it.
func (m *mutant) search(r checks.Report) string {
	for name, format := range report.Formats {
		var out bytes.Buffer
		if err := format.Write(&out, r); err != nil {
			return fmt.Sprintf("%s: %v", name, err)
		}
		plain, _ := url.QueryUnescape(out.String())
		for _, text := range []string{out.String(), plain} {
			if part := anyRun(text, m.secret); part != "" && m.secret == generated {
				return fmt.Sprintf("%s holds %q:\n%s", name, part, text)
			}
			if strings.Contains(strings.ToLower(text), m.secret) {
				return name + " holds the secret:\n" + text
			}
		}
		if strings.ContainsAny(out.String(), "\x00\x07\x1b\u202e\u009b") {
			return name + " holds control characters"
		}
	}
	return ""
}

// answer is as it should be in half of the cases. The lock makes a seed give the same answers, as
// far as the order of requests is the same.
func (m *mutant) answer(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	m.mu.Lock()
	body, status := m.good(r), 200
	how := m.random.IntN(2 * 14)
	if m.random.IntN(4) == 0 {
		status = []int{201, 204, 301, 400, 401, 403, 404, 405, 429, 500, 503, 511}[m.random.IntN(12)]
	}
	if how < 14 {
		body = m.change(body, how)
	}
	nasty := m.nasty()
	m.mu.Unlock()
	switch how {
	case 11:
		panic(http.ErrAbortHandler)
	case 12:
		time.Sleep(400 * time.Millisecond)
	case 13:
		w.Header().Set("Location", []string{r.URL.Path + "?x", "http://" + r.Host + "/" + url.PathEscape(m.secret), "//elsewhere.invalid/", "file:///etc/passwd"}[len(body)%4])
		status = 302
	}
	w.Header().Set("Content-Type", []string{"application/json", "text/html", "", "application/jwt", "x;;;y"}[len(body)%5])
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="`+strings.Map(printable, nasty)+`"`)
	w.Header().Set("Age", strings.Map(printable, nasty))
	w.Header().Set("Retry-After", "99999999999999999999")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func printable(r rune) rune {
	if r < ' ' || r > '~' || r == '"' || r == '\\' {
		return -1
	}
	return r
}

func (m *mutant) good(r *http.Request) string {
	issuer := m.URL + "/realms/x"
	switch {
	case strings.HasSuffix(r.URL.Path, "openid-configuration"):
		return fmt.Sprintf(`{"issuer":%q,"token_endpoint":%q,"authorization_endpoint":%q,"jwks_uri":%q,"userinfo_endpoint":%q,"grant_types_supported":["client_credentials"]}`, issuer,
			issuer+"/protocol/openid-connect/token", issuer+"/protocol/openid-connect/auth", issuer+"/keys", issuer+"/userinfo")
	case strings.HasSuffix(r.URL.Path, "/token") && m.random.IntN(2) == 0:
		return `{"access_token":"` + otherToken + `","token_type":"Bearer","expires_in":300,"scope":"openid email"}`
	case strings.HasSuffix(r.URL.Path, "/token"):
		return []string{
			`{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`, `{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`,
			`{"error":"invalid_scope","error_description":"Invalid scopes: openid"}`, `{"error":"invalid_client","error_description":"Parameter client_assertion_type is missing"}`,
		}[m.random.IntN(4)]
	case strings.HasSuffix(r.URL.Path, "/auth"):
		return []string{`{"error":"Invalid parameter: redirect_uri"}`, `{"error":"Client not found."}`, `<html>Client disabled.</html>`}[m.random.IntN(3)]
	case strings.HasSuffix(r.URL.Path, "/keys"):
		return `{"keys":[{"kty":"RSA","kid":"k1","n":"AQAB","e":"AQAB"}]}`
	case strings.HasSuffix(r.URL.Path, "/userinfo"):
		return `{"sub":"s","eduperson_entitlement":["urn:a"]}`
	case strings.HasSuffix(r.URL.Path, "/.well-known/openeo"):
		return `{"versions":[{"api_version":"1.2.0","url":"` + m.URL + `/v/","production":true}]}`
	case strings.HasSuffix(r.URL.Path, "/credentials/oidc"):
		return `{"providers":[{"id":"p","title":"P","issuer":"` + issuer + `","scopes":["openid","email"]},{"id":"q","title":"Q","issuer":"https://other.invalid"}]}`
	case strings.HasSuffix(r.URL.Path, "/me"):
		return []string{`{"user_id":"s"}`, `{"code":"AuthenticationRequired","message":"Unauthorized."}`, `{"code":"TokenInvalid","id":"r-1","message":"no"}`, `{"detail":"no"}`}[m.random.IntN(4)]
	}
	return `{"api_version":"1.2.0","endpoints":[],"conformsTo":["https://api.openeo.org/1.3.0/authentication/jwt"]}`
}

// change spoils a body.
func (m *mutant) change(body string, how int) string {
	switch how {
	case 0:
		return body[:m.random.IntN(len(body))]
	case 1:
		return body + body
	case 2:
		return m.nasty()
	case 3:
		return ""
	case 4:
		return strings.Repeat("[", 5000)
	case 5:
		return "<!doctype html><title>" + m.nasty() + "</title>" + body
	case 6, 7, 8, 9, 10:
		return m.changedMember(body)
	}
	return body
}

// changedMember gives one member of an object another value, and perhaps a new one.
func (m *mutant) changedMember(body string) string {
	var doc map[string]any
	if json.Unmarshal([]byte(body), &doc) != nil {
		return m.nasty()
	}
	names := []string{"error", "error_description", "message", "detail", "code", "id", "title", "access_token", "token_type"}
	for name := range doc {
		names = append(names, name)
	}
	value := []any{m.nasty(), nil, 7, -1e300, true, []any{m.nasty(), 3, nil}, map[string]any{"code": m.nasty()}, strings.Repeat("x", 70000)}[m.random.IntN(8)]
	doc[names[m.random.IntN(len(names))]] = value
	text, err := json.Marshal(doc)
	if err != nil {
		return ""
	}
	return string(text)
}

// nasty is a text that must not get into a report as it is.
func (m *mutant) nasty() string {
	list := []string{
		m.secret, "you sent " + url.QueryEscape(m.secret), base64.StdEncoding.EncodeToString([]byte("lab:" + m.secret)), strings.ToUpper(m.secret), m.secret[:len(m.secret)-3],
		"\x1b[2J\x07", "\u202egnirts", "\x00", "::stop-commands::x", strings.Repeat("é", 4000), "credguide.report/1", otherToken, "-1", "\xff\xfe", `"><script>`, "%zz%41", "\u009b31m",
	}
	return list[m.random.IntN(len(list))]
}
