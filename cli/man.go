package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
)

func manCommand(a *app.App) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "man [COMMAND]",
		Short: "Write the manual page",
		Example: `  credguide man | man -l -
  credguide man --dir ~/.local/share/man/man1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			target, err := commandAt(cmd.Root(), args)
			if err != nil {
				return err
			}
			if dir != "" {
				return writePages(a, target, dir)
			}
			return a.PrintVerbatim(manualPage(a, target))
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the page into `DIR`, and those of the commands below it")
	return cmd
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func writePages(a *app.App, cmd *cobra.Command, dir string) error {
	file := filepath.Join(dir, pageName(cmd)+".1")
	if err := files.Replace(file, manualPage(a, cmd), files.Readable); err != nil {
		return fmt.Errorf("write the manual page: %s: %w", file, err)
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			if err := writePages(a, c, dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// codes are the exit codes of a command in words, where it has others than all commands have.
type codes struct{ healthy, misconfigured, cannotTell string }

var (
	ofCheck = codes{"healthy, or the only cause is ignored", "somebody must change something", "cannot tell: a service is down, unreachable or rate-limited, or the time ran out"}
	ended   = codes{healthy: "ended by SIGTERM or SIGINT"}

	exitCodes = map[string]codes{
		"accounts rotate":  ofCheck,
		"check":            ofCheck,
		"environments add": {"done", "", "cannot read what the back-end publishes"},
		"explain":          {"the diagnosis, or what fits the text, is shown", "", "no cause fits the text"},
		"register":         {"the client works", "somebody must change something", "cannot tell yet: the request waits for an administrator, or a service is down"},
		"request cancel":   {"done", "somebody must change something", "cannot tell: the registry does not answer"},
		"request show":     {"the registry accepts the request", "the registry would refuse the request", ""},
		"request status":   {"nothing is left to do", "something is for you to do", "a request waits, or the registry does not answer"},
		"request submit":   {"the client works", "somebody must change something", "cannot tell yet: the request waits for an administrator, or a service is down"},
		"request validate": {"every request is acceptable", "a field is refused", ""},
		"sandbox":          ended,
		"serve":            ended,
		"try":              ofCheck,
		"try register":     ofCheck,
		"wait":             ofCheck,
	}
)
