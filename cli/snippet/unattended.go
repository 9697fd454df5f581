package snippet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/text"
)

// Place is where the secret is, for a snippet that runs where nobody is logged in: it names a file
// that the snippet reads there, and the command that brings the secret to it.
type Place struct {
	// Name is the account's; empty: the snippet is for none.
	Name string
	// Words say where the secret is now; empty: that is not known.
	Words string
	// Fetch is a command that prints it; empty: a person has to paste it.
	Fetch string
	// Found tells that a job of the same person finds it by the account's name alone, and InFile
	// that it lies in SecretFile.
	Found, InFile bool
	// List is the file of accounts, where a variable of this shell names it.
	List string
}

// placeOf says how the secret of each kind of source gets to a job. A job has no variables of a
// shell, and the keyring is locked while nobody is logged in.
func placeOf(f flags) Place {
	p := Place{Name: f.name, List: f.list}
	kept := f.source.Kind == accounts.SecretFile || f.source.Kind == accounts.Credentials
	switch s := f.source; s.Kind {
	case accounts.SecretVariable:
		p.Words = "in the variable " + s.Name + " of this shell"
		p.Fetch = credentials.PrintVariable(s.Name)
	case accounts.SecretCommand:
		// A line end that the command prints is not part of the secret.
		p.Words, p.Fetch, p.Found = "printed by "+text.ShellWord(s.Command[0]), `printf %s "$(`+text.ShellWords(s.Command)+`)"`, true
	case accounts.Keyring:
		p.Words = "in the system keyring, which is locked while nobody is logged in"
	case accounts.AuthConfig:
		p.Words, p.Found = "in the auth-config.json of the openEO Python client", true
	default:
		if kept || f.secretFile != DefaultSecretFile {
			p.Words, p.Fetch, p.Found, p.InFile = "in the file "+f.secretFile, "cat "+shellPath(f.secretFile), kept, true
		}
	}
	return p
}

// Label is a name for a unit, a job or a container: a name of DNS, as Kubernetes wants it, of at
// most 52 characters.
func (v Values) Label() string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(v.Place.Name))
	if name = strings.Trim(name, "-"); name == "" {
		return "credguide-openeo"
	}
	return "credguide-" + strings.Trim(name[:min(len(name), 42)], "-")
}

// Fetch is the command that prints the secret, without a line end; a person pastes it where nothing
// else has it.
func (v Values) Fetch() string {
	return cmp.Or(v.Place.Fetch, `(IFS= read -r secret; printf %s "$secret")`)
}

// Pasted tells whether a person has to paste the secret.
func (v Values) Pasted() bool { return v.Place.Fetch == "" }

// CAFile is the file with the authorities that the check trusts beside the usual ones.
func (v Values) CAFile() string {
	if at := slices.Index(v.Check, "--ca-file"); at >= 0 {
		return v.Check[at+1]
	}
	return ""
}

// LoginWith are the arguments of a check of this account with the secret in a file.
func (v Values) LoginWith(file string) []string {
	source := "--secret-file"
	if v.Variables {
		source = "--credentials"
	}
	return slices.Concat(v.Check, []string{"--client-id", cmp.Or(v.ClientID, "CLIENT-ID"), source, file})
}

// Login is the same where the secret, and the authorities if there are any, lie as the files secret
// and ca.pem in a folder.
func (v Values) Login(folder string) []string {
	args := v.LoginWith(folder + "secret")
	if at := slices.Index(args, "--ca-file"); at >= 0 {
		args[at+1] = folder + "ca.pem"
	}
	return args
}

// Unattended are the arguments of a container that checks once: an outage is waited for, and there
// is no word when all is well.
func (v Values) Unattended(folder string) []string {
	return slices.Concat([]string{"check"}, v.Login(folder), []string{"--quiet", "--retry-for", "10m"})
}

// Entry is the same as the lines of an entry in a list.
func (v Values) Entry(folder string) []string {
	name := v.Place.Name
	if name == "" {
		name = "openeo"
	}
	lines := []string{"- name: " + inYAML(name)}
	args := v.Login(folder)
	for i := 0; i+1 < len(args); i += 2 {
		key := strings.ReplaceAll(strings.TrimPrefix(args[i], "--"), "-", "_")
		lines = append(lines, "  "+key+": "+inYAML(args[i+1]))
	}
	return lines
}

func inYAML(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// forCron are arguments in a line of a crontab, where a bare % ends the line. The shell expands the
// tilde of a file.
func forCron(list []string) string {
	quoted := make([]string, len(list))
	for i, a := range list {
		quoted[i] = text.ShellWord(a)
		if i > 0 && slices.Contains([]string{"--secret-file", "--credentials", "--ca-file"}, list[i-1]) {
			quoted[i] = shellPath(a)
		}
	}
	return strings.ReplaceAll(strings.Join(quoted, " "), "%", `\%`)
}

// forSystemd are arguments of a unit. The shell's characters mean nothing there; quotes,
// backslashes, % and $ do.
func forSystemd(list []string) string {
	quoted := make([]string, len(list))
	for i, a := range list {
		quoted[i] = strings.NewReplacer("%", "%%", "$", "$$").Replace(a)
		if !text.BareWord(a) {
			quoted[i] = inC(quoted[i])
		}
	}
	return strings.Join(quoted, " ")
}

// forContainer is a text in YAML. Kubernetes and Compose both put a variable in the place of $NAME
// or $(NAME), and take $$ for a dollar.
func forContainer(s string) string { return inYAML(strings.ReplaceAll(s, "$", "$$")) }

// forContainers are the items of a YAML list.
func forContainers(list []string) string {
	quoted := make([]string, len(list))
	for i, a := range list {
		quoted[i] = forContainer(a)
	}
	return fmt.Sprintf("[%s]", strings.Join(quoted, ", "))
}
