package check

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// checker makes checks: the catalogs and options that a run of the command has.
type checker struct {
	*app.App
	Environments  *environments.Catalog
	diagnosesOnce func() (*checks.Catalog, error)
	Options       probe.Options
	flags         ReportFlags
	caFile        string // of --ca-file, which holds for every entry of a list
	limits        Limits
	previous      *earlier // of --previous
	roots         rootPools
	silent        silence       // of folders with secrets
	shared        *probe.Shared // what the checks of a list know together; nil: there is none
	redefined     redefined
	ignored       map[string]string // --ignore
	seen          *explain.Seen     // what a program said, of --seen
	Again         app.InForce       // how the same is checked once more
}

// NewChecker reads the catalogs and options of a run.
func NewChecker(ctx context.Context, a *app.App, flags *Flags) (*checker, error) {
	// The system's certificate authorities take longer to read than all that follows here, and the
	// first handshake needs them. The library keeps what was read.
	go func() { _, _ = x509.SystemCertPool() }()
	c := &checker{App: a, flags: flags.ReportFlags, caFile: flags.CaFile, limits: Limits{flags.ListFlags, flags.retryFor}}
	var err error
	c.Environments, err = environments.Load(a.Catalogs...)
	if err != nil && ctx.Err() != nil { // a sandbox that is interrupted takes its files away
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	if !flags.Quiet {
		a.TellRedefined(c.Environments.All()...)
	}
	if c.Options, err = ProbeOptions(ctx, a, flags); err != nil {
		return nil, err
	}
	if !flags.All.given && !flags.InSandbox {
		c.Again = app.InForceOf(flags.set)
	}
	if err := c.loadDiagnoses(); err != nil {
		return nil, err
	}
	c.ignored, err = c.ignore(flags.ignore)
	return c, err
}

// ignore takes the findings that do not count. A name that is none would hide a mistake.
func (c *checker) ignore(ids []string) (map[string]string, error) {
	ignored := map[string]string{}
	for _, id := range ids {
		ignored[id] = "--ignore"
	}
	return ignored, c.known(ignored)
}

// known refuses what is no finding among those that are ignored.
func (c *checker) known(ignored map[string]string) error {
	if len(ignored) == 0 {
		return nil
	}
	known := c.diagnoses().IDs()
	for _, id := range slices.Sorted(maps.Keys(ignored)) {
		if !slices.Contains(known, id) {
			return app.Unknown("finding", id, known, "credguide explain lists them")
		}
	}
	return nil
}

// one makes a single check.
func (c *checker) one(ctx context.Context, t subject.Target, outputs []output) error {
	s, why, err := c.Subject(ctx, c.Environments, t, true)
	if err != nil {
		return app.NameOne(err, "check")
	}
	c.flags.Disguise(c.App, s.Credentials.ClientID)
	if !c.flags.Quiet {
		c.SayChosen(s, why, t)
	}
	if accounts.IsFile(t.Environment) && !c.flags.Quiet {
		c.TellRedefined(s.Environment)
	}
	return c.One(ctx, s, outputs)
}

// One makes a single check of what is already worked out. Where it is an account's, what was
// remembered of it is said, and the result remembered.
func (c *checker) One(ctx context.Context, s probe.Subject, outputs []output) error {
	options, err := c.OptionsFor(ctx, s)
	if err != nil {
		return err
	}
	c.KeepSecret(s)
	if err := c.known(s.Account.Ignore); err != nil {
		return fmt.Errorf("the account %s ignores an %w", s.Account.Name, err)
	}
	live := c.StartProgress(outputs)
	r := c.patiently(ctx, s, options, live.On)
	live.Stop()
	c.Again = c.Again.At(s.Environment.ID, c.fileOf(s.Environment))
	var m *memory
	if s.Account.Name != "" {
		c.Again.Account = s.Account.Name
		if list, err := c.Accounts(); err == nil {
			m = c.memory(ctx, list)
		}
	}
	before, _ := c.previous.ofOne(c, s.Account.Name)
	r = c.withPast(r, s, c.past(ctx, s, r.Report, m, before))
	m.end(c)
	err = c.Conclude(outputs, Document{Result: r, Again: c.Again})
	c.compareSeen(r.Report)
	c.comparePrevious(r.Report)
	return err
}

// fileOf is the file that an environment was read from, where no catalog has it.
func (c *checker) fileOf(e environments.Environment) string {
	inCatalog := slices.ContainsFunc(c.Catalogs, func(dir string) bool { return strings.HasPrefix(e.Origin, filepath.Clean(dir)) })
	if e.Origin == environments.BuiltInOrigin || inCatalog {
		return ""
	}
	return e.Origin
}

// Result is a report, and what knows the values that must not stand in it.
type Result struct {
	checks.Report
	guard *guard.Guard
}

// run observes and diagnoses. The evidence is redacted already; a diagnosis of somebody else's
// catalog may hold anything.
func (c *checker) run(ctx context.Context, s probe.Subject, options probe.Options, on func(probe.Event)) Result {
	seen := probe.Run(ctx, s, options, on)
	if c.Keeps() { // of a list, in which a variable's secret may stand in a wrong place
		seen.Evidence = text.Map(seen.Evidence, c.Redacted)
	}
	r := checks.Conclude(c.diagnoses(), seen.Evidence).Without(c.ignored).Without(reasons(s.Account.Ignore, seen.Guard))
	return Result{report.RedactedFindings(r, seen.Guard.Own), seen.Guard}
}

// OptionsFor are those of the run, with what the account says, or the environment.
func (c *checker) OptionsFor(ctx context.Context, s probe.Subject) (probe.Options, error) {
	options := c.Options
	var err error
	if file := cmp.Or(s.Account.CAFile, s.Environment.CAFile); options.RootCAs == nil && file != "" {
		options.RootCAs, err = c.roots.of(ctx, c.App, file)
	}
	return options, err
}

// KeepSecret keeps the secret out of what is said beside the report.
func (c *checker) KeepSecret(s probe.Subject) {
	c.KeepAll(s.Credentials)
	if _, held := lint.HeldBack(s.Credentials.ClientID, s.Credentials.Secret, s.Credentials.Beside...); held { // the two may be swapped
		c.Keep(credentials.NewSecret(s.Credentials.ClientID))
	} else {
		c.Public(s.Credentials.ClientID) // a wrapped secret may hold it too
	}
}

// Conclude writes a report and turns it into the exit code.
func (c *checker) Conclude(outputs []output, d Document) error {
	code := checks.ExitCode(d.Result.Report, c.flags.Strict)
	if code == app.ExitInterrupted && !textOnStdout(outputs) { // the text says so itself
		c.Say("interrupted: the report holds what was seen until then")
	}
	if err := writeReports(c.App, outputs, d, c.flags); err != nil {
		return err
	}
	if code == app.ExitHealthy {
		return nil
	}
	return app.ExitCode(code)
}
