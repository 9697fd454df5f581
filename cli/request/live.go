package request

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request"
)

// liveFlags ask for what is so today instead of what was so when the rules were written.
type liveFlags struct {
	live   bool
	caFile string
}

func (f *liveFlags) addTo(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.live, "live", false, "ask the registry and the back-end for today's limits, lists and scopes")
	cmd.Flags().StringVar(&f.caFile, "ca-file", "", "`FILE` with additional certificate authorities to trust (PEM), for --live")
}

// live is what a run of the command asks today, and what came of it.
type live struct {
	*Today
	rules  bool     // the form's configuration is the registry's own of today
	scopes []string // nil: not known
	asked  int
	say    func(string, ...any)
}

// askToday asks, and returns the form as it is today. What cannot be had is told in a remark, and
// the built-in knowledge counts: only a wrong flag or an interrupt is an error.
func askToday(ctx context.Context, a *app.App, j *judge, form forms.Form, flags requestFlags) (forms.Form, error) {
	switch {
	case j.chosen == nil:
		return form, app.WithHint(errors.New("--live needs to know which registry to ask"), "name the environment with --environment; credguide environments lists them")
	case flags.profile != "":
		return form, app.WithHint(errors.New("--live and --profile exclude each other"), "--profile chooses a configuration of the past")
	}
	options, err := check.ProbeOptions(ctx, a, &check.Flags{CaFile: flags.caFile})
	if err != nil {
		return form, err
	}
	j.today = &live{Today: NewToday(a, j.catalog, options), say: a.Say}
	if form, err = j.today.Form(ctx, *j.chosen, form); err == nil {
		j.today.rules = true
		a.Say("the limits and lists are the registry's current ones")
	} else {
		a.Say("the built-in limits and lists are used: %s", err)
	}
	if b, ok := j.backendFor(*j.chosen); ok {
		j.today.askBackend(ctx, *j.chosen, b)
	}
	return form, ctx.Err()
}

// askBackend reads the scopes that openEO clients will ask for.
func (l *live) askBackend(ctx context.Context, e environments.Environment, b environments.Backend) {
	listed, err := l.Scopes(ctx, e, b)
	switch {
	case err == nil:
		l.scopes = listed
		l.say("the scopes are those that %s lists today", b.ID)
	case errors.Is(err, ErrNoScopes):
		l.say("%s lists no scopes", b.ID)
	case len(b.Scopes) > 0:
		l.say("the scopes of %s are those of the catalog: %s", b.ID, err)
	default:
		l.say("the scopes of %s are not known: %s", b.ID, err)
	}
}

// mostAsked bounds the questions for client IDs of one run: a list of a thousand requests must not
// become a thousand calls.
const mostAsked = 20

// check asks whether the client ID of a request is free, as the form does, and adds a refusal to
// the verdict if it is not.
func (l *live) check(ctx context.Context, e environments.Environment, in request.Input, form forms.Form, v *request.Verdict) {
	field := form.Roles.ClientID
	id, _ := in.Fields[field].(string)
	refused := slices.ContainsFunc(v.Errors, func(r request.Refusal) bool { return r.Field == field })
	if !l.rules || id == "" || refused || l.asked == mostAsked || lint.Suspect(id) {
		return
	}
	l.asked++
	environment, _ := in.Fields[form.Roles.Environment].(string)
	if environment == "" {
		f, _ := form.Field(form.Roles.Environment)
		environment, _ = f.Default.(string)
	}
	free, err := l.Available(ctx, e, id, environment)
	if err != nil {
		l.asked = mostAsked // and not again and again
		l.say("%s", err)
		return
	}
	if !free {
		refuse(v, form, field, "it is taken in "+environment+"; choose another ID")
	}
}

// refuse adds a refusal by form and server at its place in the order of the form.
func refuse(v *request.Verdict, form forms.Form, name, message string) {
	place := map[string]int{}
	r := request.Refusal{Field: name, Message: message, RefusedBy: request.ByBoth}
	for _, tab := range form.Tabs {
		for _, f := range tab.Fields {
			place[f.Name] = len(place)
			if f.Name == name {
				r.Tab, r.Label = tab.Label, f.Label
			}
		}
	}
	v.Acceptable, v.Errors = false, append(v.Errors, r)
	slices.SortStableFunc(v.Errors, func(a, b request.Refusal) int { return place[a.Field] - place[b.Field] })
}
