package lint_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

const (
	registryMade = "uMNz3x-9a_Q0kJvWc7rT1bYhE5sXgLpD8fIo2ZAyRtKCj4HqUeV6nGdmBwPSlFiO0N1M2x3y4z5A6B7C8D9E0Fg"
	keycloakMade = "q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe"
	canary       = "cAnArY-7f3e9b+%2F:&="
	generatedID  = "3f1c2b7e-9d4a-4c8e-8b1f-0a2d6c5e7f90"
)

// complaints names everything in a lint that a check would report.
func complaints(l lint.Lint) []string {
	var list []string
	add := func(name string, bad bool) {
		if bad {
			list = append(list, name)
		}
	}
	add("blank", l.Blank)
	add("whitespace", len(l.Leading)+len(l.Trailing) > 0)
	add("invisible", len(l.Invisible) > 0)
	add("quoted", l.Quoted != "")
	add("placeholder", l.Placeholder != "")
	add("masked", l.Masked)
	add("token", l.Token)
	return list
}

func secretComplaints(text string) []string {
	return complaints(lint.Secret(credentials.NewSecret(text)).Lint)
}

func idComplaints(text string) []string {
	l := lint.ClientID(text)
	list := complaints(l.Lint)
	if len(l.Inner) > 0 {
		list = append(list, "inner")
	}
	return list
}

func jwt(header string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + ".eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
}

func TestLintSecret(t *testing.T) {
	tests := map[string][]string{
		"placeholder": {
			"<secret>", "<your client secret>", "<CLIENT_SECRET>", "<client-secret-1>", "changeme", "CHANGE_ME", "change-me", "Changeit", "changeThis",
			"your-client-secret", "YOUR_CLIENT_SECRET", "yourClientSecret", "your_secret_here", "insert secret here", "my-client-secret",
			"paste-your-secret-here", "REPLACE_ME", "replaceme", "TODO", "todo", "TBD", "FIXME", "client_secret", "client-secret", "secret",
			"xxx", "xxxxxxxx", "XXXXXXXXXXXX", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "....", "…", "????", "____",
			"${VAR}", "${OPENEO_AUTH_CLIENT_SECRET}", "${OPENEO_AUTH_CLIENT_SECRET:-}", "$OPENEO_AUTH_CLIENT_SECRET", "$VAR", "$client_secret",
			"%OPENEO_AUTH_CLIENT_SECRET%", "%VAR%", "${{ secrets.OPENEO_AUTH_CLIENT_SECRET }}", "${{ secrets.X }}", "{{ x }}", "{{x}}", "{{ .Values.secret }}",
			"$(OPENEO_SECRET)", "#{Secret}", "@CLIENT_SECRET@", "__CLIENT_SECRET__", "%(client_secret)s", "$env:OPENEO_SECRET", "process.env.SECRET",
			"null", "NULL", "undefined", "None", "nil", "n/a", "NaN", "(null)", "[object Object]", "<none>",
			"[client secret]", "{client_secret}", "[your secret]", "(paste here)", "example-secret", "dummy", "placeholder", "placeholder_value",
			"op://vault/openeo/secret", "ENC[AES256_GCM,data:abc]", "/run/secrets/openeo", "arn:aws:secretsmanager:eu-west-1:1:secret:x",
			"prefix${OPENEO_SECRET}", "openeo-client-secret", "put.your.secret.here", "<CHANGE-ME>", "your-oauth2-client-secret",
		},
		"masked": {
			"***", "********", "••••••••", "●●●●●●", "[redacted]", "[REDACTED]", "(hidden)", "[MASKED]", "<redacted>", "***redacted***", "REDACTED",
			"[Filtered]", "<sensitive>", "(sensitive value)", "■■■■", "[secure]", "uMNz******7C8D", "uMNz••••7C8D",
		},
		"token": {
			jwt(`{"alg":"RS256","typ":"JWT"}`), "Bearer " + jwt(`{"alg":"HS512"}`), "oidc/egi/" + jwt(`{"alg":"RS256"}`),
			base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"dir","enc":"A256GCM"}`)) + "..aXY.Y2lwaGVy.dGFn",
		},
		"whitespace": {
			registryMade + "\n", registryMade + "\r\n", " " + registryMade, "\t" + registryMade, registryMade + "\u3000", "two words ",
		},
		"invisible": {
			"\uFEFF" + registryMade, registryMade + "\u00A0", "\u00A0" + registryMade, "abc\u200Bdefgh", "abcdef\u202E", "abc\x00def", "abc\tdef",
			"abc\ndef", "ab\x7Fcd", "abc\u00ADdef", "abc\u200Ddef", "abcd\u2028efg", "abcd\x1b[31m",
		},
		"quoted": {
			`"` + registryMade + `"`, `'` + registryMade + `'`, "`" + registryMade + "`", "“" + registryMade + "”", "‘" + registryMade + "’",
			"«" + registryMade + "»", `\"` + registryMade + `\"`,
		},
		"blank": {"", " ", "\n", "\r\n\t "},
	}
	for want, texts := range tests {
		for _, text := range texts {
			if got := secretComplaints(text); !cmp.Equal(got, []string{want}) {
				t.Errorf("%q: got %v, want %s", text, got, want)
			}
		}
	}
}

func TestLintSecretFindsFaultsBehindEachOther(t *testing.T) {
	tests := map[string][]string{
		"\"changeme\"\n":                 {"whitespace", "quoted", "placeholder"},
		"\uFEFF\"" + registryMade + "\"": {"invisible", "quoted"},
		"'***'":                          {"quoted", "masked"},
		"  ab ":                          {"whitespace"},
	}
	for text, want := range tests {
		if diff := cmp.Diff(want, secretComplaints(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// Unusual, but valid: a false alarm here would send people after nothing.
func TestLintSecretLetsUnusualOnesBe(t *testing.T) {
	for _, text := range []string{
		registryMade, keycloakMade, generatedID, "a+b%2Fc:d&e=f", "correct horse battery staple", "spaces inside are fine", "pässwörd-ß-ĳ", "密码很安全吗", "q'w\"e`r",
		"$X9QPLK22", "%41%zz+ab", "Tr0ub4dor&3", "pa$$word-9x", "P@$$w0rd!", "a<b>c", "{9f!}", "100%sure", "abcd", "1234", "x9x9", "xx-y", "key:value=1",
		"👩\u200d👩\u200d👧 family", "می\u200cخواهم-۱۲۳", "test", "openeo", "tokyo", "hereford-9", "idea", "thelma-and-louise", "**a**b", "ab…cd", "test-secret-1", "secret123",
		"a.b.c", "eyJh.b.c", "0000", "A#B{C}D", "hunter2", "my-secret-value-42", "--------BEGIN", "U+00A0", "‼okay", "日本　語です",
		"/path/like+secret/==", "https", "user@host", "@@x9@@", "__init9__", "$2a$10$N9qo8uLOickgx2ZMRZoMye", "none-of-it", "nullable", "todos9", "§±!@#",
	} {
		if got := secretComplaints(text); len(got) > 0 {
			t.Errorf("%q: complains %v", text, got)
		}
	}
}

func TestLintSecretMarksNonASCII(t *testing.T) {
	for text, want := range map[string]bool{"pässwörd": true, "plain": false, "日本　語": true, "👍👍👍": true, "abc\u200Bdef": false, "a b~!": false} {
		if got := lint.Secret(credentials.NewSecret(text)).NonASCII; got != want {
			t.Errorf("%q: non-ASCII %v", text, got)
		}
	}
}

func TestLintClientID(t *testing.T) {
	tests := []struct {
		id   string
		want []string
	}{
		{generatedID, nil},
		{"openeo-vito-batch", nil},
		{"my-openeo-client", nil},
		{"openeo-example-client", nil},
		{"test_service.2", nil},
		{"a$b!c*d'(e),f+g", nil},
		{"Client", nil},
		{"client", nil},
		{"openeo", nil},
		{"id", nil},
		{"x1", nil},
		{"secret-garden-app", nil},
		{" openeo", []string{"whitespace"}},
		{"openeo-client\n", []string{"whitespace"}},
		{"openeo client", []string{"inner"}},
		{"open\teo", []string{"inner"}},
		{"openeo\u200B-client", []string{"invisible"}},
		{"\uFEFFopeneo", []string{"invisible"}},
		{"openeo\u00A0", []string{"invisible"}},
		{`"openeo-client"`, []string{"quoted"}},
		{`'openeo-client'`, []string{"quoted"}},
		{"<client-id>", []string{"placeholder"}},
		{"your-client-id", []string{"placeholder"}},
		{"YOUR_CLIENT_ID", []string{"placeholder"}},
		{"client_id", []string{"placeholder"}},
		{"${OPENEO_AUTH_CLIENT_ID}", []string{"placeholder"}},
		{"$OPENEO_AUTH_CLIENT_ID", []string{"placeholder"}},
		{"${{ vars.CLIENT_ID }}", []string{"inner", "placeholder"}},
		{"undefined", []string{"placeholder"}},
		{"None", []string{"placeholder"}},
		{"changeme", []string{"placeholder"}},
		{"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", []string{"placeholder"}},
		{"00000000-0000-0000-0000-000000000000", []string{"placeholder"}},
		{"********", []string{"masked"}},
		{jwt(`{"alg":"RS256"}`), []string{"token"}},
		{"a", nil},
		{strings.Repeat("ab1-", 33), nil},
		{"https://client.example/id", nil},
		{"opénéo", nil},
		{"", []string{"blank"}},
		{"\n", []string{"blank"}},
	}
	for _, test := range tests {
		got := idComplaints(test.id)
		less := func(list []string) map[string]bool {
			set := map[string]bool{}
			for _, one := range list {
				set[one] = true
			}
			return set
		}
		if diff := cmp.Diff(less(test.want), less(got)); diff != "" {
			t.Errorf("%q: %s", test.id, diff)
		}
	}
}

func TestLintNamesCodePointAndPlace(t *testing.T) {
	secret := lint.Secret(credentials.NewSecret("\uFEFFab\u200Bcd\u00A0"))
	id := lint.ClientID(" a b\r\n")
	got := []string{}
	for _, list := range [][]lint.Mark{secret.Invisible, id.Leading, id.Inner, id.Trailing} {
		for _, mark := range list {
			got = append(got, mark.String())
		}
	}
	want := []string{
		"U+FEFF byte order mark at the start",
		"U+200B zero width space inside, character 4",
		"U+00A0 no-break space at the end",
		"U+0020 space at the start",
		"U+0020 space inside, character 3",
		"U+000D carriage return at the end",
		"U+000A line feed at the end",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestShapes(t *testing.T) {
	tests := []struct {
		text       string
		secret, id bool
	}{
		{registryMade, true, false},
		{keycloakMade, true, false},
		{generatedID, false, true},
		{strings.ToUpper(generatedID), false, true},
		{"openeo-vito-batch", false, true},
		{"my_service.prod", false, true},
		{"openeo-platform-client-credentials-production-service", false, true},
		{"d41d8cd98f00b204e9800998ecf8427e", false, false},
		{"correct horse battery staple", false, false},
		{"9wQ2-Lm4Zx_8Tr6Vb0Nk3Hs7Jd5Fg1PcYaE", true, false},
		{"", false, false},
		{"ab", false, false},
		{"Tr0ub4dor&3", false, false},
	}
	for _, test := range tests {
		if lint.SecretShaped(test.text) != test.secret || lint.IDShaped(test.text) != test.id {
			t.Errorf("%q: secret %v, id %v", test.text, lint.SecretShaped(test.text), lint.IDShaped(test.text))
		}
	}
}

func TestSwapped(t *testing.T) {
	tests := []struct {
		id, secret string
		want       bool
	}{
		{registryMade, generatedID, true},
		{keycloakMade, "openeo-vito-batch", true},
		{registryMade + "\n", `"` + generatedID + `"`, true},
		{generatedID, registryMade, false},
		{generatedID, generatedID, false},
		{registryMade, registryMade, false},
		{registryMade, "hunter2", false},
		{"openeo-vito-batch", "correct-horse-battery", false},
	}
	for _, test := range tests {
		if got := lint.Swapped(test.id, credentials.NewSecret(test.secret)); got != test.want {
			t.Errorf("%q and %q: %v", test.id, test.secret, got)
		}
	}
}

func TestVariants(t *testing.T) {
	type variant = func(credentials.Secret) (credentials.Secret, bool)
	tests := []struct {
		name    string
		variant variant
		in, out string // out empty: unchanged
	}{
		{"trimmed", lint.Trimmed, " abcd\r\n", "abcd"},
		{"trimmed", lint.Trimmed, "ab cd", ""},
		{"trimmed", lint.Trimmed, " \n", ""},
		{"without invisible", lint.WithoutInvisible, "\uFEFFab\u00A0cd", "abcd"},
		{"without invisible", lint.WithoutInvisible, "abcd\n", ""},
		{"cleaned", lint.Cleaned, "\uFEFF \"abcd\" \n", "abcd"},
		{"cleaned", lint.Cleaned, "abcd", ""},
	}
	for _, test := range tests {
		got, changed := test.variant(credentials.NewSecret(test.in))
		want := test.out
		if want == "" {
			want = test.in
		}
		if got.Reveal() != want || changed != (test.out != "") {
			t.Errorf("%s %q: %q, changed %v", test.name, test.in, got.Reveal(), changed)
		}
	}
	if id, changed := lint.CleanedClientID(" 'openeo'\n"); id != "openeo" || !changed {
		t.Errorf("client ID: %q %v", id, changed)
	}
}

// A secret that a generator made is never complained of, whatever comes out.
func TestGeneratedSecretsAreNeverComplainedOf(t *testing.T) {
	letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for name, gen := range map[string]*rapid.Generator[string]{
		"registry": rapid.StringOfN(rapid.RuneFrom([]rune(letters+"_-")), 87, 87, -1),
		"keycloak": rapid.StringOfN(rapid.RuneFrom([]rune(letters)), 32, 32, -1),
	} {
		rapid.Check(t, func(t *rapid.T) {
			text := gen.Draw(t, name)
			if strings.Trim(text, text[:1]+"-") == "" {
				return // a row of one character is drawn by rapid, never by a generator
			}
			if got := secretComplaints(text); len(got) > 0 {
				t.Fatalf("complains %v", got)
			}
			lint := lint.Secret(credentials.NewSecret(text))
			if lint.NonASCII || lint.StrayQuote {
				t.Fatalf("%+v", lint)
			}
		})
	}
}

// Any text of letters, digits and signs that a person may choose: white
// space, invisible characters and tokens are never found where none are.
func TestLintFindsNoCharacterThatIsNotThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019+%:&= /?.,;!~#@^*()[]|äß漢語Ωж")), 4, 100, -1).Draw(t, "text")
		lint := lint.Secret(credentials.NewSecret(text))
		space := strings.TrimSpace(text) != text
		if lint.HasWhitespace() != (space && !lint.Blank) || len(lint.Invisible) > 0 || lint.Token || lint.Quoted != "" {
			t.Fatalf("%q: %+v", text, lint)
		}
	})
}

func TestLintHoldsNoPartOfTheSecret(t *testing.T) {
	for _, text := range []string{canary, canary + "\n", `"` + canary + `"`} {
		if printed := fmt.Sprintf("%+v %#v", lint.Secret(credentials.NewSecret(text)), lint.Secret(credentials.NewSecret(text))); strings.Contains(printed, canary[:6]) {
			t.Errorf("the lint shows the secret: %s", printed)
		}
	}
}

func FuzzLint(f *testing.F) {
	for _, seed := range []string{"", registryMade, "\uFEFF\"x\"\n", "${X}", "***", "\xff\xfe", "$", "%", "__", "a\u200db"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		secret := credentials.NewSecret(text)
		found := lint.Secret(secret)
		id := lint.ClientID(text)
		if found.Characters != id.Characters {
			t.Fatal("lengths differ")
		}
		for _, mark := range append(append(found.Leading, found.Trailing...), found.Invisible...) {
			if mark.Position < 1 || mark.Position > found.Characters {
				t.Fatalf("%+v is outside of %d characters", mark, found.Characters)
			}
		}
		for _, variant := range []func(credentials.Secret) (credentials.Secret, bool){lint.Trimmed, lint.WithoutInvisible, lint.Cleaned} {
			if cleaned, changed := variant(secret); changed == cleaned.Equal(secret) || cleaned.IsZero() && text != "" {
				t.Fatal("a variant is empty, or says wrongly whether it changed")
			}
		}
	})
}

// The core is what is left of a value when all that a person may have copied along is taken away.
func TestTheCoreOfAValue(t *testing.T) {
	for text, want := range map[string]int{"abc": 3, " abc\n": 3, `"abc"`: 3, "\uFEFF'a b'": 3, "üö§": 3, " ": 0, "": 0} {
		if got := lint.Secret(credentials.NewSecret(text)).Core; got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestGuessable(t *testing.T) {
	for secret, guessable := range map[string]bool{
		registryMade:                           false,
		"8c2f1b7e-94d3-4a60-b5c8-7e1f20d93ab4": false,
		"Zk7vQ9xT2mL8wR4nB6yC1dF3gH5jK0pS":     false,
		"9f86d081884c7d659a2feaa0c55ad015":     false,
		"":                                     true,
		"hunter2":                              true,
		"openeo-2026":                          true,
		"correct horse battery staple 1234":    true,
		"my-very-long-password-of-the-lab":     true,
		"31415926535897932384626433832795":     true,
		strings.Repeat("ab12", 20):             false,
	} {
		if got := lint.Guessable(credentials.NewSecret(secret)); got != guessable {
			t.Errorf("%q: %v", secret, got)
		}
	}
}
