package request

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/registry"
)

// followUp are the commands for requests that were submitted from here.
type followUp struct {
	*app.App
	cmd    *cobra.Command
	flags  submit.Flags
	caFile string
}

func (f *followUp) addTo(cmd *cobra.Command) {
	f.cmd = cmd
	f.flags.AddTo(cmd.Flags())
	cmd.Flags().StringVar(&f.caFile, "ca-file", "", "`FILE` with additional certificate authorities to trust (PEM)")
}

func statusCommand(a *app.App) *cobra.Command {
	f := followUp{App: a}
	format := "text"
	cmd := &cobra.Command{
		Use:   "status [NAME]",
		Short: "Tell how far submitted requests are",
		Long: "status asks the registry about the requests that you submitted by its API from this machine: all, or the one whose " +
			"client ID or service name is NAME. It shows a reviewer's comment. Exit code 1 means that you have something to do, 3 that a request waits.",
		Example: `  credguide request status
  credguide request status nightly-ndvi --registry-token-command "oidc-token egi"`,
		Args: app.AtMost(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.status(cmd.Context(), args, format) },
	}
	f.addTo(cmd)
	a.FormatFlag(cmd, &format, "text", "json")
	return cmd
}

// entries are those that are remembered, or the one of that name.
func (f *followUp) entries(ctx context.Context, names []string) ([]submit.Entry, error) {
	if err := f.flags.Valid(); err != nil {
		return nil, err
	}
	all, unreadable := submit.MemoryOf(f.App).All(ctx)
	for _, err := range unreadable {
		f.Say("warning: %s", err)
	}
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	var chosen []submit.Entry
	for _, e := range all {
		if e.Name() == names[0] || e.ServiceName == names[0] {
			chosen = append(chosen, e)
		}
		known = append(known, e.Name())
	}
	if len(chosen) == 0 {
		return nil, app.Unknown("request", names[0], known, "credguide request status lists those that were submitted from here")
	}
	return chosen, nil
}

// environment is that of a request. Without one the request is still there; only its labels are not
// known.
func (f *followUp) environment(e submit.Entry) (environments.Environment, error) {
	catalog, err := environments.Load(f.Catalogs...)
	if err != nil {
		return environments.Environment{}, err
	}
	if environment, err := subject.FindEnvironment(catalog, e.Environment); err == nil {
		return environment, nil
	}
	return environments.Environment{}, nil
}

// desk is that where a request was handed in: its address was confirmed then.
func (f *followUp) desk(ctx context.Context, e submit.Entry, environment environments.Environment) (*submit.Desk, error) {
	caFile := f.caFile
	if caFile == "" {
		caFile = e.CAFile
	}
	options, err := check.ProbeOptions(ctx, f.App, &check.Flags{CaFile: caFile})
	if err != nil {
		return nil, err
	}
	d := &submit.Desk{App: f.App, Client: &registry.Client{API: e.API, Tenant: e.Tenant, HTTP: registry.HTTP(options.RootCAs, options.Lookup)}}
	d.Token = func(ctx context.Context) (credentials.Secret, error) { return f.token(ctx, d.Client, environment) }
	if environment.Registry != nil && environment.Registry.Form != "" {
		if d.Form, err = forms.Lookup(environment.Registry.Form, f.Catalogs...); err != nil {
			return nil, err
		}
	}
	if err := d.Enter(ctx); err != nil {
		return nil, f.told(err, d.Form, environment)
	}
	return d, nil
}

// token comes from the flags, else from a sign-in or a question.
func (f *followUp) token(ctx context.Context, client *registry.Client, environment environments.Environment) (credentials.Secret, error) {
	switch {
	case f.flags.HasToken() || !f.CanAsk():
		return f.flags.Read(ctx, f.App)
	case submit.CanSignIn(environment):
		return submit.SignIn(ctx, f.App, client.HTTP, environment)
	case f.Sys.ReadHidden == nil:
		return f.flags.Read(ctx, f.App)
	}
	for _, place := range submit.TokenPlaces(environment) {
		f.Say("%s", place)
	}
	typed, err := f.AskHidden(ctx, "Registry token, for "+app.Plain(client.Host())+" only (not shown): ")
	return credentials.NewSecret(strings.TrimSpace(typed)), err
}

// told says why the registry did not do it, and becomes the exit code.
func (f *followUp) told(err error, form forms.Form, e environments.Environment) error {
	problem, ok := submit.ProblemOf(err, form, e)
	if !ok {
		return err
	}
	f.Say("error: %s", problem.Text)
	for _, line := range problem.Lines {
		f.Say("hint: %s", line)
	}
	return app.ExitCode(problem.Code)
}

// desks opens each registry once, so that a person is asked for one token.
type desks map[string]*submit.Desk

func (f *followUp) open(ctx context.Context, opened desks, e submit.Entry, environment environments.Environment) (*submit.Desk, error) {
	key := e.API + " " + e.Tenant
	if d := opened[key]; d != nil {
		return d, nil
	}
	d, err := f.desk(ctx, e, environment)
	if err == nil {
		opened[key] = d
	}
	return d, err
}

// standing is what status says of a request.
type standing struct {
	Name        string         `json:"name"`
	Environment string         `json:"environment"`
	Stage       registry.Stage `json:"stage"`
	Comment     string         `json:"comment,omitempty"`
	Request     string         `json:"request,omitempty"`

	entry       submit.Entry
	environment environments.Environment
}

func (f *followUp) status(ctx context.Context, names []string, format string) error {
	entries, err := f.entries(ctx, names)
	if err != nil {
		return err
	}
	opened := desks{}
	list := []standing{}
	code := app.ExitHealthy
	for _, e := range entries {
		environment, err := f.environment(e)
		if err != nil {
			return err
		}
		d, err := f.open(ctx, opened, e, environment)
		if err != nil {
			return err
		}
		row, err := d.Progress(ctx, e)
		if err != nil {
			return f.told(err, d.Form, environment)
		}
		list = append(list, standing{e.Name(), e.Environment, row.Stage, f.Redacted(row.Comment), e.Request, e, environment})
		code = worse(code, row.Stage)
	}
	if format == "json" {
		err = f.PrintJSON(list)
	} else {
		err = f.Print(app.Plain(f.inWords(list)))
	}
	if err != nil || code == app.ExitHealthy {
		return err
	}
	return app.ExitCode(code)
}

// worse is the exit code of several requests: what a person must do counts most, then what waits.
func worse(code int, stage registry.Stage) int {
	switch stage {
	case registry.Changes, registry.Broken, registry.Rejected, registry.Gone:
		return app.ExitMisconfigured
	case registry.Waiting, registry.Deploying:
		if code == app.ExitHealthy {
			return app.ExitCannotTell
		}
	}
	return code
}

func (f *followUp) inWords(list []standing) string {
	if len(list) == 0 {
		return text.Hang("", "No request was submitted by a registry's API from here. A request that you entered in a form is listed in the registry's portal only.", f.Width())
	}
	var b strings.Builder
	for _, s := range list {
		b.WriteString(text.Hang("", s.Name+": "+submit.Standing(s.Stage), f.Width()))
		if s.Comment != "" {
			b.WriteString(text.Hang("  ", "The reviewer: "+s.Comment, f.Width()))
		}
		switch what, command := f.next(s); {
		case command != "":
			b.WriteString(text.HangRun("  ", what+":", command, f.Width()))
		case what != "":
			b.WriteString(text.Hang("  ", what, f.Width()))
		}
	}
	return b.String()
}

// next is what a person does about a request, and the command for it where there is one.
func (f *followUp) next(s standing) (what, command string) {
	again, contact := f.again(s.entry, s.environment), submit.Contact(s.environment)
	switch s.Stage {
	case registry.Waiting:
		if s.environment.Approval == environments.ApprovalSelf {
			return "To approve it yourself, where the registry allows that", again + " --approve"
		}
		return "Who decides: " + contact + ".", ""
	case registry.Deploying:
		return "To wait for it, keep the account and check the login", again
	case registry.Broken:
		return "A scope that the identity provider does not know is a likely cause. Write to " + contact + ".", ""
	case registry.Gone:
		return "To submit it as a new request", again
	case registry.Changes, registry.Rejected:
		return "Correct the request, then", again
	case registry.Deployed:
		if name := f.accountOf(s); name != "" {
			return "To check its login", "credguide check " + name
		}
		return "To keep the account and check the login", again
	}
	return "", ""
}

// again is the command that submits a request again, to the registry that has it, with the token from
// where it came.
func (f *followUp) again(e submit.Entry, environment environments.Environment) string {
	words := []string{e.Request, "--environment", e.Environment}
	if e.Backend != "" {
		words = append(words, "--backend", e.Backend)
	}
	if r := environment.Registry; r == nil || r.API != e.API { // confirmed by the person then
		words = append(words, "--registry-api", e.API)
	}
	if own, err := app.Absolute(environment.CAFile); f.caFile == "" && e.CAFile != "" && (err != nil || own != e.CAFile) {
		words = append(words, "--ca-file", e.CAFile)
	}
	return app.Onward{From: f.cmd}.Command("request submit", words...)
}

// accountOf is the name of the person's account for the client of a request; empty: there is none,
// or it cannot be read.
func (f *followUp) accountOf(s standing) string {
	list, _ := f.Accounts()
	i := slices.IndexFunc(list.Entries, func(e accounts.Entry) bool {
		return e.Fault == nil && e.ClientID == s.Name && e.Environment == s.Environment
	})
	if i < 0 {
		return ""
	}
	return list.Entries[i].Name
}
