package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/environments"
)

func (a *app) environmentsCommand() *cobra.Command {
	format := "text"
	list := &cobra.Command{
		Use:   "environments",
		Short: "List the identity providers and their openEO back-ends",
		Example: `  credguide environments
  credguide environments show development
  credguide environments show development --output yaml > lab.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			catalog, err := environments.Load(a.catalogs...)
			if err != nil {
				return err
			}
			return a.listEnvironments(catalog, format)
		},
	}
	a.formatFlag(list, &format, "text", "json")
	list.AddCommand(a.showEnvironmentCommand())
	return list
}

func (a *app) showEnvironmentCommand() *cobra.Command {
	format := "text"
	show := &cobra.Command{
		Use:   "show ID|FILE.yaml",
		Short: "Show all that is known of one environment",
		Args:  atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			catalog, err := environments.Load(a.catalogs...)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return withHint(fmt.Errorf("which environment shall be shown?"), oneOf(catalog.Names()))
			}
			e, err := findEnvironment(catalog, args[0])
			if err != nil {
				return err
			}
			return a.showEnvironment(catalog, e, format)
		},
		ValidArgsFunction: completeFrom(a.environmentNames, cobra.ShellCompDirectiveDefault),
	}
	a.formatFlag(show, &format, "text", "json", "yaml")
	return show
}

// findEnvironment takes an id, an alias or the name of a file.
func findEnvironment(catalog *environments.Catalog, name string) (environments.Environment, error) {
	if e, ok := catalog.Lookup(name); ok {
		return e, nil
	}
	if namesFile(name) {
		return catalog.LoadFile(name)
	}
	return environments.Environment{}, unknown("environment", name, catalog.Names(),
		"credguide environments lists them; a file of your own is given as FILE.yaml")
}

// namesFile tells the name of an environment's file from an id.
func namesFile(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml" || ext == ".json" || strings.ContainsAny(name, `/\`)
}

func (a *app) listEnvironments(catalog *environments.Catalog, format string) error {
	if format == "json" {
		return a.printJSON(catalog.All())
	}
	var b strings.Builder
	for i, e := range catalog.All() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-14s%s\n", e.ID, e.Title)
		fmt.Fprintf(&b, "%-14s%s\n", "", e.Issuer)
		b.WriteString(item(strings.Repeat(" ", 14), backendsInShort(e)+" · "+approvalInShort(e), a.width()))
	}
	return a.print(plain(b.String()))
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
	switch e.Approval {
	case environments.ApprovalSelf:
		return "you approve a new client yourself"
	case environments.ApprovalOperator:
		return "an operator approves a new client"
	}
	return "who approves a new client is not known"
}

// wayInShort says how a client is made, and where.
func wayInShort(e environments.Environment) string {
	switch e.Way() {
	case environments.ByForm:
		return "in the registry's form"
	case environments.ByDashboard:
		return "by yourself, at " + e.Registration.URL
	case environments.ByRequest:
		return "by request, to " + e.Registration.To
	}
	return ""
}

func (a *app) showEnvironment(catalog *environments.Catalog, e environments.Environment, format string) error {
	switch format {
	case "json":
		return a.printJSON(e)
	case "yaml":
		text, err := e.YAML()
		if err != nil {
			return err
		}
		return a.print(string(text))
	}
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			b.WriteString(item(fmt.Sprintf("%-17s", label), text, a.width()))
		}
	}
	line(e.ID, e.Title)
	line("also called", strings.Join(e.Aliases, ", "))
	line("issuer", e.Issuer)
	line("retired issuers", strings.Join(e.RetiredIssuers, ", "))
	line("approval", approvalInShort(e))
	line("a client is made", wayInShort(e))
	line("contact", e.Contact)
	if r := e.Registry; r != nil {
		line("registry", r.Portal)
		line("", "integration environment: "+r.IntegrationEnvironment)
	}
	var sisters []string
	for _, s := range catalog.Sisters(e) {
		sisters = append(sisters, s.ID)
	}
	line("sisters", strings.Join(sisters, ", "))
	for _, backend := range e.Backends {
		line("back-end", backendInWords(e, backend))
	}
	for _, note := range e.Notes {
		line("note", note)
	}
	line("facts from", e.Source)
	read := e.Read
	if e.Aged(a.sys.Now()) {
		read += ", more than a year ago: they may have changed"
	}
	line("read on", read)
	line("read from", e.Origin)
	line("check it", "credguide check --environment "+e.ID)
	return a.print(plain(b.String()))
}

func backendInWords(e environments.Environment, b environments.Backend) string {
	text := b.URL
	if b.Title != "" {
		text += " · " + b.Title
	}
	if b.Deprecated != "" {
		text += " · deprecated " + b.Deprecated
	}
	if b.ProviderID != "" {
		text += " · provider id " + b.ProviderID
	}
	if usual, _ := e.DefaultBackend(); usual.ID == b.ID {
		text += " · default"
	}
	if len(b.Scopes) > 0 {
		text += " · scopes " + strings.Join(b.Scopes, " ")
	}
	return text
}

// formatFlag adds --output for a command that does not write reports.
func (a *app) formatFlag(cmd *cobra.Command, format *string, names ...string) {
	cmd.Flags().StringVar(format, "output", names[0], "`FORMAT`: "+strings.Join(names, ", "))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	before := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, name := range names {
			if *format == name {
				return before(cmd, args)
			}
		}
		return unknown("output format", *format, names, oneOf(names))
	}
}

func (a *app) printJSON(v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return a.print(string(text) + "\n")
}
