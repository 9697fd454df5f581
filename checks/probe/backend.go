package probe

import (
	"context"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks"
)

// api is what later steps need of the back-end.
type api struct {
	root      string // without trailing slash
	jwtBearer bool
	providers []provider
	usedID    string
	asClients bool // openEO clients would use that provider
	scopes    []string
}

type provider struct {
	id, issuer string
	scopes     []string
}

func (p *pass) backendAPI() api {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.api
}

func skipWithoutBackend(p *pass) string {
	if p.subject.Backend == nil {
		return "no openEO back-end takes part"
	}
	return ""
}

// runWellKnown finds the API (openEO API, "well-known discovery"). As openEO clients do, a back-end without the document is
// taken to be the API root itself.
func runWellKnown(ctx context.Context, p *pass) outcome {
	base := strings.TrimRight(p.subject.Backend.URL, "/")
	a := p.client.get(ctx, base+"/.well-known/openeo", call{step: "well-known", effect: Reads})
	p.frame(checks.AtWellKnown, a)
	if !a.ok() {
		return ended(a)
	}
	root, version, o := base, "", passed("no list of versions; the address itself is used")
	if v, ok := p.bestVersion(a); ok {
		root, version = strings.TrimRight(v.url, "/"), v.text
		o = passed("version " + v.text)
	} else if p.derived().Known(checks.WellKnownVersions) {
		o = failed("no version of 1.0 or later is listed")
	}
	p.set(checks.BackendAPIURL, sanitize(root, 300))
	p.setText(checks.BackendAPIVersion, version)
	p.mu.Lock()
	p.api.root = root
	p.mu.Unlock()
	return o
}

type apiVersion struct {
	text, url  string
	number     [3]int
	production bool
}

// bestVersion chooses as the openEO clients do: the highest of the production versions from 1.0 on, else of all.
func (p *pass) bestVersion(a answer) (best apiVersion, ok bool) {
	raw, listed := a.document["versions"].([]any)
	if a.status != 200 || !listed {
		return best, false
	}
	var names []string
	for _, v := range raw[:min(len(raw), 50)] {
		m, isObject := v.(map[string]any)
		if !isObject {
			continue
		}
		cand := parseVersion(m)
		if cand.text == "" {
			continue
		}
		names = append(names, cand.text)
		if cand.number[0] < 1 || endpointOf(cand.url) == "" {
			continue
		}
		if !ok || cand.better(best) {
			best, ok = cand, true
		}
	}
	p.set(checks.WellKnownVersions, names)
	p.set(checks.WellKnownUsable, ok)
	return best, ok
}

func parseVersion(m map[string]any) apiVersion {
	text, _ := m["api_version"].(string)
	address, _ := m["url"].(string)
	production, given := m["production"].(bool)
	v := apiVersion{text: sanitize(text, 20), url: address, production: production || !given}
	for i, part := range strings.SplitN(text, ".", 3) {
		v.number[i], _ = strconv.Atoi(strings.TrimFunc(part, func(r rune) bool { return r < '0' || r > '9' }))
	}
	return v
}

func (v apiVersion) better(o apiVersion) bool {
	if v.production != o.production {
		return v.production
	}
	for i := range v.number {
		if v.number[i] != o.number[i] {
			return v.number[i] > o.number[i]
		}
	}
	return false
}

func endpointOf(raw string) string {
	return endpoint(answer{document: map[string]any{"u": raw}}, "u")
}

func skipWithoutAPI(p *pass) string {
	switch {
	case p.subject.Backend == nil:
		return "no openEO back-end takes part"
	case p.backendAPI().root == "":
		return "not tried: the back-end does not answer"
	}
	return ""
}

// runCapabilities tells an openEO API from another site, and which form of the bearer token it takes.
func runCapabilities(ctx context.Context, p *pass) outcome {
	a := p.client.get(ctx, p.backendAPI().root+"/", call{step: "capabilities", effect: Reads})
	p.frame(checks.AtCapabilities, a)
	if !a.ok() {
		return ended(a)
	}
	p.set(checks.CapabilitiesCode, a.text("code"))
	_, versioned := a.document["api_version"].(string)
	_, endpoints := a.document["endpoints"].([]any)
	isOpenEO := a.status == 200 && (versioned || endpoints)
	p.set(checks.CapabilitiesIsOpenEO, isOpenEO)
	classes, _ := a.list("conformsTo", 200)
	jwt := false
	for _, c := range classes {
		jwt = jwt || isJWTClass(c)
	}
	p.set(checks.CapabilitiesJWTBearer, jwt)
	p.mu.Lock()
	p.api.jwtBearer = jwt
	p.mu.Unlock()
	if !isOpenEO {
		return failed("no openEO capabilities: " + ended(a).because)
	}
	return passed(a.host)
}

// isJWTClass recognises https://api.openeo.org/VERSION/authentication/jwt, the conformance class of openEO API 1.3.
func isJWTClass(class string) bool {
	rest, ok := strings.CutPrefix(class, "https://api.openeo.org/")
	if !ok {
		return false
	}
	_, tail, _ := strings.Cut(rest, "/")
	return tail == "authentication/jwt"
}

// runProviders reads /credentials/oidc and decides which provider is used.
func runProviders(ctx context.Context, p *pass) outcome {
	a := p.client.get(ctx, p.backendAPI().root+"/credentials/oidc", call{step: "providers", effect: Reads})
	p.frame(checks.AtProviders, a)
	if !a.ok() {
		return ended(a)
	}
	p.set(checks.ProvidersCode, a.text("code"))
	if a.status != 200 {
		return ended(a)
	}
	list, valid := readProviders(a)
	p.set(checks.ProvidersValid, valid)
	p.set(checks.ProvidersCount, len(list))
	p.set(checks.ProvidersIDs, providerIDs(list))
	if len(list) == 0 {
		return failed("no login provider is listed")
	}
	p.mu.Lock()
	p.api.providers = list
	p.mu.Unlock()
	return p.chooseProvider(list)
}

func readProviders(a answer) (list []provider, valid bool) {
	raw, ok := a.document["providers"].([]any)
	valid = ok
	for _, v := range raw[:min(len(raw), 50)] {
		m, _ := v.(map[string]any)
		one := answer{document: m}
		pr := provider{id: one.exact("id"), issuer: one.exact("issuer")}
		pr.scopes, _ = one.list("scopes", 50)
		if sendable(pr.id) == "" || pr.issuer == "" || len(pr.id) > 100 || len(pr.issuer) > 500 {
			valid = false
			continue
		}
		list = append(list, pr)
	}
	return list, valid
}

func providerIDs(list []provider) []string {
	ids := make([]string, 0, len(list))
	for _, pr := range list {
		ids = append(ids, sanitize(pr.id, 60))
	}
	return ids
}
