package idp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestUserinfoSpeaksInAHeaderOnly(t *testing.T) {
	challenge := func(code, text string) string {
		return `Bearer realm="egi", error="` + code + `", error_description="` + text + `"`
	}
	notVerified := challenge("invalid_token", "Token verification failed")
	noOpenID := challenge("insufficient_scope", "Missing openid scope")
	cases := []struct {
		name   string
		change func(*world.World)
		bearer func(token string) string
		status int
		want   string
	}{
		{"no token", nil, func(string) string { return "" }, 401, `Bearer realm="egi"`},
		{"Basic", nil, func(string) string { return "Basic eDp5" }, 401, `Bearer realm="egi"`},
		{"garbage", nil, func(string) string { return "Bearer garbage" }, 401, notVerified},
		{"openEO's prefix", nil, func(t string) string { return "Bearer oidc/egi/" + t }, 401, notVerified},
		{"changed signature", nil, func(t string) string { return "Bearer " + t[:len(t)-8] + "AAAAAAAA" }, 401, notVerified},
		{"openid not granted", func(w *world.World) { w.Main().Tokens.DropOpenID = true }, nil, 403, noOpenID},
		{"expired", func(w *world.World) { w.Main().Tokens.Expired = true }, nil, 401, notVerified},
		{"lightweight", func(w *world.World) { w.GoodClient.Lightweight = true }, nil, 401, challenge("invalid_token", "Lightweight access token not allowed for userinfo endpoint")},
		{"account gone", func(w *world.World) { w.GoodClient.Account = world.AccountLost }, nil, 401, challenge("invalid_token", "user_not_found")},
		{"client disabled later", func(w *world.World) { w.GoodClient.LateDisabled = true }, nil, 401, challenge("invalid_token", "Client disabled")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := sandboxtest.StartWorld(t, c.change)
			value := "Bearer " + b.AccessToken()
			if c.bearer != nil {
				value = c.bearer(strings.TrimPrefix(value, "Bearer "))
			}
			got := b.Get(b.Issuer(world.Production)+world.OpenIDConnect+"/userinfo", "Authorization", value)
			if got.Status != c.status || got.Body != "" || got.Header.Get("Content-Type") != "text/plain;charset=utf-8" {
				t.Errorf("status %d, body %q, type %q", got.Status, got.Body, got.Header.Get("Content-Type"))
			}
			if h := got.Header.Get("WWW-Authenticate"); h != c.want {
				t.Errorf("WWW-Authenticate %s, want %s", h, c.want)
			}
		})
	}
}

func TestTokensCarryWhatKeycloakPutsIn(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	answer := b.Token(sandboxtest.Posted(b.ClientID, b.ClientSecret))
	if got := answer.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	doc := answer.Object(t)
	if doc["id_token"] == nil || doc["token_type"] != "Bearer" || doc["not-before-policy"] != 0.0 || doc["refresh_expires_in"] != 0.0 {
		t.Errorf("response: %s", answer.Body)
	}
	parsed, err := jwt.ParseSigned(doc["access_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"iss": b.Issuer(world.Production), "typ": "Bearer", "azp": b.ClientID, "client_id": b.ClientID, "aud": "account",
		"preferred_username": "service-account-" + b.ClientID, "scope": strings.Join(world.ListedScopes, " "),
	} {
		if claims[key] != want {
			t.Errorf("claim %s is %v, want %v", key, claims[key], want)
		}
	}
	if jti, _ := claims["jti"].(string); !strings.HasPrefix(jti, "trrtcc:") {
		t.Errorf("jti %v", claims["jti"])
	}
	if b.Token(sandboxtest.Posted(b.ClientID, b.ClientSecret), "Authorization", "").Status != http.StatusOK {
		t.Error("an empty header must count as none")
	}
}

func TestTheClockShifts(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{Faults: []string{"clock-skew"}})
	date, err := http.ParseTime(b.Get(b.Issuer(world.Production) + "/.well-known/openid-configuration").Header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	if ahead := time.Until(date); ahead < 9*time.Minute || ahead > 11*time.Minute {
		t.Errorf("the clock is %v ahead", ahead)
	}
}

func TestAuthorizationPageInGerman(t *testing.T) {
	b := sandboxtest.StartWorld(t, func(w *world.World) { w.Main().German = true })
	address := b.Issuer(world.Production) + world.OpenIDConnect + "/auth?client_id=nobody"
	if got := b.Get(address); !strings.Contains(got.Body, "Client nicht gefunden.") || got.Header.Get("Content-Type") != "text/html;charset=utf-8" {
		t.Errorf("%v %s", got.Header, got.Body)
	}
	if got := b.Get(address, "Accept-Language", "en"); !strings.Contains(got.Body, `id="kc-error-message"`) || !strings.Contains(got.Body, "Client not found.") {
		t.Errorf("%s", got.Body)
	}
}
