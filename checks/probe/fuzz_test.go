package probe

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

const fuzzSecret = "fuzz-canary-0123456789abcdef"

// fuzzPass is a pass that nothing has been asked in.
func fuzzPass() *pass {
	s := Subject{
		Environment: environments.Environment{ID: "fuzz", Title: "Fuzz", Issuer: "https://idp.example.org/realms/x"},
		Backend:     &environments.Backend{ID: "fuzz", URL: "https://api.example.org"},
		Credentials: credentials.Resolved{ClientID: "fuzz-client", Secret: credentials.NewSecret(fuzzSecret)},
	}
	return newPass(context.Background(), s, Options{}.withDefaults(), nil)
}

func received(p *pass, status int, body []byte) answer {
	a := answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, received: time.Now(), asked: time.Now()}
	a.interpret(body)
	a.scrub(p.guard, longSecret)
	return a
}

// clean fails when the facts hold what must not be shown: the secret, control characters, or more
// text than a report bears.
func clean(t *testing.T, f checks.Facts) {
	t.Helper()
	for name, value := range f {
		text := fmt.Sprint(value)
		if strings.Contains(text, fuzzSecret) {
			t.Errorf("%s repeats the secret", name)
		}
		if !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0 {
			t.Errorf("%s holds control characters: %q", name, text)
		}
		if len(text) > 20_000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
	}
	checks.Derive(f)
}

func FuzzDiscovery(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://idp.example.org/realms/x","token_endpoint":"https://idp.example.org/realms/x/protocol/openid-connect/token","grant_types_supported":["client_credentials"],"jwks_uri":"https://idp.example.org/k"}`))
	f.Add([]byte(`{"issuer":7,"token_endpoint":["x"],"grant_types_supported":{"a":1}}`))
	f.Add([]byte("<html><input type=\"password\"></html>"))
	f.Add([]byte(`{"issuer":"` + fuzzSecret + `","token_endpoint":"https://` + fuzzSecret + `/"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := fuzzPass()
		a := received(p, 200, body)
		p.frame(checks.AtDiscovery, a)
		if usableDocument(a) {
			p.readDocument(a)
		}
		clean(t, p.facts)
	})
}

func FuzzTokenResponse(f *testing.F) {
	f.Add(200, []byte(`{"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4IiwiZXhwIjoxfQ.c2ln","token_type":"Bearer","expires_in":300,"scope":"openid email"}`))
	f.Add(401, []byte(`{"error":"invalid_client","error_description":"you sent `+fuzzSecret+`"}`))
	f.Add(200, []byte(`{"access_token":{},"token_type":1,"expires_in":"1e999","scope":[]}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		p := fuzzPass()
		m := minted{answer: received(p, status, body)}
		p.frame(checks.AtToken, m.answer)
		if m.answer.status == 200 {
			m.token, m.kind = m.answer.exact("access_token"), m.answer.exact("token_type")
		}
		p.tokenFacts(m)
		if m.issued() {
			m.jwt = decodeJWT(m.token)
			p.mint(m.token)
			p.useToken(m, true)
		}
		clean(t, p.facts)
	})
}

func FuzzJWT(f *testing.F) {
	f.Add("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLm9yZy9yZWFsbXMveCIsImV4cCI6MX0.c2ln")
	f.Add("a.b.c")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		p := fuzzPass()
		p.bearer.token = credentials.NewSecret(token)
		p.readToken(minted{token: token, jwt: decodeJWT(token)})
		runSignature(t.Context(), p)
		clean(t, p.facts)
	})
}

func FuzzBackendAnswers(f *testing.F) {
	f.Add([]byte(`{"versions":[{"api_version":"1.2.0","url":"https://api.example.org/1.2/","production":true}]}`))
	f.Add([]byte(`{"providers":[{"id":"egi","issuer":"https://idp.example.org/realms/x/","title":"t","scopes":["openid","email"]}]}`))
	f.Add([]byte(`{"code":"TokenInvalid","id":"r-1","message":"\u001b[31m"}`))
	f.Add([]byte(`{"versions":[7,{"api_version":[],"url":{}}],"providers":[null,{"id":"` + strings.Repeat("x", 300) + `"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := fuzzPass()
		a := received(p, 200, body)
		for _, step := range []*checks.Step{checks.AtWellKnown, checks.AtCapabilities, checks.AtProviders, checks.AtMe, checks.AtUserinfo} {
			p.frame(step, a)
		}
		p.bestVersion(a)
		if list, _ := readProviders(a); len(list) > 0 {
			p.chooseProvider(list)
		}
		p.set(checks.MeCode, a.text("code"))
		p.set(checks.AtMe.Message, a.text("message"))
		p.set(checks.UserinfoEntitlements, entitlements(a))
		readKeys(a.document)
		clean(t, p.facts)
	})
}

func FuzzChallenge(f *testing.F) {
	f.Add(`Bearer realm="egi", error="insufficient_scope", error_description="Missing openid scope"`)
	f.Add(`Bearer error="\"\\`)
	f.Fuzz(func(t *testing.T, header string) {
		code, text := challenge([]string{header})
		if len([]rune(code)) > 101 || len([]rune(text)) > 301 {
			t.Errorf("unbounded: %d, %d", len(code), len(text))
		}
	})
}
