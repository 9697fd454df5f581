package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

func environmentsCommand(a *app.App) *cobra.Command {
	format := "text"
	list := &cobra.Command{
		Use:   "environments",
		Short: "List the identity providers and their openEO back-ends",
		Long: "An environment is an identity provider with the openEO back-ends that accept its tokens. A client that is " +
			"registered in one is unknown in the others.",
		Example: `  credguide environments
  credguide environments show development
  credguide environments show development --output yaml > lab.yaml
  credguide environments add https://openeo.example.org`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return app.UnknownCommand(cmd, args[0])
			}
			return nil
		},
	}
	all := func(context.Context) error {
		catalog, err := environments.Load(a.Catalogs...)
		if err != nil {
			return err
		}
		return listEnvironments(a, catalog, format)
	}
	list.RunE = func(cmd *cobra.Command, _ []string) error { return all(cmd.Context()) }
	a.FormatFlag(list, &format, "text", "json")
	list.AddCommand(app.ListCommand(a, &format, all), showEnvironmentCommand(a), addEnvironmentCommand(a))
	return list
}

func showEnvironmentCommand(a *app.App) *cobra.Command {
	format := "text"
	show := &cobra.Command{
		Use:   "show ID|FILE.yaml",
		Short: "Show everything known about one environment",
		Args:  app.AtMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalog, err := environments.Load(a.Catalogs...)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return app.WithHint(errors.New("no environment given"), "credguide environments lists them")
			}
			e, err := subject.FindEnvironment(catalog, args[0])
			if err != nil {
				return err
			}
			file := ""
			if accounts.IsFile(args[0]) {
				file = args[0]
			}
			return showEnvironment(a, catalog, e, format, app.InForceOf(cmd.Flags()).At(e.ID, file))
		},
		ValidArgsFunction: app.CompleteFrom(a.EnvironmentNames, cobra.ShellCompDirectiveDefault),
	}
	a.FormatFlag(show, &format, "text", "json", "yaml")
	return show
}

func listEnvironments(a *app.App, catalog *environments.Catalog, format string) error {
	if format == "json" {
		return a.PrintJSON(catalog.All())
	}
	column := 14
	for _, e := range catalog.All() {
		column = max(column, min(len(e.ID)+2, 24))
	}
	var b strings.Builder
	for i, e := range catalog.All() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text.Hang(text.Pad(e.ID+"  ", column), e.Title, a.Width()))
		fmt.Fprintf(&b, "%s%s\n", text.Pad("", column), e.Issuer)
		facts := []string{backendsInShort(e), approvalInShort(e)}
		if e.Read != "" {
			facts = append(facts, "read on "+dayInWords(e, a.Sys.Now()))
		}
		b.WriteString(text.Hang(strings.Repeat(" ", column), strings.Join(facts, " · "), a.Width()))
	}
	return a.Print(app.Plain(b.String()))
}

func backendsInShort(e environments.Environment) string {
	if len(e.Backends) == 0 {
		return "no openEO back-end"
	}
	usual, _ := e.DefaultBackend()
	var names []string
	for _, b := range e.Backends {
		name := b.ID
		if b.ID == usual.ID && len(e.Backends) > 1 {
			name += " (default)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func approvalInShort(e environments.Environment) string {
	switch {
	case e.Approval == environments.ApprovalSelf && e.Way() == environments.ByDashboard:
		return "you create a client yourself"
	case e.Approval == environments.ApprovalSelf:
		return "you approve a new client yourself"
	case e.Approval == environments.ApprovalOperator:
		return "an administrator approves a new client"
	}
	return "who approves a new client is not known"
}

// wayInShort says how a client is made, and where.
func wayInShort(e environments.Environment) string {
	switch e.Way() {
	case environments.ByForm:
		return "in the registry's form"
	case environments.ByDashboard:
		return "at " + e.Registration.URL
	case environments.ByRequest:
		return "by request, to " + e.Registration.To
	}
	return ""
}

func showEnvironment(a *app.App, catalog *environments.Catalog, e environments.Environment, format string, again app.InForce) error {
	switch format {
	case "json":
		return a.PrintJSON(e)
	case "yaml":
		document, err := e.YAML()
		if err != nil {
			return err
		}
		return a.PrintVerbatim(document)
	}
	var b strings.Builder
	line := func(label string, values ...string) {
		for _, value := range values {
			if value != "" {
				b.WriteString(text.Hang(fmt.Sprintf("%-21s", label), value, a.Width()))
				label = ""
			}
		}
	}
	line(e.ID, e.Title)
	line("also called", strings.Join(e.Aliases, ", "))
	line("issuer", e.Issuer)
	line("retired issuers", strings.Join(e.RetiredIssuers, ", "))
	line("approval", approvalInShort(e))
	line("registration", wayInShort(e))
	line("contact", e.Contact)
	if r := e.Registry; r != nil {
		line("registry", r.Portal, "Integration Environment there: "+r.IntegrationEnvironment)
	}
	var sisters []string
	for _, s := range catalog.Sisters(e) {
		sisters = append(sisters, s.ID)
	}
	line("sister environments", strings.Join(sisters, ", "))
	for _, backend := range e.Backends {
		line("back-end", backendFacts(e, backend)...)
	}
	for _, note := range e.Notes {
		line("note", note)
	}
	line("facts from", e.Source)
	line("read on", dayInWords(e, a.Sys.Now()))
	line("read from", e.Origin)
	if e.Way() != "" {
		b.WriteString(text.HangRun(fmt.Sprintf("%-21s", "register there"), "", again.Command("credguide register --environment "+e.ID), a.Width()))
	}
	b.WriteString(text.HangRun(fmt.Sprintf("%-21s", "check a client"), "", again.Command("credguide check --environment "+e.ID), a.Width()))
	return a.Print(app.Plain(b.String()))
}

// dayInWords is the day on which the facts were read, with a warning where that is long ago.
func dayInWords(e environments.Environment, now time.Time) string {
	if e.Aged(now) {
		return e.Read + ", more than a year ago: the facts may have changed"
	}
	return e.Read
}

// backendFacts are the lines that tell of a back-end.
func backendFacts(e environments.Environment, b environments.Backend) (lines []string) {
	title := cmp.Or(b.Title, b.ID)
	if usual, _ := e.DefaultBackend(); usual.ID == b.ID {
		title += " (default)"
	}
	lines = append(lines, title, b.URL)
	for _, fact := range []struct{ label, value string }{
		{"deprecated", b.Deprecated},
		{"provider ID", b.ProviderID},
		{"credits", b.Billing},
		{"help", b.Helpdesk},
		{"scopes", strings.Join(b.Scopes, " ")},
	} {
		if fact.value != "" {
			lines = append(lines, fact.label+": "+fact.value)
		}
	}
	return lines
}
