package app

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/internal/text"
)

// Onward writes the commands that go on from the one that is running: with its answers, with what
// it has saved, or once more. What the person said stays said: each flag that was given goes along
// wherever the next command has it too, so a new flag is never forgotten. (What a diagnosis prints
// asks for less: InForce.)
type Onward struct {
	From *cobra.Command // the running one, with its flags
	// Without names the flags that do not go along, because something else stands for them.
	Without []string
	// File is how a file is named; nil: as the person did. An empty name leaves the flag out.
	File func(name string) string
}

// Command is the command of that path, such as "request submit", with its own words first. A flag
// among these counts instead of the person's.
func (o Onward) Command(path string, words ...string) string {
	next, _, err := o.From.Root().Find(strings.Fields(path))
	if err != nil {
		return "credguide " + path + " " + text.Words(words)
	}
	said := slices.Clone(o.Without)
	for _, word := range words {
		if name, isFlag := strings.CutPrefix(word, "--"); isFlag {
			said = append(said, name)
		}
	}
	o.From.InheritedFlags() // makes them known where the command was chosen from a menu
	o.From.Flags().VisitAll(func(f *pflag.Flag) {
		theirs := next.Flag(f.Name)
		if f.Changed && theirs != nil && !theirs.Hidden && theirs.Value.Type() == f.Value.Type() && !slices.Contains(said, f.Name) {
			words = append(words, o.given(f)...)
		}
	})
	return strings.TrimSpace("credguide " + path + " " + text.Words(words))
}

// given is a flag as it was given. What may be the secret is not repeated.
func (o Onward) given(f *pflag.Flag) (words []string) {
	for _, value := range ValuesOf(f) {
		if o.File != nil && takesFile.MatchString(f.Usage) {
			value = o.File(value)
		}
		switch {
		case value == "" || !MayRepeat(f.Name, value):
		case f.Value.Type() != "bool":
			words = append(words, "--"+f.Name, value)
		case value == "true":
			words = append(words, "--"+f.Name)
		}
	}
	return words
}
