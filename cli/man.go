package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

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
			if dir != "" {
				return writePages(a, cmd.Root(), dir)
			}
			target, err := commandAt(cmd.Root(), args)
			if err != nil {
				return err
			}
			page, err := manualPage(a, target)
			if err != nil {
				return err
			}
			return a.Print(string(page))
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write the pages of all commands into `DIR`")
	return cmd
}

func manualPage(a *app.App, cmd *cobra.Command) ([]byte, error) {
	dated := a.Sys.Now()
	if made, ok := app.ThisBuild().Made(); ok { // so that a build gives the same page every time
		dated = made
	}
	var page bytes.Buffer
	cmd.DisableAutoGenTag = true
	header := &doc.GenManHeader{
		Title: strings.ToUpper(pageName(cmd)), Section: "1", Date: &dated, Source: "credguide " + app.Version(), Manual: "credguide",
	}
	if err := doc.GenMan(cmd, header, &page); err != nil {
		return nil, fmt.Errorf("write the manual page of %s: %w", cmd.CommandPath(), err)
	}
	return page.Bytes(), nil
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func writePages(a *app.App, cmd *cobra.Command, dir string) error {
	page, err := manualPage(a, cmd)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, pageName(cmd)+".1")
	if err := files.Replace(file, page, files.Readable); err != nil {
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
