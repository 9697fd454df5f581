package guard_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

const (
	registryMade = "uMNz3x-9a_Q0kJvWc7rT1bYhE5sXgLpD8fIo2ZAyRtKCj4HqUeV6nGdmBwPSlFiO0N1M2x3y4z5A6B7C8D9E0Fg"
	keycloakMade = "q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe"
	canary       = "cAnArY-7f3e9b+%2F:&="
)

func jwt(header string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + ".eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
}

var guarded = []string{
	registryMade, keycloakMade, canary, "pass word+more", "ümläut-密码-👍x", `q"u\o'te<&>`, "a/b?c#d=e&f", "tab\tnew\nline", "s1x-sixs", "%41%zz+ab",
}

// find tells whether anything is redacted, and makes sure that what is left is not.
func find(t *testing.T, g *guard.Guard, text string) bool {
	t.Helper()
	left := g.Text(text)
	if g.Find(left) {
		t.Errorf("%q becomes %q, in which something is left", text, left)
	}
	return g.Find(text) || left != text
}

// A secret that a person chose may have no piece that says anything, or only such as stand in
// public texts. Whole, it is one.
func TestGuardFindsAnySecretWhole(t *testing.T) {
	for _, secret := range []string{"MySecretPassword2024", "correcthorsebatterystaple1", "-&YYbaXbaa7Q", "openeo-cloud/Nightly-2026x"} {
		g := guard.New(credentials.NewSecret(secret))
		g.Public("openeo-cloud/Nightly", "Nightly-2026x", "cloud/Nightly-2")
		for name, form := range disguises(secret) {
			if !find(t, g, "tried "+form) {
				t.Errorf("%q is missed as %s", secret, name)
			}
		}
	}
}

// A generated secret is one in either direction.
func TestGuardReadsBackwards(t *testing.T) {
	runes := []rune(registryMade)
	slices.Reverse(runes)
	if !find(t, guard.New(credentials.NewSecret(registryMade)), "tried "+string(runes)) {
		t.Error("the reversed secret is missed")
	}
}

// A copy knows what the guard knew; what either learns later is its own.
func TestACopyIsAGuardOfItsOwn(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade))
	c := g.Copy()
	c.Add(credentials.NewSecret(keycloakMade))
	c.Public(registryMade[:20])
	if !g.Find(registryMade[:20]) || g.Find(keycloakMade) {
		t.Error("the guard took over what its copy learnt")
	}
	if !c.Find(registryMade) || !c.Find(keycloakMade) || c.Find(registryMade[:20]) {
		t.Error("the copy does not know what it was given")
	}
}

func TestGuardKeepsWhatStandsAround(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade))
	for in, want := range map[string]string{
		"you sent " + registryMade + ", which is wrong":                     "you sent [redacted], which is wrong",
		"cut: " + registryMade[10:30] + "…":                                 "cut: [redacted]…",
		`{"error":"` + url.QueryEscape(registryMade) + `","b":"x"}`:         `{"error":"[redacted]","b":"x"}`,
		"Authorization: Basic b3BlbmVvOnRlc3Q= is refused":                  "Authorization: Basic [redacted] is refused",
		"Bearer realm=\"openeo\", Basic authentication is not allowed here": "Bearer realm=\"openeo\", Basic authentication is not allowed here",
		"the token " + jwt(`{"alg":"RS256"}`) + "-of-somebody.":             "the token [redacted]",
		"JWT " + jwt(`{"alg":"RS256"}`) + " was refused":                    "JWT [redacted] was refused",
		strings.ToUpper(registryMade) + " " + strings.ToLower(registryMade): "[redacted] [redacted]",
	} {
		if got := g.Text(in); got != want {
			t.Errorf("%q\nbecomes %q\nand not %q", in, got, want)
		}
	}
}

func TestGuardLetsCleanTextsPass(t *testing.T) {
	g := guard.New()
	for _, secret := range guarded {
		g.Add(credentials.NewSecret(secret))
	}
	for _, word := range []string{"a", "ab", "token", "secret", "changeme", "********", "xxxxxxxx", "strong", "client_credentials", "identity provider", "openeo-vito"} {
		g.Add(credentials.NewSecret(word))
	}
	text := `{"title": "The secret is a placeholder such as changeme or ********", "token.error": "invalid_client", "length": 87,
		"client_secret": "[redacted]", "secret": {"source": "environment OPENEO_AUTH_CLIENT_SECRET"}, "port": 1234,
		"url": "https://host.example/a%20b?x=ab+c&amp;y=xxxxxxxx", "hash": "9f86d081884c7d659a2feaa0c55ad015", "code": "c2VjdXJlIHN0dWZm",
		"grants": ["client_credentials"], "id": "openeo-vito", "means": "A strong secret for the identity provider"}`
	for name, got := range map[string]string{"Text": g.Text(text), "Own": g.Own(text), "Document": g.Document(text)} {
		if got != text {
			t.Errorf("%s changes it to %s", name, got)
		}
	}
}

func TestGuardFindsWordsInTheirPlace(t *testing.T) {
	g := guard.New(credentials.NewSecret("strong"))
	for text, want := range map[string]bool{
		"use a strong secret":                           false,
		"client_secret=strong":                          true,
		"client_id=a&client_secret=Strong&scope=openid": true,
		`{"client_secret": "strong"}`:                   true,
		`"{\"client_secret\":\"strong\"}"`:              true,
		"OPENEO_AUTH_CLIENT_SECRET='strong'":            true,
		"client_secret: strong\n":                       true,
		"client_secret=stronger":                        false,
		"client_secret_length: 4, kind: strong":         false,
		"client_secret%3Dstrong%26x":                    true,

		"Basic " + jsonOf([]byte("openeo-client:strong")): false, // not base64 text but JSON

		"Basic " + base64.StdEncoding.EncodeToString([]byte("openeo-client:strong")): true,
	} {
		if got := find(t, g, text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestGuardKnowsWhatIsPublic(t *testing.T) {
	g := guard.New(credentials.NewSecret("nightly-ndvi-4f9a-Xk39aQz81LmQ"), credentials.NewSecret("OPENEO_AUTH_CLIENT_SECRET="+keycloakMade))
	g.Public("nightly-ndvi-4f9a", "https://idp.example/realms/nightly-ndvi-4f9a")
	for _, text := range []string{"client nightly-ndvi-4f9a", "the variable OPENEO_AUTH_CLIENT_SECRET is set", "https://idp.example/realms/nightly-ndvi-4f9a/x"} {
		if got := g.Text(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	for _, text := range []string{"nightly-ndvi-4f9a-Xk39aQz81LmQ", keycloakMade, "OPENEO_AUTH_CLIENT_SECRET=" + keycloakMade} {
		if got := g.Text(text); got != guard.Redacted {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

func TestGuardTakesNoGeneratedSecretForPublic(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade))
	g.Public("openeo-vito:" + registryMade)
	if !find(t, g, "client ID openeo-vito:"+registryMade) {
		t.Error("a client ID that holds the secret is let through")
	}
}

func TestGuardFindsTheBareSecretToo(t *testing.T) {
	g := guard.New(credentials.NewSecret("\"" + keycloakMade + "\"\n"))
	if !find(t, g, "tried "+keycloakMade) {
		t.Error("the secret without its quotes and line end is missed")
	}
}

// What a server calls a token is searched for only if it is one, and never by what is public in it.
func TestGuardTakesTokensByTheirSignature(t *testing.T) {
	const signature = "q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe_uMNz3x-9a_Q0kJv"
	token := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"https://idp.example/realms/x"}`)) + "." + signature
	g := guard.New()
	for _, text := range []string{"credguide.report/1", "The client may not use the client credentials grant", "invalid_client", "identity-provider-error", token, keycloakMade} {
		g.Token(credentials.NewSecret(text))
	}
	payload := strings.Split(token, ".")[1]
	for _, text := range []string{`"schema":"credguide.report/1"`, "https://backend.example/" + payload, "The client may not use the client credentials grant", "invalid_client", "identity-provider-error"} {
		if got := g.Text(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	for _, text := range []string{token, signature, signature[:20], strings.ToLower(signature[20:]), keycloakMade, base64.StdEncoding.EncodeToString([]byte(`{"alg":"RS256"}`))[:20] + "." + payload} {
		if !find(t, g, text) {
			t.Errorf("%q is missed", text)
		}
	}
}

// An opaque token is one in parts and turned round, as a secret is; what is made of words is none.
func TestGuardFindsPartsOfOpaqueTokens(t *testing.T) {
	const token = "uTk9x2LmQp81Zr7Yw3Vb6Nc4Hd5Jf0Gs-opaque_Token_A1b2"
	g := guard.New()
	g.Token(credentials.NewSecret(token))
	for _, piece := range []string{token[:25], token[8:28], strings.ToUpper(token), turnedAround(token), strings.Map(turn, token), inGroups(token[:32], 5, " ")} {
		if got := g.Text("it was " + piece); !strings.HasPrefix(got, "it was [redacted]") {
			t.Errorf("%q becomes %q", piece, got)
		}
	}
	if text := "opaque_Token"; g.Text(text) != text {
		t.Error("a word of the token is redacted")
	}
}

func TestGuardWithoutSecretsLeavesAll(t *testing.T) {
	if guard.New().Text(canary) != canary || guard.New(credentials.Secret{}).Find("") || guard.New().Document(canary) != canary {
		t.Error("a guard without secrets redacts")
	}
}

func TestGuardTakesTokensMeanwhile(t *testing.T) {
	g := guard.New(credentials.NewSecret(canary))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			g.Token(credentials.NewSecret(fmt.Sprintf("%s%d", keycloakMade, i)))
			g.Find("nothing here")
		})
	}
	group.Wait()
	if !g.Find(keycloakMade + "7") {
		t.Error("a token that was added is missed")
	}
}

// How much of a text belongs to a secret tells a name that both have from the secret itself.
func TestLongest(t *testing.T) {
	const secret = "lab-2026-node7-kR5yQ2hTn6Fd"
	g := guard.New(credentials.NewSecret(secret))
	for text, want := range map[string]int{
		"": 0, "lab": 0, "https://lab-2026-node7-api/": len("lab-2026-node7-"), "a " + secret + " b": len(secret),
		base64.RawStdEncoding.EncodeToString([]byte(secret)): base64.RawStdEncoding.EncodedLen(len(secret)),
	} {
		if n := g.Longest(text); n != want {
			t.Errorf("%q: %d, not %d", text, n, want)
		}
	}
}
