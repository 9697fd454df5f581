package accounts_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials/accounts"
)

const canary = "Zk7vQ9xT2mL8wR4nB6yC1dF3gH5jK0pS7aE9uX2iO4tV6bN8mQ1wZ3xY5cR7vL9kJ2hG4fD6sA8qP0oI1uY3tR5eW"

// full is an entry with everything that an entry can have.
const full = `- name: nightly
  environment: production
  backend: openeo.cloud
  provider_id: egi
  client_id: nightly-ndvi
  secret_file: nightly.secret
  expires: 2027-03-31
  owner: eo-ops@lab.example.org
  labels: {team: eo, tier: 1}
  ca_file: corp.pem
  ignore: {token-lifetime-short: "agreed with the administrators"}
`

func read(t *testing.T, text string) accounts.List {
	t.Helper()
	l, err := accounts.Read("l.yaml", "/lab", []byte(text), false)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestReadTakesEveryKey(t *testing.T) {
	want := accounts.Account{
		Name: "nightly", Environment: "production", Backend: "openeo.cloud", ProviderID: "egi", ClientID: "nightly-ndvi",
		Source:  accounts.Source{Kind: accounts.SecretFile, Name: filepath.Join("/lab", "nightly.secret")},
		Expires: accounts.Date{Year: 2027, Month: 3, Day: 31}, Owner: "eo-ops@lab.example.org",
		Labels: map[string]string{"team": "eo", "tier": "1"}, CAFile: filepath.Join("/lab", "corp.pem"),
		Ignore: map[string]string{"token-lifetime-short": "agreed with the administrators"},
	}
	json := `[{"name":"nightly","environment":"production","backend":"openeo.cloud","provider_id":"egi","client_id":"nightly-ndvi",
		"secret_file":"nightly.secret","expires":"2027-03-31","owner":"eo-ops@lab.example.org","labels":{"team":"eo","tier":1},
		"ca_file":"corp.pem","ignore":{"token-lifetime-short":"agreed with the administrators"}}]`
	for _, text := range []string{full, json} {
		got := read(t, text)
		if got.Entries[0].Fault != nil {
			t.Fatal(got.Entries[0].Fault)
		}
		if d := cmp.Diff(want, got.Entries[0].Account); d != "" {
			t.Error(d)
		}
	}
}

func TestReadSources(t *testing.T) {
	for text, want := range map[string]accounts.Source{
		"secret_file: /run/s":                                 {Kind: accounts.SecretFile, Name: "/run/s"},
		"secret_variable: CDSE_CLIENT_SECRET":                 {Kind: accounts.SecretVariable, Name: "CDSE_CLIENT_SECRET"},
		"secret_variable: OPENEO_AUTH_CLIENT_CREDENTIALS_V2":  {Kind: accounts.SecretVariable, Name: "OPENEO_AUTH_CLIENT_CREDENTIALS_V2"},
		"secret_command: [vault, kv, get, 7, -field=x]":       {Kind: accounts.SecretCommand, Command: []string{"vault", "kv", "get", "7", "-field=x"}},
		"keyring: true":                                       {Kind: accounts.Keyring},
		"credentials: /a.env":                                 {Kind: accounts.Credentials, Name: "/a.env"},
		"auth_config: true\n  keyring: false\n  secret_file:": {Kind: accounts.AuthConfig},
	} {
		got := read(t, "- name: a\n  "+text+"\n").Entries[0]
		if d := cmp.Diff(want, got.Source); d != "" || got.Fault != nil {
			t.Errorf("%s: %v %s", text, got.Fault, d)
		}
	}
}

// Each fault is one of its entry, has its line, says what is expected and repeats no value.
func TestFaultsAreOfTheirEntry(t *testing.T) {
	const source = "\n  keyring: true"
	for entry, want := range map[string]string{
		"name: a\n  enviroment: production" + source:              `3: unknown key "enviroment" (did you mean environment?)`,
		"name: a\n  Secret-File: x" + source:                      `3: unknown key "Secret-File" (did you mean secret_file?)`,
		"name: a\n  client_secret: " + canary + source:            `3: unknown key "client_secret": this file never holds a secret; put it into a file that only you may read and name that with secret_file`,
		"name: a\n  colour: red" + source:                         `3: unknown key "colour"; this version of credguide does not know it`,
		"name: a\n  " + canary + ": 1" + source:                   `3: unknown key (not shown: it looks like a secret); this version of credguide does not know it`,
		"name: a b" + source:                                      `2: name: "a b" must consist of letters, digits, '.', '_' and '-'`,
		"name: \"a\\n::stop-commands::x\"" + source:               `2: name: "a\n::stop-commands::x" must consist of letters, digits, '.', '_' and '-'`,
		"name: </script>" + source:                                `2: name: "</script>" must consist of letters, digits, '.', '_' and '-'`,
		"name: 'a\"b'" + source:                                   `2: name: "a\"b" must consist of letters, digits, '.', '_' and '-'`,
		"name: \"\\e[2J\"" + source:                               `2: name: "\x1b[2J" must consist of letters, digits, '.', '_' and '-'`,
		"name: {}" + source:                                       "2: name: expected a single text",
		"name: " + canary + "=" + source:                          `2: name: (not shown: it looks like a secret) must consist of letters, digits, '.', '_' and '-'`,
		"name: " + canary + source:                                "2: name: it looks like a secret, and a name is shown everywhere",
		"name: ''" + source:                                       "2: name is empty; remove it or give it a value",
		"name: a\n  issuer: aai.example" + source:                 "3: issuer: not an absolute http(s) URL",
		"name: a\n  issuer: https://u:" + canary + "@h/" + source: "3: issuer: the URL must not contain a user name or password",
		"name: a\n  issuer: https://h\n  environment: x" + source: "2: environment and issuer exclude each other: an environment has its issuer already",
		"name: a":                   "2: no source of the secret: add one of secret_file, secret_variable, secret_command, keyring, credentials, auth_config",
		"name: a\n  keyring: false": "2: no source of the secret: add one of secret_file, secret_variable, secret_command, keyring, credentials, auth_config",
		"name: a\n  secret_file: x\n  keyring: true":   "4: keyring: secret_file names the secret's source already; keep one of the two",
		"name: a\n  secret_file: " + canary:            "3: secret_file: expected a file name, but this looks like the secret itself; replace the secret, since this file may have been seen",
		"name: a\n  secret_file: ~/x":                  "3: secret_file: ~ is not expanded here; write the whole path",
		"name: a\n  secret_file: \"-\"":                "3: secret_file: standard input holds one secret, not those of a list",
		"name: a\n  secret_file: [x]":                  "3: secret_file: expected a single text",
		"name: a\n  secret_variable: $X":               "3: secret_variable: expected the name of an environment variable, without $",
		"name: a\n  secret_variable: " + canary:        "3: secret_variable: expected the name of a variable, but this looks like the secret itself; replace the secret, since this file may have been seen",
		"name: a\n  secret_command: vault kv get":      "3: secret_command: expected the program and its arguments as a list, such as [vault, kv, get, -field=secret, kv/nightly]",
		"name: a\n  secret_command: []":                "3: secret_command: expected the program and its arguments as a list, such as [vault, kv, get, -field=secret, kv/nightly]",
		"name: a\n  secret_command: [vault, {}]":       "3: secret_command: expected the program and its arguments as a list, such as [vault, kv, get, -field=secret, kv/nightly]",
		"name: a\n  secret_command: [\"\"]":            "3: secret_command: the command is empty",
		"name: a\n  secret_command: [" + canary + "]":  "3: secret_command: expected a program, but this looks like the secret itself; replace the secret, since this file may have been seen",
		"name: a\n  keyring: sometimes":                "3: keyring: expected true",
		"name: a\n  expires: next year" + source:       "3: expires: expected a date such as 2027-03-31",
		"name: a\n  expires: 2027-02-30" + source:      "3: expires: expected a date such as 2027-03-31",
		"name: a\n  labels: eo" + source:               "3: labels: expected keys and values such as {team: eo}",
		"name: a\n  labels: {a: [b]}" + source:         "3: labels: expected keys and values such as {team: eo}",
		"name: a\n  ignore: [x]" + source:              "3: ignore: expected findings with reasons such as {token-lifetime-short: \"agreed with the administrators\"}",
		"name: a\n  ignore: {Token: why}" + source:     "3: ignore: expected findings with reasons such as {token-lifetime-short: \"agreed with the administrators\"}",
		"name: a\n  ignore: {token-opaque: }" + source: "3: ignore: each finding needs a reason",
		"name: a\n  name: b" + source:                  "3: the same key is already in line 2",
		"name: [" + source:                             "",
		"just a text":                                  "2: expected an entry with keys and values, such as name: nightly",
	} {
		l := read(t, "- {name: before, keyring: true}\n- "+entry+"\n- {name: after, keyring: true}\n")
		if len(l.Entries) != 3 || l.Entries[0].Fault != nil || l.Entries[2].Fault != nil || l.Entries[2].Name != "after" {
			t.Errorf("%q spoils the others: %+v", entry, l.Entries)
			continue
		}
		fault := l.Entries[1].Fault
		if fault == nil || want != "" && fault.Error() != "l.yaml:"+want {
			t.Errorf("%q:\n got %v\nwant l.yaml:%s", entry, fault, want)
		}
		if fault != nil && (strings.Contains(fault.Error(), canary) || strings.ContainsAny(fault.Error(), "\n\x1b")) {
			t.Errorf("%q shows too much: %q", entry, fault)
		}
	}
}

// A fault further up does not hide the name.
func TestAFaultyEntryHasItsName(t *testing.T) {
	l := read(t, "- colour: red\n  name: a\n- colour: red\n- name: a b\n  keyring: true\n")
	var labels []string
	for _, e := range l.Entries {
		labels = append(labels, e.Label())
	}
	if d := cmp.Diff([]string{"a", "entry 2", "entry 3"}, labels); d != "" {
		t.Error(d)
	}
}

// Whatever is wrong with an entry: who watches it by its name should see it fail, not vanish.
func TestABrokenEntryHasItsName(t *testing.T) {
	for _, entry := range []string{
		"- name: a\n  environment: *production\n  keyring: true",
		"- <<: *base\n  name: a",
		"- {<<: *base, name: a}",
		"- name: a\n  name: b\n  keyring: true",
		"- name: a\n  labels: {x: y, x: z}\n  keyring: true",
		"- name: a\n  owner: !vault x",
		"- name: a\n\tkeyring: true",
		"- name: a\n  labels: {x: y\n  keyring: true",
		"- # of the night\n  labels: [\n  name: a # mine\n",
		"- owner: \"x\n  name: 'a'",
		"- name: a\n   keyring: true",
		"- name: a\n  owner: M\xfcller\n  keyring: true",
		"- {name: a, keyring: true",
		"- {environment: production, name: a, labels: {x: [}}",
		"- {\"environment\": \"production\", \"name\": \"a\", owner: \"}",
		"- name: a\n  owner: " + strings.Repeat("x", 2<<20) + "\n  keyring: true",
		"- ? [x]\n  : y\n- name: a\n  ? [x]\n  : y",
	} {
		l, err := accounts.Read("l.yaml", "", []byte("- {name: before, keyring: true}\n"+entry+"\n"), false)
		last := l.Entries[len(l.Entries)-1]
		if err != nil || last.Fault == nil || last.Label() != "a" {
			t.Errorf("%.100q: %q, %v, %v", entry, last.Label(), last.Fault, err)
		}
	}
	for _, entry := range []string{
		"- owner: |\n    name: a\n  labels: [",
		"- labels: {name: a}\n  ignore: {",
		"- name: " + canary + "\n  labels: [",
		"- name: a b\n  labels: [",
		"- {labels: {name: a}, owner: [}",
		"- - name: a\n  - [",
		"- name: [a\n",
	} {
		l, err := accounts.Read("l.yaml", "", []byte(entry+"\n"), false)
		if err != nil || len(l.Entries) != 1 || l.Entries[0].Fault == nil || l.Entries[0].Label() != "entry 1" {
			t.Errorf("%q: %+v, %v", entry, l.Entries, err)
		}
	}
	l, err := accounts.Read("l.json", "", []byte(`[{"name": "a", "owner": "x", "owner": "y", "keyring": true}]`), false)
	if err != nil || l.Entries[0].Fault == nil || l.Entries[0].Label() != "a" {
		t.Errorf("%+v, %v", l.Entries, err)
	}
}

// A reason is a text: YAML's ways to write nothing are none.
func TestNothingIsNoReason(t *testing.T) {
	for _, nothing := range []string{"", "~", "null", "Null", "''", "'  '"} {
		l := read(t, "- name: a\n  keyring: true\n  ignore: {token-opaque: "+nothing+"}\n")
		if l.Entries[0].Fault == nil || !strings.HasSuffix(l.Entries[0].Fault.Error(), "each finding needs a reason") {
			t.Errorf("%q: %v", nothing, l.Entries[0].Fault)
		}
		l = read(t, "- name: a\n  keyring: true\n  labels: {team: "+nothing+"}\n")
		if value, ok := l.Entries[0].Labels["team"]; l.Entries[0].Fault != nil || !ok || strings.TrimSpace(value) != "" {
			t.Errorf("%q: %+v", nothing, l.Entries[0])
		}
	}
}

func TestDuplicateNamesAreToldWithBothLines(t *testing.T) {
	text := "- {name: a, keyring: true}\n- {name: b, keyring: true}\n- {name: a, keyring: true}\n"
	l, err := accounts.Read("l.yaml", "", []byte(text), false)
	if err == nil || err.Error() != "l.yaml:3: the name a is already in line 1" || len(l.Entries) != 3 {
		t.Errorf("%v", err)
	}
	_, err = accounts.Read("l.json", "", []byte(`[{"name":"a","keyring":true},{"name":"b","keyring":true},{"name":"a","keyring":true}]`), false)
	if err == nil || err.Error() != "l.json:1: the name a is already used by entry 1, so entry 3 needs another" {
		t.Errorf("%v", err)
	}
	_, err = accounts.Read("l.yaml", "", []byte(strings.Repeat("- {name: a, keyring: true}\n", 20)), false)
	if err == nil || strings.Count(err.Error(), "\n") != 5 || !strings.HasSuffix(err.Error(), "\nand 14 more names stand twice") {
		t.Errorf("%v", err)
	}
	if l := read(t, "- keyring: true\n- keyring: true\n"); len(l.Entries) != 2 || l.Entries[1].Fault != nil {
		t.Errorf("entries without a name: %+v", l.Entries)
	}
	if l, err := accounts.Read("accounts.yaml", "", []byte("- keyring: true\n"), true); err != nil || l.Entries[0].Fault == nil || l.Entries[0].Fault.Error() != "accounts.yaml:1: the entry has no name" {
		t.Errorf("%v", err)
	}
}

func TestFindKnowsTheNearMiss(t *testing.T) {
	l := read(t, "- {name: nightly, keyring: true}\n- {name: weekly, keyring: true}\n")
	if e, err := l.Find("weekly"); err != nil || e.Line != 2 {
		t.Errorf("%+v, %v", e, err)
	}
	for name, want := range map[string]string{
		"nigthly": `no account is named "nigthly" (did you mean nightly?)`,
		"x":       `no account is named "x"`,
		"":        `no account is named ""`,
		canary:    `no account is named (not shown: it looks like a secret)`,
	} {
		_, err := l.Find(name)
		var unknown *accounts.UnknownError
		if !errors.As(err, &unknown) || err.Error() != want {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A hundred thousand entries are a list as any other.
func TestReadALongList(t *testing.T) {
	const most = 100_000
	var text strings.Builder
	for i := range most {
		fmt.Fprintf(&text, "- name: a%d\n  environment: production\n  secret_file: s%d\n", i, i)
	}
	l := read(t, text.String())
	if last := l.Entries[len(l.Entries)-1]; len(l.Entries) != most || last.Fault != nil || last.Line != 3*most-2 || last.Name != "a99999" {
		t.Errorf("%d entries, the last is %+v", len(l.Entries), last)
	}
}

// Whatever a list holds, its entries are sound or have a fault that is fit to be shown.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{full, "[{\"name\": \"a\", \"keyring\": true}]", "- name: [", "- secret_command: [a]\n  labels: {a: b}", "- {name: a, ignore: {x: y}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := accounts.Read("l.yaml", "/lab", data, true)
		if err != nil && !strings.HasPrefix(err.Error(), "l.yaml") {
			t.Fatalf("%q", err)
		}
		for _, e := range l.Entries {
			switch {
			case e.Fault != nil && !strings.HasPrefix(e.Fault.Error(), "l.yaml:"):
				t.Fatalf("%q", e.Fault)
			case e.Fault == nil && (e.Name == "" || strings.Trim(e.Name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != "" || e.Source.Kind == ""):
				t.Fatalf("%+v", e)
			}
		}
	})
}

func TestOwnTakesTheSource(t *testing.T) {
	for text, check := range map[string]func(*accounts.Account) bool{
		"secret_file: /s":    func(a *accounts.Account) bool { return a.Own("/f").SecretFile == "/s" },
		"secret_variable: V": func(a *accounts.Account) bool { return a.Own("/f").SecretVariable == "V" },
		"secret_command: [c]": func(a *accounts.Account) bool {
			return a.Own("/f").SecretCommand[0] == "c" && a.Own("/f").Folder == "/f"
		},
		"keyring: true":       func(a *accounts.Account) bool { return a.Own("/f").Keyring },
		"credentials: /e.env": func(a *accounts.Account) bool { return a.Own("/f").Credentials == "/e.env" },
		"auth_config: true":   func(a *accounts.Account) bool { return a.Own("/f").AuthConfig },
	} {
		e := read(t, "- name: a\n  client_id: i\n  "+text+"\n").Entries[0]
		if !check(&e.Account) || e.Own("").Account != "a" || e.Own("").ClientID != "i" {
			t.Errorf("%s: %+v", text, e.Own(""))
		}
	}
}
