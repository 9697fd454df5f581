package checks

import (
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/text"
)

// Failures are the ways in which a request can end without an answer.
var Failures = []string{
	"dns", "refused", "unreachable", "connect-timeout", "reset", "response-timeout", "proxy",
	"tls-expired", "tls-not-yet-valid", "tls-hostname", "tls-unknown-authority", "tls-handshake",
	"insecure-url", "redirect-loop", "redirect-lost", "too-large", "malformed", "interrupted", "exhausted",
}

// Side is what one party's steps say together: its first failure, its first answer that says "not
// now", and a page that stood in for an answer.
type Side struct {
	steps []*Step

	Failure, FailureStep, FailureHost, FailureDetail, TLSIssuer, TLSNames, TLSValid, TLSCommonName, TLSWithoutNames, TLSTrouble, Proxy, Via, ViaScheme, Phase, Here, Who Name
	Status, StatusStep, StatusHost, RetryAfterS, RetryAfter, Outage, OthersAnswered                                                                                      Name
	Page, PageStep, PageHost, PageTo                                                                                                                                     Name
}

// The two parties of a login.
var (
	IDP     = side("idp", "the identity provider", idpSteps)
	Backend = side("backend", "the back-end", backendSteps)
)

func side(id, party string, steps []*Step) *Side {
	of := func(name string, kind Kind, means string) Name { return concluded(id+"."+name, kind, means) }
	return &Side{
		steps:           steps,
		Failure:         of("failure", Text, "the first failure on the way to "+party+", as at its step, or proxy-unclear (it may be the proxy's); empty when an answer came"),
		FailureStep:     of("failure_step", Text, "the step at which the first request to "+party+" failed"),
		FailureHost:     of("failure_host", Text, "the host of the first request to "+party+" that failed"),
		FailureDetail:   of("failure_detail", Text, "why the first request to "+party+" failed, in words"),
		TLSIssuer:       of("tls_issuer", Text, "issuer of the certificate of "+party+" that was refused"),
		TLSNames:        of("tls_names", List, "names in the certificate of "+party+" that was refused"),
		TLSValid:        of("tls_valid", Text, "validity of the certificate of "+party+" that was refused"),
		Proxy:           of("proxy", Text, "the variable that names the proxy that failed on the way to "+party),
		TLSWithoutNames: of("tls_without_names", Bool, "the certificate of "+party+" that was refused has a common name and no subject alternative name"),
		TLSTrouble:      of("tls_trouble", Text, "what ended the TLS handshake with "+party+": serial (a negative serial number), certificate (its signature or its purpose), version (none of TLS that is still in use), plain-http (something answers in plain http), plain-http-port (the same, and the address names a port of its own), plain-http-here (the same, on this machine itself), other"),
		TLSCommonName:   of("tls_common_name", Text, "common name in the certificate of "+party+" that was refused, where it has no subject alternative name"),
		Via:             of("via", Text, "the variable that names the proxy through which the first request to "+party+" that failed went, empty when it went through none"),
		ViaScheme:       of("via_scheme", Text, "scheme of the address of the proxy through which the first request to "+party+" that failed went: http, https, socks5"),
		Phase:           of("phase", Text, "what had been reached when the first request to "+party+" failed: lookup, connect, proxy (the answer to CONNECT), tls, request (while it was sent), answer"),
		Here:            of("here", Bool, "the host of the first request to "+party+" that failed is this machine itself"),
		Who:             of("who", Text, "who can do something about a connection to "+party+" that was not made, in words"),
		Status:          of("status", Int, "the status 429 or 5xx with which "+party+" answered, when one was seen"),
		StatusStep:      of("status_step", Text, "the step at which "+party+" answered 429 or 5xx"),
		StatusHost:      of("status_host", Text, "the host of "+party+" that answered 429 or 5xx"),
		RetryAfterS:     of("retry_after_s", Int, "the Retry-After of "+party+", in seconds"),
		RetryAfter:      of("retry_after", Text, "the Retry-After of "+party+", in words"),
		Outage:          of("outage", Text, "why "+party+" answered, but not now: rate-limited (429), error (5xx), not-now (a code that says so, with another status), unsteady (it refuses and accepts the same request), empty when it answered normally"),
		OthersAnswered:  of("others_answered", Bool, "while one step was answered with 429 or 5xx, another step of "+party+" was answered normally"),
		Page:            of("page", Text, "the kind of HTML page that stood in for an answer of "+party+": portal (status 511), foreign (on another host), login (a login form or block page), html, late (only after genuine answers), or empty"),
		PageStep:        of("page_step", Text, "the step at which "+party+" answered with a page"),
		PageHost:        of("page_host", Text, "the host that was asked when "+party+" answered with a page"),
		PageTo:          of("page_to", Text, "the other host that the page of "+party+" came from"),
	}
}

func deriveTransport(f Facts, party *Side) {
	for _, s := range party.steps {
		switch {
		case !f.Known(s.Failure), failsByItself(f, s):
		case f.Text(s.Failure) == "":
			if !f.Known(party.Failure) {
				f.Set(party.Failure, "")
			}
		case f.Text(party.Failure) == "":
			copyFailure(f, party, s)
		}
	}
	deriveProxied(f, party)
	deriveTLS(f, party)
	for _, s := range party.steps {
		if n, ok := f.Int(s.Status); ok && outage(f, s, n) {
			copyOutage(f, party, s, n)
			return
		}
	}
}

// failsByItself tells a failure that says nothing of the party as a whole: the discovery document
// names an address where nothing answers, though the issuer itself does, or a header was too large
// to be taken.
func failsByItself(f Facts, s *Step) bool {
	n, _ := f.Int(TokenHeaderBytes)
	tooLarge := n > headerLarge && f.Text(s.Failure) == "reset"
	switch s {
	case AtWellKnown: // the address itself was taken, as clients do
		return f.Text(s.Failure) != "" && f.Known(BackendAPIURL)
	case AtToken:
		return f.Is(TokenDead)
	case AtUserinfo: // some servers close the connection at such a header (measured with Keycloak 22)
		return f.Is(UserinfoDead) || tooLarge
	case AtKeys: // no login needs the keys; signing-keys-unavailable says what is lost without them
		_, discovered := answered(f, AtDiscovery)
		return f.Text(s.Failure) != "" && f.Text(s.Failure) != "interrupted" && discovered
	case AtMe:
		return tooLarge
	}
	return false
}

var (
	TokenDead    = concluded("token.dead", Bool, "nothing answers at the token endpoint that the discovery document names, though the issuer answers at another host or port")
	UserinfoDead = concluded("userinfo.dead", Bool, "nothing answers at the userinfo endpoint that the discovery document names, though the issuer answers at another host or port")
)

// own are failures that are not the published address's.
var own = []string{"", "interrupted", "exhausted", "proxy", "insecure-url", "redirect-loop", "redirect-lost", "too-large"}

func deriveDead(f Facts, s *Step, dead Name) {
	if f.Known(s.Failure) || f.Known(s.Status) {
		_, discovered := answered(f, AtDiscovery)
		f.Set(dead, discovered && !slices.Contains(own, f.Text(s.Failure)) && f.Text(s.Host) != f.Text(AtDiscovery.Host))
	}
}

// behindProxy are failures that a proxy may have caused as well as the host behind it.
var behindProxy = []string{"response-timeout", "connect-timeout", "unreachable", "reset", "malformed", "tls-handshake"}

// deriveProxied: where a proxy stands in between and had not let the request through, the host
// behind it is not judged.
func deriveProxied(f Facts, party *Side) {
	via := f.Text(party.Via)
	if via == "" || !slices.Contains(behindProxy, f.Text(party.Failure)) {
		return
	}
	switch f.Text(party.Phase) {
	case "", "proxy", "connect":
	case "tls": // some proxies say that the way is open before they have tried it
		if f.Text(party.Failure) == "tls-handshake" {
			return // somebody answered
		}
	default:
		return
	}
	f.Set(party.Failure, "proxy-unclear")
	f.Set(party.Proxy, via)
}

func deriveTLS(f Facts, party *Side) {
	switch detail := f.Text(party.FailureDetail); {
	case f.Text(party.Failure) == "tls-hostname":
		f.Set(party.TLSWithoutNames, len(f.List(party.TLSNames)) == 0 && f.Text(party.TLSCommonName) != "")
	case !f.Known(party.Failure):
	case f.Text(party.Failure) != "tls-handshake":
		f.Set(party.TLSTrouble, "")
	case strings.Contains(detail, "serial number"):
		f.Set(party.TLSTrouble, "serial")
	case strings.Contains(detail, "plain http"):
		f.Set(party.TLSTrouble, plainHTTP(f, party))
	case strings.HasPrefix(detail, "the certificate is"):
		f.Set(party.TLSTrouble, "certificate")
	case strings.Contains(detail, "protocol version"):
		f.Set(party.TLSTrouble, "version")
	default:
		f.Set(party.TLSTrouble, "other")
	}
}

// plainHTTP tells what an answer in plain HTTP to TLS shows. On this machine nothing stands in
// between, so the server itself speaks no TLS; a network with a login page answers at the usual
// port, and hardly at another.
func plainHTTP(f Facts, party *Side) string {
	switch port := text.Port(f.Text(party.FailureHost)); {
	case f.Is(party.Here):
		return "plain-http-here"
	case port != "" && port != "443":
		return "plain-http-port"
	}
	return "plain-http"
}

// unmade are failures of the connection itself: the host, or the network in between.
var unmade = []string{"dns", "refused", "unreachable", "connect-timeout", "reset", "response-timeout", "malformed", "tls-handshake", "proxy", "proxy-unclear"}

// deriveWho says whom to turn to where no connection was made. Where the other party answered, the
// network here works, so it may well be the host's own administrators; where neither was reached,
// they are hardly the first to ask.
func deriveWho(f Facts, party, other *Side, host string) {
	if !slices.Contains(unmade, f.Text(party.Failure)) {
		return
	}
	network := "whoever runs the network here"
	if f.Text(party.Via) != "" {
		network = "whoever runs the network or the proxy here"
	}
	switch {
	case f.Is(party.Here):
		f.Set(party.Who, "whoever runs "+host+" on this machine")
	case slices.Contains(unmade, f.Text(other.Failure)) && !f.Is(other.Here):
		f.Set(party.Who, network)
	default:
		f.Set(party.Who, host+"'s administrators, or "+network)
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
	f.Set(party.Here, text.Loopback(f.Text(s.Host)) && f.Text(s.Via) == "")
}

// outage tells an outage from an error with a cause of its own: openEO back-ends answer 500 and 503
// with a code that says what is wrong with the token check, and 501 for a wrong version.
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
	return !slices.Contains(notOut, f.Text(MeCode)) && !resolvingToken(f.Text(AtMe.Message))
}

// notOut are codes of openEO back-ends that name what is wrong with the token check.
var notOut = []string{"AccessTokenError", "OidcProviderUnavailable", "InvalidIssuerConfig"}

func copyOutage(f Facts, party *Side, s *Step, status int) {
	f.Set(party.Status, status)
	f.Set(party.StatusStep, s.Title)
	f.Set(party.OthersAnswered, slices.ContainsFunc(party.steps, func(other *Step) bool {
		n, ok := answered(f, other)
		return ok && other != s && n < 400
	}))
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
