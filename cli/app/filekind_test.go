package app

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// kinds are files as people have them, and what each is. Nothing is what could be anything.
var kinds = map[FileKind][]string{
	AccountList: {
		"# mine\n---\n- name: nightly\n  environment: production\n  client_id: n\n- name: weekly\n",
		"- {name: nightly, backend: openeo.cloud}\n",
		`[{"name":"nightly","client_id":"n","secret_file":"n.secret"}]`,
	},
	SavedReport: {
		`{"schema":"credguide.report/1","tool":{"name":"credguide"},"subject":{},"verdict":"healthy"}`,
		"{\n \"schema\": \"credguide.report/1\",\n \"tool\": {},\n \"subject\": {\"environment\":\"x\"", // cut off
	},
	Request: {
		"service_name: Nightly\nclient_id: n\n", `{"id":"r1","request":{"client_id":"n"}}`,
		"service_name: Nightly\njwks: |\n  -----BEGIN CERTIFICATE-----\n  Traceback (most recent call last)\n",
		"- client_id: n\n  grant_types: [client_credentials]\n  environment: production\n",
		"- client_id: n\n  environment: production\n  contacts: []\n",
	},
	Environment:  {"id: lab\ntitle: Lab\nissuer: https://localhost:8443/realms/egi\nbackends:\n  - id: x\n"},
	Certificates: {"# the lab's\n-----BEGIN CERTIFICATE-----\nMIIB\n", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nMIIB\n"},
	Variables:    {"OPENEO_AUTH_CLIENT_ID=n\nOPENEO_AUTH_CLIENT_SECRET='x'\n", "# env\nexport OPENEO_AUTH_CLIENT_ID=n\n", "KEY=\"-----BEGIN PRIVATE KEY-----\nMIIB\"\nOPENEO_AUTH_CLIENT_ID=n\n"},

	diagnosisFile: {"id: x\ntitle: T\nlayer: client\nrules:\n  - when: {a: b}\n"},
	discovery:     {"\xef\xbb\xbf" + `{"issuer":"https://idp.example.org","jwks_uri":"https://idp.example.org/jwks"}`},
	capabilities:  {`{"api_version":"1.2.0","backend_version":"1","endpoints":[]}`},
	authConfig:    {`{"general":{"type":"AuthConfig"},"backends":{}}`},
	tokenFile:     {"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln\n", `{"access_token":"x","token_type":"Bearer"}`},
	privateKey:    {"-----BEGIN EC PRIVATE KEY-----\nMIIB\n"},
	errorText:     {"Traceback (most recent call last):\n  File \"x\"\nOidcException: x\n"},
	pageFile:      {"<!doctype html>\n<title>credguide</title>", `<?xml version="1.0"?><testsuites/>`, `{"version":"2.1.0","runs":[]}`},
	secretFile:    {"s0CJXVjQYRKSdzUemmM4xD4MuZaQ57n-ITxBv3\n"},

	"": {"", "hello\n", "a: b\n", "[1, 2]", "[", "{", "{\"a", "- \n- x\n", "client_id: n\nbackend: openeo.cloud\n", "\x00\xff", "key: [{", "- - -", `{"Results":[{"Zone":"eu-west-1","Count":3827,"Query":"Vj"}]}`},
}

func TestAFileIsKnownByItsBeginning(t *testing.T) {
	for kind, files := range kinds {
		for _, file := range files {
			if got := kindOf([]byte(file)); got != kind {
				t.Errorf("%q is %q, want %q", file, got, kind)
			}
		}
	}
}

func TestAMisplacedFileNamesTheCommandThatTakesIt(t *testing.T) {
	for _, tc := range []struct {
		name, data string
		want       FileKind
		err, hint  string
	}{
		{"my list.yaml", kinds[AccountList][0], Request, "my list.yaml is a list of accounts, not a registration request", "to check its accounts: credguide check --all 'my list.yaml'"},
		{"-", kinds[SavedReport][0], Request, "standard input is a saved report, not a registration request", "to read it: credguide check --from FILE"},
		{"x", kinds[Request][0], Answers, "", ""},
		{"x", kinds[Request][0], Request, "", ""},
		{"x", "hello", Request, "", ""},
	} {
		err := Misplaced(tc.name, []byte(tc.data), tc.want)
		if tc.err == "" && err == nil {
			continue
		}
		if err == nil || err.Error() != tc.err || strings.Join(HintsOf(err), "|") != tc.hint {
			t.Errorf("%s: %v %q, want %q %q", tc.name, err, HintsOf(err), tc.err, tc.hint)
		}
	}
	for kind := range kinds {
		if kind != "" && takers[kind] == "" {
			t.Errorf("no command is named for %s", kind)
		}
	}
}

// A token is too long for the name of a file, which each system says in its own way.
func TestATokenAsFile(t *testing.T) {
	token := "eyJhbGciOiJSUzI1NiJ9." + strings.Repeat("aZ09-_bY18", 50) + "." + strings.Repeat("cX27", 50)
	for name, want := range map[string]string{
		token: "expected a file name, but this looks like the token itself",
		"Zk78Q-AbC2dEfGh4xY9vB3nM1kL6pR5sT7wU0qJ":        "expected a file name, but this looks like the secret itself",
		filepath.Join(t.TempDir(), "Nightly2026.secret"): "",
	} {
		err := SecretAsFile(name)
		if got := fmt.Sprint(err); want == "" && err != nil || want != "" && got != want {
			t.Errorf("%.40s: %s", name, got)
		}
	}
}
