package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// FlagError words a mistake in the flags. It never repeats a value: somebody may have put the
// secret there.
func FlagError(cmd *cobra.Command, err error) error {
	var (
		missing *pflag.NotExistError
		bare    *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
		syntax  *pflag.InvalidSyntaxError
	)
	help := "credguide help " + strings.TrimSpace(strings.TrimPrefix(cmd.CommandPath(), "credguide")) + " lists the flags"
	help = strings.ReplaceAll(help, "  ", " ")
	switch {
	case errors.As(err, &missing):
		return unknownFlag(cmd, missing, help)
	case errors.As(err, &bare):
		return WithHint(fmt.Errorf("--%s needs a value", bare.GetFlag().Name), help)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		return WithHint(fmt.Errorf("the value of --%s is not understood", f.Name), fmt.Sprintf("it takes %s", valueWords(f)))
	case errors.As(err, &syntax):
		return WithHint(errors.New("malformed flag"), help)
	}
	return WithHint(errors.New("the flags are not understood"), help)
}

// NotEmpty refuses flags that were given with nothing: that is most often a variable that is not set,
// and the command would do something else than was meant.
func NotEmpty(set *pflag.FlagSet, names ...string) error {
	for _, name := range names {
		if set.Changed(name) && set.Lookup(name).Value.String() == "" {
			return EmptyValue(name)
		}
	}
	return nil
}

// Given are those of the flags that were given, in the order of the names.
func Given(set *pflag.FlagSet, names ...string) (given []string) {
	for _, name := range names {
		if set.Changed(name) {
			given = append(given, name)
		}
	}
	return given
}

// NameAlone refuses flags beside the name of an account, which sets them itself.
func NameAlone(set *pflag.FlagSet, names ...string) error {
	if given := Given(set, names...); len(given) > 0 {
		return WithHint(fmt.Errorf("the name of an account and --%s exclude each other", given[0]),
			"the account already sets it; credguide accounts update NAME changes it")
	}
	return nil
}

// EmptyValue is the error of NotEmpty.
func EmptyValue(name string) error {
	return WithHint(fmt.Errorf("the value of --%s is empty", name), unset)
}

const unset = "a variable in the command line may not be set"

// NoEmptyArgument refuses an argument without text. An error text may be empty, a shell that asks for
// completion sends the word that is not begun yet, and --all says itself what it misses.
func NoEmptyArgument(cmd *cobra.Command, args []string) error {
	if slices.Contains([]string{"explain", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, cmd.Name()) {
		return nil
	}
	all := cmd.Flags().Lookup("all")
	if all != nil && all.Changed || !slices.Contains(args, "") {
		return nil
	}
	return WithHint(fmt.Errorf("an argument of %s is empty", cmd.CommandPath()), unset)
}

func unknownFlag(cmd *cobra.Command, missing *pflag.NotExistError, help string) error {
	if missing.GetSpecifiedShortnames() != "" { // -sVALUE: everything after the letter may be a value
		return WithHint(errors.New("unknown flag: write flags in full, such as --help"), help)
	}
	name, _, _ := strings.Cut(missing.GetSpecifiedName(), "=")
	if asksForSecret(name) {
		return WithHint(fmt.Errorf("no flag takes the secret: --%s is not read", Bounded(name)),
			"other users of the machine can see a command line, and the shell saves it; use --secret-file FILE, "+
				"--secret-file - for standard input, or the variable OPENEO_AUTH_CLIENT_SECRET")
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	text := "unknown flag --" + Bounded(name)
	if near := Nearest(name, names); near != "" {
		text += fmt.Sprintf(" (did you mean --%s?)", near)
	}
	return WithHint(errors.New(text), help)
}

// asksForSecret recognises the names under which other programs take a secret on the command line.
func asksForSecret(flag string) bool {
	name := strings.ToLower(strings.NewReplacer("-", "", "_", "", "openeo", "", "auth", "", "oidc", "", "client", "").Replace(strings.ToLower(flag)))
	switch name {
	case "secret", "secretvalue", "password", "passwd", "pass", "token", "accesstoken", "credential", "credentialspair", "clientsecret":
		return true
	}
	return false
}

// valueWords says what a flag's value looks like.
func valueWords(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "duration":
		return "a time such as 10s or 2m"
	case "bool":
		return "true or false"
	case "int":
		return "a number"
	}
	name, usage := pflag.UnquoteUsage(f)
	return fmt.Sprintf("%s: %s", name, usage)
}

// NoArguments refuses arguments without repeating them.
func NoArguments(cmd *cobra.Command, args []string) error { return AtMost(0)(cmd, args) }

// AtMost refuses more than n arguments.
func AtMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		takes := "no argument"
		switch {
		case n == 1:
			takes = "one argument"
		case n > 1:
			takes = fmt.Sprintf("at most %d arguments", n)
		}
		return WithHint(fmt.Errorf("%s takes %s, and %d were given", cmd.CommandPath(), takes, len(args)), "usage: "+cmd.UseLine())
	}
}
