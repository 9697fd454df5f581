package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks"
)

func (a *app) explainCommand() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "explain [ID]",
		Short: "Explain one diagnosis, or list them all",
		Example: `  credguide explain
  credguide explain client-secret-wrong`,
		Args: atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			catalog, err := checks.LoadCatalog(a.catalogs...)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return a.listDiagnoses(catalog, format)
			}
			d, ok := catalog.ByID(args[0])
			if !ok {
				return unknown("diagnosis", args[0], catalog.IDs(), "credguide explain lists them")
			}
			if format == "json" {
				return a.printJSON(explanationOf(d))
			}
			return a.print(plain(explainInWords(d, a.width())))
		},
		ValidArgsFunction: completeFrom(a.diagnosisNames, cobra.ShellCompDirectiveNoFileComp),
	}
	a.formatFlag(cmd, &format, "text", "json")
	return cmd
}

// layerTitles head the groups of the list, in the order in which a login passes through them.
var layerTitles = map[string]string{
	"input":     "What you gave",
	"network":   "Network",
	"tls":       "Encryption (TLS)",
	"discovery": "The identity provider's description of itself",
	"service":   "Services that are down or busy",
	"client":    "Your client at the identity provider",
	"token":     "The request for a token",
	"jwt":       "The token",
	"openeo":    "The openEO back-end",
	"account":   "The account",
}

func (a *app) listDiagnoses(catalog *checks.Catalog, format string) error {
	if format == "json" {
		list := []explanation{}
		for _, d := range catalog.All() {
			list = append(list, explanationOf(d))
		}
		return a.printJSON(list)
	}
	var b strings.Builder
	layer := ""
	for _, d := range catalog.All() {
		if d.Layer != layer {
			if layer != "" {
				b.WriteByte('\n')
			}
			layer = d.Layer
			b.WriteString(layerTitles[layer] + "\n")
		}
		b.WriteString(row(d.ID, withoutFacts(d.Title), a.width()))
	}
	b.WriteString("\ncredguide explain ID tells more of one of them.\n")
	return a.print(plain(b.String()))
}

// row is a name and what it stands for, on two lines where the name is long.
func row(name, meaning string, width int) string {
	const column = 36
	indent := strings.Repeat(" ", column)
	if len(name) > column-4 {
		return "  " + name + "\n" + item(indent, meaning, width)
	}
	return item(fmt.Sprintf("  %-*s", column-2, name), meaning, width)
}

// explainInWords is the page of one diagnosis.
func explainInWords(d *checks.Diagnosis, width int) string {
	var b strings.Builder
	section := func(title string) { b.WriteString("\n" + title + "\n") }
	b.WriteString(item("", withoutFacts(d.Title), width))
	fmt.Fprintf(&b, "%s · %s · %s\n", d.ID, severityWords[d.Severity], partyWords(d.Party))

	section("What it means")
	for _, s := range d.Means {
		b.WriteString(item("  ", withoutFacts(s), width))
	}
	section("How it is decided")
	for _, r := range d.Rules {
		b.WriteString(ruleInWords(r, width))
	}
	section("How to fix it")
	for i, s := range d.Fix {
		b.WriteString(item(fmt.Sprintf("  %d. ", i+1), withoutFacts(s), width))
	}
	if d.Where != nil {
		section("Where")
		b.WriteString(item("  ", whereInWords(*d.Where), width))
	}
	if d.SeparateBy != "" {
		section("Where it is not certain, what would tell")
		b.WriteString(item("  ", withoutFacts(d.SeparateBy), width))
	}
	if len(d.HiddenBy) > 0 {
		section("Not shown where one of these is the cause")
		b.WriteString(item("  ", strings.Join(d.HiddenBy, ", "), width))
	}
	if len(d.Examples) > 0 {
		section("Examples")
		for _, ex := range d.Examples {
			b.WriteString(item("  · ", ex.Name+": "+outcomeWords(ex.Expect), width))
		}
	}
	if len(d.Refs) > 0 {
		section("See")
		for _, ref := range d.Refs {
			b.WriteString(item("  · ", ref, width))
		}
	}
	return b.String()
}

var severityWords = map[string]string{
	checks.Error:   "the login cannot work",
	checks.Warning: "works now, may fail later",
	checks.Note:    "worth knowing",
}

func partyWords(party string) string {
	switch party {
	case "you":
		return "you can fix it"
	case "registry-admin":
		return "an administrator of the registry can fix it"
	case "identity-provider":
		return "the identity provider's operators can fix it"
	case "backend":
		return "the back-end's operators can fix it"
	case "network":
		return "whoever runs the network can fix it"
	}
	return "fixed by: " + party
}

func outcomeWords(expect string) string {
	switch expect {
	case "no":
		return "it is not this"
	case "unknown":
		return "it cannot be told"
	}
	return expect
}

func whereInWords(w checks.Where) string {
	var parts []string
	for _, part := range []string{strings.ReplaceAll(w.System, "-", " "), w.Tab, w.Label} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	text := strings.Join(parts, " › ")
	if w.Value != "" {
		text += ": " + w.Value
	}
	return text
}
