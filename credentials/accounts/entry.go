package accounts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/internal/text"
)

// key is one key of an entry: how it is read into an account, and how it is written. A text that is
// read is never repeated in an error: people paste secrets into the wrong field.
type key struct {
	name string
	read func(r *entryReader, v catalog.Value) string // what is wrong; empty if nothing
	get  func(a Account) catalog.Value
}

// table has the keys in the order in which they are written.
var table = []key{
	{"name", (*entryReader).name, func(a Account) catalog.Value { return textValue(a.Name) }},
	{"environment", (*entryReader).environment, func(a Account) catalog.Value { return textValue(a.Environment) }},
	{"issuer", (*entryReader).issuer, func(a Account) catalog.Value { return textValue(a.Issuer) }},
	{"backend", plainKey(func(a *Account) *string { return &a.Backend }), func(a Account) catalog.Value { return textValue(a.Backend) }},
	{"provider_id", plainKey(func(a *Account) *string { return &a.ProviderID }), func(a Account) catalog.Value { return textValue(a.ProviderID) }},
	{"client_id", plainKey(func(a *Account) *string { return &a.ClientID }), func(a Account) catalog.Value { return textValue(a.ClientID) }},
	sourceKey(SecretFile, (*entryReader).fileSource),
	sourceKey(SecretVariable, (*entryReader).variableSource),
	sourceKey(SecretCommand, (*entryReader).commandSource),
	sourceKey(Keyring, (*entryReader).flagSource),
	sourceKey(Credentials, (*entryReader).fileSource),
	sourceKey(AuthConfig, (*entryReader).flagSource),
	{"expires", (*entryReader).expires, func(a Account) catalog.Value { return textValue(a.Expires.String()) }},
	{"owner", plainKey(func(a *Account) *string { return &a.Owner }), func(a Account) catalog.Value { return textValue(a.Owner) }},
	{"labels", (*entryReader).labels, func(a Account) catalog.Value { return mapValue(a.Labels) }},
	{"ca_file", (*entryReader).caFile, func(a Account) catalog.Value { return textValue(a.CAFile) }},
	{"ignore", (*entryReader).ignore, func(a Account) catalog.Value { return mapValue(a.Ignore) }},
}

// entryReader reads one entry. The first fault counts; the rest is read all the same, so that a
// faulty entry has its name.
type entryReader struct {
	list    string
	folder  string
	account Account
	fault   error
}

func (r *entryReader) failed(line int, format string, args ...any) {
	if r.fault == nil {
		r.fault = &catalog.Fault{File: r.list, Line: line, Text: fmt.Sprintf(format, args...)}
	}
}

// readEntry reads an entry strictly.
func readEntry(list, folder string, v catalog.Value) (Account, error) {
	r := &entryReader{list: list, folder: folder}
	if v.Kind != catalog.Map {
		r.failed(v.Line, "expected an entry with keys and values, such as name: nightly")
		return r.account, r.fault
	}
	for _, f := range v.Fields {
		r.field(f)
	}
	switch {
	case r.account.Environment != "" && r.account.Issuer != "":
		r.failed(v.Line, "environment and issuer exclude each other: an environment has its issuer already")
	case r.account.Source.Kind == "":
		r.failed(v.Line, "no source of the secret: add one of %s", sourceNames())
	}
	return r.account, r.fault
}

func (r *entryReader) field(f catalog.Field) {
	at := slices.IndexFunc(table, func(k key) bool { return k.name == f.Name })
	switch {
	case at < 0:
		r.failed(f.Line, "%s", unknownKey(f.Name))
		return
	case f.Value.Kind == catalog.Null: // as if it were absent
		return
	case isText(f.Value) && f.Value.Text == "":
		r.failed(f.Value.Line, "%s is empty; remove it or give it a value", f.Name)
		return
	}
	if wrong := table[at].read(r, f.Value); wrong != "" {
		r.failed(max(f.Line, f.Value.Line), "%s: %s", f.Name, wrong)
	}
}

// unknownKey helps with a key that was mistyped, that another version has, or under which the
// secret itself stands.
func unknownKey(name string) string {
	plain := strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(name))
	if slices.Contains([]string{"secret", "client_secret", "clientsecret", "password", "token"}, plain) {
		return fmt.Sprintf("unknown key %q: this file never holds a secret; put it into a file that only you may read and name that with secret_file", plain)
	}
	names := make([]string, len(table))
	for i, k := range table {
		names[i] = k.name
	}
	near := nearmiss.Of(plain, names)
	if near == "" {
		near = map[string]string{
			"env": "environment", "client": "client_id", "id": "client_id", "provider": "provider_id", "back_end": "backend", "url": "backend",
			"secretfile": "secret_file", "variable": "secret_variable", "command": "secret_command", "file": "secret_file", "dotenv": "credentials",
			"expiry": "expires", "expiration": "expires", "label": "labels", "ca": "ca_file", "contact": "owner",
		}[plain]
	}
	if near != "" {
		return fmt.Sprintf("unknown key %s (did you mean %s?)", Shown(name), near)
	}
	return fmt.Sprintf("unknown key %s; this version of credguide does not know it", Shown(name))
}

// isText tells a value that can stand for a text: a client ID of digits alone is one too.
func isText(v catalog.Value) bool {
	return v.Kind == catalog.Text || v.Kind == catalog.Number || v.Kind == catalog.Bool
}

const expectedText = "expected a single text"

func plainKey(field func(a *Account) *string) func(*entryReader, catalog.Value) string {
	return func(r *entryReader, v catalog.Value) string {
		if !isText(v) {
			return expectedText
		}
		*field(&r.account) = v.Text
		return ""
	}
}

func (r *entryReader) name(v catalog.Value) string {
	switch {
	case !isText(v):
		return expectedText
	case !allowedName.MatchString(v.Text):
		return fmt.Sprintf("%s must consist of letters, digits, '.', '_' and '-'", Shown(v.Text))
	case lint.SecretShaped(v.Text): // a name stands in every output, in addresses and in names of files
		return "it looks like a secret, and a name is shown everywhere"
	}
	r.account.Name = v.Text
	return ""
}

func (r *entryReader) environment(v catalog.Value) string {
	switch {
	case !isText(v):
		return expectedText
	case IsFile(v.Text):
		return r.path(&r.account.Environment, v)
	}
	r.account.Environment = v.Text
	return ""
}

func (r *entryReader) issuer(v catalog.Value) string {
	if !isText(v) {
		return expectedText
	}
	if _, err := text.BaseAddress(v.Text); err != nil {
		return err.Error()
	}
	r.account.Issuer = v.Text
	return ""
}

// path takes the name of a file, relative to the folder of the list.
func (r *entryReader) path(to *string, v catalog.Value) string {
	name := v.Text
	switch {
	case !isText(v):
		return expectedText
	case lint.InPlaceOfFile(name):
		return "expected a file name, but this looks like the secret itself; replace the secret, since this file may have been seen"
	case name == "~" || strings.HasPrefix(name, "~/") || strings.HasPrefix(name, `~\`):
		return "~ is not expanded here; write the whole path"
	case name == "-":
		return "standard input holds one secret, not those of a list"
	}
	*to = files.In(r.folder, name)
	return ""
}

func (r *entryReader) caFile(v catalog.Value) string { return r.path(&r.account.CAFile, v) }

func (r *entryReader) expires(v catalog.Value) string {
	if !isText(v) {
		return "expected a date such as 2027-03-31"
	}
	date, err := ParseDate(v.Text)
	if err != nil {
		return "expected a date such as 2027-03-31"
	}
	r.account.Expires = date
	return ""
}

func (r *entryReader) labels(v catalog.Value) string {
	return textMap(&r.account.Labels, v, "expected keys and values such as {team: eo}", "")
}

// findingID is the form of the IDs of findings.
var findingID = regexp.MustCompile(`^[a-z0-9-]+$`)

func (r *entryReader) ignore(v catalog.Value) string {
	const form = "expected findings with reasons such as {token-lifetime-short: \"agreed with the administrators\"}"
	if wrong := textMap(&r.account.Ignore, v, form, "each finding needs a reason"); wrong != "" {
		return wrong
	}
	for id := range r.account.Ignore {
		if !findingID.MatchString(id) {
			return form
		}
	}
	return ""
}

func textMap(to *map[string]string, v catalog.Value, form, empty string) string {
	if v.Kind != catalog.Map {
		return form
	}
	read := map[string]string{}
	for _, f := range v.Fields {
		value := f.Value
		if value.Kind == catalog.Null {
			value = catalog.TextValue("") // YAML has ~ for it, which is no text
		}
		switch {
		case f.Name == "" || !isText(value):
			return form
		case empty != "" && strings.TrimSpace(value.Text) == "":
			return empty
		}
		read[f.Name] = value.Text
	}
	*to = read
	return ""
}
