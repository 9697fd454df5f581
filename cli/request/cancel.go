package request

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/registry"
)

func cancelCommand(a *app.App) *cobra.Command {
	f := followUp{App: a}
	cmd := &cobra.Command{
		Use:     "cancel NAME",
		Short:   "Take back a submitted request that is not approved yet",
		Example: `  credguide request cancel nightly-ndvi --registry-token-command "oidc-token egi"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return app.WithHint(errors.New("cancel takes one name"), "credguide request status lists them")
			}
			return f.cancel(cmd.Context(), args[0])
		},
	}
	f.addTo(cmd)
	return cmd
}

func (f *followUp) cancel(ctx context.Context, name string) error {
	entries, err := f.entries(ctx, []string{name})
	if err != nil {
		return err
	}
	if len(entries) > 1 {
		return app.WithHint(fmt.Errorf("%s names %d requests", name, len(entries)), "name it by its client ID")
	}
	e := entries[0]
	environment, err := f.environment(e)
	if err != nil {
		return err
	}
	d, err := f.desk(ctx, e, environment)
	if err != nil {
		return err
	}
	row, err := d.Progress(ctx, e)
	if err != nil {
		return f.told(err, d.Form, environment)
	}
	switch row.Stage {
	case registry.Waiting, registry.Changes:
		if err := d.Cancel(ctx, row.Petition); err != nil {
			return f.told(err, d.Form, environment)
		}
		f.Say("%s is cancelled. The secret that was stored for it is no longer of use.", e.Name())
		f.forgetAnswers(ctx, e, environment)
		if e.Request != "" {
			f.Say("To submit it once more:\n  %s", f.again(e, environment))
		}
	case registry.Rejected, registry.Gone:
		f.Say("%s is no longer an open request: %s.", e.Name(), submit.Standing(row.Stage))
		f.forgetAnswers(ctx, e, environment)
	default:
		return app.WithHint(fmt.Errorf("%s is %s, so there is no request to cancel", e.Name(), submit.Standing(row.Stage)),
			"a deployed service is removed in the registry's portal, under Manage Services")
	}
	return submit.MemoryOf(f.App).Forget(e)
}

// forgetAnswers drops the answers that register keeps of a request that there is no more: there is
// nothing left to continue.
func (f *followUp) forgetAnswers(ctx context.Context, e submit.Entry, environment environments.Environment) {
	f.ForgetUnfinished(ctx, func(u wizard.Unfinished) bool { return e.Of(u, environment.ID) })
}
