package probe

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// document is what later steps need of the discovery document (OIDC Discovery 1.0 section 3).
type document struct {
	issuer, token, authorization, jwks, userinfo string
}

const discoveryPath = "/.well-known/openid-configuration"

// grantType is the grant that credguide is about (RFC 6749 section 4.4).
const grantType = "client_credentials"

// skipWithoutIssuer: a back-end whose providers cannot be read leaves nobody to ask.
func skipWithoutIssuer(p *pass) string {
	if p.subject.Environment.Issuer == "" {
		return "not tried: no identity provider is known"
	}
	return ""
}

func discoveryAddress(p *pass) string { return joined(p.issuer(), discoveryPath) }

func runDiscovery(ctx context.Context, p *pass) outcome {
	if p.is(checks.IssuerRetired) {
		return failed("this issuer was switched off")
	}
	a := p.published(ctx, discoveryAddress(p), "discovery", checks.DiscoveryAgainDiffers, usableDocument)
	p.frame(checks.AtDiscovery, a)
	if !usableDocument(a) {
		return ended(a)
	}
	d := p.readDocument(a)
	match, _ := seen[string](p, checks.DiscoveryIssuerMatch)
	switch {
	case d.token == "":
		return failed("the document names no token endpoint")
	case match == "different":
		return warned("names another issuer: " + text.Line(d.issuer, 100))
	}
	return passed(a.host + ", issuer as expected")
}

// usableDocument: a JSON object is the document, complete or not, with any status that is no error and
// leads nowhere else, as the Python client takes it.
func usableDocument(a answer) bool {
	return a.ok() && a.status >= 200 && a.status < 400 && a.document != nil && (a.status < 300 || a.header.Get(locationHeader) == "")
}

func (p *pass) readDocument(a answer) document {
	d := document{
		issuer: a.exact("issuer"), token: endpoint(a, "token_endpoint"), authorization: endpoint(a, "authorization_endpoint"),
		jwks: endpoint(a, "jwks_uri"), userinfo: endpoint(a, "userinfo_endpoint"),
	}
	var missing []string
	for name, value := range map[string]string{"issuer": d.issuer, "token_endpoint": d.token} {
		if value == "" {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	p.set(checks.DiscoveryMissing, missing)
	p.setText(checks.DiscoveryIssuer, a.text("issuer"))
	if d.issuer != "" {
		p.set(checks.DiscoveryIssuerMatch, issuerMatch(p.subject.Environment.Issuer, d.issuer))
	}
	p.set(checks.DiscoveryKeycloakPaths, strings.Contains(d.token, "/realms/") && strings.HasSuffix(d.token, "/protocol/openid-connect/token"))
	p.set(checks.KeysOffered, d.jwks != "")
	p.set(checks.UserinfoOffered, d.userinfo != "")
	p.offeredFacts(a)
	if d.token != "" {
		p.tokenEndpointFacts(d.token)
	}
	p.mu.Lock()
	p.doc = d
	p.mu.Unlock()
	return d
}

// endpoint returns an address of the document, or "" when it is missing or no absolute http(s) URL.
// As the Python client's library does, it passes over white space before it and takes the dots out of
// its path (RFC 3986 section 5.2.4).
func endpoint(a answer, name string) string {
	raw := strings.TrimLeft(a.exact(name), space)
	u, err := text.WebAddress(raw)
	switch {
	case err != nil || len(raw) > 2000:
		return ""
	case strings.Contains(u.EscapedPath(), "/."):
		return withoutDots(u)
	}
	return raw
}

// issuerMatch compares two issuers: exact, slash (they differ by a trailing slash) or different.
func issuerMatch(want, got string) string {
	switch {
	case want == got:
		return "exact"
	case strings.TrimRight(want, "/") == strings.TrimRight(got, "/"):
		return "slash"
	case text.SameIssuer(want, got): // the host in capitals, the port that https implies, or other escapes
		return "exact"
	}
	return "different"
}

func (p *pass) offeredFacts(a answer) {
	grants, given := a.list("grant_types_supported", 50)
	if given {
		p.set(checks.DiscoveryGrants, grants)
	}
	p.set(checks.DiscoveryGrantOffered, !given || slices.Contains(grants, grantType))
	methods, given := a.list("token_endpoint_auth_methods_supported", 50)
	if given {
		p.set(checks.DiscoveryAuthMethods, methods)
	}
	p.set(checks.DiscoveryAuthMethodOffered, !given || slices.Contains(methods, "client_secret_basic") || slices.Contains(methods, "client_secret_post"))
}

// tokenEndpointFacts decide whether the secret may go there: only to the issuer's own origin, or
// where the user allows.
func (p *pass) tokenEndpointFacts(token string) {
	u, err := url.Parse(token)
	if err != nil {
		return
	}
	p.set(checks.DiscoveryTokenEndpoint, shownURL(u))
	p.set(checks.DiscoveryTokenEndpointHost, text.Line(text.Host(u.Host), 253))
	p.set(checks.DiscoveryTokenEndpointInsecure, insecure(u))
	p.set(checks.DiscoveryTokenEndpointElsewhere, origin(token) != origin(p.subject.Environment.Issuer))
	p.set(checks.DiscoveryTokenEndpointAllowed, p.mayReceiveSecret(token))
}

func (p *pass) mayReceiveSecret(address string) bool {
	if origin(address) == origin(p.subject.Environment.Issuer) {
		return true
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(slices.Concat(p.options.AllowTokenHosts, p.subject.Environment.TokenEndpointHosts), func(h string) bool {
		return strings.EqualFold(h, u.Host) || (strings.EqualFold(h, u.Hostname()) && (u.Port() == "" || u.Port() == "443"))
	})
}

func skipWithoutDocument(p *pass) string {
	if p.document().token == "" && p.document().issuer == "" {
		return "not tried: no discovery document"
	}
	return ""
}

func (p *pass) document() document {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.doc
}

// runGrant is the check of grant-type support. It asks nobody: the document says it, where the
// server is telling.
func runGrant(_ context.Context, p *pass) outcome {
	_, listed := seen[[]string](p, checks.DiscoveryGrants)
	switch {
	case !p.is(checks.DiscoveryGrantOffered):
		return failed("client_credentials is not among the grants offered")
	case !p.is(checks.DiscoveryAuthMethodOffered):
		return failed("a secret is not among the ways to authenticate")
	case !listed:
		return passed("the server does not list its grants")
	}
	return passed(fmt.Sprintf("%s is offered", grantType))
}

// alternative is another shape of the issuer that the user may have meant.
type alternative struct{ issuer, kind string }

func skipAlternatives(p *pass) string {
	status, answered := seen[int](p, checks.AtDiscovery.Status)
	shape, _ := seen[string](p, checks.AtDiscovery.Shape)
	words, _ := seen[string](p, checks.AtDiscovery.ErrorDescription)
	switch {
	case p.is(checks.IssuerRetired), p.brokeOffPlain(checks.AtDiscovery, p.issuer()):
		return ""
	case !answered:
		return "not needed"
	case status == 200 && shape == "object":
		return "not needed"
	case status >= 500 || status == 429 || words == "HTTPS required":
		return "not needed: the server says why"
	}
	return ""
}

// runAlternatives asks the same host for the known shapes of a wrong issuer; the first that answers
// is the likely one.
func runAlternatives(ctx context.Context, p *pass) outcome {
	p.set(checks.DiscoveryAlternativesTried, true)
	if p.brokeOffPlain(checks.AtDiscovery, p.issuer()) {
		speaks := p.speaksTLS(ctx, p.issuer()+discoveryPath, "alternatives")
		p.set(checks.IssuerSpeaksTLS, speaks)
		if speaks {
			return passed("the port speaks TLS")
		}
		return warned("the port does not speak TLS either")
	}
	list := p.alternatives()
	found := make([]bool, len(list))
	sideBySide(len(list), func(i int) {
		a := p.client.get(ctx, list[i].issuer+discoveryPath, call{step: "alternatives", effect: Reads})
		found[i] = usableDocument(a) && a.exact("token_endpoint") != ""
	})
	for i, alt := range list {
		if found[i] {
			p.set(checks.DiscoveryAlternative, text.Line(alt.issuer, 300))
			p.set(checks.DiscoveryAlternativeKind, alt.kind)
			return passed(text.Line(alt.issuer, 100) + " answers")
		}
	}
	return warned("none of them answers either")
}

// brokeOffPlain: a server may end a connection that begins with plain http where TLS is expected,
// without a word or with an alert of TLS.
func (p *pass) brokeOffPlain(s *checks.Step, address string) bool {
	failure, _ := seen[string](p, s.Failure)
	_, answered := seen[int](p, s.Status)
	return slices.Contains([]string{"reset", "malformed"}, failure) && !answered && strings.HasPrefix(strings.ToLower(address), "http://")
}

// speaksTLS asks for the same address over TLS. A certificate shows it as well as an answer does.
func (p *pass) speaksTLS(ctx context.Context, address, step string) bool {
	a := p.client.get(ctx, "https://"+address[len("http://"):], call{step: step, effect: Reads})
	return a.ok() || strings.HasPrefix(a.failure.kind, "tls-") && a.failure.kind != "tls-handshake"
}

// maxAlternatives bounds the requests of this step.
const maxAlternatives = 3

func (p *pass) alternatives() []alternative {
	var list []alternative
	add := func(issuer, kind string) {
		if issuer == "" || text.SameIssuer(issuer, p.subject.Environment.Issuer) || len(list) == maxAlternatives {
			return
		}
		for _, have := range list {
			if have.issuer == issuer {
				return
			}
		}
		list = append(list, alternative{strings.TrimRight(issuer, "/"), kind})
	}
	if now, _ := seen[string](p, checks.IssuerReplacement); now != "" {
		add(now, "replacement")
		return list
	}
	base := withoutEndpoint(p.issuer())
	add(base, "endpoint-given")
	add(toggleAuth(base), authKind(base, p.issuer()))
	add(lowerRealm(base), "realm-case")
	if p.subject.Catalog != nil {
		for _, e := range p.subject.Catalog.All() {
			if origin(e.Issuer) == origin(p.issuer()) {
				add(e.Issuer, "replacement")
			}
		}
	}
	return list
}

func authKind(base, issuer string) string {
	if base != issuer {
		return "endpoint-given"
	}
	return "auth-path"
}

// withoutEndpoint cuts what belongs to an endpoint of the issuer and not to the issuer itself.
func withoutEndpoint(issuer string) string {
	path := strings.Index(issuer, "://") + len("://") // past the host: there are some that start with "account"
	for _, mark := range []string{"/.well-known/", "/protocol/openid-connect", "/account"} {
		if i := strings.Index(issuer[path:], mark); i >= 0 {
			return issuer[:path+i]
		}
	}
	for _, end := range []string{"/token", "/authorize", "/auth", "/userinfo"} {
		if cut, ok := strings.CutSuffix(issuer, end); ok && cut != "" && !strings.HasSuffix(cut, "/") {
			return cut
		}
	}
	return issuer
}

// toggleAuth adds or removes the /auth that Keycloak had in its paths up to version 16, and that
// some sites keep.
func toggleAuth(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	switch {
	case strings.HasPrefix(u.Path, "/auth/realms/"):
		u.Path = strings.TrimPrefix(u.Path, "/auth")
	case strings.HasPrefix(u.Path, "/realms/"):
		u.Path = "/auth" + u.Path
	default:
		return ""
	}
	return u.String()
}

// lowerRealm writes the realm in lower case: realm names are case-sensitive.
func lowerRealm(issuer string) string {
	before, realm, ok := strings.Cut(issuer, "/realms/")
	if !ok || strings.ToLower(realm) == realm {
		return ""
	}
	return before + "/realms/" + strings.ToLower(realm)
}
