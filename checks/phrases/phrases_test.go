package phrases

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func all(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryPhraseIsRecognised also in the disguises that words wear on the way from a server to a
// person.
func TestEveryPhraseIsRecognised(t *testing.T) {
	c := all(t)
	if len(c.All()) < 100 {
		t.Fatalf("only %d phrases", len(c.All()))
	}
	disguises := map[string]func(string) string{
		"as it is":      func(s string) string { return s },
		"in capitals":   strings.ToUpper,
		"entities":      html.EscapeString,
		"escaped":       func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, `'`, `\'`), `"`, `\"`) },
		"wrapped":       func(s string) string { return strings.ReplaceAll(s, " ", "\r\n  ") },
		"typographic":   func(s string) string { return strings.ReplaceAll(s, `'`, "’") },
		"among others":  func(s string) string { return "error_description: " + s + " Trace ID: 1234." },
		"control bytes": func(s string) string { return "\x1b[31m" + s + "\x1b[0m" },
	}
	for _, p := range c.All() {
		for name, disguise := range disguises {
			if got := c.Kind(p.Place, p.Code, disguise(p.Says)); got != p.Kind {
				t.Errorf("%s, %s: %q is %q, want %q", p.Server, name, p.Says, got, p.Kind)
			}
		}
	}
}

func TestAPhraseWithACodeNeedsTheCode(t *testing.T) {
	const words = "Invalid client or Invalid client credentials"
	for code, want := range map[string]Kind{"unauthorized_client": SecretWrong, "invalid_client": CredentialsRefused, "": CredentialsRefused} {
		if got := Of(Token, code, words); got != want {
			t.Errorf("%s beside %q: %q, want %q", words, code, got, want)
		}
	}
}

func TestWordsOfOtherThingsAreNotRecognised(t *testing.T) {
	for _, words := range []string{
		"", "invalid_client", "Not found.", "The request is otherwise malformed", "Refused by policy 7",
		"Der Client ist unbekannt.", "client", "The client id was found, and nothing else is said", "secret",
		"The scope of this document", "Please try again later", strings.Repeat("client ", 4000),
		"application with identifier x" + strings.Repeat(" and so on", 20) + " was not found in the directory",
	} {
		for _, place := range []Place{Token, Backend, Log} {
			if got := Of(place, "", words); got != "" {
				t.Errorf("%.60q is %q at the %s", words, got, place)
			}
		}
	}
}

func TestTheFirstHalfMayStandThereTwice(t *testing.T) {
	words := "Client secret keys were asked for. " + strings.Repeat("So it goes. ", 20) + "The client secret keys for app 'x' are expired."
	if got := Of(Token, "", words); got != SecretExpired {
		t.Errorf("got %q", got)
	}
}

func TestNoWordingStandsTwice(t *testing.T) {
	seen := map[string]Phrase{}
	for _, p := range all(t).All() {
		key := string(p.Place) + "|" + p.Code + "|" + strings.Join(p.parts, "…")
		if other, twice := seen[key]; twice && other.Kind != p.Kind {
			t.Errorf("%q is %s for %s and %s for %s", p.Says, p.Kind, p.Server, other.Kind, other.Server)
		}
		seen[key] = p
	}
}

func TestAFolderAddsPhrases(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "phrases"), 0o755); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "phrases", "lab.yaml")
	line := `{kind: locked, says: "Zugang gesperrt bis Montag", text: "Zugang gesperrt", at: "https://lab.example.org/help", on: 2026-11-25}`
	if err := os.WriteFile(name, []byte("server: Lab\nplace: token\nphrases:\n  - "+line+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Kind(Token, "", "zugang  gesperrt bis Dienstag"); got != Locked {
		t.Errorf("got %q", got)
	}
	broken := strings.Replace(line, `text: "Zugang gesperrt"`, `text: "Zugang offen"`, 1)
	if err := os.WriteFile(name, []byte("server: Lab\nplace: token\nphrases:\n  - "+broken+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "phrase 1") {
		t.Errorf("a text that is no part of what is said: %v", err)
	}
}

func FuzzOf(f *testing.F) {
	f.Add("invalid_client", "AADSTS7000222: The provided client secret keys for app 'x' are expired.")
	f.Add("", "client … not found &amp;\x00\xff")
	f.Fuzz(func(t *testing.T, code, words string) {
		for _, place := range []Place{Token, Backend, Log} {
			if a, b := Of(place, code, words), Of(place, code, words); a != b {
				t.Errorf("%q and %q for the same words", a, b)
			}
		}
	})
}
