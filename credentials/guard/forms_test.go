package guard_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

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
