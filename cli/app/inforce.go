package app

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
)

// InForce is what a person said about what is checked and with which credentials. It completes the
// commands that are printed: after `check --environment development`, the bare `credguide check` of
// a diagnosis would ask production.
type InForce struct {
	// Account is the name of the account that is checked; it stands for all the flags.
	Account string
	flags   []inForce
	// What was checked: the environment's ID, and the file that is named instead where no catalog
	// has that ID.
	id, file string
	// The list that was checked, and what the entry is called there. Without a list, the entry
	// cannot be checked again as it stands.
	list, entry string
	// What a shell runs before a check, and what the check adds, where the secret stands in no file that a
	// flag could name.
	before, after string
}

// inForce is a flag with its value as a shell takes it.
type inForce struct {
	name, value string
	listed      bool // the list that was checked says it, now perhaps another value
}

// repeatedFlags say what is checked, with which credentials, and who is to be asked and who is not.
var repeatedFlags = []string{"public", "no-siblings", "allow-token-host", "environment", "issuer", "backend", "provider-id", "catalog", "ca-file", "credentials", "client-id", "secret-file"}

// bare are those of them that take no value.
var bare = []string{"public", "no-siblings"}

// InForceOf takes over the flags that were given. A set that was never parsed gives none.
func InForceOf(set *pflag.FlagSet) (f InForce) {
	if set == nil {
		return f
	}
	for _, name := range repeatedFlags {
		flag := set.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		for _, value := range ValuesOf(flag) {
			f = f.With(name, value)
		}
	}
	return f
}

// ValuesOf are the values of a flag: of one that may be repeated, all of them.
func ValuesOf(flag *pflag.Flag) []string {
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{flag.Value.String()}
}

// MayRepeat tells that a printed command may have the value of a flag: neither it nor, in a command, a
// part of it looks like a secret. The whole path of a file may look as random as one, and is a name.
func MayRepeat(name, value string) bool {
	switch {
	case name == "client-id":
		return !lint.SecretShaped(value) && !lint.Suspect(value)
	case strings.ContainsAny(value, " \t"):
		return !SecretInCommand(value)
	}
	return !lint.InPlaceOfFile(value)
}

// SecretInCommand tells that a part of a command looks like a secret, and like no path, address or
// option.
func SecretInCommand(words string) bool {
	parts := strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(" \t\n\"'`=:@,;|&()<>", r) })
	return slices.ContainsFunc(parts, lint.InPlaceOfFile)
}

// With adds a flag. Of a value from standard input there is no second one, and what may be the
// secret is not repeated.
func (f InForce) With(name, value string) InForce {
	if value != "-" && value != "" && MayRepeat(name, value) {
		f.flags = append(slices.Clip(f.flags), inForce{name: name, value: text.Word(value)})
	}
	return f
}

// Listed adds a flag for what the entry says itself: a command that reads the list does not take it.
func (f InForce) Listed(name, value string) InForce {
	before := len(f.flags)
	if f = f.With(name, value); len(f.flags) > before {
		f.flags[before].listed = true
	}
	return f
}

// At is with the environment that was checked.
func (f InForce) At(id, file string) InForce {
	f.id, f.file = id, file
	return f
}

// Of is with the list that was read, and what the entry is called there. The secret may stand where no
// flag can name it; the list can.
func (f InForce) Of(list, entry string) InForce {
	f.list, f.entry = list, entry
	return f
}

// From is with the variable that the secret is in.
func (f InForce) From(variable string) InForce {
	f.before, f.after = credentials.PrintVariable(variable)+" | ", " --secret-file -"
	if text.OnWindows() { // whose shells add a line end to what they hand over
		f.before, f.after = credentials.SetFromVariable(variable)+"; ", ""
	}
	return f
}

// taken lists the flags that each command takes over; other commands stay as they are.
var taken = map[string][]string{
	"check":        repeatedFlags,
	"wait":         slices.DeleteFunc(slices.Clone(repeatedFlags), func(name string) bool { return name == "public" }),
	"snippet":      {"environment", "issuer", "backend", "provider-id", "catalog", "client-id"},
	"environments": {"catalog"},
	"register":     {"catalog", "ca-file"},
	"request":      {"catalog", "ca-file"},
	"explain":      {"catalog"},
	"accounts":     {"catalog"},
	"entry":        {"allow-token-host", "catalog", "ca-file"}, // of a list: check --all
}

// besideName lists the flags that count beside the name of an account, for each command that takes
// one: what was said beside it is not in its entry.
var besideName = map[string][]string{
	"check":   {"no-siblings", "allow-token-host", "backend", "provider-id", "catalog", "ca-file"},
	"wait":    {"no-siblings", "allow-token-host", "backend", "provider-id", "catalog", "ca-file"},
	"snippet": {"catalog"},
}

// supersedes: a command that chooses another place says all of it, and with a new secret goes no
// old one. An issuer in a printed command is a better spelling of the one that was checked, so the
// back-end and its provider ID stay. What is published is read without credentials.
var supersedes = map[string][]string{
	"public":      {"no-siblings", "allow-token-host", "client-id", "secret-file", "credentials"},
	"environment": {"issuer", "backend", "provider-id"},
	"issuer":      {"environment"},
	"backend":     {"provider-id"},
	"secret-file": {"credentials"},
	"credentials": {"secret-file"},
}

// ofNoEntry: a command with one of these checks something else than the entry as it stands.
var ofNoEntry = []string{"environment", "issuer", "backend", "provider-id", "client-id", "secret-file", "credentials", "public", "plan", "seen", "from", "all"}

// ofNoSecret: a command with one of these has another secret, or none.
var ofNoSecret = []string{"secret-file", "credentials", "public", "plan", "from", "all"}

// Command completes one command with what is in force and it does not say itself; empty: it could
// not be run.
func (f InForce) Command(run string) string { return text.Pasted(f.completed(run)) }

func (f InForce) completed(run string) string {
	words := strings.Fields(run)
	at := slices.Index(words, "credguide") + 1
	if at == 0 || at == len(words) {
		return run
	}
	run, words = f.here(run, words, words[at])
	set := map[string]bool{}
	for _, word := range words {
		if name, isFlag := strings.CutPrefix(word, "--"); isFlag {
			set[name] = true
			for _, other := range supersedes[name] {
				set[other] = true
			}
		}
	}
	if f.Account != "" && besideName[words[at]] != nil {
		return f.ofAccount(run, words[at:], set)
	}
	asStands := words[at] == "check" && !slices.ContainsFunc(ofNoEntry, func(flag string) bool { return set[flag] })
	switch {
	case f.entry != "" && asStands && f.list == "":
		return ""
	case f.entry != "" && asStands:
		return f.with(run+" --all "+text.Word(f.list)+" --only "+text.Word(f.entry), "entry", set)
	case f.before != "" && words[at] == "check" && !slices.ContainsFunc(ofNoSecret, func(flag string) bool { return set[flag] }):
		return f.before + f.with(run, words[at], set) + f.after
	}
	return f.with(run, words[at], set)
}

// with adds the flags that the command takes over and does not say itself.
func (f InForce) with(run, command string, set map[string]bool) string {
	if command == "entry" {
		f.flags = slices.DeleteFunc(slices.Clone(f.flags), func(flag inForce) bool { return flag.listed })
	}
	return f.adding(run, taken[command], set)
}

// adding adds the flags of these names that the command does not say itself.
func (f InForce) adding(run string, names []string, set map[string]bool) string {
	for _, flag := range f.flags {
		if slices.Contains(names, flag.name) && !set[flag.name] {
			run += " --" + flag.name
			if !slices.Contains(bare, flag.name) {
				run += " " + flag.value
			}
		}
	}
	return run
}

// here writes the environment that was checked as it can be named: an account has it, and one of a
// file has no other name.
func (f InForce) here(run string, words []string, command string) (string, []string) {
	i := slices.Index(words, "--environment") + 1
	if i == 0 || i == len(words) || f.id == "" || words[i] != text.Word(f.id) {
		return run, words
	}
	given := " --environment " + words[i]
	switch {
	case f.Account != "" && besideName[command] != nil:
		run = strings.Replace(run, given, "", 1)
	case f.entry != "" && command == "check":
		run = strings.Replace(run, given, "", 1)
	case f.file != "":
		run = strings.Replace(run, given, " --environment "+text.Word(f.file), 1)
	}
	return run, strings.Fields(run)
}

// ofAccount names the account. What its entry says already can only be changed there.
func (f InForce) ofAccount(run string, words []string, set map[string]bool) string {
	name := " " + text.Word(f.Account)
	changes := slices.ContainsFunc([]string{"environment", "issuer", "client-id", "secret-file", "credentials"}, func(flag string) bool { return set[flag] })
	if !changes || words[0] != "check" && words[0] != "wait" {
		return f.adding(run+name, besideName[words[0]], set)
	}
	return f.with(strings.Replace(run, "credguide "+words[0], "credguide accounts update"+name, 1), "accounts", set)
}
