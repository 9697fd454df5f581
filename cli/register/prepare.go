package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	cli "github.com/credguide/credguide/cli/request"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/request"
)

// prepare reads all that was given before the first question, and refuses what cannot be right.
func (r *registration) prepare(ctx context.Context) error {
	if err := r.validFlags(); err != nil {
		return err
	}
	r.state = r.stateFile()
	setting, err := r.setting(ctx)
	if err != nil {
		return err
	}
	r.guide = wizard.New(setting)
	if err := r.earlierAnswers(ctx); err != nil {
		return err
	}
	if err := errors.Join(r.flagAnswers(), r.validPlace()); err != nil {
		return err
	}
	if err := r.guide.Agrees(r.answers); err != nil {
		if u, ok := wizard.LoadUnfinished(ctx, r.state.path); ok && r.flags.resume && u.Resume != r.resumeFrom(absolute) {
			return app.WithHint(err, "to continue this registration: "+text.Line(u.Resume, 4000))
		}
		return app.WithHint(err, "credguide environments shows which back-end accepts which environment")
	}
	if r.ask != nil {
		r.answers = r.guide.WithoutWrong(r.answers)
	}
	if wrong := r.guide.Wrong(r.answers); len(wrong) > 0 {
		return r.wrong(wrong)
	}
	return nil
}

// wrong says of each answer that does not pass where it came from: a flag by its name, and a field of
// the file by its own.
func (r *registration) wrong(answers []error) error {
	var places []string
	for i, err := range answers {
		place := r.whereFrom()
		if w, ok := errors.AsType[*wizard.WrongAnswer](err); ok && r.byFlag[w.ID] != "" {
			place = "--" + r.byFlag[w.ID]
			answers[i] = fmt.Errorf("%s: %w", place, w.Why)
		}
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return app.WithHint(errors.Join(answers...), "nothing was registered; correct "+strings.Join(places, " and ")+" and try again")
}

// earlierAnswers are those of the last time or of a file.
func (r *registration) earlierAnswers(ctx context.Context) (err error) {
	r.live.reading = true
	defer func() { r.live.reading = false }()
	if err := r.begin(ctx); err != nil {
		return err
	}
	if r.flags.answers != "" {
		r.answers, err = r.readAnswers(ctx)
	}
	return err
}

func (r *registration) whereFrom() string {
	switch {
	case r.flags.answers != "":
		return r.flags.answers
	case r.flags.resume:
		return r.state.path
	}
	return "the flags"
}

func (r *registration) validFlags() error {
	if err := app.NotEmpty(r.flags.set, "environment", "backend", "answers", "state", "request", "client-id", "profile", "secret-file", "store", "store-file", "ca-file"); err != nil {
		return err
	}
	if err := r.filesApart(); err != nil {
		return err
	}
	if r.flags.store != "" && !slices.Contains(stores, r.flags.store) {
		return app.Unknown("store", r.flags.store, stores, app.OneOf(stores))
	}
	if r.flags.storeFile != "" && r.flags.store != "" && r.flags.store != wizard.InDotenv {
		return app.WithHint(errors.New("--store-file goes with --store dotenv"), "leave one of them out")
	}
	if err := r.flags.api.Valid(); err != nil {
		return err
	}
	if r.flags.submit && (r.flags.offline || r.flags.secretFile != "") {
		return app.WithHint(errors.New("--submit excludes --offline and --secret-file"), "the registry is asked, and the secret is made here")
	}
	if r.flags.approve && !r.flags.submit && !r.flags.resume {
		return app.WithHint(errors.New("--approve goes with --submit"), "without it you approve the request in the portal")
	}
	if r.flags.resume && r.flags.answers != "" {
		return app.WithHint(errors.New("--resume and --answers exclude each other"), "--resume has the answers of the last time")
	}
	return nil
}

// filesApart refuses to write over a file that is read, and two things to one file. (The request may
// stand in the file of answers.)
func (r *registration) filesApart() error {
	named := func(flag string) string { return r.flags.set.Lookup(flag).Value.String() }
	inputs := []string{named("secret-file"), named("ca-file"), named("registry-token-file")}
	outputs := []string{"request", "state", "store-file"}
	for i, out := range outputs {
		if out != "request" {
			inputs = append(inputs, r.flags.answers)
		}
		err := app.Apart(named(out), inputs...)
		if out != "store-file" { // in which other lines stay
			err = errors.Join(err, app.LosesNoSecret(named(out)))
		}
		if err != nil {
			return fmt.Errorf("--%s: %w", out, err)
		}
		for _, other := range outputs[:i] {
			if named(out) != "" && named(other) != "" && files.Same(named(out), named(other)) {
				return app.WithHint(fmt.Errorf("--%s and --%s name the same file", other, out), "each needs a file of its own")
			}
		}
	}
	return nil
}

// setting is the world of the interview: the real catalog, or the sandbox's environments alone.
func (r *registration) setting(ctx context.Context) (wizard.Setting, error) {
	s := wizard.Setting{Environments: r.catalog.All(), Suggestions: r.suggestions(), ByAPI: r.flags.submit}
	if r.flags.environment != "" {
		e, err := subject.FindEnvironment(r.catalog, r.flags.environment)
		if err != nil {
			return s, err
		}
		r.named, r.flags.environment = r.flags.environment, e.ID
		s.Environments = r.catalog.All() // a file is among them now
	}
	if r.box != nil {
		s.Environments = slices.DeleteFunc(s.Environments, func(e environments.Environment) bool { return !isSandbox(e.ID) })
	}
	known := map[string][]*request.Rules{}
	for _, e := range s.Environments {
		if e.Registry == nil || e.Registry.Form == "" || known[e.ID] != nil {
			continue
		}
		rules, err := r.builtInRules(*e.Registry)
		if err != nil {
			return s, err
		}
		known[e.ID] = rules
	}
	roots, err := check.ProbeOptions(ctx, r.App, &check.Flags{CaFile: r.flags.caFile})
	if err != nil {
		return s, err
	}
	r.live = newLive(r, cli.NewToday(r.App, r.catalog, roots), known)
	r.live.today.UseAPI(r.flags.api.API)
	s.Remarks = r.live.remarks
	s.Rules = func(e environments.Environment) []*request.Rules { return r.live.rules(ctx, e) }
	s.Scopes = func(e environments.Environment, b environments.Backend) []string { return r.live.scopes(ctx, e, b) }
	s.Logins = func(address string) []wizard.Login { return r.live.logins(ctx, address) }
	s.Today = r.Sys.Now()
	s.Open = r.openPage
	if r.box != nil {
		s.Fill = r.fillPage
	}
	if r.flags.secretFile == "" { // who has a secret has submitted, and so taken the id
		s.Available = func(e environments.Environment, id string) (bool, error) { return r.live.available(ctx, e, id) }
	}
	return s, nil
}

// builtInRules are those of every configuration that the registry is known to have run, or of the
// one that was asked for.
func (r *registration) builtInRules(registry environments.Registry) ([]*request.Rules, error) {
	f, err := forms.Lookup(registry.Form, r.Catalogs...)
	if err != nil {
		return nil, err
	}
	if err := app.KnownProfile(f, r.flags.profile); err != nil {
		return nil, err
	}
	if r.flags.profile == "" {
		return request.Known(f, registry.Profile)
	}
	rules, err := request.NewRules(f, r.flags.profile)
	return []*request.Rules{rules}, err
}

// suggestions come from what the machine knows of its user.
func (r *registration) suggestions() map[string]string {
	found := map[string]string{}
	if mail, ok := r.Sys.Lookup("EMAIL"); ok {
		found["contacts"] = mail
	}
	for _, name := range []string{"LC_ALL", "LANG"} {
		locale, _ := r.Sys.Lookup(name)
		locale, _, _ = strings.Cut(locale, ".")
		if _, region, ok := strings.Cut(locale, "_"); ok {
			found["country"] = strings.ToLower(region)
			break
		}
	}
	return found
}

func (r *registration) readAnswers(ctx context.Context) (wizard.Answers, error) {
	data, name, err := r.ReadFile(ctx, r.flags.answers, request.MaxRequest)
	if err != nil {
		return wizard.Answers{}, app.OrMisplaced(r.flags.answers, app.Answers, fmt.Errorf("read the answers: %w", err))
	}
	if err := app.Misplaced(r.flags.answers, data, app.Answers); err != nil {
		return wizard.Answers{}, err
	}
	return r.guide.ReadAnswers(name, data)
}

// flagAnswers are the answers among the flags; they count more than a file.
func (r *registration) flagAnswers() error {
	r.byFlag = map[string]string{}
	put := func(flag, id, value string) {
		before, ok := r.answers.Text(id)
		if ok && before != value && r.flags.answers != "" && app.MayRepeat(flag, value) && app.MayRepeat(flag, before) {
			r.Say("--%s counts: %s; the file says %s", flag, value, before)
		}
		r.answers = r.answers.Given(id, value)
		r.byFlag[id] = flag
	}
	if r.flags.environment != "" {
		put("environment", wizard.EnvironmentID, r.flags.environment)
	}
	if name := r.flags.backend; name != "" {
		id, address, err := r.backendAnswer(name)
		if err != nil {
			return err
		}
		put("backend", wizard.BackendID, id)
		if address != "" {
			put("backend", wizard.BackendURLID, address)
		}
	}
	if r.flags.clientID != "" {
		put("client-id", wizard.ClientIDField, r.flags.clientID)
	}
	return nil
}

// backendAnswer turns what --backend takes into answers.
func (r *registration) backendAnswer(name string) (id, address string, err error) {
	if name == subject.NoBackend {
		return wizard.NoBackend, "", nil
	}
	preferred, _ := r.catalog.Lookup(r.flags.environment)
	if b, accepts := r.catalog.BackendByName(name, preferred); len(accepts) > 0 {
		return b.ID, "", nil
	}
	b, err := subject.ForeignBackend(r.catalog, name)
	return wizard.OtherBackend, b.URL, err
}
