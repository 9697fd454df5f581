package check

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// replay diagnoses saved reports anew: nothing is read but the file, and nothing is sent.
func (c *checker) replay(ctx context.Context, name string, outputs []output) error {
	var first *checks.Report
	var list *listRun
	var labels report.Labels
	add := func(saved checks.Report) error {
		e := report.Entry{Report: saved.WithCommands(c.savedAgain(saved).Command), Label: labels.Of(saved)}
		e.File, e.Line = savedPlace(c.App, saved.Subject.List, name, list.count+1)
		return list.addNow(e, guard.New())
	}
	err := c.eachSaved(ctx, name, false, func(e checks.Evidence, _ int64, line []byte) error {
		r := c.judged(e, report.Ignored(line))
		switch {
		case first == nil && list == nil:
			first = &r
			return nil
		case list == nil:
			list = c.newListRun(outputs, nil)
			if err := add(*first); err != nil {
				return err
			}
			first = nil
		}
		return add(r)
	})
	switch {
	case list != nil:
		return errors.Join(err, list.conclude())
	case err != nil:
		return err
	}
	r := *first
	c.flags.Disguise(c.App, r.Subject.ClientID)
	err = c.Conclude(outputs, Document{Result: Result{r, guard.New()}, Again: c.savedAgain(r)})
	c.comparePrevious(r)
	return err
}

// judged is the report of saved evidence. Its file may have been in other hands.
func (c *checker) judged(e checks.Evidence, ignored map[string]string) checks.Report {
	e = text.Map(e, c.Redacted)
	return checks.Diagnose(c.diagnoses(), e).Without(c.ignored).Without(ignored)
}

// savedAgain completes the commands of a saved report with what was checked. Its environment may be
// unknown here; then the issuer stands for it. Its list is not named: whoever sends a report could send
// one too, and a list runs commands.
func (c *checker) savedAgain(r checks.Report) (again app.InForce) {
	s := r.Subject
	if r.Facts.Is(checks.CheckPublic) {
		again = again.With("public", "true")
	}
	var usual environments.Backend // where the command says nothing
	if e, ok := c.Environments.Lookup(s.Environment); ok && e.Issuer == s.Issuer {
		again = again.At(e.ID, c.fileOf(e)).With("environment", e.ID)
		usual, _ = e.DefaultBackend()
	} else if s.Issuer != "" {
		again = again.With("issuer", s.Issuer)
		usual.URL = "-" // there is none
	} else {
		again = again.With("environment", s.Environment)
	}
	if s.Backend != usual.URL && s.Issuer != "" { // else none was chosen yet
		again = again.With("backend", cmp.Or(c.backendHere(s), "none"))
	}
	if s.ProviderID != usual.ProviderID {
		again = again.With("provider-id", s.ProviderID)
	}
	if !strings.HasPrefix(s.ClientID, "(") { // one that is not shown has a sentence in its place
		again = again.With("client-id", s.ClientID)
	}
	for _, dir := range c.Catalogs {
		again = again.With("catalog", dir)
	}
	return again.With("ca-file", c.caFile)
}

// backendHere is the back-end of a saved report by its ID, where it is known here, else its URL.
func (c *checker) backendHere(s checks.Subject) string {
	if b, accepts := c.Environments.BackendByName(s.BackendID, environments.Environment{}); s.BackendID != "" && len(accepts) > 0 && b.URL == s.Backend {
		return b.ID
	}
	return s.Backend
}
