package register

import (
	"context"
	"errors"

	commands "github.com/credguide/credguide/cli/accounts"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/wait"
	"github.com/credguide/credguide/wizard"
)

// keepAccount gives the new client a name that every other command takes. Without one, nothing is
// lost: the commands are then printed with all their flags.
func (r *registration) keepAccount(ctx context.Context, acc account) string {
	if r.box != nil {
		return ""
	}
	called, _ := r.answers.Text(wizard.NameID)
	name, err := commands.Keep(ctx, r.App, commands.Made{
		ClientID: acc.id, Name: called, Environment: r.where.Environment, Backend: r.backendArgument(), Kept: acc.source, CAFile: r.flags.caFile,
		ProviderID: r.foreignProvider(), Expires: wizard.EndDate(r.answers),
	})
	if err != nil {
		r.Say("warning: no account was added: %s", err)
		return ""
	}
	if name != "" {
		r.tell(wizard.Note{Kind: wizard.Good, Text: "The client is now your account " + name})
	}
	return name
}

// foreignProvider is the provider ID at a back-end that no catalog has, as that lists it.
func (r *registration) foreignProvider() string {
	b := r.where.Backend
	if b == nil || b.ID == "" {
		return ""
	}
	if _, accepts := r.catalog.BackendByName(b.ID, r.where.Environment); len(accepts) > 0 {
		return ""
	}
	return b.ProviderID
}

// awaits remembers, until the client is deployed, that only this is left to do. Without an account
// there is nothing that a name would lead to.
func (r *registration) awaits(name string) {
	if name == "" || !r.state.used || r.state.named { // of what --resume does not find, wait NAME goes on
		r.forget()
		return
	}
	r.answers = r.answers.With(wizard.AccountID, name)
	r.save()
}

// awaited goes on with a registration of which only the deployment is left, if its account is still
// there.
func (r *registration) awaited(ctx context.Context) (done bool, err error) {
	name, ok := r.answers.Text(wizard.AccountID)
	if !ok || r.box != nil {
		return false, nil
	}
	if _, _, err := r.Account(name); err != nil {
		r.Say("the account %s of this registration is gone: %s", app.Bounded(name), err)
		r.answers = r.answers.Without(wizard.AccountID)
		return false, nil
	}
	r.Say("Only the deployment is left to wait for. The client is your account %s.", app.Bounded(name))
	if r.offline() {
		r.notAsked()
		r.Say("Without --offline: %s", r.waitCommand(account{}, name))
		return true, nil
	}
	return true, wait.Account(ctx, r.App, name, r.forget)
}

// useAccount says what to do with an account from now on. It repeats the result of the check: the
// report may have more lines than the screen.
func (r *registration) useAccount(acc account, name string, result error) {
	var code app.ExitCode
	switch {
	case name == "" && acc.source.Kind == atRegistry && r.box == nil:
		r.Say("\nThe secret is not stored on this machine. %s", wizard.SecretPlace(r.where))
		return
	case name == "":
		return
	case errors.As(result, &code) && code == app.ExitCannotTell:
		r.Say("\n? Cannot tell whether %s can log in; the reason is above. To check again:\n  credguide check %s", name, name)
		return
	case result != nil:
		r.Say("\n× %s cannot log in yet; the cause is above. To check again after the correction:\n  credguide check %s", name, name)
		return
	}
	r.Say("\n√ %s works. From now on its name is enough:", name)
	r.Say("  check it:          credguide check %s", name)
	r.Say("  use it in Python:  credguide snippet python %s", name)
	r.Say("  watch it in CI:    credguide snippet github %s", name)
}
