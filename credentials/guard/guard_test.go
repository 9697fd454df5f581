package guard_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
)

const (
	registryMade = "uMNz3x-9a_Q0kJvWc7rT1bYhE5sXgLpD8fIo2ZAyRtKCj4HqUeV6nGdmBwPSlFiO0N1M2x3y4z5A6B7C8D9E0Fg"
	keycloakMade = "q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe"
	canary       = "cAnArY-7f3e9b+%2F:&="
)

func jwt(header string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + ".eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
}

// disguises are the forms in which a secret may stand in a document.
func disguises(secret string) map[string]string {
	forms := map[string]string{
		"raw":             secret,
		"query":           url.QueryEscape(secret),
		"query, lower":    strings.ToLower(escapeAll(secret, "%%%02X")),
		"path":            url.PathEscape(secret),
		"every byte":      escapeAll(secret, "%%%02X"),
		"html":            html.EscapeString(secret),
		"html, decimal":   escapeRunes(secret, "&#%d;"),
		"html, hex":       escapeRunes(secret, "&#x%X;"),
		"json, html safe": jsonOf(secret),
		"json in json":    jsonOf(jsonOf(secret)),
		"json, ASCII":     utf16Escape(secret),
		"go":              fmt.Sprintf("%+q", secret),
		"html of query":   html.EscapeString(url.QueryEscape(secret)),
		"hex":             hex.EncodeToString([]byte(secret)),
		"hex, upper":      strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"hex, spaced":     fmt.Sprintf("% x", secret),
		"hex, colons":     strings.ReplaceAll(fmt.Sprintf("% X", secret), " ", ":"),
		"hex, C":          fmt.Sprintf("%# x", secret),
		"hex, odd offset": "a" + hex.EncodeToString([]byte(secret)),
		"bytes":           fmt.Sprint([]byte(secret)),
		"JSON bytes":      jsonOf([]byte(secret)),
		"wrapped":         "\n" + wrap(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 70)+secret+strings.Repeat("y", 70))), 76),
	}
	for i := range 4 {
		text := []byte("client"[:i] + ":" + secret + "tail"[:i])
		forms[fmt.Sprintf("base64 std, %d before", i)] = base64.StdEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base64 url, %d before", i)] = base64.URLEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base64 raw, %d before", i)] = base64.RawStdEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base64 in a word, %d", i)] = "abc"[:min(i, 3)] + base64.RawURLEncoding.EncodeToString(text)
	}
	request, _ := http.NewRequest(http.MethodGet, "http://localhost/", http.NoBody)
	request.SetBasicAuth("client-id", secret)
	forms["Basic"] = request.Header.Get("Authorization")
	request.SetBasicAuth(url.QueryEscape("client id"), url.QueryEscape(secret))
	forms["Basic, escaped"] = request.Header.Get("Authorization")
	return forms
}

func jsonOf(value any) string {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func escapeAll(text, form string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		fmt.Fprintf(&out, form, b)
	}
	return out.String()
}

func escapeRunes(text, form string) string {
	var out strings.Builder
	for _, r := range text {
		fmt.Fprintf(&out, form, r)
	}
	return out.String()
}

func utf16Escape(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r > 0xFFFF {
			fmt.Fprintf(&out, `\u%04x\u%04X`, 0xD800+(r-0x10000)>>10, 0xDC00+(r-0x10000)&0x3FF)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

func wrap(text string, width int) string {
	var out strings.Builder
	for ; len(text) > width; text = text[width:] {
		out.WriteString(text[:width] + "\r\n")
	}
	return out.String() + text
}

var guarded = []string{
	registryMade, keycloakMade, canary, "pass word+more", "ümläut-密码-👍x", `q"u\o'te<&>`, "a/b?c#d=e&f", "tab\tnew\nline", "sixsix", "%41%zz+ab",
}

func TestGuardFindsEveryForm(t *testing.T) {
	for _, secret := range guarded {
		g := guard.New(credentials.NewSecret("unrelated-value-1"), credentials.NewSecret(secret))
		for name, form := range disguises(secret) {
			for _, document := range []string{form, `{"a": "text", "b": "` + form + `"}`, "line one\n" + form + "\nline three"} {
				if !g.Find([]byte(document)) {
					t.Errorf("%q as %s is missed in %q", secret, name, document)
				}
			}
		}
	}
}

func TestGuardLetsCleanDocumentsPass(t *testing.T) {
	g := guard.New()
	for _, secret := range guarded {
		g.Add(credentials.NewSecret(secret))
	}
	for _, short := range []string{"a", "ab", "1234", "token", "secret", "changeme", "********", "xxxxxxxx"} {
		g.Add(credentials.NewSecret(short))
	}
	document := `{"title": "The secret is a placeholder such as changeme or ********", "token.error": "invalid_client", "length": 87,
		"client_secret": "[redacted]", "secret": {"source": "environment OPENEO_AUTH_CLIENT_SECRET"}, "port": 1234,
		"url": "https://host.example/a%20b?x=ab+c&amp;y=xxxxxxxx", "hash": "9f86d081884c7d659a2feaa0c55ad015", "code": "c2VjdXJlIHN0dWZm"}`
	if err := g.Check([]byte(document)); err != nil {
		t.Errorf("a clean document: %v", err)
	}
}

func TestGuardFindsShortOnesInExactPlaces(t *testing.T) {
	g := guard.New(credentials.NewSecret("test"))
	basic := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	tests := map[string]bool{
		"a test of everything":                        false,
		"the client secret is a test":                 false,
		`{"kind": "test"}`:                            false,
		"client_secret=test":                          true,
		"client_id=a&client_secret=test&scope=openid": true,
		`{"client_secret": "test"}`:                   true,
		`"{\"client_secret\":\"test\"}"`:              true,
		"OPENEO_AUTH_CLIENT_SECRET='test'":            true,
		"client_secret: test\n":                       true,
		"client_secret=tested":                        false,
		"client_secret_length: 4, kind: test":         false,
		"Basic " + basic("openeo:test"):               true,
		"Basic " + basic("openeo-client:test"):        true,
		"Basic " + basic("openeo:tested"):             false,
		"client_secret%3Dtest%26x":                    true,
	}
	for document, want := range tests {
		if got := g.Find([]byte(document)); got != want {
			t.Errorf("%q: %v", document, got)
		}
	}
}

func TestGuardKnowsWhatIsPublic(t *testing.T) {
	g := guard.New(credentials.NewSecret("openeo-vito"), credentials.NewSecret("production"))
	g.Public("openeo-vito", "environment production")
	if g.Find([]byte(`{"client_id":"openeo-vito","environment":"production"}`)) {
		t.Error("a secret equal to the client id makes every report unwritable")
	}
	if !g.Find([]byte("client_secret=openeo-vito")) || !g.Find([]byte(base64.StdEncoding.EncodeToString([]byte("x:production")))) {
		t.Error("a public secret is missed in its exact places")
	}
}

func TestGuardTakesNoGeneratedSecretForPublic(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade))
	g.Public("openeo-vito:" + registryMade)
	if !g.Find([]byte("client id openeo-vito:" + registryMade)) {
		t.Error("a client id that holds the secret is let through")
	}
}

func TestGuardFindsTheBareSecretToo(t *testing.T) {
	g := guard.New(credentials.NewSecret("\"" + keycloakMade + "\"\n"))
	if !g.Find([]byte("tried " + keycloakMade)) {
		t.Error("the secret without its quotes and line end is missed")
	}
}

func TestGuardErrorHoldsNoSecret(t *testing.T) {
	g := guard.New(credentials.NewSecret(canary))
	err := g.Check([]byte("x " + canary))
	if !errors.Is(err, guard.ErrSecretInOutput) || strings.Contains(err.Error(), canary) {
		t.Errorf("got %v", err)
	}
	if guard.New().Check([]byte(canary)) != nil || guard.New(credentials.Secret{}).Check(nil) != nil {
		t.Error("a guard without secrets refuses")
	}
}

func TestGuardTakesTokensMeanwhile(t *testing.T) {
	g := guard.New(credentials.NewSecret(canary))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			g.Add(credentials.NewSecret(fmt.Sprintf("token-%d-abcdef", i)))
			g.Find([]byte("nothing here"))
		})
	}
	group.Wait()
	if !g.Find([]byte("token-7-abcdef")) {
		t.Error("a token that was added is missed")
	}
}

// Whatever the secret and whatever stands around it, no form passes.
func TestGuardFindsAnySecretInAnyForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringOfN(rapid.RuneFrom([]rune("abXY01-_.~+/=%&<>\"'\\ :;,ü密👍")), 10, 90, -1).Draw(t, "secret")
		if strings.TrimSpace(secret) == "" || lint.Secret(credentials.NewSecret(secret)).Placeholder != "" {
			return
		}
		g := guard.New(credentials.NewSecret(secret))
		before := rapid.SampledFrom([]string{"", " ", "x=", `"k": "`, "https://h.example/p?q=", "\\", "%", "&amp;"}).Draw(t, "before")
		for name, form := range disguises(secret) {
			if before == "\\" && name != "raw" || before == "%" && name != "raw" {
				continue // the first character would be another one
			}
			if !g.Find([]byte(before + form + "\" end")) {
				t.Fatalf("missed as %s: %q", name, before+form)
			}
		}
	})
}

func bigDocument() []byte {
	var out bytes.Buffer
	for i := 0; out.Len() < 1<<20; i++ {
		fmt.Fprintf(&out, `{"i": %d, "url": "https://host.example/a%%20b?x=%d+c&amp;y=\u00e9", "text": "a line\nof a report", "code": "%s"},`+"\n",
			i, i, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "some payload %d", i)))
	}
	return out.Bytes()
}

func TestGuardComesToAnEndOnALargeDocument(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(jwt(`{"alg":"RS256"}`)), credentials.NewSecret(canary))
	document := bigDocument()
	if g.Find(document) { // how fast, BenchmarkGuard tells
		t.Fatal("found what is not there")
	}
}

func BenchmarkGuard(b *testing.B) {
	g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(jwt(`{"alg":"RS256"}`)), credentials.NewSecret(canary))
	document := bigDocument()
	b.SetBytes(int64(len(document)))
	for b.Loop() {
		if g.Find(document) {
			b.Fatal("found what is not there")
		}
	}
}

func FuzzGuard(f *testing.F) {
	for _, form := range disguises(canary) {
		f.Add([]byte(form))
	}
	g := guard.New(credentials.NewSecret(canary), credentials.NewSecret("ab1"))
	f.Fuzz(func(t *testing.T, document []byte) {
		if !g.Find(append(append([]byte{}, document...), canary...)) {
			t.Fatal("the raw secret at the end is missed")
		}
		g.Find(document)
	})
}
