package accounts

import "time"

// Story is what is remembered in one sentence: since when it works, or until when it worked and
// since when it does not.
func (r Record) Story(now time.Time) string {
	since := moment(r.Since, now)
	switch {
	case r.Verdict == Healthy:
		return "working since " + since
	case r.WorkedAt.IsZero():
		return verdictWords(r.Verdict) + " since " + since
	}
	return "worked until " + moment(r.WorkedAt, now) + "; " + verdictWords(r.Verdict) + " since " + since
}

func verdictWords(verdict string) string {
	switch verdict {
	case "misconfigured":
		return "has not worked" // also where the cause is here, and nobody refused it
	case "unreachable":
		return "unreachable"
	}
	return "not decided"
}

// moment is a time as people say it, with the year where it is not this one.
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() != now.Year() {
		return t.Format("2 January 2006 15:04")
	}
	return t.Format("2 January 15:04")
}

// Changed is what the memory of a login that worked says about one that does not.
type Changed string

// The conclusions. ChangedUnknown: it never worked here, or what worked then cannot be compared.
const (
	ChangedUnknown    Changed = ""
	ChangedAtProvider Changed = "provider" // it worked with this very value: rotated, expired or revoked there
	ChangedHere       Changed = "here"     // it worked with another value
)

// WhatChanged concludes from a comparison; only a refusal is a change.
func WhatChanged(before Record, verdict string, same Sameness) Changed {
	if before.WorkedAt.IsZero() || verdict != "misconfigured" {
		return ChangedUnknown
	}
	switch same {
	case SameValue:
		return ChangedAtProvider
	case OtherValue:
		return ChangedHere
	}
	return ChangedUnknown
}
