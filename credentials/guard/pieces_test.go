package guard_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

// A server that repeats what it got cuts it to length: most of a secret is as good as all of it.
func TestGuardFindsMostOfAGeneratedSecret(t *testing.T) {
	token := jwt(`{"alg":"RS256","kid":"b4Xz81LmQp0"}`)
	for _, secret := range []string{registryMade, keycloakMade, token} {
		g := guard.New(credentials.NewSecret(secret))
		half := len(secret) / 2
		for name, piece := range map[string]string{
			"the first half": secret[:half+8], "the second half": secret[half-8:], "the middle": secret[len(secret)/8 : len(secret)-len(secret)/8],
		} {
			for _, form := range []string{piece, url.QueryEscape(piece), base64.StdEncoding.EncodeToString([]byte("client_secret=" + piece)), "..." + piece + "…"} {
				if !find(t, g, "you sent "+form) {
					t.Errorf("%s of %q is missed in %q", name, secret, form)
				}
			}
		}
	}
}

// A secret of words shares its words with every report, and what is public with this one.
func TestGuardTakesNoWordForAPiece(t *testing.T) {
	g := guard.New(credentials.NewSecret("openeo-cloud-Production-ServiceAccount-2026x"))
	g.Public("https://openeo-cloud/Production-2026x")
	for _, text := range []string{"openeo-cloud", "ServiceAccount", "-2026x", "Production-2026x", "the production of a service account"} {
		if g.Find(text) {
			t.Errorf("%q is taken for the secret", text)
		}
	}
	for _, text := range []string{"openeo-cloud-Production", "cloud-Prod", "Account-2026"} {
		if !find(t, g, text) {
			t.Errorf("%q is missed", text)
		}
	}
	if text := "the Account-2026 is ours"; g.Own(text) != text || string(g.Page([]byte(text), false)) != text {
		t.Error("our own words are redacted for a piece of a phrase")
	}
}

// A phrase of the trade's words is searched for whole: pieces of it stand in what every server says.
func TestGuardTakesNoWordsOfTheTradeForAPiece(t *testing.T) {
	for secret, text := range map[string]string{
		"dev client secret": "Invalid client secret", "openeo-test-client-secret": "the client-secret is of a test client",
		"service account secret": "the service account has no secret", "openeo platform test 1": "openEO Platform, a test: 1 service",
		"login with EGI check-in": "please log in with EGI Check-in", "identity-provider-secret": "the identity-provider refused it", "user@example.org": "admin@example.org",
	} {
		g := guard.New(credentials.NewSecret(secret))
		if g.Find(text) {
			t.Errorf("%q is redacted for %q", text, secret)
		}
		if whole := "wrong: " + strings.ToUpper(secret) + "!"; strings.Contains(strings.ToLower(g.Text(whole)), strings.ToLower(secret)) {
			t.Errorf("%q is missed", whole)
		}
	}
}

// A generator may use letters alone: what no language has is no word.
func TestGuardTakesNoRandomLettersForWords(t *testing.T) {
	for _, secret := range []string{"ibrfmyokspgpvqxzhdwk", "VsIkSkDrKsGcfXwq", "HXEZPBMKQVWT", "q7vbkqhtzfwxrj2mnpdg"} {
		for _, text := range []string{secret, "the secret " + secret[2:11] + " is wrong", base64.StdEncoding.EncodeToString([]byte("id:" + secret))} {
			if !find(t, guard.New(credentials.NewSecret(secret)), text) {
				t.Errorf("%q is missed in %q", secret, text)
			}
		}
	}
	for _, secret := range []string{"authentication", "openeo-platform", "Terrascope", "landwirtschaft", "keycloak"} {
		if text := "the " + secret + " of a back-end"; guard.New(credentials.NewSecret(secret)).Find(text) {
			t.Errorf("the word is taken for a secret in %q", text)
		}
	}
}

// What shows as the secret is the secret: with signs between that show as nothing, with accents
// that sit on its letters, and in the wide forms.
func TestGuardReadsWhatAPersonWouldRead(t *testing.T) {
	between := func(sign string) string { return strings.Join(strings.Split(keycloakMade, ""), sign) }
	wide := strings.Map(func(r rune) rune { return r - '!' + '！' }, keycloakMade)
	for _, text := range []string{between("\u200b"), between("\ufe0f"), between("\ufe0e"), between("\u0301"), between("\u034f"), wide, escapeRunes(keycloakMade, "%%u%04x")} {
		if got := guard.New(credentials.NewSecret(keycloakMade)).Text("you sent " + text); got != "you sent "+guard.Redacted {
			t.Errorf("%q is left", got)
		}
	}
}

// What is looked for is worked out once, not for each of a hundred thousand texts in an answer.
func TestGuardComesToAnEndOnManyShortTexts(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(strings.Repeat(`aB3%41+\x`, 40_000)))
	for range 200_000 {
		if g.Find("a") {
			t.Fatal("found what is not there")
		}
	}
	for range 5_000 {
		if g.Find("an ordinary text of a server, about a client and its login") {
			t.Fatal("found what is not there")
		}
	}
}

// Wherever a server cuts what it repeats, a dozen characters of a generated secret are found in any
// encoding.
func TestGuardFindsAnyPieceInAnyEncoding(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade))
	encodings := map[string]func(string) string{
		"raw":      func(s string) string { return s },
		"upper":    strings.ToUpper,
		"base64":   func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base32":   func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
		"hex":      func(s string) string { return hex.EncodeToString([]byte(s)) },
		"bytes":    func(s string) string { return fmt.Sprint([]byte(s)) },
		"hex list": func(s string) string { return fmt.Sprintf("%# x", s) },
		"JSON":     utf16Escape,
		"UTF-16":   func(s string) string { return hex.EncodeToString(wide(s, binary.BigEndian)) },
	}
	const piece = 12
	for at := range len(registryMade) - piece {
		for name, encode := range encodings {
			for _, before := range []string{"", "x", "xy", "xyz"} { // shifts the groups of an encoding
				if text := "cut: " + encode(before+registryMade[at:at+piece]); !g.Find(text) {
					t.Fatalf("the piece at %d is missed as %s in %q", at, name, text)
				}
			}
		}
	}
}
