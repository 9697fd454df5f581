package credentials

import (
	"strings"
)

// assignment is one line to be written.
type assignment struct{ name, value string }

// SaveDotenv keeps the entry in a credentials file. Other lines of a file
// that is there stay as they are; an earlier client id and secret in it are
// replaced. OPENEO_AUTH_METHOD is set too, since the Python client's
// authenticate_oidc() needs it.
func SaveDotenv(path string, e Entry) (Kept, error) {
	if err := e.check(); err != nil {
		return Kept{}, err
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
	return Kept{
		Source:   Source{Kind: KindDotenv, Name: path, Path: path},
		Path:     path,
		Narrowed: old.Mode.Perm()&0o066 != 0,
	}, nil
}

// mergeDotenv sets each name once: in the place of its first line, without
// its later ones, or at the end. The file's own line end is kept.
func mergeDotenv(old []byte, list []assignment) []byte {
	end := "\n"
	if strings.Contains(string(old), "\r\n") {
		end = "\r\n"
	}
	written := map[string]bool{}
	var out strings.Builder
	for _, line := range strings.SplitAfter(string(old), "\n") {
		name, prefix, ours := assigned(line, list)
		if !ours {
			out.WriteString(line)
			continue
		}
		if !written[name] {
			out.WriteString(prefix + lineFor(name, list) + end)
			written[name] = true
		}
	}
	if text := out.String(); text != "" && text != byteOrderMark && !strings.HasSuffix(text, "\n") {
		out.WriteString(end)
	}
	for _, one := range list {
		if !written[one.name] {
			out.WriteString(lineFor(one.name, list) + end)
		}
	}
	return []byte(out.String())
}

// assigned tells whether a line sets one of the names, and what stands
// before the name.
func assigned(line string, list []assignment) (name, prefix string, ours bool) {
	body := strings.TrimRight(line, "\r\n")
	unmarked := strings.TrimPrefix(body, byteOrderMark)
	name, _, ok := splitSetting(unmarked)
	if !ok {
		return "", "", false
	}
	for _, one := range list {
		if one.name == name {
			return name, body[:strings.Index(body, name)], true
		}
	}
	return "", "", false
}

func lineFor(name string, list []assignment) string {
	for _, one := range list {
		if one.name == name {
			return name + "=" + dotenvQuote(one.value)
		}
	}
	return ""
}

// dotenvQuote writes a value so that parseDotenv and the common readers read
// it back: bare where every reader agrees (Docker's --env-file keeps
// quotes), else in single quotes, else in double quotes.
func dotenvQuote(value string) string {
	const bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.+/=:@%,"
	switch {
	case value != "" && strings.Trim(value, bare) == "":
		return value
	case !strings.ContainsAny(value, "'\n\r"):
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value) + `"`
}
