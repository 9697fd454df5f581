package probe

import (
	"context"
	"net/url"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/environments"
)

// alternative is another shape of the issuer that the user may have meant.
type alternative struct{ issuer, kind string }

func skipAlternatives(p *pass) string {
	f := p.derived()
	status, answered := f.Int(checks.AtDiscovery.Status)
	switch {
	case f.Is(checks.IssuerRetired):
		return ""
	case !answered:
		return "not needed"
	case status == 200 && f.Text(checks.AtDiscovery.Shape) == "object":
		return "not needed"
	case status >= 500 || status == 429 || f.Text(checks.AtDiscovery.ErrorDescription) == "HTTPS required":
		return "not needed: the server says why"
	}
	return ""
}

// runAlternatives asks the same host for the known shapes of a wrong issuer; the first that answers is the likely one.
func runAlternatives(ctx context.Context, p *pass) outcome {
	p.set(checks.DiscoveryAlternativesTried, true)
	list := p.alternatives()
	found := make([]bool, len(list))
	sideBySide(len(list), func(i int) {
		a := p.client.get(ctx, list[i].issuer+discoveryPath, call{step: "alternatives", effect: Reads})
		found[i] = usableDocument(a) && a.exact("token_endpoint") != ""
	})
	for i, alt := range list {
		if found[i] {
			p.set(checks.DiscoveryAlternative, sanitize(alt.issuer, 300))
			p.set(checks.DiscoveryAlternativeKind, alt.kind)
			return passed(sanitize(alt.issuer, 100) + " answers")
		}
	}
	return warned("none of them answers either")
}

// maxAlternatives bounds the requests of this step.
const maxAlternatives = 3

func (p *pass) alternatives() []alternative {
	var list []alternative
	add := func(issuer, kind string) {
		if issuer == "" || environments.SameIssuer(issuer, p.subject.Environment.Issuer) || len(list) == maxAlternatives {
			return
		}
		for _, have := range list {
			if have.issuer == issuer {
				return
			}
		}
		list = append(list, alternative{strings.TrimRight(issuer, "/"), kind})
	}
	if now := p.derived().Text(checks.IssuerReplacement); now != "" {
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

// toggleAuth adds or removes the /auth that Keycloak had in its paths up to version 16, and that some sites keep.
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
