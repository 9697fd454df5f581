// Package request is the command request: registration requests judged and laid out by the rules of
// their registry.
package request

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/request"
)

// Command is `credguide request`.
func Command(a *app.App) *cobra.Command {
	return app.Group(&cobra.Command{
		Use:   "request",
		Short: "Work with registration requests",
		Long: "A registration request is a file with the values for the registry's form. register writes one. These commands check " +
			"it, lay it out for copying, submit it and follow it.",
	}, validateCommand(a), showRequestCommand(a), statusCommand(a), cancelCommand(a))
}

// requestFlags choose the rules and what a request is meant for.
type requestFlags struct {
	set *pflag.FlagSet

	environment, backend, profile string
	liveFlags
}

func (f *requestFlags) addTo(a *app.App, cmd *cobra.Command) {
	f.set = cmd.Flags()
	cmd.Flags().StringVar(&f.environment, "environment", "", "`ID` of an environment, or a FILE.yaml; default: the one that the request names")
	cmd.Flags().StringVar(&f.backend, "backend", "", "`ID` of the openEO back-end; default: the environment's")
	cmd.Flags().StringVar(&f.profile, "profile", "", "`NAME` of the registry's configuration; default: the environment's, else the form's first")
	f.liveFlags.addTo(cmd)
	_ = cmd.RegisterFlagCompletionFunc("environment", app.CompleteFrom(a.EnvironmentNames, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("backend", app.CompleteFrom(a.BackendNames, cobra.ShellCompDirectiveNoFileComp))
}

func validateCommand(a *app.App) *cobra.Command {
	var flags requestFlags
	format := "text"
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check registration requests against the registry's rules, without a network",
		Long: "validate names the fields that the registry's form or its server would refuse, and what to enter instead. " +
			"A FILE holds one request or a list in YAML or JSON, or JSON Lines; - is standard input. No network is used, " +
			"unless --live asks for today's limits.",
		Example: `  credguide request validate lab.yaml
  credguide request validate --output json requests.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return app.WithHint(errors.New("no request file given"), "credguide request validate FILE; - is standard input")
			}
			judge, err := newJudge(cmd.Context(), a, flags)
			if err != nil {
				return err
			}
			return validateFiles(cmd.Context(), a, judge, args, format, app.Onward{From: cmd})
		},
	}
	flags.addTo(a, cmd)
	a.FormatFlag(cmd, &format, "text", "json")
	return cmd
}

// judge knows the rules and, for the advice, what a request is meant for.
type judge struct {
	rules   *request.Rules
	catalog *environments.Catalog
	chosen  *environments.Environment
	backend string
	today   *live // what the registry and the back-end say now; nil: not asked
}

// defaultForm is the form of the registry that the built-in environments share.
const defaultForm = "egi"

func newJudge(ctx context.Context, a *app.App, flags requestFlags) (*judge, error) {
	if err := app.NotEmpty(flags.set, "environment", "backend", "profile", "ca-file"); err != nil {
		return nil, err
	}
	j := &judge{backend: flags.backend}
	var err error
	if j.catalog, err = environments.Load(a.Catalogs...); err != nil {
		return nil, err
	}
	formID := defaultForm
	if flags.environment != "" {
		e, err := subject.FindEnvironment(j.catalog, flags.environment)
		if err != nil {
			return nil, err
		}
		if e.Registry == nil || e.Registry.Form == "" {
			return nil, app.WithHint(fmt.Errorf("the registry's form of %s is not known", e.ID), "credguide environments show "+e.ID)
		}
		j.chosen, formID = &e, e.Registry.Form
	}
	if flags.backend != "" && flags.backend != subject.NoBackend {
		if _, accepts := j.catalog.BackendByName(flags.backend, environments.Environment{}); len(accepts) == 0 {
			return nil, app.Unknown("back-end", flags.backend, append(subject.BackendIDs(j.catalog), subject.NoBackend), "credguide environments lists them")
		}
	}
	form, err := forms.Lookup(formID, a.Catalogs...)
	if err != nil {
		return nil, err
	}
	if err := app.KnownProfile(form, flags.profile); err != nil {
		return nil, err
	}
	if flags.live {
		if form, err = askToday(ctx, a, j, form, flags); err != nil {
			return nil, err
		}
	}
	profile := flags.profile
	if profile == "" && j.chosen != nil && form.Profile == "" {
		profile = j.chosen.Registry.Profile
	}
	j.rules, err = request.NewRules(form, profile)
	return j, err
}

// environment is the one that the person chose, else the one that the request itself names.
func (j *judge) environment(in request.Input) (e environments.Environment, ok bool) {
	if j.chosen != nil {
		return *j.chosen, true
	}
	named, _ := in.Fields["integration_environment"].(string)
	for _, known := range j.catalog.All() {
		if named != "" && known.Registry != nil && known.Registry.Form == defaultForm && known.Registry.IntegrationEnvironment == named {
			return known, true
		}
	}
	return e, false
}

// backendFor is the back-end that the person chose, else the environment's.
func (j *judge) backendFor(e environments.Environment) (environments.Backend, bool) {
	if j.backend == "" {
		return e.DefaultBackend()
	}
	b, accepts := j.catalog.BackendByName(j.backend, e)
	return b, len(accepts) > 0
}

// target is what a request is meant for.
func (j *judge) target(in request.Input) request.Target {
	var t request.Target
	e, ok := j.environment(in)
	if !ok {
		return t
	}
	if j.chosen != nil {
		t.Environment = e.Registry.IntegrationEnvironment
	}
	if b, there := j.backendFor(e); there {
		t.Backend, t.Scopes = b.ID, b.Scopes
		if j.today != nil && j.today.scopes != nil {
			t.Scopes = j.today.scopes
		}
	}
	return t
}

// validateFiles judges every request that can be read, whatever else cannot.
func validateFiles(ctx context.Context, a *app.App, j *judge, files []string, format string, again app.Onward) error {
	var verdicts []request.Verdict
	var unreadable []error
	lines := len(files) > 1
	for _, file := range files {
		name, data, err := requestFile(ctx, a, file)
		if err != nil {
			unreadable = append(unreadable, err)
			continue
		}
		lines = lines || request.IsLines(name, data)
		inputs, err := request.Parse(name, data)
		if err != nil {
			unreadable = append(unreadable, err)
		}
		for _, in := range inputs {
			verdicts = append(verdicts, j.verdict(ctx, in))
		}
	}
	if err := printVerdicts(a, verdicts, format, lines || len(verdicts) != 1); err != nil {
		return err
	}
	if len(unreadable) > 0 {
		return errors.Join(unreadable...)
	}
	if format == "text" && len(files) == 1 && files[0] != "-" && len(verdicts) == 1 {
		if err := a.Print(app.Plain(nextFor(verdicts[0], files[0], again, a.Width()))); err != nil {
			return err
		}
	}
	for _, v := range verdicts {
		if !v.Acceptable {
			return app.ExitCode(app.ExitMisconfigured)
		}
	}
	return nil
}

// verdict judges one request, and does not repeat the secret in it, if it has one.
func (j *judge) verdict(ctx context.Context, in request.Input) request.Verdict {
	v := j.rules.Validate(in, j.target(in))
	if j.today != nil {
		j.today.check(ctx, *j.chosen, in, j.rules.Form(), &v)
	}
	return text.Map(v, guardOf(in).Text)
}

// guardOf knows the secret of a request, also where it stands in another field.
func guardOf(in request.Input) *guard.Guard {
	secret, _ := in.Fields["client_secret"].(string)
	g := guard.New(credentials.NewSecret(secret))
	addSecrets(g, in.Fields)
	if id, _ := in.Fields["client_id"].(string); !lint.Suspect(id) {
		g.Public(id)
	}
	if !lint.Suspect(in.ID) {
		g.Public(in.ID)
	}
	return g
}

// addSecrets adds what looks like one, wherever it stands. Addresses may, and are none.
func addSecrets(g *guard.Guard, value any) {
	switch v := value.(type) {
	case string:
		if lint.InPlaceOfFile(v) && !strings.Contains(v, "://") {
			g.Add(credentials.NewSecret(v))
		}
	case []any:
		for _, item := range v {
			addSecrets(g, item)
		}
	case map[string]any:
		for _, item := range v {
			addSecrets(g, item)
		}
	}
}

func requestFile(ctx context.Context, a *app.App, file string) (name string, data []byte, err error) {
	data, name, err = a.ReadFile(ctx, file, request.MaxSize)
	if err != nil {
		return name, data, app.OrMisplaced(file, app.Request, fmt.Errorf("read the request: %w", err))
	}
	return name, data, app.Misplaced(file, data, app.Request)
}
