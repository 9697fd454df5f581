package checks

import (
	"cmp"
	"slices"
	"strings"
)

// Diagnose turns evidence into a report. It is pure: the same evidence gives the same report, so a
// saved one can be replayed (check --from) by somebody else, or by a newer version that knows more.
func Diagnose(c *Catalog, e Evidence) Report {
	e.Facts = Derive(e.Facts)
	return c.judge(e, e.Facts)
}

// Suppose is Diagnose for facts of which some are assumed: the rules look at all of them, and the
// texts name only those that were told.
func Suppose(c *Catalog, all, told Facts) Report {
	return c.judge(Evidence{Facts: Derive(all)}, Derive(told))
}

// Conclude is Diagnose for evidence that was just observed, and that nobody else looks at: it holds
// no conclusions yet, and what follows from its facts is put to them.
func Conclude(c *Catalog, e Evidence) Report {
	e.Facts.derive()
	return c.judge(e, e.Facts)
}

func (c *Catalog) judge(e Evidence, told Facts) Report {
	f := e.Facts
	r := Report{Schema: Schema, Evidence: e, Diagnoses: []Finding{}, Hidden: []Finding{}, Undecided: []string{}}
	r.Interrupted = f.Is(CheckInterrupted)

	found := c.matches(f, told)
	demote(found, func(x Finding) bool { return f.Is(LoginWorks) || f.Is(MeTokenTaken) && x.Layer == LayerJWT })
	shown, hidden := hide(found)
	r.Diagnoses, r.Hidden = order(shown), order(hidden)
	r.Verdict = verdict(r.Diagnoses, f)
	if r.Verdict != Healthy {
		r.Undecided = c.undecided(f, found)
	}
	r.Identity = identity(f, e.Subject)
	return r
}

type match struct {
	d       *Diagnosis
	rule    *Rule
	finding Finding
}

// finding writes a match out, in sentences of what was told. What the rule leaves empty comes from
// the diagnosis.
func (d *Diagnosis) finding(r *Rule, f, told Facts) Finding {
	title, said := fill(cmp.Or(r.Title, d.Title), told)
	if !said {
		title = d.Title
	}
	fix := d.Fix
	if len(r.Fix) > 0 {
		fix = r.Fix
	}
	where := cmp.Or(r.Where, d.Where).filled(told)
	steps := fix.render(told, where)
	out := Finding{
		ID: d.ID, Layer: d.Layer, Certainty: r.Certainty, Title: title,
		Severity: cmp.Or(r.Severity, d.Severity), Party: cmp.Or(r.Party, d.Party),
		Means: orSentences(r.Means, d.Means).paragraph(told),
		Steps: steps, Fix: steps.Lines(),
		Where: where, Explain: "credguide explain " + d.ID,
	}
	if out.Where != nil && out.Where.Tab != "" && elsewhere(out.Where.System, f) {
		out.Where = nil // the fields of this form are called otherwise at another registry
	}
	who := r.Who
	if who == "" && r.Party == "" {
		who = d.Who
	}
	if said, ok := fill(who, told); ok {
		out.Who = said
	}
	decided := r.condition.decisive(f)
	for _, also := range d.Also {
		if also.condition.eval(f) == True {
			decided = append(decided, also.condition.decisive(f)...)
			out.Means = strings.TrimSpace(out.Means + " " + also.Means.paragraph(told))
		}
	}
	out.weigh(decided, f, told, cmp.Or(r.SeparateBy, d.SeparateBy))
	seen := map[string]bool{}
	for _, b := range decided {
		if !seen[b.Fact] {
			seen[b.Fact] = true
			out.Because = append(out.Because, Fact{b.Fact, f[b.Fact]})
		}
	}
	return out
}

// weigh adds what the servers said, and takes certainty away where that, or a request that was made
// once only, leaves a doubt.
func (out *Finding) weigh(decided []Fact, f, told Facts, separateBy string) {
	words, doubtful := ownWords(decided, f)
	for _, s := range words {
		if told.Known(s.fact) && !strings.Contains(out.Means, s.words) {
			out.Means = strings.TrimSpace(out.Means + " " + s.String())
		}
	}
	if doubtful {
		separateBy = cmp.Or(separateBy, askThem)
	}
	if unrepeated(decided, f) {
		doubtful, separateBy = true, repeatIt
	}
	if doubtful && out.Certainty == Certain {
		out.Certainty = Likely
	}
	if out.Certainty == Certain {
		return
	}
	if text, ok := fill(separateBy, told); ok {
		out.SeparateBy = text
	}
}

// elsewhere tells that the environment's clients are not made in the registry of this name.
func elsewhere(registry string, f Facts) bool {
	if f.Known(EnvironmentRegistrySystem) {
		return f.Text(EnvironmentRegistrySystem) != registry
	}
	return f.Known(EnvironmentHasRegistry) && !f.Is(EnvironmentHasRegistry)
}

func orSentences(a, b Sentences) Sentences {
	if len(a) > 0 {
		return a
	}
	return b
}

// demote: where the login works for openEO clients, a fault seen on the way cannot be an error, nor one
// of the token where the back-end has accepted that and refuses the account. It will bite some day.
func demote(found []match, passed func(Finding) bool) {
	for i := range found {
		if found[i].finding.Severity == Error && passed(found[i].finding) {
			found[i].finding.Severity = Warning
		}
	}
}

// hide separates causes from their effects: a match is hidden when a cause that it names is shown,
// is no less sure and no less grave. (A mere possibility must not hide what was seen for certain.)
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
		rank(certainties, cause.finding.Certainty) <= rank(certainties, effect.finding.Certainty) &&
		rank(severities, cause.finding.Severity) <= rank(severities, effect.finding.Severity)
}

// order puts the cause to act on first: the graver, then the surer, then what somebody must change
// before what must merely be waited for, then the earlier in the login's way. Within a layer the
// order of the catalog stays, the likelier first.
func order(fs []Finding) []Finding {
	if fs == nil {
		return []Finding{}
	}
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(rank(severities, a.Severity), rank(severities, b.Severity)),
			cmp.Compare(rank(certainties, a.Certainty), rank(certainties, b.Certainty)),
			cmp.Compare(later(a), later(b)),
			cmp.Compare(rank(Layers, a.Layer), rank(Layers, b.Layer)),
		)
	})
	return fs
}

// later is 1 for what must merely be waited for.
func later(f Finding) int {
	if f.Waiting() {
		return 1
	}
	return 0
}

func identity(f Facts, s Subject) *Identity {
	if !f.Known(JWTReadable) && !f.Known(MeUserID) {
		return nil
	}
	id := &Identity{ClientID: s.ClientID, Entitlements: f.List(UserinfoEntitlements), IsServiceAccount: true}
	if id.Entitlements == nil {
		id.Entitlements = []string{}
	}
	id.Sub = cmp.Or(f.Text(UserinfoSub), f.Text(JWTSub))
	id.UserID = f.Text(MeUserID)
	id.TokenExpiresInS, _ = f.Int(TokenLifetimeS)
	return id
}

// unrepeated tells that a finding rests on a refusal, or on a trial in another form, whose repetition
// was not judged: one of several servers may have refused the request, whatever it was. A secret
// without its quotation marks that is accepted is another secret, and needs no repetition.
func unrepeated(decided []Fact, f Facts) bool {
	return slices.ContainsFunc(decided, func(b Fact) bool {
		settled, known := f.Bool(againOf(b))
		return known && !settled
	})
}

// againOf is the fact that settles a refusal or a trial; of another observation there is none.
func againOf(b Fact) Name {
	switch {
	case b.Fact == MeReason.text, b.Fact == MeAloneAnswer.text && (b.Value == "accepted" || b.Value == "refused"), b.Fact == PythonBearer.text && b.Value == "refused":
		return MeAgainSettled
	case slices.Contains(refusals, b.Fact), b.Fact == BasicSaid.text && b.Value == "accepted",
		b.Value == true && slices.Contains([]string{BasicRawOnly.text, BasicEncodingMatters.text, TokenAssertion.Issued.text, TokenBasic.Authenticated.text, TokenBasicRaw.Authenticated.text}, b.Fact):
		return TokenAgainSettled
	}
	return Name{}
}

// refusals are the facts that say why the token request was refused.
var refusals = []string{TokenAnswer.text, TokenReason.text, TokenReasons.text, ScopesVerdict.text, AuthorizationClient.text}

// repeatIt is what separates the causes then.
const repeatIt = "Check again: the requests that decide this could not be made once more, so one of several servers may have refused whatever it was sent."

// askThem separates the causes where only a server's own words leave a doubt.
const askThem = "Ask the administrators of this server what its words mean."
