package report

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// This file holds the words that every format for people shares.

// subjectName says what was checked: "production → openeo.cloud".
func subjectName(s checks.Subject) string {
	name := cmp.Or(environmentName(s), noEnvironment)
	if b := backendName(s); b != "" {
		name += " → " + b
	}
	return name
}

const noEnvironment = "no environment"

// environmentName is empty where none is known, as of an entry with a fault.
func environmentName(s checks.Subject) string { return cmp.Or(s.Environment, hostOf(s.Issuer)) }

func backendName(s checks.Subject) string { return cmp.Or(s.BackendID, hostOf(s.Backend)) }

// identityProviderName names it by the catalog's title, else by its host.
func identityProviderName(s checks.Subject) string {
	return cmp.Or(s.EnvironmentTitle, hostOf(s.Issuer), "the identity provider")
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return text.Cut(address, 60, text.Cells)
	}
	return text.Host(u.Host)
}

// sureness says in plain words what a finding is worth.
func sureness(f checks.Finding) string {
	switch f.Certainty {
	case checks.Certain:
		return "Certain: nothing else explains these answers."
	case checks.Likely:
		return "Likely, but not proven."
	}
	return "Possible, but not proven."
}

// howSure adds what would tell the cause from others. Of a warning or a note only a doubt is worth
// saying.
func howSure(f checks.Finding) string {
	if f.Severity != checks.Error && f.Certainty == checks.Certain {
		return ""
	}
	return strings.TrimSpace(sureness(f) + " " + f.SeparateBy)
}

// fixer is who can fix it, in words.
func fixer(f checks.Finding) string { return cmp.Or(f.Who, f.Party.Words()) }

// other tells that somebody else than the reader can fix it.
func other(f checks.Finding) bool { return f.Party != checks.PartyYou && fixer(f) != "" }

// whoFixes introduces the steps of a fix.
func whoFixes(f checks.Finding) string {
	who := fixer(f)
	switch {
	case f.Severity == checks.Note && len(f.Steps) > 0:
		return "What you can do"
	case f.Party == checks.PartyYou:
		return "You can fix this"
	case who == "":
		return "What you can do"
	case len(f.Steps) == 0:
		return "Who can fix this: " + who
	}
	return "Who can fix this: " + who + ". What you can do"
}

// Articles may lose their capital after a colon; names must not.
var articles = []string{"The ", "This ", "A ", "An ", "No ", "Nothing ", "Another ", "Your ", "Somebody ", "Something "}

func afterColon(s string) string {
	for _, a := range articles {
		if strings.HasPrefix(s, a) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

// result is the report in a row of a list: of one that works, its warnings are all there is to do.
func result(r checks.Report) string {
	said := []string{headline(r)}
	if r.Verdict == checks.Healthy {
		for _, f := range r.BySeverity(checks.Warning) {
			said = append(said, "Warning: "+f.Title)
		}
	}
	return strings.Join(said, ". ")
}

// headline is the report in one sentence.
func headline(r checks.Report) string {
	first, found := r.First()
	switch {
	case found && first.Severity == checks.Error && r.Verdict == checks.Unreachable:
		return "Cannot tell: " + afterColon(first.Title)
	case found && first.Severity == checks.Error && r.Facts.Is(checks.CheckPublic):
		return first.Title
	case r.Verdict == checks.Healthy && r.Facts.Is(checks.CheckPublic):
		return backendName(r.Subject) + " and " + identityProviderName(r.Subject) + " publish what openEO clients need"
	case r.Facts.Is(checks.CheckPublic):
		return "Cannot tell whether all is published that openEO clients need"
	case found && first.Severity == checks.Error && len(possible(r)) > 1 && first.Certainty == checks.Possible:
		return "The login does not work, for one of these reasons"
	case found && first.Severity == checks.Error:
		return first.Title
	case r.Verdict == checks.Healthy && pythonDiffers(r):
		return "Works, but not with the Python client: " + cmp.Or(backendName(r.Subject), identityProviderName(r.Subject)) + " accepts this service account"
	case r.Verdict == checks.Healthy && backendName(r.Subject) == "":
		return "Works: " + identityProviderName(r.Subject) + " accepts this service account"
	case r.Verdict == checks.Healthy:
		return "Works: " + backendName(r.Subject) + " accepts this service account"
	case r.Interrupted:
		return "Cannot tell: the check was interrupted"
	case r.Facts.Is(checks.EntryNotChecked):
		return "Not checked: the deadline of the list passed"
	case r.Settled():
		f, _ := r.IgnoredError()
		return "Ignored: " + afterColon(f.Title)
	}
	return "Cannot tell whether this login works"
}

// pythonDiffers tells that the openEO Python client would fail here for a reason that was seen. A
// mere possibility leaves the headline as it is.
func pythonDiffers(r checks.Report) bool {
	return slices.ContainsFunc(r.Diagnoses, func(f checks.Finding) bool {
		return f.ID == "python-client-differs" && f.Certainty == checks.Certain
	})
}

// unexplained says what is known where neither a cause was found nor the login was seen to work.
func unexplained(r checks.Report) string {
	next := " To ask somebody, add --output json=report.json and send that file: it holds no secret."
	if r.Interrupted {
		return "The check ended before it could tell." // ask again, not somebody
	}
	if r.Facts.Is(checks.EntryNotChecked) {
		return "Nothing was asked for this entry. --resume-from with the JSON reports of this run checks what is left."
	}
	if f, _ := r.IgnoredError(); r.Settled() {
		return fmt.Sprintf("This login was not seen to work, and its cause is ignored: %s (%s).", f.ID, f.Ignored)
	}
	if r.Facts.Is(checks.CheckDeadline) {
		return "The deadline passed before the check could tell."
	}
	for _, c := range r.Checks {
		if c.Status == checks.Failed || c.Status == checks.Crashed {
			return fmt.Sprintf("A step failed, and its cause could not be named: %s, %s.", c.Title, cmp.Or(c.Because, string(c.Status))) + next
		}
	}
	return "No fault was found, but the login was not seen to work either." + next
}

// possible returns the errors that could not be told apart.
func possible(r checks.Report) []checks.Finding {
	return slices.DeleteFunc(r.BySeverity(checks.Error), func(f checks.Finding) bool { return f.Certainty != checks.Possible })
}

// likelyErrors returns the errors that are more than possible.
func likelyErrors(r checks.Report) []checks.Finding {
	return slices.DeleteFunc(r.BySeverity(checks.Error), func(f checks.Finding) bool { return f.Certainty == checks.Possible })
}

// account says in short who logged in, for a login that works.
func account(r checks.Report) []string {
	if r.Identity == nil {
		return nil
	}
	var parts []string
	switch {
	case r.Identity.UserID != "":
		parts = append(parts, "user_id "+r.Identity.UserID)
	case r.Identity.Sub != "":
		parts = append(parts, "sub "+r.Identity.Sub)
	}
	if n := r.Identity.TokenExpiresInS; n > 0 {
		parts = append(parts, "token valid "+seconds(n))
	}
	if !r.Facts.Known(checks.UserinfoEntitlements) {
		return parts
	}
	switch n := len(r.Identity.Entitlements); n {
	case 0:
		parts = append(parts, "no group membership seen")
	default:
		parts = append(parts, text.Plural(n, "entitlement"))
	}
	return parts
}

// seconds writes a lifetime as a person says it.
func seconds(n int) string {
	if n >= 120 {
		return text.Plural((n+30)/60, "minute")
	}
	return text.Plural(n, "second")
}

func joinDots(parts []string) string { return strings.Join(parts, " · ") }
