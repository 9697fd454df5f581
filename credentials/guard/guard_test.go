package guard_test

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

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
		"html, left open": escapeRunes(secret, "&#%d"),
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
	forms["UTF-16 in hex"] = hex.EncodeToString(wide(secret, binary.LittleEndian))
	forms["UTF-16 in hex, big end first"] = hex.EncodeToString(wide(secret, binary.BigEndian))
	for i := range 4 {
		text := []byte("client"[:i] + ":" + secret + "tail"[:i])
		forms[fmt.Sprintf("base32, %d before", i)] = base32.StdEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base32 in lower case, %d before", i)] = strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(text))
		forms[fmt.Sprintf("UTF-16 in base64, %d before", i)] = base64.StdEncoding.EncodeToString(wide("client"[:i]+secret, binary.LittleEndian))
		forms[fmt.Sprintf("base64 std, %d before", i)] = base64.StdEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base64 url, %d before", i)] = base64.URLEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base64 raw, %d before", i)] = base64.RawStdEncoding.EncodeToString(text)
		forms[fmt.Sprintf("base64 in a word, %d", i)] = "abc"[:min(i, 3)] + base64.RawURLEncoding.EncodeToString(text)
	}
	request, _ := http.NewRequest(http.MethodGet, "http://localhost/", http.NoBody)
	request.SetBasicAuth("client-id", secret)
	forms["Basic"] = request.Header.Get("Authorization")
	request.SetBasicAuth(url.QueryEscape("client ID"), url.QueryEscape(secret))
	forms["Basic, escaped"] = request.Header.Get("Authorization")
	return forms
}

func wide(text string, order binary.AppendByteOrder) (out []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
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

func TestGuardFindsEveryForm(t *testing.T) {
	for _, secret := range guarded {
		g := guard.New(credentials.NewSecret("unrelated-value-1"), credentials.NewSecret(secret))
		for name, form := range disguises(secret) {
			for _, document := range []string{form, `{"a": "text", "b": "` + form + `"}`, "line one\n" + form + "\nline three"} {
				if !find(t, g, document) {
					t.Errorf("%q as %s is missed in %q", secret, name, document)
				}
			}
		}
	}
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

// Whatever the secret and whatever stands around it, no form passes.
func TestGuardFindsAnySecretInAnyForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringOfN(rapid.RuneFrom([]rune("abXY01-_.~+/=%&<>\"'\\ :;,ü密👍")), 10, 90, -1).Draw(t, "secret") + "7Q"
		g := guard.New(credentials.NewSecret(secret))
		before := rapid.SampledFrom([]string{"", " ", "x=", `"k": "`, "https://h.example/p?q=", "\\", "%", "&amp;"}).Draw(t, "before")
		for name, form := range disguises(secret) {
			if before == "\\" && name != "raw" || before == "%" && name != "raw" {
				continue // the first character would be another one
			}
			if !g.Find(before + form + "\" end") {
				t.Fatalf("missed as %s: %q", name, before+form)
			}
		}
	})
}

// A document stays one of its format, whatever is found in it, and no piece of what a generator
// made is left in it.
func TestDocumentsStayValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-dXYZ%&<>"'\\n:,{}_.-]`), 10, 40).Draw(t, "secret"), "7Kq")
		g := guard.New(credentials.NewSecret(secret))
		around := rapid.SampledFrom([]string{"", "\\", "\"", "&", "n", "<", "%"}).Draw(t, "around")
		text := around + secret + around
		value := jsonOf(map[string]any{"a": text, "n": 1234567890, secret: []string{text, "end"}})
		if document := g.Document(value); !json.Valid([]byte(document)) {
			t.Fatalf("%s\nis no JSON any more:\n%s", value, document)
		}
		var page bytes.Buffer
		page.WriteString(`<a b="`)
		_ = xml.EscapeText(&page, []byte(text))
		page.WriteString(`">`)
		_ = xml.EscapeText(&page, []byte(text))
		page.WriteString("</a>")
		document := g.Document(page.String())
		if err := xml.Unmarshal([]byte(document), new(struct{})); err != nil {
			t.Fatalf("%s\nis no XML any more: %v\n%s", &page, err, document)
		}
		if !strings.Contains(document, guard.Redacted) && !strings.ContainsAny(secret, `"<>`) {
			t.Fatalf("%q is left in %s", secret, document)
		}
	})
}

func bigDocument(size int) string {
	var out bytes.Buffer
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, `{"i": %d, "url": "https://host.example/a%%20b?x=%d+c&amp;y=\u00e9", "text": "a line\nof a report", "code": "%s"},`+"\n",
			i, i, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "some payload %d", i)))
	}
	return out.String()
}

func TestGuardComesToAnEndOnALargeDocument(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(canary))
	g.Token(credentials.NewSecret(jwt(`{"alg":"RS256"}`)))
	document := bigDocument(1 << 20)
	if got := g.Document(document); g.Find(document) || got != document { // how fast, BenchmarkGuard tells
		t.Fatal("found what is not there")
	}
}

// A server may send what nearly repeats its own token, again and again.
func TestGuardComesToAnEndOnWhatIsNearlyAToken(t *testing.T) {
	token := strings.Repeat("aB3", 5_000)
	g := guard.New()
	g.Token(credentials.NewSecret(token + "!"))
	g.Find(strings.Repeat(token[:120]+"-", 8_000))
}

// BenchmarkGuard prints the cost of a byte in a document, and how much more a byte costs in one of
// sixteen times its size, or with the secrets of a hundred other accounts checked before: both stay
// near 1.
func BenchmarkGuard(b *testing.B) {
	perByte := func(size, accounts int) float64 {
		document := bigDocument(size)
		for i := range accounts {
			guard.New(credentials.NewSecret(fmt.Sprintf("%s%d", registryMade, i))).Document(document[:1<<10])
		}
		g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(canary))
		g.Document("")
		started := time.Now()
		for range 1 << 24 / size {
			g.Document(document)
		}
		return float64(time.Since(started).Nanoseconds()) / (1 << 24)
	}
	var small, large, many float64
	for b.Loop() {
		small, large, many = small+perByte(1<<16, 0), large+perByte(1<<20, 0), many+perByte(1<<16, 100)
	}
	b.ReportMetric(small/float64(b.N), "ns/byte")
	b.ReportMetric(large/small, "ratio-16x-size")
	b.ReportMetric(many/small, "ratio-100-accounts")
}

func FuzzGuard(f *testing.F) {
	for _, form := range disguises(canary) {
		f.Add([]byte(form))
	}
	g := guard.New(credentials.NewSecret(canary), credentials.NewSecret("ab1"))
	f.Fuzz(func(t *testing.T, document []byte) {
		left := g.Text(string(document) + canary)
		if !utf8.Valid(document) {
			return
		}
		if strings.Contains(left, canary) || json.Valid(document) && !json.Valid([]byte(g.Document(string(document)))) {
			t.Fatalf("%q is left of it", left)
		}
	})
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
