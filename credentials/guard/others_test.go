package guard_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

// A server may give one account back what another one sent.
func TestGuardKnowsWhatOthersDo(t *testing.T) {
	var others guard.Others
	const phrase, opaque = "maple-orbit-velvet-canyon", "9f3kQz81LmXa77Yt0pWvB2cRd5Ns6Ue4"
	for _, secret := range []string{registryMade, keycloakMade, phrase} {
		g := guard.New(credentials.NewSecret(secret))
		g.Beside(&others)
		g.Token(credentials.NewSecret(opaque))
		g.Text("a text")
	}
	mine := guard.New(credentials.NewSecret(canary))
	mine.Beside(&others)
	mine.Public("https://idp.example/" + keycloakMade[:16])
	for _, piece := range []string{registryMade, registryMade[5:25], keycloakMade, phrase, opaque} {
		for _, form := range []string{piece, strings.ToUpper(piece), hex.EncodeToString([]byte(piece)), base64.StdEncoding.EncodeToString([]byte("id:" + piece)), strings.Join(strings.Split(piece, ""), ".")} {
			if got := mine.Text("you sent " + form); !strings.HasPrefix(got, "you sent "+guard.Redacted) && !strings.Contains(got, guard.Redacted) || mine.Find(got) {
				t.Errorf("%q becomes %q", form, got)
			}
		}
	}
	for _, text := range []string{keycloakMade[:15], "maple-orbit", "an ordinary text about maple trees, orbits and canyons", registryMade[:8]} {
		if got := mine.Text(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// What is too short for its pieces is looked for whole. What is shorter still may be a name that the
// other check has by right, and so may what is public there.
func TestGuardKnowsTheShortSecretsOfOthers(t *testing.T) {
	var others guard.Others
	for _, secret := range []string{"hunter2-Pass!word", "Xq7Rt2ZpX9Lm", "sommer-regen-26", "keycloak-01", "nightly-ndvi-3"} {
		guard.New(credentials.NewSecret(secret)).Beside(&others)
	}
	mine := guard.New(credentials.NewSecret(canary))
	mine.Beside(&others)
	mine.Public("nightly-ndvi-3")
	for text, want := range map[string]string{
		"you sent HUNTER2-Pass!word.":                   "you sent [redacted].",
		"Xq7Rt2ZpX9Lm":                                  "[redacted]",
		"tried sommer%2Dregen%2D26":                     "tried [redacted]",
		"hunter2-Pass!wor":                              "hunter2-Pass!wor",
		"https://keycloak-01.example.org":               "https://keycloak-01.example.org",
		"nightly-ndvi-3 is the client ID of this check": "nightly-ndvi-3 is the client ID of this check",
	} {
		if got := mine.Text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// A list may have many short secrets, and many that begin alike.
func TestGuardKnowsManyShortSecretsOfOthers(t *testing.T) {
	var others guard.Others
	const accounts = 18_000
	secret := func(i int) string {
		if i < 1000 {
			return fmt.Sprintf("lab-26-Kx%04d", i)
		}
		return fmt.Sprintf("Kx%05d-lab-26", i)
	}
	for i := range accounts {
		guard.New(credentials.NewSecret(secret(i))).Beside(&others)
	}
	mine := guard.New(credentials.NewSecret(canary))
	mine.Beside(&others)
	for i := 0; i < accounts; i += 199 {
		if got := mine.Text("you sent " + secret(i)); got != "you sent [redacted]" {
			t.Errorf("%d: %q", i, got)
		}
	}
	if text := "you sent " + secret(accounts); mine.Find(text) {
		t.Error("found what nobody has")
	}
}

// A list of thousands of accounts marks nothing that is in no account.
func TestOthersDoNotFindWhatIsNotThere(t *testing.T) {
	var others guard.Others
	r := rand.New(rand.NewPCG(1, 2))
	made := func() string {
		text := make([]byte, 40)
		for i := range text {
			text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[r.IntN(62)]
		}
		return string(text)
	}
	for range 3000 {
		g := guard.New(credentials.NewSecret(made()))
		g.Beside(&others)
		g.Find("x")
	}
	g := guard.New()
	g.Beside(&others)
	for i := range 5000 {
		if text := fmt.Sprintf("%d: %s", i, made()); g.Find(text) {
			t.Fatalf("%q is taken for a secret", text)
		}
	}
}

// A program that runs for long tells the others of its secrets with each check. That makes them forget
// nothing.
func TestOthersForgetNothingForWhatTheyKnow(t *testing.T) {
	var others guard.Others
	guard.New(credentials.NewSecret(keycloakMade)).Beside(&others)
	var guards []*guard.Guard
	for i := range 500 {
		guards = append(guards, guard.New(credentials.NewSecret(fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i), byte(i >> 8)})))))
	}
	for range 50 {
		for _, g := range guards {
			g.Beside(&others)
		}
	}
	g := guard.New()
	g.Beside(&others)
	if !g.Find("tried " + keycloakMade) {
		t.Error("the secret that was told first is forgotten")
	}
}
