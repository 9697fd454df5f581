package checks

import (
	"slices"
	"strings"
)

var (
	IDPVaries        = concluded("idp.varies", Bool, "the identity provider gave its discovery document, or accepted the token at userinfo, only when it was asked again")
	BackendVaries    = concluded("backend.varies", Bool, "the back-end gave a public document, or the provider that is asked for in it, only when it was asked again")
	ClockAhead       = concluded("clock.ahead", Bool, "the local clock is more than a minute ahead of a server's")
	ClockBehind      = concluded("clock.behind", Bool, "the local clock is more than a minute behind a server's")
	IssuerPlainHTTP  = concluded("issuer.plain_http", Bool, "the issuer was given as plain http")
	BackendPlainHTTP = concluded("backend.plain_http", Bool, "the back-end was given as plain http")
	IssuerWantsTLS   = concluded("issuer.wants_tls", Text, "whether the port of an issuer that was given as plain http expects TLS: said (the server's words), shown (it answers over TLS), no")
	BackendWantsTLS  = concluded("backend.wants_tls", Text, "whether the port of a back-end that was given as plain http expects TLS: said (the server's words), shown (it answers over TLS), no")
	IssuerAsHTTP     = concluded("issuer.as_http", Text, "the issuer that was given as https, with http")
	BackendAsHTTP    = concluded("backend.as_http", Text, "the back-end that was given as https, with http")
	IssuerAsHTTPS    = concluded("issuer.as_https", Text, "the issuer that was given as plain http, with https")
	BackendAsHTTPS   = concluded("backend.as_https", Text, "the back-end that was given as plain http, with https")
)

func deriveNetwork(f Facts) {
	deriveOutage(f, IDP)
	deriveOutage(f, Backend)
	deriveVaries(f, IDP, IDPVaries, DiscoveryAgainDiffers, UserinfoAgainDiffers)
	deriveVaries(f, Backend, BackendVaries, CapabilitiesAgainDiffers, ProvidersAgainDiffers)
	derivePage(f, IDP, f.Text(DiscoveryDocument) == "object")
	derivePage(f, Backend, f.Is(CapabilitiesIsOpenEO))
	if skew, ok := f.Int(ClockSkewS); ok {
		f.Set(ClockAhead, f.Is(ClockSkewed) && skew > 0)
		f.Set(ClockBehind, f.Is(ClockSkewed) && skew < 0)
	}
	derivePlain(f, EnvironmentIssuer, IssuerPlainHTTP, IssuerAsHTTPS, IssuerAsHTTP)
	derivePlain(f, BackendURL, BackendPlainHTTP, BackendAsHTTPS, BackendAsHTTP)
	deriveWantsTLS(f, IssuerPlainHTTP, AtDiscovery, IssuerSpeaksTLS, IssuerWantsTLS)
	deriveWantsTLS(f, BackendPlainHTTP, AtWellKnown, BackendSpeaksTLS, BackendWantsTLS)
}

func derivePlain(f Facts, address, plain, asHTTPS, asHTTP Name) {
	if !f.Known(address) {
		return
	}
	scheme, rest, _ := strings.Cut(f.Text(address), "://")
	f.Set(plain, strings.EqualFold(scheme, "http"))
	if f.Is(plain) {
		f.Set(asHTTPS, "https://"+rest)
	} else {
		f.Set(asHTTP, "http://"+rest)
	}
}

// deriveWantsTLS: a server answers plain http on a port that speaks TLS with words of its own, or
// ends the connection; then the same port was asked over TLS.
func deriveWantsTLS(f Facts, plain Name, s *Step, speaks, wants Name) {
	status, _ := answered(f, s)
	switch {
	case !f.Known(s.Failure) && !f.Known(s.Status):
	case f.Is(plain) && status == 400 && hints(f.Text(s.Detail)+" "+f.Text(s.Message), wantsTLSWords...):
		f.Set(wants, "said")
	case f.Is(plain) && f.Is(speaks):
		f.Set(wants, "shown")
	default:
		f.Set(wants, "no")
	}
}

// wantsTLSWords are those of nginx, Apache, Tomcat and Go's library.
var wantsTLSWords = []string{
	"plain http request was sent to https port", "speaking plain http to an ssl-enabled server port",
	"this combination of host and port requires tls", "client sent an http request to an https server",
}

// networkAuthenticationRequired is RFC 6585 section 6: only what is in between answers so, never
// the service itself.
const networkAuthenticationRequired = 511

func deriveOutage(f Facts, party *Side) {
	status, ok := f.Int(party.Status)
	switch {
	case ok && status == 429:
		f.Set(party.Outage, "rate-limited")
	case ok && status != networkAuthenticationRequired:
		f.Set(party.Outage, "error")
	case party == IDP && f.Text(TokenReason) == "not-now":
		f.Set(party.Outage, "not-now")
	case party == IDP && tokenUnsteady(f), party == Backend && meUnsteady(f):
		f.Set(party.Outage, "unsteady")
	case answeredAny(f, party):
		f.Set(party.Outage, "")
	}
}

func deriveVaries(f Facts, party *Side, varies Name, differs ...Name) {
	if answeredAny(f, party) {
		f.Set(varies, slices.ContainsFunc(differs, f.Is))
	}
}

func answeredAny(f Facts, party *Side) bool {
	for _, s := range party.steps {
		if f.Known(s.Status) {
			return true
		}
	}
	return false
}

// derivePage looks for a page where a service should have answered. Where the party has answered as
// itself (genuine), a page at a later step is no sign of a captive network, at most of something in
// front of that one address.
func derivePage(f Facts, party *Side, genuine bool) {
	if !answeredAny(f, party) {
		return
	}
	f.Set(party.Page, "")
	for _, s := range party.steps {
		kind := pageKind(f, s)
		if kind == "" || (s == AtWellKnown && genuine) { // many back-ends answer unknown paths with their web page
			continue
		}
		if genuine && kind != "portal" {
			if kind == "html" {
				continue
			}
			kind = "late"
		}
		f.Set(party.Page, kind)
		f.Set(party.PageStep, s.Title)
		f.Set(party.PageHost, f.Text(s.Host))
		f.Set(party.PageTo, f.Text(s.RedirectHost))
		return
	}
}

func pageKind(f Facts, s *Step) string {
	status, ok := f.Int(s.Status)
	switch {
	case !ok, f.Text(s.Failure) != "":
		return ""
	case status == networkAuthenticationRequired:
		return "portal"
	case f.Text(s.Shape) != "html", status >= 300 && status != 401 && status != 403:
		return ""
	case f.Text(s.RedirectHost) != "":
		return "foreign"
	case f.Is(s.LoginPage):
		return "login"
	case status < 300:
		return "html"
	}
	return ""
}
