package probe

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// api is what later steps need of the back-end.
type api struct {
	root      string // without trailing slash
	jwtBearer bool
	providers []provider
	usedID    string
	asClients bool     // openEO clients would use that provider
	pythons   provider // that the Python client would take
	scopes    []string
}

type provider struct {
	id, issuer, title string
	titled            bool     // it has one, if an empty one
	scopes            []string // as they are; shownScopes may be shown
	asText            bool     // of these, each is a letter of one text
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

func wellKnownAddress(p *pass) string { return joined(p.subject.Backend.URL, "/.well-known/openeo") }

// runWellKnown finds the API (openEO API, "well-known discovery"). As openEO clients do, a back-end
// without the document is taken to be the API root itself.
func runWellKnown(ctx context.Context, p *pass) outcome {
	base := strings.TrimRight(p.subject.Backend.URL, "/")
	a := p.client.get(ctx, wellKnownAddress(p), call{step: "well-known", effect: Reads})
	p.frame(checks.AtWellKnown, a)
	if !a.ok() {
		wantsTLS := false
		if p.brokeOffPlain(checks.AtWellKnown, base) {
			wantsTLS = p.speaksTLS(ctx, wellKnownAddress(p), "well-known")
			p.set(checks.BackendSpeaksTLS, wantsTLS)
		}
		if wantsTLS || !slices.Contains(passedOver, a.failure.kind) || !p.isAPIRoot(ctx, base) {
			return ended(a)
		}
	}
	root, version, o := p.subject.Backend.URL, "", passed("no list of versions; the address itself is used")
	if !a.ok() {
		o = warned(a.failure.detail + "; the address itself is used")
	} else if v, ok := p.bestVersion(a); ok {
		root, version = v.url, text.Line(v.text, 20)
		o = passed("version " + version)
	} else if _, known := seen[[]string](p, checks.WellKnownVersions); known {
		o = failed("no version of 1.0 or later is listed")
	}
	p.set(checks.PythonSendsToken, pythonSendsToken(root))
	root = strings.TrimRight(strings.TrimLeft(root, space), "/")
	p.set(checks.BackendAPIURL, text.Line(root, 300))
	p.setText(checks.BackendAPIVersion, version)
	p.mu.Lock()
	p.api.root = root
	p.mu.Unlock()
	return o
}

// passedOver are the failures at once: the openEO Python client 0.53 then takes the address itself, as
// where a server in front closes the connection to whoever asks for a path that begins with a dot.
// Where a host is not reached or keeps silent, the API root would say the same.
var passedOver = []string{"reset", "redirect-loop", "redirect-lost", "too-large", "malformed"}

// isAPIRoot tells that an address is an API itself. Where it is not, its list of versions is missed.
func (p *pass) isAPIRoot(ctx context.Context, base string) bool {
	a := p.client.get(ctx, joined(base, "/credentials/oidc"), call{step: "well-known", effect: Reads})
	_, listed := a.document["providers"].([]any)
	return a.ok() && a.status == http.StatusOK && listed
}

func isOpenEO(a answer) bool {
	_, versioned := a.document["api_version"].(string)
	_, endpoints := a.document["endpoints"].([]any)
	return a.status == http.StatusOK && (versioned || endpoints)
}

type apiVersion struct {
	text, url string
	addressed bool // an address is given, of whatever form
}

// bestVersion chooses as the openEO Python client 0.53 does: of the versions from 1.0 on, of the
// production ones where there are any, the highest, compared as texts. Where it stumbles over an
// entry, it passes over the whole list.
func (p *pass) bestVersion(a answer) (best apiVersion, ok bool) {
	raw, listed := a.used()["versions"].([]any)
	if a.status != http.StatusOK || !listed || pythonStumbles(a) {
		return best, false
	}
	var names []string
	var all, production []apiVersion
	stumbles := len(raw) > maxVersions
	for _, v := range raw[:min(len(raw), maxVersions)] {
		m, _ := v.(map[string]any)
		version, isText := m["api_version"].(string)
		if isText {
			names = append(names, text.Line(version, 20))
		}
		recent, readable := fromOneOn(version)
		given, addressed := m["url"]
		address, _ := given.(string)
		stumbles = stumbles || !isText || !readable
		if !recent {
			continue
		}
		all = append(all, apiVersion{version, address, addressed})
		if flag, given := m["production"]; !given || truthy(flag) {
			production = append(production, apiVersion{version, address, addressed})
		}
	}
	p.set(checks.WellKnownVersions, names)
	if len(production) == 0 {
		production = all
	}
	for _, v := range production {
		if best.text == "" || v.text > best.text {
			best = v
		}
	}
	ok = !stumbles && endpointOf(best.url) != ""
	p.set(checks.WellKnownUsable, ok)
	if !stumbles && best.addressed {
		p.set(checks.PythonAddressUsable, ok)
	}
	return best, ok
}

// maxVersions bounds the list; real ones have a handful of entries.
const maxVersions = 50

var versionPart = regexp.MustCompile(`\p{Nd}+|[A-Za-z]+|[^\p{Nd}A-Za-z.]+`)

// fromOneOn compares a version with 1.0.0 part by part; a word where a number belongs cannot be
// compared.
func fromOneOn(version string) (yes, readable bool) {
	parts := versionPart.FindAllString(version, 10)
	for i, least := range []int{1, 0, 0} {
		n := 0
		if i < len(parts) {
			if n, readable = digits(parts[i]); !readable {
				return false, false
			}
		}
		if n != least {
			return n > least, true
		}
	}
	return true, true
}

// digits reads a number as Python does, those of any script, and however many of them. Unicode has the
// ten of a script in a row.
func digits(written string) (n int, ok bool) {
	for _, r := range written {
		if !unicode.Is(unicode.Nd, r) {
			return 0, false
		}
		first := r
		for unicode.Is(unicode.Nd, first-1) {
			first--
		}
		n = min(n*10+int(r-first)%10, 1<<20)
	}
	return n, true
}

// truthy is Python's reading of a JSON value as yes or no.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
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

func capabilitiesAddress(p *pass) string { return joined(p.backendAPI().root, "/") }

// runCapabilities tells an openEO API from another site, and which form of the bearer token it
// takes.
func runCapabilities(ctx context.Context, p *pass) outcome {
	a := p.published(ctx, capabilitiesAddress(p), "capabilities", checks.CapabilitiesAgainDiffers, isOpenEO)
	p.frame(checks.AtCapabilities, a)
	if !a.ok() {
		p.set(checks.PythonConnect, "outage") // connect() ends there, whatever the addresses below the root say
		return ended(a)
	}
	p.set(checks.CapabilitiesCode, a.text("code"))
	p.set(checks.CapabilitiesIsOpenEO, isOpenEO(a))
	p.set(checks.PythonConnect, pythonConnect(a))
	classes, _ := a.list("conformsTo", 200)
	jwt := false
	for _, c := range classes {
		jwt = jwt || isJWTClass(c)
	}
	p.set(checks.CapabilitiesJWTBearer, jwt)
	p.mu.Lock()
	p.api.jwtBearer = jwt
	p.mu.Unlock()
	if !isOpenEO(a) {
		return failed("no openEO capabilities: " + ended(a).because)
	}
	return passed(a.host)
}

// isJWTClass recognises https://api.openeo.org/VERSION/authentication/jwt, the conformance class of
// openEO API 1.3.
func isJWTClass(class string) bool {
	rest, ok := strings.CutPrefix(class, "https://api.openeo.org/")
	if !ok {
		return false
	}
	_, tail, _ := strings.Cut(rest, "/")
	return tail == "authentication/jwt"
}

func providersAddress(p *pass) string { return joined(p.backendAPI().root, "/credentials/oidc") }

// runProviders reads /credentials/oidc and decides which provider is used.
func runProviders(ctx context.Context, p *pass) outcome {
	a := p.published(ctx, providersAddress(p), "providers", checks.ProvidersAgainDiffers, p.listsOurs)
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
	p.set(checks.ProvidersListed, providersListed(list))
	if len(list) == 0 {
		return failed("no login provider is listed")
	}
	p.mu.Lock()
	p.api.providers = list
	p.mu.Unlock()
	o := p.chooseProvider(list)
	id, _ := seen[string](p, checks.PythonProviderID)
	p.set(checks.PythonListReadable, pythonReadsList(a, id) && !p.pythonTakesUnusable(a, list))
	return o
}
