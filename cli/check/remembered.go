package check

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials/accounts"
)

// past remembers a check of an account (m is nil for any other), and is what was remembered before
// it; where that says nothing of a login that worked, what the report of --previous says, if there
// is one.
func (c *checker) past(ctx context.Context, s probe.Subject, r checks.Report, m *memory, previous checks.Report) (p accounts.Past) {
	if m != nil {
		p = m.keep(ctx, s, r)
		if r.Verdict == checks.Healthy && m.own {
			c.Deployed(ctx, s.Account.Name)
		}
	}
	if older, ok := pastOf(previous, r); ok && p.Before.WorkedAt.IsZero() {
		return older
	}
	return p
}

// pastOf is what an earlier report says about a new one: the same as the memory of an account, but
// for the secret. A report of another client, or of another place, says nothing.
func pastOf(earlier, now checks.Report) (p accounts.Past, ok bool) {
	if earlier.Schema == "" {
		return p, false
	}
	a, b := earlier.Subject, now.Subject
	sameClient := a.ClientID == b.ClientID || a.ClientID == report.Anonymised(now).Subject.ClientID
	if a.Issuer != b.Issuer || a.Backend != b.Backend || !sameClient || earlier.Started.After(now.Started) {
		return p, false
	}
	p.Before = accounts.Record{Verdict: string(earlier.Verdict), Cause: causeOf(earlier), Since: earlier.Started, At: earlier.Started}
	if earlier.Verdict == checks.Healthy {
		p.Before.WorkedAt = earlier.Started
	} else if worked, err := time.Parse(time.RFC3339, earlier.Facts.Text(checks.MemoryWorkedAt)); err == nil {
		p.Before.WorkedAt = worked
	}
	if since, err := time.Parse(time.RFC3339, earlier.Facts.Text(checks.MemoryFailingSince)); err == nil {
		p.Before.Since = since
	}
	p.Now = accounts.Record{Verdict: string(now.Verdict), Cause: causeOf(now), Since: now.Started, At: now.Started, WorkedAt: p.Before.WorkedAt}
	if p.Now.Verdict == p.Before.Verdict && p.Now.Cause == p.Before.Cause {
		p.Now.Since = p.Before.Since
	}
	return p, true
}

// causeOf is the first finding, where it is an error.
func causeOf(r checks.Report) string {
	if first, ok := r.First(); ok && first.Severity == checks.Error {
		return first.ID
	}
	return ""
}

// withPast adds to a report what earlier checks found, where it bears on the result: as a step, and
// as evidence.
func (c *checker) withPast(r Result, s probe.Subject, p accounts.Past) Result {
	step, now := checks.Check{ID: "memory", Title: "earlier checks"}, c.Sys.Now()
	field, inForce, changed := c.change(p.Before, r.Report)
	switch {
	case p.Before.Verdict == "":
		return r
	case r.Verdict == checks.Healthy && p.Before.Verdict != accounts.Healthy:
		step.Status, step.Because = checks.Passed, "works again; before: "+p.Before.Story(now)
	case r.Verdict != checks.Healthy && !p.Before.WorkedAt.IsZero():
		step.Status, step.Because = checks.Warned, p.Now.Story(now)
	case changed && inForce:
		step.Status = checks.Passed
	case changed:
		step.Status = checks.Warned
	default:
		return r
	}
	e := r.Evidence
	e.Facts = checks.Derive(e.Facts) // a copy
	if changed {
		if step.Because != "" {
			step.Because += "; "
		}
		step.Because += changeInWords(field, inForce)
		e.Facts.Set(checks.MemoryChange, field)
		e.Facts.Set(checks.MemoryChangeInForce, inForce)
	}
	e.Checks = append(slices.Clip(e.Checks), step)
	worked := !p.Before.WorkedAt.IsZero()
	if worked && r.Verdict != checks.Healthy {
		e.Facts.Set(checks.MemoryStory, p.Now.Story(now))
		e.Facts.Set(checks.MemoryWorkedAt, p.Before.WorkedAt.In(now.Location()).Format(time.RFC3339))
		e.Facts.Set(checks.MemoryFailingSince, p.Now.Since.In(now.Location()).Format(time.RFC3339))
	}
	if worked && r.Verdict == checks.Misconfigured { // what is only unreachable was not changed
		e.Facts.Set(checks.MemoryWorkedBefore, true)
		if changed := accounts.WhatChanged(p.Before, string(r.Verdict), p.Same); changed != accounts.ChangedUnknown {
			e.Facts.Set(checks.MemorySameSecret, changed == accounts.ChangedAtProvider)
		}
	}
	again := checks.Diagnose(c.diagnoses(), e).Without(c.ignored).Without(s.Account.Ignore)
	return Result{report.Redacted(again, r.guard.Own), r.guard}
}

// change is a field of the registry's form that an earlier check said to change, and whether that
// is in force now. It is known only where this check got as far as that one: what fails before it
// says nothing of the field.
func (c *checker) change(before accounts.Record, r checks.Report) (field string, inForce, known bool) {
	d, ok := c.diagnoses().ByID(before.Cause)
	if !ok || d.Where == nil || d.Where.Tab == "" || d.Where.Value == "" || d.Where.System != r.Facts.Text(checks.EnvironmentRegistrySystem) {
		return "", false, false
	}
	field = cmp.Or(d.Where.Label, d.Where.Field)
	switch still := slices.ContainsFunc(r.Diagnoses, func(f checks.Finding) bool { return f.ID == before.Cause }); {
	case still:
		return field, false, true
	case r.Verdict == checks.Healthy, d.Layer == checks.LayerClient && r.Facts.Is(checks.TokenIssued):
		return field, true, true
	}
	return field, false, false
}

// changeInWords is that for people.
func changeInWords(field string, inForce bool) string {
	if inForce {
		return "the change of " + field + " is in force"
	}
	return "the change of " + field + " is not in force: a changed client is deployed minutes after the approval"
}
