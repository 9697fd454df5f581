package check

import (
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
)

// again completes the commands in findings as this person has to type them: after `check --environment development`, the
// bare `credguide check` of a diagnosis would ask production.
type again struct{ inForce []inForce }

// inForce is a flag that was given, with its value as a shell takes it.
type inForce struct{ name, value string }

// repeatedFlags say what is checked, and with which credentials. Of a value from standard input there is no second one.
var repeatedFlags = []string{"environment", "issuer", "backend", "provider-id", "catalog", "ca-file", "credentials", "client-id", "secret-file"}

func (f *Flags) again() again {
	if f.set == nil { // no command line, as in register
		return again{}
	}
	var a again
	for _, name := range repeatedFlags {
		flag := f.set.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(interface{ GetSlice() []string }); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			if value != "-" && !lint.SecretShaped(value) {
				a.inForce = append(a.inForce, inForce{name, text.ShellWord(value)})
			}
		}
	}
	return a
}

// elsewhere is what still holds where a saved report is read: not the person's own files.
func (a again) elsewhere() again {
	return again{slices.DeleteFunc(slices.Clone(a.inForce), func(f inForce) bool {
		switch f.name {
		case "issuer", "backend", "provider-id", "client-id":
			return false
		case "environment":
			return strings.HasSuffix(f.value, ".yaml") || strings.ContainsAny(f.value, `/\`)
		}
		return true
	})}
}

// taken lists the flags that each command takes over; other commands stay as they are.
var taken = map[string][]string{
	"check":        repeatedFlags,
	"wait":         {"environment", "issuer", "catalog", "ca-file", "credentials", "client-id"},
	"snippet":      {"environment", "issuer", "backend", "provider-id", "catalog", "client-id"},
	"environments": {"catalog"},
	"register":     {"catalog"},
}

// supersedes: a command that chooses another place says all of it, and with a new secret goes no old one.
var supersedes = map[string][]string{
	"environment": {"issuer", "backend", "provider-id"},
	"issuer":      {"environment", "backend", "provider-id"},
	"backend":     {"provider-id"},
	"secret-file": {"credentials"},
}

// command completes one command with the flags in force that it does not set itself.
func (a again) command(run string) string {
	words := strings.Fields(run)
	at := slices.Index(words, "credguide") + 1
	if at == 0 || at == len(words) {
		return run
	}
	set := map[string]bool{}
	for _, word := range words {
		if name, isFlag := strings.CutPrefix(word, "--"); isFlag {
			set[name] = true
			for _, other := range supersedes[name] {
				set[other] = true
			}
		}
	}
	for _, f := range a.inForce {
		if slices.Contains(taken[words[at]], f.name) && !set[f.name] {
			run += " --" + f.name + " " + f.value
		}
	}
	return run
}
