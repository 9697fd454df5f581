package snippet

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/catalog"
)

// Where an account keeps its secret decides how the secret gets to a job, and whether cron can find
// it by itself.
func TestEverySourceGetsToAJob(t *testing.T) {
	for _, tc := range []struct {
		source accounts.Source
		fetch  string
		found  bool
	}{
		{accounts.Source{Kind: accounts.SecretFile, Name: "/a b/nightly.secret"}, "cat '/a b/nightly.secret'", true},
		{accounts.Source{Kind: accounts.Credentials, Name: "~/nightly.env"}, "cat ~/nightly.env", true},
		{accounts.Source{Kind: accounts.SecretVariable, Name: "NIGHTLY"}, `printf %s "$NIGHTLY"`, false},
		{accounts.Source{Kind: accounts.SecretVariable, Name: "OPENEO_AUTH_CLIENT_CREDENTIALS_APEX"}, `printf %s "${OPENEO_AUTH_CLIENT_CREDENTIALS_APEX#*/*/}"`, false},
		{accounts.Source{Kind: accounts.SecretCommand, Command: []string{"vault", "get", "a b"}}, `printf %s "$(vault get 'a b')"`, true},
		{accounts.Source{Kind: accounts.Keyring}, `(IFS= read -r secret; printf %s "$secret")`, false},
		{accounts.Source{Kind: accounts.AuthConfig}, `(IFS= read -r secret; printf %s "$secret")`, true},
	} {
		f := flags{name: "nightly", source: tc.source, secretFile: DefaultSecretFile}
		if tc.source.Name != "" && tc.source.Kind != accounts.SecretVariable {
			f.secretFile, f.variables = tc.source.Name, tc.source.Kind == accounts.Credentials
		}
		v := development()
		v.Place, v.SecretFile, v.Variables = placeOf(f), f.secretFile, f.variables
		if v.Fetch() != tc.fetch || v.Place.Found != tc.found {
			t.Errorf("%s: %s, found %v", tc.source, v.Fetch(), v.Place.Found)
		}
		for _, id := range []string{"systemd", "kubernetes", "compose"} {
			if text := render(t, id, v); !strings.Contains(text, tc.fetch+" | ") || !strings.Contains(text, v.Place.Words) {
				t.Errorf("%s: nothing brings the secret %s:\n%s", id, v.Place.Words, text)
			}
		}
		text := render(t, "cron", v)
		if byName := strings.Contains(text, "* credguide check nightly --quiet"); byName != tc.found || !byName && !strings.Contains(text, tc.fetch+" > "+DefaultSecretFile+")") {
			t.Errorf("%s:\n%s", tc.source, text)
		}
	}
}

// Kubernetes and Compose both put variables in the place of $NAME, and cron ends a line at %.
func TestHostileValuesStayArguments(t *testing.T) {
	for _, value := range append([]string{"a%b", "$(HOME)", "${HOME}", "%d", "a b"}, hostile...) {
		v := development()
		v.ClientID, v.Environment, v.Place.Name, v.Place.Words = value, value, value, value
		v.Check = []string{"--issuer", value, "--ca-file", value}
		dollars := strings.ReplaceAll(value, "$", "$$")

		job, err := catalog.Decode[map[string]any]("kubernetes", []byte(render(t, "kubernetes", v)))
		if err != nil {
			t.Fatal(err)
		}
		pod := at2(job, "spec", "jobTemplate", "spec", "template", "spec")["containers"].([]any)[0].(map[string]any)
		want := fmt.Sprint([]any{"check", "--issuer", dollars, "--ca-file", "/secrets/ca.pem", "--client-id", dollars, "--secret-file", "/secrets/secret", "--quiet", "--retry-for", "10m"})
		if got := fmt.Sprint(pod["args"]); got != want {
			t.Errorf("%s, want %s", got, want)
		}

		composed := render(t, "compose", v)
		if _, err := catalog.Decode[map[string]any]("compose", []byte(composed)); err != nil {
			t.Fatal(err)
		}
		list, err := catalog.Decode[[]map[string]string]("list", []byte(listed(composed)))
		if err != nil || len(list) != 1 || list[0]["client_id"] != value || list[0]["issuer"] != value || list[0]["ca_file"] != "/run/secrets/ca.pem" {
			t.Errorf("%v, %v", list, err)
		}

		lines := strings.Split(render(t, "cron", v), "\n")
		if at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "23 6 ") }); at != len(lines)-2 || strings.Contains(strings.ReplaceAll(lines[at], `\%`, ""), "%") {
			t.Errorf("%q", lines)
		}
		if label := v.Label(); len(label) > 52 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasSuffix(label, "-") {
			t.Errorf("%q names nothing in Kubernetes", label)
		}
	}
	if got := forSystemd([]string{"a", "a b", "$x", "%d", `"`, ""}); got != `a "a b" "$$x" %%d "\"" ""` {
		t.Error(got)
	}
}

// listed is the list of accounts that the snippet for Compose has in its comments.
func listed(composed string) string {
	var b strings.Builder
	for line := range strings.Lines(composed) {
		if entry, ok := strings.CutPrefix(line, "#| "); ok {
			b.WriteString(entry)
		}
	}
	return b.String()
}
