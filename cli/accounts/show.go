package accounts

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/text"
)

func showCommand(a *app.App) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:               "show NAME",
		Short:             "Show one account",
		Args:              oneName("the name of an account"),
		ValidArgsFunction: completeName(a),
		RunE: func(cmd *cobra.Command, args []string) error {
			return show(cmd.Context(), a, args[0], format)
		},
	}
	a.FormatFlag(cmd, &format, "text", "json")
	return cmd
}

func show(ctx context.Context, a *app.App, name, format string) error {
	v, err := newViewer(ctx, a)
	if err != nil {
		return err
	}
	defer v.memory.Close()
	entry, err := v.list.Find(name)
	if err != nil {
		return app.WithHint(err, "credguide accounts lists them")
	}
	a.WarnOf(v.list)
	one := v.of(ctx, entry)
	if format == "json" {
		return a.PrintJSON(one.json())
	}
	return a.Print(app.Plain(v.card(one)))
}

// card is one account on a page.
func (v *viewer) card(o view) string {
	var b strings.Builder
	row := func(label, value string) {
		if value = text.Sanitise(value, text.MarkRemoved); value != "" { // a line end would make a row of its own
			line := fmt.Sprintf("%-14s%s\n", label, value)
			if text.Width(line) > v.Width() {
				line = text.Hang(fmt.Sprintf("%-14s", label), value, v.Width())
			}
			b.WriteString(line)
		}
	}
	e := o.entry
	row("name", e.Label())
	row("environment", o.environment())
	row("issuer", cmp.Or(o.subject.Environment.Issuer, e.Issuer))
	if o.fault() == "" || e.Backend != "" { // else nobody knows
		row("back-end", o.backend())
	}
	row("provider ID", o.providerID())
	row("client ID", o.clientID())
	row("secret", e.Source.String())
	if e.Source.Kind == accounts.SecretCommand {
		row("", "its output is the secret; credguide shows neither")
	}
	if o.expiry.Known {
		row("expires", e.Expires.String())
	}
	owner, labels := e.Told()
	row("owner", owner)
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		row("label", name+"="+labels[name])
	}
	row("CA file", e.CAFile)
	for _, id := range slices.Sorted(maps.Keys(e.Ignore)) {
		row("ignored", id+": "+e.Ignore[id])
	}
	row("state", o.state(v.Sys.Now()))
	row("fault", o.fault())
	row("entry", fmt.Sprintf("%s:%d", v.list.Path, e.Line))
	if o.fault() == "" {
		fmt.Fprintf(&b, "\nCheck it:          %s\nUse it in Python:  %s\nWatch it in CI:    %s\n",
			v.OfAccount("credguide check "+e.Name), v.OfAccount("credguide snippet python "+e.Name), v.OfAccount("credguide snippet github "+e.Name))
	}
	return app.Fitted(b.String(), v.Width())
}
