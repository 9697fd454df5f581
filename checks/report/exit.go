package report

import (
	"slices"

	"github.com/credguide/credguide/checks"
)

// Exit codes of a check. A CI job tells by them "our credential is broken" (1) from "a service has an outage" (3).
const (
	ExitHealthy       = 0
	ExitMisconfigured = 1
	ExitCannotTell    = 3
	ExitInterrupted   = 130
)

// ExitCode is the exit code of one report. With strict, warnings count as something that somebody must fix, but an outage
// stays one: it is no fault of the credential.
func ExitCode(r checks.Report, strict bool) int {
	switch {
	case r.Interrupted:
		return ExitInterrupted
	case r.Verdict == checks.Misconfigured:
		return ExitMisconfigured
	case r.Verdict == checks.Unreachable:
		return ExitCannotTell
	case strict && len(r.BySeverity(checks.Warning)) > 0:
		return ExitMisconfigured
	case r.Verdict == checks.Healthy:
		return ExitHealthy
	}
	return ExitCannotTell
}

// worstFirst is the order of check --all: a broken credential is somebody's work, whatever else has an outage.
var worstFirst = []int{ExitInterrupted, ExitMisconfigured, ExitCannotTell, ExitHealthy}

// ExitCodeAll is the exit code of many reports: the worst of theirs.
func ExitCodeAll(reports []checks.Report, strict bool) int {
	worst := ExitHealthy
	for _, r := range reports {
		code := ExitCode(r, strict)
		if slices.Index(worstFirst, code) < slices.Index(worstFirst, worst) {
			worst = code
		}
	}
	return worst
}
