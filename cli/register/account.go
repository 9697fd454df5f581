package register

import (
	"context"

	commands "github.com/credguide/credguide/cli/accounts"
	"github.com/credguide/credguide/wizard"
)

// keepAccount gives the new client a name that every other command takes. Without one, nothing is lost: the commands are
// then printed with all their flags.
func (r *registration) keepAccount(ctx context.Context, acc account) string {
	if r.box != nil {
		return ""
	}
	name, err := commands.Keep(ctx, r.App, commands.Made{
		ClientID: acc.id, Environment: r.where.Environment, Backend: r.backendArgument(), Kept: acc.source, CAFile: r.flags.caFile,
		Expires: wizard.EndDate(r.answers),
	})
	if err != nil {
		r.Say("warning: no account was added: %s", err)
		return ""
	}
	if name != "" {
		r.Say("It is one of your accounts now: %s", name)
	}
	return name
}

// useAccount says what to do with an account from now on.
func (r *registration) useAccount(name string) {
	if name == "" {
		return
	}
	r.Say("\nFrom now on the name %s is enough:", name)
	r.Say("  check it:          credguide check %s", name)
	r.Say("  use it in Python:  credguide snippet python %s", name)
	r.Say("  watch it in CI:    credguide snippet github %s", name)
}
