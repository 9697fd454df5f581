package app

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/internal/text"
)

// FormatFlag adds --output for a command that does not write reports.
func (a *App) FormatFlag(cmd *cobra.Command, format *string, names ...string) {
	cmd.Flags().StringVar(format, "output", names[0], "`FORMAT`: "+strings.Join(names, ", "))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	before := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if slices.Contains(names, *format) {
			return before(cmd, args)
		}
		return Unknown("output format", *format, names, OneOf(names))
	}
}

// PrintJSON writes a value as a JSON document.
func (a *App) PrintJSON(v any) error {
	document, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return a.Write(a.Document(append(document, '\n')))
}

// Row is a name and what it stands for, on two lines where the name is long. Where there is little
// room, the meaning stands below the name.
func Row(name, meaning string, width int) string {
	const column, roomy = 36, 60
	if width < roomy {
		return "  " + name + "\n" + text.Hang("      ", meaning, width)
	}
	if len(name) > column-4 {
		return "  " + name + "\n" + text.Hang(strings.Repeat(" ", column), meaning, width)
	}
	return text.Hang(fmt.Sprintf("  %-*s", column-2, name), meaning, width)
}

// ownCommand is where a command of this program stands in a line: at its start, or in a column
// after a colon.
var ownCommand = regexp.MustCompile(`: +credguide `)

// Fitted breaks lines that are longer than the terminal is wide. A command at the end of one stays
// whole, so that it can be copied.
func Fitted(said string, width int) string {
	lines := strings.Split(said, "\n")
	for i, line := range lines {
		if text.Width(line) <= width {
			continue
		}
		body := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(body)]
		words := strings.Fields(body)
		if at := ownCommand.FindStringIndex(": " + body); at != nil {
			start := at[1] - len(": credguide ")
			words = append(strings.Fields(body[:start]), body[start:])
		}
		lines[i] = indent + strings.Join(text.Fill(words, width-len(indent)-2), "\n"+indent+"  ")
	}
	return strings.Join(lines, "\n")
}
