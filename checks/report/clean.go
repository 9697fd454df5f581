package report

import (
	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// maxShown bounds each text of a report, in characters: a server must not be able to push the cause off the screen.
const maxShown = 2000

// clean makes a text safe to show on one line.
func clean(s string) string { return text.Line(s, maxShown) }

// tidy returns a copy of the report in which show has been applied to every text. Renderers work on such a copy only.
func tidy(r checks.Report, show func(string) string) checks.Report {
	t := tidier(show)
	r.Tool = checks.Tool{Name: show(r.Tool.Name), Version: show(r.Tool.Version)}
	r.Subject = t.subject(r.Subject)
	r.Checks = each(r.Checks, t.check)
	r.Requests = each(r.Requests, t.request)
	r.Diagnoses = each(r.Diagnoses, t.finding)
	r.Hidden = each(r.Hidden, t.finding)
	r.Undecided = each(r.Undecided, show)
	r.Facts = t.facts(r.Facts)
	r.Verdict = as(show, r.Verdict)
	if r.Identity != nil {
		id := *r.Identity
		id.ClientID, id.Sub, id.UserID = show(id.ClientID), show(id.Sub), show(id.UserID)
		id.Entitlements = each(id.Entitlements, show)
		r.Identity = &id
	}
	return r
}

type tidier func(string) string

func as[T ~string](t tidier, word T) T { return T(t(string(word))) }

func (t tidier) subject(s checks.Subject) checks.Subject {
	return checks.Subject{
		Environment: t(s.Environment), EnvironmentTitle: t(s.EnvironmentTitle), Issuer: t(s.Issuer),
		Backend: t(s.Backend), BackendID: t(s.BackendID), ProviderID: t(s.ProviderID),
		ClientID: t(s.ClientID), ClientIDSource: t(s.ClientIDSource),
		Secret: checks.Secret{Source: t(s.Secret.Source), Length: s.Secret.Length},
		Name:   t(s.Name), Owner: t(s.Owner), Labels: t.labels(s.Labels),
	}
}

func (t tidier) labels(labels map[string]string) map[string]string {
	if len(labels) == 0 {
		return nil
	}
	out := make(map[string]string, len(labels))
	for name, value := range labels {
		out[t(name)] = t(value)
	}
	return out
}

func (t tidier) check(c checks.Check) checks.Check {
	c.ID, c.Title, c.Status, c.Because = t(c.ID), t(c.Title), as(t, c.Status), t(c.Because)
	return c
}

func (t tidier) request(q checks.Request) checks.Request {
	q.Step, q.Method, q.URL, q.Effect, q.Failure = t(q.Step), t(q.Method), t(q.URL), t(q.Effect), t(q.Failure)
	return q
}

func (t tidier) finding(f checks.Finding) checks.Finding {
	f.ID, f.Layer, f.Severity, f.Certainty, f.Party = t(f.ID), as(t, f.Layer), as(t, f.Severity), as(t, f.Certainty), as(t, f.Party)
	f.Title, f.Means, f.SeparateBy, f.Explain = t(f.Title), t(f.Means), t(f.SeparateBy), t(f.Explain)
	f.Steps = each(f.Steps, func(s checks.FixStep) checks.FixStep { return checks.FixStep{Text: t(s.Text), Run: t(s.Run)} })
	f.Fix = f.Steps.Lines()
	f.Because = each(f.Because, func(b checks.Fact) checks.Fact { return checks.Fact{Fact: t(b.Fact), Value: t.value(b.Value)} })
	if f.Where != nil {
		w := *f.Where
		f.Where = &checks.Where{System: t(w.System), Tab: t(w.Tab), Field: t(w.Field), Label: t(w.Label), Value: t(w.Value)}
	}
	return f
}

func (t tidier) facts(facts checks.Facts) checks.Facts {
	out := make(checks.Facts, len(facts))
	for name, v := range facts {
		out[t(name)] = t.value(v)
	}
	return out
}

func (t tidier) value(v any) any {
	switch v := v.(type) {
	case string:
		return t(v)
	case []string:
		return each(v, t)
	}
	return v
}

// each maps a list into a new one, which is never nil.
func each[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}
