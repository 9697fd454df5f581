package lint_test

import (
	"encoding/base64"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func draw(r *rand.Rand, alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// secretOf draws a secret as registries, generators of UUIDs, people and password managers make
// them.
func secretOf(r *rand.Rand) string {
	switch r.IntN(5) {
	case 0:
		return draw(r, letters+"_-", 87)
	case 1:
		return draw(r, letters, 32)
	case 2:
		h := draw(r, "0123456789abcdef", 32)
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	case 3:
		words := []string{"correct", "horse", "battery", "staple", "maple", "orbit", "velvet", "canyon", "lumen", "quartz"}
		list := make([]string, 4)
		for i := range list {
			list[i] = words[r.IntN(len(words))]
		}
		return strings.Join(list, []string{"-", " ", "_", ""}[r.IntN(4)])
	}
	var printable strings.Builder
	for c := byte('!'); c <= '~'; c++ {
		printable.WriteByte(c)
	}
	return "k" + draw(r, printable.String(), 12+r.IntN(20)) + "Z"
}

// hidden puts a secret into a client ID, in the ways in which people and programs do.
func hidden(r *rand.Rand, secret string) string {
	switch r.IntN(4) {
	case 0:
		secret = strings.ToLower(secret)
	case 1:
		secret = strings.ToUpper(secret)
	}
	within := secret
	switch r.IntN(14) {
	case 0:
		within = url.QueryEscape(secret)
	case 1:
		within = html.EscapeString(secret)
	case 2:
		within = base64.StdEncoding.EncodeToString([]byte(secret))
	case 3:
		within = base64.RawURLEncoding.EncodeToString([]byte("nightly:" + secret))
	case 4:
		within = "Basic " + base64.StdEncoding.EncodeToString([]byte("nightly:"+url.QueryEscape(secret)))
	case 5:
		within = `"` + secret + `"`
	case 6:
		within = "nightly " + secret
	case 7:
		within = "nightly:" + secret
	case 8:
		within = `"nightly" "` + secret + `"`
	case 9:
		within = secret + "\n"
	case 10:
		within = "OPENEO_AUTH_CLIENT_SECRET=" + secret
	case 11:
		within = "x" + secret + "y"
	case 12:
		within = "\ufeff" + secret[:5] + "\u200b" + secret[5:]
	}
	return within
}

func TestAClientIDThatHoldsTheSecretIsHeldBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 10_000 {
		secret := secretOf(r)
		id := hidden(r, secret)
		wrapped := []string{secret, secret + "\n", `"` + secret + `"`, secret + " # from the vault", `{"client_secret":` + fmt.Sprintf("%q", secret) + `}`}[r.IntN(5)]
		if strings.ContainsAny(secret, `#;&%\$"'`+"`") {
			wrapped = secret // what is part of it and what is wrapped around it cannot be told then
		}
		if why, held := lint.HeldBack(id, credentials.NewSecret(wrapped)); !held {
			t.Errorf("%d: %q is shown, with the secret %q: %s", i, id, wrapped, why)
		}
	}
}

// TestASecretInAClientIDIsSeenWithoutKnowingIt: wait is given no secret.
func TestASecretInAClientIDIsSeenWithoutKnowingIt(t *testing.T) {
	token := jwt(`{"alg":"RS256"}`)
	for _, secret := range []string{registryMade, keycloakMade, token} {
		for _, id := range []string{
			secret, secret + "\n", "id " + secret, "id:" + secret, `"id" "` + secret + `"`, "id=" + secret, url.QueryEscape("id:" + secret),
			"Basic " + base64.StdEncoding.EncodeToString([]byte("id:"+secret)), base64.StdEncoding.EncodeToString([]byte("id:" + secret)), "id&#58;" + secret,
		} {
			if _, held := lint.HeldBack(id, credentials.Secret{}); !held {
				t.Errorf("%q is shown", id)
			}
		}
	}
	for _, id := range []string{"id " + generatedID, "nightly:" + generatedID, `"nightly" "` + generatedID + `"`, "Bearer abc", "nightly correct-horse-battery-staple"} {
		if _, held := lint.HeldBack(id, credentials.Secret{}); !held {
			t.Errorf("%q is shown", id)
		}
	}
}

// Half a UUID, pasted, is a secret too; and the secret may be that of another source.
func TestAPieceAndAnotherSecretAreHeldBack(t *testing.T) {
	for _, id := range []string{generatedID[:20], generatedID[16:], "x" + strings.ToUpper(generatedID[3:30])} {
		if why, held := lint.HeldBack(id, credentials.NewSecret(generatedID)); !held || why != lint.HoldsSecret {
			t.Errorf("%q is shown: %s", id, why)
		}
	}
	beside := []credentials.Secret{credentials.NewSecret("s2"), credentials.NewSecret("nightly"), credentials.NewSecret("correct-horse-battery-staple")}
	for id, want := range map[string]lint.Holding{"id-Correct-Horse-battery-staple": lint.HoldsAnother, "correct%2Dhorse%2Dbattery%2Dstaple": lint.HoldsAnother, "nightly-ndvi": "", "Nightly": lint.HoldsAnother} {
		if why, _ := lint.HeldBack(id, credentials.NewSecret(registryMade), beside...); why != want {
			t.Errorf("%q: %q, want %q", id, why, want)
		}
	}
}

func TestASecretInPlaceOfAFile(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	missed := 0
	for range 1000 {
		raw := make([]byte, 48)
		for i := range raw {
			raw[i] = byte(r.IntN(256))
		}
		if !lint.InPlaceOfFile(base64.StdEncoding.EncodeToString(raw)) {
			missed++
		}
	}
	if missed > 150 { // those that begin with a slash, or have few digits
		t.Errorf("%d of 1000 are taken for names", missed)
	}
	for _, secret := range []string{registryMade, keycloakMade, "Zk78Q~AbC2dEf.Gh4xY9vB3nM1kL6pR5sT7wU0qJ"} {
		if !lint.InPlaceOfFile(secret) {
			t.Errorf("%q is taken for a name", secret)
		}
	}
	for _, name := range []string{
		"", "openeo.env", "/run/secrets/" + registryMade, "./" + registryMade, "~/" + registryMade, registryMade + ".json", "Users/Me/Data2026/Credentials/openeoNightly",
		"Report-2026-11-26T17h03m22s.json", `C:\Users\Me\` + registryMade, "Credentials.d/OpenEO-Nightly-2026-11", "check-reports/Nightly2026/ndvi-Team-B.sarif",
	} {
		if lint.InPlaceOfFile(name) {
			t.Errorf("%q is taken for a secret", name)
		}
	}
}

func TestAnOrdinaryClientIDIsShown(t *testing.T) {
	for _, id := range []string{
		"nightly-ndvi", generatedID, strings.ToUpper(generatedID), "openeo-platform-client-credentials-production-service", "a$b!c*d", "nightly ndvi", " nightly-ndvi\n",
		`"nightly-ndvi"`, "https://client.example/id", "api://" + generatedID, "Lab-Sister", "NO-BODY", "1234567890.apps.example.com", "x", "service-account-7", "opénéo",
		"d41d8cd98f00b204e9800998ecf8427e", "nightly-ndvi#1", "your-client-id", "${OPENEO_AUTH_CLIENT_ID}",
	} {
		for _, secret := range []string{"", registryMade, `{"client_id":"nightly-ndvi","client_secret":"` + registryMade + `"}`, "OPENEO_AUTH_CLIENT_SECRET=" + registryMade, "secret", "changeme", "abc", "**********", "correct horse battery staple"} {
			if why, held := lint.HeldBack(id, credentials.NewSecret(secret)); held {
				t.Errorf("%q with the secret %q is held back: %s", id, secret, why)
			}
		}
	}
}

// TestAClientIDBesideItsSecretIsShown: what was copied with the secret is no part of it.
func TestAClientIDBesideItsSecretIsShown(t *testing.T) {
	for _, id := range []string{"nightly-ndvi", generatedID} {
		for _, value := range []string{id + ":" + registryMade, `{"id":"` + id + `","secret":"` + registryMade + `"}`, id + ":" + keycloakMade} {
			if why, held := lint.HeldBack(id, credentials.NewSecret(value)); held {
				t.Errorf("%q with the value %q is held back: %s", id, value, why)
			}
		}
	}
	for _, id := range []string{registryMade, keycloakMade, registryMade[:20]} {
		if _, held := lint.HeldBack(id, credentials.NewSecret(id+":"+registryMade)); !held {
			t.Errorf("%q is shown", id)
		}
	}
}

func TestUnwrapped(t *testing.T) {
	const plain = "Zk7-qLm2Xv9TbR4w"
	encoded := base64.StdEncoding.EncodeToString([]byte(plain))
	for wrapped, want := range map[string]lint.Form{
		plain + " # rotated in May":                                                     lint.InComment,
		plain + "\t# rotated":                                                           lint.InComment,
		`{"client_secret":"` + plain + `"}` + "\n":                                      lint.InJSON,
		`{"client_id":"nightly","clientSecret":"` + plain + `","token":"x"}`:            lint.InJSON,
		`{"data":{"data":{"client_secret":"` + plain + `"},"metadata":{"a":"b"}}}`:      lint.InJSON,
		`{"installed":{"client_id":"n","client_secret":"` + plain + `"}}`:               lint.InJSON,
		`{"SecretString":"{\"client_secret\":\"` + plain + `\"}"}`:                      lint.InJSON,
		`{"openeo":"` + plain + `"}`:                                                    lint.InJSON,
		encoded:                                                                         lint.InBase64,
		base64.StdEncoding.EncodeToString([]byte(plain + "\n")):                         lint.InBase64,
		"OPENEO_AUTH_CLIENT_SECRET=" + plain:                                            lint.InLine,
		"export CLIENT_SECRET='" + plain + "'":                                          lint.InLine,
		"client_secret: " + plain + "\n":                                                lint.InLine,
		"OPENEO_AUTH_CLIENT_ID=nightly\nOPENEO_AUTH_CLIENT_SECRET=\"" + plain + "\"\n":  lint.InLine,
		`$env:CLIENT_SECRET = "` + plain + `"`:                                          lint.InLine,
		"nightly:" + plain:                                                              lint.InPair,
		"CDSE/nightly/" + plain:                                                         lint.InPair,
		"Basic " + base64.StdEncoding.EncodeToString([]byte("nightly:"+plain)):          lint.InHeader,
		"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("n:"+plain)): lint.InHeader,
		plain + ";":                             lint.InSemicolon,
		plain + "; export X=1":                  lint.InSemicolon,
		"Zk7-qLm2&#88;v9TbR4w":                  lint.InHTML,
		"Zk7%2DqLm2Xv9TbR4w":                    lint.InPercent,
		"<" + plain + ">":                       lint.InBrackets,
		`"{` + plain + `}"`:                     lint.InBrackets,
		plain + plain:                           lint.InTwice,
		`CLIENT_SECRET="` + encoded + `" # k8s`: lint.InLine,
	} {
		inner, wrapping, ok := lint.Unwrapped(credentials.NewSecret(wrapped), "nightly")
		if !ok || inner.Reveal() != plain || wrapping != want {
			t.Errorf("%q: %q in %q, not in %q", wrapped, inner.Reveal(), wrapping, want)
		}
	}
	for wrapped, want := range map[string]string{"a&amp;b&lt;c": "a&b<c", "pa$$word": "pa$word", `ab\$cd`: "ab$cd"} {
		if inner, _, _ := lint.Unwrapped(credentials.NewSecret(wrapped), ""); inner.Reveal() != want {
			t.Errorf("%q: %q, not %q", wrapped, inner.Reveal(), want)
		}
	}
	for _, bare := range []string{plain, registryMade, keycloakMade, generatedID, "correct horse battery staple", "#hash", "a=b", "key:value=1", "{9f!}", "<client-secret-of-yours>", "<2short>", "abab", "", " ", "{}", "{", `{"a":1}`, "password", "Basic", "eyJh.b.c"} {
		if inner, wrapping, ok := lint.Unwrapped(credentials.NewSecret(bare), "nightly"); ok {
			t.Errorf("%q: %q in %s", bare, inner.Reveal(), wrapping)
		}
	}
}

func TestReferencesThatNothingResolved(t *testing.T) {
	for _, text := range []string{
		"ref+vault://secret/openeo#/client_secret", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)", "ssm:/openeo/secret", "ssm://openeo", "projects/p/secrets/s",
		"projects/p/secrets/s/versions/latest", "projects/p/locations/l/secrets/s", "op://vault/openeo/secret", "!vault |", "!vault", "!Sub ${Secret}", "pass:openeo/secret", "gopass:openeo",
		"passage:openeo", "env:OPENEO_SECRET", "secretref-env:OPENEO_SECRET", "secretref:openeo", "keyring://openeo", "/run/secrets/openeo", "run/secrets/openeo",
		"/aws/reference/secretsmanager/openeo", "{{resolve:secretsmanager:openeo:SecretString:x}}", "arn:aws-cn:ssm:x", "vault:secret/data/openeo#x", "akv:name", "getenv('OPENEO_SECRET')",
		"lookup('env', 'OPENEO')", "awssm://x", "file:/run/secrets/x",
		"ENC[AES256_GCM,data:abc,iv:x]", "$ANSIBLE_VAULT;1.1;AES256", "vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==",
		"-----BEGIN PGP MESSAGE-----", "-----BEGIN AGE ENCRYPTED FILE-----", "AQICAHhabc", "{cipher}FKSAJDFGYOS8F7GLHAKERGFHLSAJ", "Ag" + strings.Repeat("By3i4OJSWK+PiTySYZZA9rO43cGDEq", 5) + "==",
	} {
		if l := lint.Secret(credentials.NewSecret(text)); l.Placeholder == "" {
			t.Errorf("%q is taken for a secret", text)
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		if secret := secretOf(r); lint.Secret(credentials.NewSecret(secret)).Placeholder != "" {
			t.Errorf("%q is taken for a reference", secret)
		}
	}
}

func BenchmarkHeldBack(b *testing.B) {
	secret := credentials.NewSecret(draw(rand.New(rand.NewPCG(1, 2)), letters, 91))
	for b.Loop() {
		if _, held := lint.HeldBack("nightly-ndvi", secret); held {
			b.Fatal("held back")
		}
	}
}
