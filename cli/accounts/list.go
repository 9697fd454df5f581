package accounts

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// list shows all accounts: what needs somebody first, as JSON in the order of the file.
func list(ctx context.Context, a *app.App, format string) error {
	v, err := newViewer(ctx, a)
	if err != nil {
		return err
	}
	defer v.memory.Close()
	a.WarnOf(v.list)
	views := v.all(ctx)
	if format == "json" {
		all := make([]shown, len(views))
		for i, o := range views {
			all[i] = o.json()
		}
		return a.PrintJSON(all)
	}
	pending := v.pending(ctx, views)
	if len(views) == 0 {
		return a.Print(pending + noAccounts(v))
	}
	return a.Print(pending + app.Plain(v.table(views)))
}

// pending is what waits at a registry, and the registrations that are not finished, each with the
// command that goes on. A request whose client has logged in waits for nothing more.
func (v *viewer) pending(ctx context.Context, views []view) string {
	var b strings.Builder
	tell := func(what, environment, state, command string) {
		mark := "· "
		if !v.Unicode() {
			mark = "[ ] "
		}
		if environment != "" {
			what += " in " + app.Bounded(environment)
		}
		b.WriteString(text.Hang(mark, "pending: "+what+": "+state, v.Width()))
		b.WriteString(strings.Repeat(" ", text.Width(mark)+2) + text.Line(command, 4000) + "\n\n")
	}
	unfinished := v.Unfinished(ctx)
	entries, _ := submit.MemoryOf(v.App).All(ctx) // what cannot be read, request status tells
	for _, e := range entries {
		known := slices.ContainsFunc(slices.Collect(maps.Values(unfinished)), func(u wizard.Unfinished) bool { return e.Of(u, "") })
		if known || slices.ContainsFunc(views, func(o view) bool { return o.fulfils(e) }) {
			continue
		}
		tell("the request for "+app.Bounded(e.ServiceName), e.Integration, "submitted", v.OfAccount("credguide request status "+text.Word(e.Name())))
	}
	for _, file := range slices.Sorted(maps.Keys(unfinished)) {
		u := unfinished[file]
		what := "a registration"
		if u.Service != "" {
			what = "the registration of " + app.Bounded(u.Service)
		}
		state, command := v.standing(u)
		tell(what, u.Environment, state, command)
	}
	return app.Plain(b.String())
}

// standing is how far a registration is, and the command that goes on.
func (v *viewer) standing(u wizard.Unfinished) (state, command string) {
	switch {
	case u.Account != "":
		return "its deployment is awaited", v.OfAccount("credguide wait " + text.Word(u.Account))
	case u.Asked:
		return "asked for; the answer has not been entered yet", u.Resume
	case u.Submitted:
		return "submitted; it waits for the registry", u.Resume
	}
	return "not submitted yet", u.Resume
}

func noAccounts(v *viewer) string {
	return app.Plain("You have no accounts yet (" + v.list.Path + ").\n\n" +
		"To register a new client and keep it:\n  credguide register\n" +
		"To add one that you have:\n  credguide accounts add NAME --environment ID --client-id ID --secret-file FILE\n")
}

// table is the list for people.
func (v *viewer) table(views []view) string {
	var b strings.Builder
	for _, o := range brokenFirst(views) {
		mark := o.mark(v.Unicode()) + " "
		indent := strings.Repeat(" ", text.Width(mark)+2)
		if fault := o.fault(); fault != "" {
			b.WriteString(text.Hang(mark, o.entry.Label()+": cannot be used", v.Width()))
			b.WriteString(text.Hang(indent, fault, v.Width()))
			continue
		}
		b.WriteString(text.Hang(mark, o.title(), v.Width()))
		b.WriteString(text.Hang(indent, o.state(v.Sys.Now()), v.Width()))
		if o.rank() < 4 {
			b.WriteString(indent + v.OfAccount(o.next()) + "\n")
		}
	}
	b.WriteString("\nAll at once: " + v.OfAccount("credguide check --all") + "\n")
	return b.String()
}

// Overview is the list for the first screen of the bare program; empty where there are no accounts,
// or they cannot be read.
func Overview(ctx context.Context, a *app.App) string {
	v, err := newViewer(ctx, a)
	if err != nil {
		return ""
	}
	defer v.memory.Close()
	all := v.all(ctx)
	pending := v.pending(ctx, all)
	if len(all) == 0 {
		return pending
	}
	const most = 5 // the questions have to stay on the screen
	views := brokenFirst(all)
	more := len(views) - most
	views = views[:min(len(views), most)]
	var b strings.Builder
	for _, o := range views {
		line := o.entry.Label() + ": " + o.state(v.Sys.Now())
		if o.fault() != "" {
			line = o.entry.Label() + ": cannot be used"
		}
		b.WriteString(text.Hang(o.mark(v.Unicode())+" ", line, v.Width()))
	}
	if more > 0 {
		b.WriteString("  and " + text.Plural(more, "more account") + "; credguide accounts lists all\n")
	}
	return pending + app.Plain(b.String())
}
