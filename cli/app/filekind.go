package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
)

// FileKind is what a file is, as far as its beginning tells.
type FileKind string

// The kinds of files that a command may be given.
const (
	AccountList  FileKind = "a list of accounts"
	SavedReport  FileKind = "a saved report"
	Request      FileKind = "a registration request"
	Answers      FileKind = "a set of answers"
	Environment  FileKind = "an environment file"
	Certificates FileKind = "a file of certificates"
	Variables    FileKind = "a credentials file"

	diagnosisFile FileKind = "a diagnosis file"
	discovery     FileKind = "the discovery document of an identity provider"
	capabilities  FileKind = "the root document of an openEO back-end"
	authConfig    FileKind = "the auth-config.json of the openEO Python client"
	tokenFile     FileKind = "a token"
	privateKey    FileKind = "a private key"
	errorText     FileKind = "an error text"
	pageFile      FileKind = "a report or page in another format"
	secretFile    FileKind = "something that looks like a secret"
	folder        FileKind = "a folder"
)

// takers say which command takes a file of each kind; %s stands for its name.
var takers = map[FileKind]string{
	AccountList:  "to check its accounts: credguide check --all %s",
	SavedReport:  "to read it: credguide check --from %s",
	Request:      "to check it against the registry's rules: credguide request validate %s",
	Environment:  "to check a login there: credguide check --environment %s",
	Certificates: "to trust them in a check: credguide check --ca-file %s",
	Variables:    "to check its login: credguide check --credentials %s",

	diagnosisFile: "put it into DIR/diagnoses and add --catalog DIR",
	discovery:     "to check what the provider publishes, with its issuer in place of URL: credguide check --public --issuer URL",
	capabilities:  "to check what the back-end publishes, with its address in place of URL: credguide check --public --backend URL",
	authConfig:    "credguide check reads it where that client keeps it; OPENEO_CONFIG_HOME names another folder",
	tokenFile:     "a login starts with the client ID and secret and returns a token, so no command takes one",
	privateKey:    "a login needs the client secret, so no command takes a key",
	errorText:     "to find its causes: %s",
	pageFile:      "only JSON can be read again; to write it: credguide check --output json=report.json",
	secretFile:    "to check its login, with the client ID in place of ID: credguide check --client-id ID --secret-file %s",
	folder:        "a folder of environments/*.yaml and diagnoses/*.yaml is given with --catalog %s",
}

// signs are members that only files of that kind have. Of two kinds that fit, the first counts.
var signs = []struct {
	kind FileKind
	any  []string // one of them is enough
	all  []string
	list bool // the members stand in the entries of a list
}{
	{kind: Request, any: []string{"service_name", "service_description", "integration_environment", "token_endpoint_auth_method", "grant_types", "redirect_uris", "contacts"}},
	{kind: Request, any: []string{"request"}, all: []string{"request"}},
	{kind: AccountList, list: true, any: []string{"name", "secret_file", "secret_variable", "secret_command", "keyring", "credentials", "auth_config", "environment", "issuer", "backend", "provider_id"}},
	{kind: SavedReport, all: []string{"schema", "tool", "subject"}},
	{kind: discovery, all: []string{"issuer"}, any: []string{"token_endpoint", "jwks_uri", "authorization_endpoint"}},
	{kind: capabilities, all: []string{"api_version"}, any: []string{"endpoints", "backend_version", "stac_version"}},
	{kind: Environment, all: []string{"issuer"}, any: []string{"id", "title", "backends"}},
	{kind: diagnosisFile, all: []string{"id", "layer", "rules"}},
	{kind: authConfig, all: []string{"general", "backends"}},
	{kind: tokenFile, any: []string{"access_token", "refresh_token"}},
	{kind: pageFile, all: []string{"version", "runs"}},
}

// beginning is how much of a file is looked at.
const beginning = 64 << 10

var (
	jwt      = regexp.MustCompile(`^eyJ[\w-]+\.[\w-]+\.[\w-]*$`)
	variable = regexp.MustCompile(`(?m)^(?:export )?OPENEO_AUTH_[A-Z_]+=`)
)

// kindOf recognises a file; "" is one that could be anything.
func kindOf(data []byte) FileKind {
	head := bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), beginning)], []byte("\xef\xbb\xbf")))
	names, list := members(head)
	for _, s := range signs {
		has := func(name string) bool { return slices.Contains(names, name) }
		if s.list && !list || len(s.any) > 0 && !slices.ContainsFunc(s.any, has) || slices.ContainsFunc(s.all, func(name string) bool { return !has(name) }) {
			continue
		}
		return s.kind
	}
	return kindOfText(head)
}

// kindOfText recognises what has no members: a value of a document may hold any of these.
func kindOfText(head []byte) FileKind {
	switch {
	case variable.Match(head): // also where another variable has a key or a certificate
		return Variables
	case bytes.Contains(head, []byte("-----BEGIN CERTIFICATE-----")): // a key may stand beside it
		return Certificates
	case bytes.Contains(head, []byte("PRIVATE KEY-----")):
		return privateKey
	case jwt.Match(head):
		return tokenFile
	case bytes.HasPrefix(head, []byte("<")):
		return pageFile
	case bytes.Contains(head, []byte("Traceback (most recent call last)")):
		return errorText
	case !bytes.ContainsAny(head[:min(len(head), 1)], "{[") && lint.SecretShaped(string(head)):
		return secretFile
	}
	return ""
}

// members are the names in the first object of a file in JSON or YAML, and whether it is one of a
// list. Nothing is decoded for it: the beginning of a file is enough.
func members(head []byte) (names []string, list bool) {
	if len(head) > 0 && (head[0] == '{' || head[0] == '[') {
		return jsonMembers(head)
	}
	return yamlMembers(string(head))
}

func jsonMembers(head []byte) (names []string, list bool) {
	dec := json.NewDecoder(bytes.NewReader(head))
	if head[0] == '[' {
		_, _ = dec.Token()
		list = true
	}
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, list
	}
	for dec.More() {
		name, err := dec.Token()
		text, ok := name.(string)
		if err != nil || !ok {
			break
		}
		names = append(names, text)
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
	}
	return names, list
}

var (
	yamlMember = regexp.MustCompile(`^( *)["']?([A-Za-z_][\w.-]*)["']?\s*:(?:\s|$)`)
	flowMember = regexp.MustCompile(`[{,]\s*["']?([A-Za-z_]\w*)["']?\s*:`)
)

func yamlMembers(head string) (names []string, list bool) {
	indent := -1
	for line := range strings.Lines(head) {
		bare := strings.TrimSpace(line)
		if bare == "" || bare == "---" || bare[0] == '#' {
			continue
		}
		if rest, item := strings.CutPrefix(line, "- "); item {
			if list || indent >= 0 {
				break // the second entry
			}
			list, line = true, "  "+rest
			for _, m := range flowMember.FindAllStringSubmatch(rest, -1) {
				names = append(names, m[1])
			}
		}
		m := yamlMember.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if indent < 0 {
			indent = len(m[1])
		}
		if len(m[1]) == indent {
			names = append(names, m[2])
		}
	}
	return names, list
}

// Misplaced is the error for a file that is something else than the command takes: what it is, and
// which command takes it. It is nil for a file that could be anything.
func Misplaced(name string, data []byte, want FileKind) error {
	return misplaced(name, kindOf(data), want)
}

func misplaced(name string, kind, want FileKind) error {
	if kind == "" || kind == want || want == Answers && kind == Request {
		return nil
	}
	hint := takers[kind]
	if strings.Contains(hint, "%s") {
		file := "FILE"
		if name != "-" {
			file = text.Word(name)
		}
		if kind == errorText {
			file = text.Fed("credguide explain -", file)
		}
		hint = fmt.Sprintf(hint, file)
	}
	if name == "-" {
		name = "standard input"
	}
	return WithHint(errors.New(Plain(name)+" is "+string(kind)+", not "+string(want)), hint)
}

// OrMisplaced is Misplaced for a file that could not be read as what the command takes, and else
// the error that came of it.
func OrMisplaced(name string, want FileKind, err error) error {
	if err == nil || name == "-" {
		return err
	}
	if other := MisplacedFile(name, want); other != nil {
		return other
	}
	return err
}

// MisplacedFile is Misplaced for a file that is not read yet. A pipe cannot be read twice.
func MisplacedFile(name string, want FileKind) error {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return misplaced(name, folder, want)
	case err != nil || !info.Mode().IsRegular():
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	head, _ := io.ReadAll(io.LimitReader(file, beginning))
	return Misplaced(name, head, want)
}

// warnMisplaced says what a file of credentials is that is none. The check goes on: it tells the
// same as a finding.
func (a *App) warnMisplaced(credentials string) {
	if other := MisplacedFile(credentials, Variables); other != nil {
		a.Say("warning: %s; %s", other, strings.Join(HintsOf(other), "; "))
	}
}
