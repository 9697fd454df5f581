package request

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/registry"
	"github.com/credguide/credguide/wizard/request"
)

// liveFlags ask for what is so today instead of what was so when the rules were written.
type liveFlags struct {
	live   bool
	caFile string
}

func (f *liveFlags) addTo(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.live, "live", false, "ask the registry and the back-end for today's limits, lists and scopes")
	cmd.Flags().StringVar(&f.caFile, "ca-file", "", "`FILE` with further certificate authorities to trust (PEM), for --live")
}

// today is what the registry and the back-end say now, as far as they do.
type today struct {
	client *registry.Client
	rules  bool     // the form's configuration is the registry's own of today
	scopes []string // nil: not known
	asked  int
	say    func(string, ...any)
}

// askToday asks, and returns the form as it is today. What cannot be had is told in a remark, and the built-in knowledge
// counts: only a wrong flag or an interrupt is an error.
func askToday(ctx context.Context, a *app.App, j *judge, form forms.Form, flags requestFlags) (forms.Form, error) {
	switch {
	case j.chosen == nil:
		return form, app.WithHint(errors.New("--live wants to know which registry to ask"), "name the environment with --environment; credguide environments lists them")
	case flags.profile != "":
		return form, app.WithHint(errors.New("--live and --profile exclude each other"), "--profile chooses a configuration of the past")
	}
	options, err := check.ProbeOptions(a, &check.Flags{CaFile: flags.caFile})
	if err != nil {
		return form, err
	}
	j.today = &today{say: a.Say}
	form = j.today.askRegistry(ctx, *j.chosen, form, options)
	if b, ok := j.backendFor(*j.chosen); ok {
		j.today.askBackend(ctx, j, b, options)
	}
	return form, ctx.Err()
}

func (t *today) remark(text string) { t.say("%s", text) }

func (t *today) askRegistry(ctx context.Context, e environments.Environment, form forms.Form, o probe.Options) forms.Form {
	client, err := registry.For(e, o.RootCAs, o.Lookup)
	if err == nil {
		t.client = client
		var today forms.Form
		if today, err = client.Form(ctx, form); err == nil {
			t.rules = true
			t.remark("the limits and lists are those that the registry has today")
			return today
		}
	}
	t.remark("the built-in limits and lists are used: " + err.Error())
	return form
}

// askBackend reads the scopes that openEO clients will ask for.
func (t *today) askBackend(ctx context.Context, j *judge, b environments.Backend, o probe.Options) {
	o.StepTimeout, o.Deadline = registry.Timeout, 2*registry.Timeout
	s := probe.Subject{Environment: *j.chosen, Catalog: j.catalog, Backend: &b}
	if b.ProviderID != "" {
		s.ProviderID, s.ProviderBy = b.ProviderID, probe.ByCatalog
	}
	listed, err := probe.ListedScopes(ctx, s, o)
	switch {
	case err == nil && len(listed) > 0:
		t.scopes = listed
		t.remark("the scopes are those that " + b.ID + " lists today")
	case err == nil:
		t.remark(b.ID + " lists no scopes")
	case len(b.Scopes) > 0:
		t.remark("the scopes of " + b.ID + " are those of the catalog: " + err.Error())
	default:
		t.remark("the scopes of " + b.ID + " are not known: " + err.Error())
	}
}

// MostAsked bounds the questions for client ids of one run: a list of a thousand requests must not become a thousand calls.
const MostAsked = 20

// free asks whether the client id of a request is free, as the form does, and adds a refusal to the verdict if it is not.
func (t *today) free(ctx context.Context, in request.Input, form forms.Form, v *request.Verdict) {
	id, _ := in.Fields["client_id"].(string)
	refused := slices.ContainsFunc(v.Errors, func(r request.Refusal) bool { return r.Field == "client_id" })
	if t == nil || !t.rules || id == "" || refused || t.asked == MostAsked || lint.SecretShaped(id) {
		return
	}
	t.asked++
	environment, _ := in.Fields["integration_environment"].(string)
	if environment == "" {
		f, _ := form.Field("integration_environment")
		environment, _ = f.Default.(string)
	}
	free, err := t.client.Available(ctx, id, environment)
	if err != nil {
		t.asked = MostAsked // and not again and again
		t.remark(err.Error())
		return
	}
	if !free {
		refuse(v, form, "client_id", "it is taken in "+environment+"; choose another id")
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
