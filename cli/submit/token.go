package submit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/command"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/registry"
)

// Flags say where the registry's API is, and where the person's own token for it comes from.
type Flags struct {
	API string

	file, variable, command string
	set                     *pflag.FlagSet
}

// The flags that name a source of the token.
const (
	fileFlag     = "registry-token-file"
	variableFlag = "registry-token-variable"
	commandFlag  = "registry-token-command"
)

// AddTo adds the flags to a command.
func (f *Flags) AddTo(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.API, "registry-api", "", "`URL` of the registry's API; giving it also confirms it")
	set.StringVar(&f.file, fileFlag, "", "your registry token is in a `FILE`; - is standard input")
	set.StringVar(&f.variable, variableFlag, "", "your registry token is in the environment variable `NAME`")
	set.StringVar(&f.command, commandFlag, "", "your registry token is what `COMMAND` prints; one quoted text, run without a shell")
}

// UseFile takes the token from a file where no flag says otherwise.
func (f *Flags) UseFile(name string) {
	if !f.HasToken() {
		f.file = name
	}
}

// HasToken tells whether a source of the token was named.
func (f *Flags) HasToken() bool { return f.file != "" || f.variable != "" || f.command != "" }

// Valid refuses what cannot be right, before anything is asked or sent.
func (f *Flags) Valid() error {
	if err := app.NotEmpty(f.set, fileFlag, variableFlag, commandFlag, "registry-api"); err != nil {
		return err
	}
	if given := app.Given(f.set, fileFlag, variableFlag, commandFlag); len(given) > 1 {
		return app.WithHint(fmt.Errorf("--%s and --%s exclude each other", given[0], given[1]), "the token comes from one place")
	}
	if f.set.Changed("registry-api") {
		if err := checkAPI(f.API); err != nil {
			return err
		}
	}
	if looksLikeToken(f.file) || looksLikeToken(f.variable) {
		return app.WithHint(errors.New("expected the name of a place, but this looks like the token itself"),
			"write the token into a file that only you may read; command lines are seen and kept")
	}
	if f.command != "" {
		if _, err := command.Words(f.command); err != nil {
			return fmt.Errorf("--%s: %w", commandFlag, err)
		}
	}
	return nil
}

// looksLikeToken recognises a JSON Web Token (RFC 7519), which no file or variable is called.
func looksLikeToken(name string) bool {
	return strings.HasPrefix(name, "eyJ") && strings.Count(name, ".") >= 2
}

// checkAPI holds a given address to what may get a token.
func checkAPI(address string) error {
	u, err := text.BaseAddress(address)
	const hint = "the registry's API looks like https://HOST/PATH"
	switch {
	case err != nil:
		return app.WithHint(fmt.Errorf("--registry-api: %w", err), hint)
	case u.Scheme != "https" && (u.Scheme != "http" || !text.Loopback(u.Hostname())):
		return app.WithHint(errors.New("--registry-api: expected https; http is for this machine only"), hint)
	}
	return nil
}

// ErrNoToken is returned where no source of the token was named.
var ErrNoToken = errors.New("the registry's API needs a token of your own, and no source of it was given")

// mostToken bounds a token in bytes; real ones have one or two thousand.
const mostToken = 64 << 10

// Read takes the token from the source that was named. The line end that an editor or a program
// adds is no part of it.
func (f *Flags) Read(ctx context.Context, a *app.App) (credentials.Secret, error) {
	var text string
	var err error
	switch {
	case f.file != "":
		var data []byte
		data, err = a.ReadSecret(ctx, f.file, "Registry token", mostToken)
		text = string(data)
	case f.variable != "":
		var set bool
		if text, set = a.Sys.Lookup(f.variable); !set {
			err = fmt.Errorf("the environment variable %s is not set", f.variable)
		}
	case f.command != "":
		text, err = f.run(ctx)
	default:
		return credentials.Secret{}, app.WithHint(ErrNoToken, "name one: --registry-token-file FILE, --registry-token-variable NAME or --registry-token-command COMMAND")
	}
	text = strings.TrimSpace(text)
	if err == nil && text == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return credentials.Secret{}, fmt.Errorf("read the registry token: %w", err)
	}
	token := credentials.NewSecret(text)
	a.Keep(token)
	return token, nil
}

func (f *Flags) run(ctx context.Context) (string, error) {
	words, err := command.Words(f.command)
	if err != nil {
		return "", err
	}
	return command.Run(ctx, words, command.Options{})
}

// CanSignIn tells whether a person gets a token for the registry of an environment by signing in in
// a browser.
func CanSignIn(e environments.Environment) bool {
	_, ok := registry.SignInOf(e, nil)
	return ok
}

// SignIn has a person sign in in a browser, on whatever machine it runs, and returns the token of
// their login.
func SignIn(ctx context.Context, a *app.App, web *http.Client, e environments.Environment) (credentials.Secret, error) {
	way, ok := registry.SignInOf(e, web)
	if !ok {
		return credentials.Secret{}, ErrNoToken
	}
	token, err := way.Token(ctx, func(i registry.Invitation) {
		a.Say("\nOpen this page in a browser and sign in with your own account:\n  %s", i.Page)
		a.Say("Enter this code there:\n  %s", i.Code)
		a.Say("The code is valid until %s. Waiting for you to sign in; Ctrl-C stops.", i.Until.Local().Format("15:04:05"))
	})
	if err == nil {
		a.Keep(token)
		a.Say("You are signed in.")
	}
	return token, err
}
