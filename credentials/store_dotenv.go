package credentials

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/files"
)

// assignment is one line to be written.
type assignment struct{ name, value string }

// providerID is what a provider ID may look like, as in the schema of
// environments.
var providerID = regexp.MustCompile(`^[A-Za-z0-9._~:/@+-]*$`)

// SaveDotenv keeps the entry in a credentials file. Other lines of a file
// that is there stay as they are; an earlier client ID and secret in it are
// replaced. OPENEO_AUTH_METHOD is set too, since the Python client's
// authenticate_oidc() needs it.
func SaveDotenv(path string, e Entry) (Kept, error) {
	if err := e.check(); err != nil {
		return Kept{}, err
	}
	if !providerID.MatchString(e.ProviderID) {
		return Kept{}, fmt.Errorf("keep the provider ID in %s: it holds a character that provider IDs do not have", path)
	}
	old, err := existing(path)
	if err != nil {
		return Kept{}, err
	}
	list := []assignment{{EnvClientID, e.ClientID}, {EnvClientSecret, e.Secret.Reveal()}}
	if e.ProviderID != "" {
		list = append(list, assignment{EnvProviderID, e.ProviderID})
	}
	list = append(list, assignment{EnvAuthMethod, "client_credentials"})
	if err := replace(path, mergeDotenv(old.Data, list)); err != nil {
		return Kept{}, err
	}
	kept := Kept{Source: Source{Kind: KindDotenv, Name: path, Path: path}, Path: path, Narrowed: files.Permissions(old.Mode)&0o066 != 0}
	for _, one := range list {
		_, everywhere := dotenvQuote(one.value)
		kept.ForShells = kept.ForShells || !everywhere
	}
	return kept, nil
}

// mergeDotenv sets each name once: in the place of its first line, without
// its later ones, or at the end. The file's own line end is kept.
func mergeDotenv(old []byte, list []assignment) []byte {
	if crAlone(string(old)) { // with an LF in it, its own lines would be one
		old = bytes.ReplaceAll(old, []byte("\r"), []byte("\n"))
	}
	end := "\n"
	if strings.Contains(string(old), "\r\n") {
		end = "\r\n"
	}
	var out strings.Builder
	written := map[string]bool{}
	write := func(one assignment) {
		text, _ := dotenvQuote(one.value)
		out.WriteString(one.name + "=" + text + end)
		written[one.name] = true
	}
	at := 0
	for _, s := range parseDotenv(old).settings {
		i := slices.IndexFunc(list, func(one assignment) bool { return one.name == s.name })
		if i < 0 {
			continue
		}
		before := string(old[at:s.from])
		at = s.to
		if written[s.name] {
			out.WriteString(before[:strings.LastIndexByte(before, '\n')+1]) // export and blanks go too
			continue
		}
		out.WriteString(before)
		write(list[i])
	}
	out.Write(old[at:])
	if text := out.String(); text != "" && text != byteOrderMark && !strings.HasSuffix(text, "\n") {
		out.WriteString(end)
	}
	for _, one := range list {
		if !written[one.name] {
			write(one)
		}
	}
	return []byte(out.String())
}

// interpolated is what python-dotenv replaces in any quotes.
var interpolated = regexp.MustCompile(`\$\{[^}]*\}|\r`)

// dotenvQuote writes a value so that a shell which sources the file and
// parseDotenv read it back: bare where every reader agrees (Docker's
// --env-file keeps quotes), else in quotes. Where nothing would be expanded
// in double quotes, python-dotenv takes the same spelling; everywhere tells
// that it does.
func dotenvQuote(value string) (text string, everywhere bool) {
	const bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.+/=:@%,"
	switch {
	case value != "" && strings.Trim(value, bare) == "":
		return value, true
	case !strings.ContainsAny(value, `'\`):
		return "'" + value + "'", !interpolated.MatchString(value)
	case !strings.ContainsAny(value, "$`"):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`, !interpolated.MatchString(value)
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'", false
}
