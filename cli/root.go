package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/accounts"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/cli/register"
	"github.com/credguide/credguide/cli/request"
	"github.com/credguide/credguide/cli/serve"
	"github.com/credguide/credguide/cli/snippet"
	"github.com/credguide/credguide/cli/try"
	"github.com/credguide/credguide/cli/wait"
	"github.com/credguide/credguide/internal/text"
)

// root is the command tree. A command stands here when it works.
func root(a *app.App) *cobra.Command {
	root := &cobra.Command{
		Use:   "credguide",
		Short: "Take an openEO service account from registration to a login that works",
		Long: "credguide takes you from \"I need a service account for openEO\" to a login that works. When the login does not work, it " +
			"names the cause, who can fix it, and what to change.",
		Example: `  credguide register          # get a service account
  credguide check             # find out why a login fails
  ` + text.Fed("credguide explain -", "FILE") + `  # find out what an error text in a FILE means
  credguide try               # see a check at work, without an account`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return app.UnknownCommand(cmd, args[0])
			}
			return welcome(a, cmd)
		},
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			return cmp.Or(app.NoEmptyArgument(cmd, args), a.NoSecretAsFile(cmd.Flags()))
		},

		Version:       app.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(a.Sys.Stdin)
	root.SetOut(a.Sys.Stdout)
	root.SetErr(a.Sys.Stderr)
	root.SetFlagErrorFunc(app.FlagError)
	root.Flags().Bool("version", false, "show the version") // cobra's own would take -v, which people expect to be verbose
	root.PersistentFlags().StringArrayVar(&a.Catalogs, "catalog", nil, "`DIR` with your own environments/*.yaml and diagnoses/*.yaml; repeatable")
	root.PersistentFlags().BoolVar(&a.NoColor, "no-color", false, "no colours")
	root.AddCommand(
		check.Command(a), environmentsCommand(a), explainCommand(a), try.WithRegister(a, try.Command(a)), try.SandboxCommand(a),
		accounts.Command(a), register.Command(a), register.WithSubmit(a, request.Command(a)), snippet.Command(a), wait.Command(a),
		serve.Command(a), check.ReportCommand(a),
		versionCommand(a), completionCommand(a), manCommand(a),
	)
	root.SetHelpCommand(helpCommand(a))
	inPlainTimes(root)
	return root
}

// wishes are what the bare command offers, in the order in which people need them.
var wishes = []struct {
	command, wish string
	args          []string
}{
	{command: "register", wish: "register a new service account"},
	{command: "check", wish: "find out why a login fails, or that it works"},
	{command: "explain", wish: "find out what an error text of a program means", args: []string{"-"}},
	{command: "wait", wish: "wait until a new client is deployed"},
	{command: "accounts", wish: "see your accounts"},
	{command: "try", wish: "see a check at work on this machine, without an account"},
	{command: "try register", wish: "rehearse a registration on this machine"},
	{command: "explain", wish: "read about the causes of failing logins"},
}

// welcome asks a person what they want. In a script there is nobody to ask: the short help, and
// wrong usage.
func welcome(a *app.App, cmd *cobra.Command) error {
	if !a.CanAsk() {
		_, _ = fmt.Fprint(a.Sys.Stderr, helpText(cmd, a.Width()))
		return app.ExitCode(app.ExitUsage)
	}
	if overview := accounts.Overview(cmd.Context(), a); overview != "" {
		a.Say("Your accounts:\n%s", overview)
	}
	var offered []func() error
	a.Say("What do you want to do?")
	for _, w := range wishes {
		if c, _, err := cmd.Find(strings.Fields(w.command)); err == nil && c != cmd {
			c.SetContext(cmd.Context())
			offered = append(offered, func() error { return c.RunE(c, w.args) })
			a.Say("  %d  %s", len(offered), w.wish)
		}
	}
	for {
		line, err := a.Ask(cmd.Context(), "A number, or nothing to leave: ")
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || strings.TrimSpace(line) == "" {
			return err
		}
		if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && n >= 1 && n <= len(offered) {
			return offered[n-1]()
		}
		a.Say("There is no such number.")
	}
}

// CommandTree is every command with its flags and texts, for whoever writes documentation from it.
// It cannot be run: it has no machine to run on.
func CommandTree() *cobra.Command { return root(&app.App{}) }

func versionCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version, commit and date of this build",
		Args:  app.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			return a.Print(fmt.Sprintf("credguide %s\n", app.ThisBuild()))
		},
	}
}
