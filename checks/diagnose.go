package checks

import (
	"cmp"
	"slices"
	"strings"
)

// Diagnose turns evidence into a report. It is pure: the same evidence gives the same report, so a saved one can be
// replayed (check --from) by somebody else, or by a newer version that knows more.
func Diagnose(c *Catalog, e Evidence) Report {
	f := Derive(e.Facts)
	e.Facts = f
	r := Report{Schema: Schema, Evidence: e, Diagnoses: []Finding{}, Hidden: []Finding{}, Undecided: []string{}}
	r.Interrupted = f.Is("check.interrupted")

	var found []match
	for _, d := range c.All() {
		switch rule, t := d.evaluate(f); t {
		case True:
			found = append(found, match{d, rule, d.finding(rule, f)})
		case Unknown:
			r.Undecided = append(r.Undecided, d.ID)
		}
	}
	if f.Is("login.works") {
		demote(found)
	}
	shown, hidden := hide(found)
	r.Diagnoses, r.Hidden = order(shown), order(hidden)
	r.Verdict = verdict(r.Diagnoses, f)
	if r.Verdict == Healthy {
		r.Undecided = []string{}
	}
	r.Identity = identity(f, e.Subject)
	return r
}

type match struct {
	d       *Diagnosis
	rule    *Rule
	finding Finding
}

// finding writes a match out. What the rule leaves empty comes from the diagnosis.
func (d *Diagnosis) finding(r *Rule, f Facts) Finding {
	title, _ := fill(cmp.Or(r.Title, d.Title), f)
	out := Finding{
		ID: d.ID, Layer: d.Layer, Certainty: r.Certainty, Title: title,
		Severity: cmp.Or(r.Severity, d.Severity), Party: cmp.Or(r.Party, d.Party),
		Means: strings.Join(orSentences(r.Means, d.Means).render(f), " "),
		Fix:   orSentences(r.Fix, d.Fix).render(f),
		Where: cmp.Or(r.Where, d.Where).filled(f), Explain: "credguide explain " + d.ID,
	}
	if out.Where != nil && out.Where.Tab != "" && elsewhere(out.Where.System, f) {
		out.Where = nil // the fields of this form are called otherwise at another registry
	}
	if r.Certainty != Certain {
		out.SeparateBy, _ = fill(cmp.Or(r.SeparateBy, d.SeparateBy), f)
	}
	seen := map[string]bool{}
	for _, name := range r.condition.decisive(f) {
		if !seen[name] {
			seen[name] = true
			out.Because = append(out.Because, Fact{name, f[name]})
		}
	}
	return out
}

// elsewhere tells that the environment's clients are not made in the registry of this name.
func elsewhere(registry string, f Facts) bool {
	if f.Known("environment.registry_system") {
		return f.Text("environment.registry_system") != registry
	}
	return f.Known("environment.has_registry") && !f.Is("environment.has_registry")
}

func orSentences(a, b Sentences) Sentences {
	if len(a) > 0 {
		return a
	}
	return b
}

// demote: where the login works for openEO clients, a fault seen on the way cannot be an error. It will bite some day.
func demote(found []match) {
	for i := range found {
		if found[i].finding.Severity == Error {
			found[i].finding.Severity = Warning
		}
	}
}

// hide separates causes from their effects: a match is hidden when a cause that it names is shown, is no less sure and no
// less grave. (A mere possibility must not hide what was seen for certain.)
func hide(found []match) (shown, hidden []Finding) {
	for _, m := range found {
		if slices.ContainsFunc(found, func(o match) bool { return covers(o, m) }) {
			hidden = append(hidden, m.finding)
			continue
		}
		shown = append(shown, m.finding)
	}
	return shown, hidden
}

func covers(cause, effect match) bool {
	return slices.Contains(effect.d.HiddenBy, cause.d.ID) &&
		index(certainties, cause.finding.Certainty) <= index(certainties, effect.finding.Certainty) &&
		index(severities, cause.finding.Severity) <= index(severities, effect.finding.Severity)
}

var (
	certainties = []string{Certain, Likely, Possible}
	severities  = []string{Error, Warning, Note}
)

func index(order []string, s string) int { return slices.Index(order, s) }

// order puts the cause to act on first: the graver, then the surer, then what somebody must change before what must merely
// be waited for, then the earlier in the login's way. Within a layer the order of the catalog stays, the likelier first.
func order(fs []Finding) []Finding {
	if fs == nil {
		return []Finding{}
	}
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(index(severities, a.Severity), index(severities, b.Severity)),
			cmp.Compare(index(certainties, a.Certainty), index(certainties, b.Certainty)),
			cmp.Compare(waiting(a), waiting(b)),
			cmp.Compare(index(Layers, a.Layer), index(Layers, b.Layer)),
		)
	})
	return fs
}

// waiting is 1 for findings that call for patience or another network rather than for a change of settings.
func waiting(f Finding) int {
	if f.Layer == "network" || f.Layer == "service" || f.Party == "network" {
		return 1
	}
	return 0
}

// verdict: a fault that somebody must mend, unless all that speaks for one is a mere possibility beside an outage that was
// seen.
func verdict(findings []Finding, f Facts) string {
	var faults, outages, suspicions int
	for _, x := range findings {
		switch {
		case x.Severity != Error:
		case waiting(x) == 1:
			outages++
		case x.Certainty == Possible:
			suspicions++
		default:
			faults++
		}
	}
	switch {
	case faults > 0, suspicions > 0 && waiting(findings[0]) == 0:
		return Misconfigured
	case outages > 0:
		return Unreachable
	case f.Is("login.works"):
		return Healthy
	}
	return Inconclusive
}

func identity(f Facts, s Subject) *Identity {
	if !f.Known("jwt.readable") && !f.Known("me.user_id") {
		return nil
	}
	id := &Identity{ClientID: s.ClientID, Entitlements: f.List("userinfo.entitlements"), IsServiceAccount: true}
	if id.Entitlements == nil {
		id.Entitlements = []string{}
	}
	id.Sub = cmp.Or(f.Text("userinfo.sub"), f.Text("jwt.sub"))
	id.UserID = f.Text("me.user_id")
	id.TokenExpiresInS, _ = f.Int("token.lifetime_s")
	return id
}
