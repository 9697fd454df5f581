package checks

import "slices"

// Verdict is the answer of a whole check.
type Verdict string

// The verdicts.
const (
	Healthy       Verdict = "healthy"
	Misconfigured Verdict = "misconfigured" // something that somebody must change
	Unreachable   Verdict = "unreachable"   // a service does not answer, or asks to come back later
	Inconclusive  Verdict = "inconclusive"  // a needed fact stayed unknown
)

// Waiting tells findings that call for patience or for another network from those that call for a
// change of settings. The order of findings, the verdict, the exit code and every format go by it.
func (f Finding) Waiting() bool {
	return f.Layer == LayerNetwork || f.Layer == LayerService || f.Party == PartyNetwork
}

// verdict: a fault that somebody must mend, unless all that speaks for one is a mere possibility
// beside an outage that was seen.
func verdict(findings []Finding, f Facts) Verdict {
	var faults, outages, suspicions int
	for _, x := range findings {
		switch {
		case x.Severity != Error:
		case x.Waiting():
			outages++
		case x.Certainty == Possible:
			suspicions++
		default:
			faults++
		}
	}
	switch {
	case faults > 0, suspicions > 0 && !findings[0].Waiting():
		return Misconfigured
	case outages > 0:
		return Unreachable
	case f.Is(LoginWorks), published(f):
		return Healthy
	}
	return Inconclusive
}

// published tells that a check without credentials saw all that openEO clients read before they log
// in.
func published(f Facts) bool {
	discovery, _ := f.Int(AtDiscovery.Status)
	keys, _ := f.Int(KeysCount)
	return f.Is(CheckPublic) && discovery >= 200 && discovery < 300 && f.Text(DiscoveryTokenEndpoint) != "" && keys > 0 &&
		f.Is(CapabilitiesIsOpenEO) && f.Is(ProvidersMatching)
}

// Exit codes of a check. A CI job tells by them "our credential is broken" (1) from "a service has
// an outage" (3).
const (
	ExitHealthy       = 0
	ExitMisconfigured = 1
	ExitCannotTell    = 3
	ExitInterrupted   = 130
)

// ExitCode is the exit code of one report. With strict, warnings count as something that somebody
// must fix, but an outage stays one: it is no fault of the credential.
func ExitCode(r Report, strict bool) int {
	switch {
	case r.Interrupted:
		return ExitInterrupted
	case r.Verdict == Misconfigured:
		return ExitMisconfigured
	case r.Verdict == Unreachable:
		return ExitCannotTell
	case strict && len(r.BySeverity(Warning)) > 0:
		return ExitMisconfigured
	case r.Verdict == Healthy, r.Settled():
		return ExitHealthy
	}
	return ExitCannotTell
}

// Settled tells that the login was not seen to work, and whoever runs the check has decided that
// the cause does not count: there is nothing to mend, and asking again would not help. It makes no
// login work, so the verdict is not healthy. Where the check itself failed or ran out of time,
// there may be another cause that it did not come to.
func (r Report) Settled() bool {
	_, ignored := r.IgnoredError()
	cut := r.Interrupted || r.Facts.Is(CheckDeadline) || slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Status == Crashed })
	return ignored && r.Verdict == Inconclusive && !cut
}

// IgnoredError returns the first error that does not count.
func (r Report) IgnoredError() (Finding, bool) {
	for _, f := range r.Hidden {
		if f.Ignored != "" && f.Severity == Error {
			return f, true
		}
	}
	return Finding{}, false
}

// worstFirst is the order of check --all: a broken credential is somebody's work, whatever else has
// an outage.
var worstFirst = []int{ExitInterrupted, ExitMisconfigured, ExitCannotTell, ExitHealthy}

// Worse is the worse of two exit codes.
func Worse(a, b int) int {
	if rank(worstFirst, b) < rank(worstFirst, a) {
		return b
	}
	return a
}

// Without is the report when findings do not count, as whoever runs the check has decided: they
// stand with what is hidden, and the verdict follows from the others.
func (r Report) Without(ids map[string]string) Report {
	if len(ids) == 0 {
		return r
	}
	var kept []Finding
	for _, f := range r.Diagnoses {
		if why, ignored := ids[f.ID]; ignored {
			f.Ignored = why
			r.Hidden = append(slices.Clip(r.Hidden), f)
			continue
		}
		kept = append(kept, f)
	}
	r.Diagnoses = append([]Finding{}, kept...)
	r.Verdict = verdict(r.Diagnoses, r.Facts)
	return r
}
