package check

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials/lint"
)

// knowOwnWords tells the guard what this program writes whatever the secret is: the diagnoses, the steps, and each format's
// frame. Somebody who sets a word for the secret ("client_credentials", by mistake) must get the diagnosis, and not be told
// that a secret was about to be written. What a generator made is in no such text, so nothing is looked up for it.
func (c *checker) knowOwnWords(s probe.Subject) {
	if secret := s.Credentials.Secret.Reveal(); secret != "" && !lint.SecretShaped(secret) {
		c.ownWords.Do(func() { c.guard.Public(c.everyWord(s)) })
	}
}

func (c *checker) everyWord(s probe.Subject) string {
	var all bytes.Buffer
	for _, d := range c.diagnoses().All() {
		_ = json.NewEncoder(&all).Encode(explain.ExplanationOf(d))
	}
	verdicts := []checks.Verdict{checks.Healthy, checks.Misconfigured, checks.Unreachable, checks.Inconclusive}
	for i, state := range []checks.Status{checks.Passed, checks.Failed, checks.Warned, checks.Skipped, checks.Crashed} {
		r := checks.Diagnose(c.diagnoses(), emptyEvidence(s, c.Options, state))
		r.Verdict = verdicts[i%len(verdicts)]
		for _, name := range report.Names() {
			_ = report.Formats[name].Write(&all, r) // into memory
		}
	}
	return all.String()
}

// emptyEvidence is that of a check in which every step ended in one way and nothing was seen.
func emptyEvidence(s probe.Subject, o probe.Options, state checks.Status) checks.Evidence {
	e := checks.Evidence{Tool: o.Tool, Started: time.Now().UTC(), Facts: checks.Facts{}}
	for _, p := range probe.Plan(s, o) {
		e.Checks = append(e.Checks, checks.Check{ID: p.ID, Title: p.Title, Status: state})
		e.Requests = append(e.Requests, checks.Request{Step: p.ID, Method: "GET", URL: "https://" + p.Host, Effect: string(p.Effect), NewConnection: true})
	}
	return e
}
