package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli"
	"github.com/credguide/credguide/cli/app"
)

// addCommands makes one page for each command, from the texts that its help shows.
func addCommands(made pages) error {
	root := cli.CommandTree()
	index := newPage("Commands", "cli/*.go")
	index.paragraph(flowing(root.Long))
	index.table([]string{"Command", "Does"}, commandRows(root, made))
	index.heading("Flags of every command")
	index.table(flagHead, flagRows(root.PersistentFlags()))
	index.heading("Environment variables")
	index.table([]string{"Variable", "Is"}, surroundingRows(cli.Variables()))
	index.heading("Files")
	index.table([]string{"File", "Holds"}, surroundingRows(cli.Files()))
	index.paragraph("Exit codes and output formats: [in CI](../ci.md).")
	made["docs/commands/README.md"] = index.bytes()
	return nil
}

func surroundingRows(list []cli.Surrounding) (rows [][]string) {
	for _, s := range list {
		rows = append(rows, []string{spans(strings.Split(s.Names, ", ")), withCode(s.Means)})
	}
	return rows
}

// commandRows lists the commands below one, depth first, and makes their pages.
func commandRows(parent *cobra.Command, made pages) (rows [][]string) {
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		rows = append(rows, []string{fmt.Sprintf("[%s](%s)", c.CommandPath(), commandFile(c)), text(c.Short)})
		made["docs/commands/"+commandFile(c)] = commandPage(c)
		rows = append(rows, commandRows(c, made)...)
	}
	return rows
}

func commandFile(c *cobra.Command) string {
	return strings.ReplaceAll(strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" "), " ", "-") + ".md"
}

func commandPage(c *cobra.Command) []byte {
	out := newPage(c.CommandPath(), "cli/*.go")
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	out.paragraph(flowing(long))
	out.code("text", app.Usage(c))
	if c.HasAvailableSubCommands() {
		var rows [][]string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				rows = append(rows, []string{fmt.Sprintf("[%s](%s)", sub.CommandPath(), commandFile(sub)), text(sub.Short)})
			}
		}
		out.table([]string{"Command", "Does"}, rows)
	}
	if c.HasExample() {
		out.heading("Examples")
		var lines []string
		for line := range strings.SplitSeq(c.Example, "\n") {
			lines = append(lines, strings.TrimPrefix(line, "  "))
		}
		out.code("sh", strings.Join(lines, "\n"))
	}
	if rows := flagRows(c.NonInheritedFlags()); len(rows) > 0 {
		out.heading("Flags")
		out.table(flagHead, rows)
	}
	out.paragraph("[All commands](README.md)")
	return out.bytes()
}

// flowing makes one line of each paragraph: the texts are broken for a terminal.
func flowing(long string) string {
	var paragraphs []string
	for p := range strings.SplitSeq(long, "\n\n") {
		if strings.HasPrefix(p, "- {") { // an entry of a list
			paragraphs = append(paragraphs, "```yaml\n"+p+"\n```")
			continue
		}
		paragraphs = append(paragraphs, withCode(strings.Join(strings.Fields(p), " ")))
	}
	return strings.Join(paragraphs, "\n\n")
}

// typed is what somebody types in the texts of the help: flags with what they take, variables, files.
var typed = regexp.MustCompile(`--[a-z][a-z.-]*[a-z]( ''| [A-Z]{2,}\b)?|\b[A-Z]{2,}(_[A-Z]+)+\b|\b[a-z-]+\.(json|yaml)\b|\b[a-z]+(_[a-z]+)+\b`)

// withCode is prose with those as code.
func withCode(words string) string {
	var b strings.Builder
	last := 0
	for _, at := range typed.FindAllStringIndex(words, -1) {
		b.WriteString(text(words[last:at[0]]) + span(words[at[0]:at[1]]))
		last = at[1]
	}
	return b.String() + text(words[last:])
}

var flagHead = []string{"Flag", "Meaning", "Default"}

func flagRows(set *pflag.FlagSet) (rows [][]string) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		flag := "--" + f.Name
		if f.Shorthand != "" {
			flag = "-" + f.Shorthand + ", " + flag
		}
		if value != "" {
			flag += " " + value
		}
		rows = append(rows, []string{span(flag), text(usage), span(shownDefault(f.DefValue))})
	})
	return rows
}

// shownDefault leaves out the values that mean that nothing is set.
func shownDefault(value string) string {
	switch value {
	case "false", "[]", "0s", "0":
		return ""
	}
	return value
}
