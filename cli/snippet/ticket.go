package snippet

import (
	"context"
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
)

// ticketID names the snippet that goes to people.
const ticketID = "ticket"

// ticketValues are what a help desk is told beside the values of every snippet.
func ticketValues(ctx context.Context, a *app.App, s probe.Subject, flags flags, v *Values) error {
	e := s.Environment
	v.EntitlementsAt, v.Contact, v.Wanted = e.Entitlements, e.Contact, flags.entitlements
	if e.Registry != nil {
		v.Integration = e.Registry.IntegrationEnvironment
	}
	if s.Backend != nil {
		v.Helpdesk = s.Backend.Helpdesk
	}
	if flags.from != "" {
		return subjectFrom(ctx, a, flags.from, v)
	}
	v.Subject = flags.sub
	return nil
}

// subjectFrom takes the subject out of a saved report. One of another client would send the help
// desk to the wrong account.
func subjectFrom(ctx context.Context, a *app.App, file string, v *Values) error {
	data, shown, err := a.ReadFile(ctx, file, report.MaxSaved)
	if err != nil {
		return fmt.Errorf("read the report: %w", err)
	}
	evidence, err := report.ReadJSON(shown, data)
	if err != nil {
		return err
	}
	id := evidence.Facts.Text(checks.ClientIDShown)
	switch {
	case evidence.Subject.Issuer != v.Issuer:
		return app.WithHint(fmt.Errorf("the report is about another identity provider: %s", evidence.Subject.Issuer), "choose its --environment or --issuer")
	case v.ClientID != "" && id != "" && id != v.ClientID:
		return fmt.Errorf("the report is about another client: %s", id)
	case v.ClientID == "":
		v.ClientID = id
	}
	for _, name := range []checks.Name{checks.UserinfoSub, checks.JWTSub} {
		if sub := strings.TrimSpace(evidence.Facts.Text(name)); sub != "" {
			v.Subject = sub
			return nil
		}
	}
	a.Say("the report holds no sub: the login did not get so far")
	return nil
}
