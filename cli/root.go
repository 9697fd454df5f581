package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// root is the command tree. A command stands here when it works.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "credguide",
		Short: "Find out why a service account cannot log in to openEO",
		Long: "credguide checks the client credentials of an openEO service account: it follows the login\n" +
			"step by step and names the cause, the party who can fix it and what to change.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return a.welcome(cmd)
		},
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(a.sys.Stdin)
	root.SetOut(a.sys.Stdout)
	root.SetErr(a.sys.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(a.help)
	root.Flags().Bool("version", false, "show the version") // cobra's own would take -v, which people expect to be verbose
	root.PersistentFlags().StringArrayVar(&a.catalogs, "catalog", nil, "a `DIR` with environments/*.yaml and diagnoses/*.yaml of your own; repeatable")
	root.PersistentFlags().BoolVar(&a.noColor, "no-color", false, "no colours")
	root.AddCommand(
		checkCommand(a), a.environmentsCommand(), a.explainCommand(), withRegister(a, tryCommand(a)), sandboxCommand(a),
		registerCommand(a), requestCommand(a), snippetCommand(a), waitCommand(a),
		a.versionCommand(), a.completionCommand(), a.manCommand(),
	)
	root.SetHelpCommand(a.helpCommand())
	return root
}

// wishes are what the bare command offers, in the order in which people need them.
var wishes = []struct{ command, wish string }{
	{"register", "register a new service account"},
	{"check", "find out why a login fails, or that it works"},
	{"wait", "wait until a new client is deployed"},
	{"try", "see a check at work on this machine, without an account"},
	{"explain", "read about the causes of failing logins"},
}

// welcome asks a person what they want. In a script there is nobody to ask: the short help, and wrong usage.
func (a *app) welcome(cmd *cobra.Command) error {
	if !a.canAsk() {
		_, _ = fmt.Fprint(a.sys.Stderr, a.helpText(cmd))
		return exitCode(exitUsage)
	}
	var offered []*cobra.Command
	a.say("What do you want to do?")
	for _, w := range wishes {
		if c, _, err := cmd.Find([]string{w.command}); err == nil && c != cmd {
			offered = append(offered, c)
			a.say("  %d  %s", len(offered), w.wish)
		}
	}
	for {
		_, _ = fmt.Fprintf(a.sys.Stderr, "A number, or nothing to leave: ")
		line, err := readLine(cmd.Context(), a.sys.Stdin)
		if err != nil || strings.TrimSpace(line) == "" {
			return err
		}
		if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && n >= 1 && n <= len(offered) {
			chosen := offered[n-1]
			chosen.SetContext(cmd.Context())
			return chosen.RunE(chosen, nil)
		}
		a.say("There is no such number.")
	}
}
