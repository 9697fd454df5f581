package checks

import (
	"time"

	"github.com/credguide/credguide/internal/text"
)

// Failures are the ways in which a request can end without an answer.
var Failures = []string{
	"dns", "refused", "unreachable", "connect-timeout", "reset", "response-timeout", "proxy",
	"tls-expired", "tls-not-yet-valid", "tls-hostname", "tls-unknown-authority", "tls-handshake",
	"insecure-url", "redirect-loop", "too-large", "malformed", "interrupted",
}

// Side is what one party's steps say together: its first failure, its first answer that says "not now", and a page that
// stood in for an answer.
type Side struct {
	steps []*Step

	Failure, FailureStep, FailureHost, FailureDetail, TLSIssuer, TLSNames, TLSValid, TLSCommonName, Proxy, Via, ViaScheme, Phase Name
	Status, StatusStep, StatusHost, RetryAfterS, RetryAfter, Outage                                                              Name
	Page, PageStep, PageHost, PageTo                                                                                             Name
}

// The two parties of a login.
var (
	IDP     = side("idp", "the identity provider", idpSteps)
	Backend = side("backend", "the back-end", backendSteps)
)

func side(id, party string, steps []*Step) *Side {
	of := func(name string, kind Kind, means string) Name { return concluded(id+"."+name, kind, means) }
	return &Side{
		steps:         steps,
		Failure:       of("failure", Text, "the first failure on the way to "+party+", empty when an answer came"),
		FailureStep:   of("failure_step", Text, "the step at which the first request to "+party+" failed"),
		FailureHost:   of("failure_host", Text, "the host of the first request to "+party+" that failed"),
		FailureDetail: of("failure_detail", Text, "why the first request to "+party+" failed, in words"),
		TLSIssuer:     of("tls_issuer", Text, "issuer of the certificate of "+party+" that was refused"),
		TLSNames:      of("tls_names", List, "names in the certificate of "+party+" that was refused"),
		TLSValid:      of("tls_valid", Text, "validity of the certificate of "+party+" that was refused"),
		Proxy:         of("proxy", Text, "the variable that names the proxy that failed on the way to "+party),
		TLSCommonName: of("tls_common_name", Text, "common name in the certificate of "+party+" that was refused, where it has no subject alternative name"),
		Via:           of("via", Text, "the variable that names the proxy through which the first request to "+party+" that failed went, empty when it went through none"),
		ViaScheme:     of("via_scheme", Text, "scheme of the address of the proxy through which the first request to "+party+" that failed went: http, https, socks5"),
		Phase:         of("phase", Text, "what had been reached when the first request to "+party+" failed: lookup, connect, proxy (the answer to CONNECT), tls, request (while it was sent), answer"),
		Status:        of("status", Int, "the status 429 or 5xx with which "+party+" answered, when one was seen"),
		StatusStep:    of("status_step", Text, "the step at which "+party+" answered 429 or 5xx"),
		StatusHost:    of("status_host", Text, "the host of "+party+" that answered 429 or 5xx"),
		RetryAfterS:   of("retry_after_s", Int, "the Retry-After of "+party+", in seconds"),
		RetryAfter:    of("retry_after", Text, "the Retry-After of "+party+", in words"),
		Outage:        of("outage", Text, "why "+party+" answered, but not now: rate-limited (429), error (5xx), empty when it answered normally"),
		Page:          of("page", Text, "the kind of HTML page that stood in for an answer of "+party+": portal (status 511), foreign (on another host), login (a login form or block page), html, late (only after genuine answers), or empty"),
		PageStep:      of("page_step", Text, "the step at which "+party+" answered with a page"),
		PageHost:      of("page_host", Text, "the host that was asked when "+party+" answered with a page"),
		PageTo:        of("page_to", Text, "the other host that the page of "+party+" came from"),
	}
}

func deriveTransport(f Facts, party *Side) {
	for _, s := range party.steps {
		switch {
		case !f.Known(s.Failure):
		case f.Text(s.Failure) == "":
			if !f.Known(party.Failure) {
				f.Set(party.Failure, "")
			}
		case f.Text(party.Failure) == "":
			copyFailure(f, party, s)
		}
	}
	for _, s := range party.steps {
		if n, ok := f.Int(s.Status); ok && outage(f, s, n) {
			copyOutage(f, party, s, n)
			return
		}
	}
}

func copyFailure(f Facts, party *Side, s *Step) {
	f.Set(party.FailureStep, s.Title)
	for to, from := range map[Name]Name{
		party.Failure: s.Failure, party.FailureHost: s.Host, party.FailureDetail: s.FailureDetail,
		party.TLSIssuer: s.TLSIssuer, party.TLSNames: s.TLSNames, party.TLSValid: s.TLSValid, party.TLSCommonName: s.TLSCommonName,
		party.Proxy: s.Proxy, party.Via: s.Via, party.ViaScheme: s.ViaScheme, party.Phase: s.Phase,
	} {
		f.copyFact(to, from)
	}
}

// outage tells an outage from an error with a cause of its own: openEO back-ends answer 500 and 503 with a code that says
// what is wrong with the token check, and 501 for a wrong version.
func outage(f Facts, s *Step, status int) bool {
	if status == 429 {
		return true
	}
	if status < 500 || status == 501 {
		return false
	}
	if s != AtMe {
		return true
	}
	code := f.Text(MeCode)
	return code != "AccessTokenError" && code != "OidcProviderUnavailable" && !resolvingToken(f.Text(AtMe.Message))
}

func copyOutage(f Facts, party *Side, s *Step, status int) {
	f.Set(party.Status, status)
	f.Set(party.StatusStep, s.Title)
	if h := f.Text(s.Host); h != "" {
		f.Set(party.StatusHost, h)
	}
	if n, ok := f.Int(s.RetryAfterS); ok {
		f.Set(party.RetryAfterS, n)
		f.Set(party.RetryAfter, Words(time.Duration(n)*time.Second))
	}
}

// Words writes a duration as a person says it: "90 seconds", "12 minutes", "3 hours".
func Words(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return text.Plural(int(d.Seconds()), "second")
	case d < 2*time.Hour:
		return text.Plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return text.Plural(int(d.Hours()), "hour")
	}
	return text.Plural(int(d.Hours()/24), "day")
}
