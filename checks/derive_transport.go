package checks

import (
	"fmt"
	"time"
)

// Failures are the ways in which a request can end without an answer.
var Failures = []string{
	"dns", "refused", "unreachable", "connect-timeout", "reset", "response-timeout", "proxy",
	"tls-expired", "tls-not-yet-valid", "tls-hostname", "tls-unknown-authority", "tls-handshake",
	"insecure-url", "redirect-loop", "too-large", "malformed", "interrupted",
}

// deriveTransport sums up one party's steps: its first failure, and its first answer that says "not now" (429, 5xx).
func deriveTransport(f Facts, party string, steps []string) {
	answered := false
	for _, s := range steps {
		failure, ok := f[s+".failure"].(string)
		if !ok {
			continue
		}
		if failure == "" {
			answered = true
			continue
		}
		if !f.Known(party+".failure") || f.Text(party+".failure") == "" {
			copyFailure(f, party, s)
		}
	}
	if answered && !f.Known(party+".failure") {
		f.Set(party+".failure", "")
	}
	for _, s := range steps {
		if n, ok := f.Int(s + ".status"); ok && outage(f, s, n) {
			copyOutage(f, party, s, n)
			return
		}
	}
}

func copyFailure(f Facts, party, step string) {
	f[party+".failure"] = f[step+".failure"]
	f[party+".failure_step"] = StepTitles[step]
	for _, pair := range [][2]string{{".host", ".failure_host"}, {".failure_detail", ".failure_detail"}, {".tls_issuer", ".tls_issuer"},
		{".tls_names", ".tls_names"}, {".tls_valid", ".tls_valid"}, {".proxy", ".proxy"}} {
		if v, ok := f[step+pair[0]]; ok {
			f[party+pair[1]] = v
		}
	}
}

// outage tells an outage from an error with a cause of its own: openEO back-ends answer 500 and 503 with a code that says
// what is wrong with the token check, and 501 for a wrong version.
func outage(f Facts, step string, status int) bool {
	if status == 429 {
		return true
	}
	if status < 500 || status == 501 {
		return false
	}
	code := f.Text(step + ".code")
	return code != "AccessTokenError" && code != "OidcProviderUnavailable" && !resolvingToken(f.Text(step+".message"))
}

func copyOutage(f Facts, party, step string, status int) {
	f.Set(party+".status", status)
	f.Set(party+".status_step", StepTitles[step])
	if h := f.Text(step + ".host"); h != "" {
		f.Set(party+".status_host", h)
	}
	if n, ok := f.Int(step + ".retry_after_s"); ok {
		f.Set(party+".retry_after_s", n)
		f.Set(party+".retry_after", Words(time.Duration(n)*time.Second))
	}
}

// StepTitles are the steps as people read of them.
var StepTitles = map[string]string{
	"discovery": "endpoint discovery", "token": "the token endpoint", "keys": "the signing keys", "userinfo": "userinfo",
	"well_known": "/.well-known/openeo", "capabilities": "the API root", "providers": "/credentials/oidc", "me": "/me",
}

// Words writes a duration as a person says it: "90 seconds", "12 minutes", "3 hours".
func Words(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return plural(int(d.Seconds()), "second")
	case d < 2*time.Hour:
		return plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return plural(int(d.Hours()), "hour")
	}
	return plural(int(d.Hours()/24), "day")
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
