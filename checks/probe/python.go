package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
)

// What the openEO Python client 0.53 would do on this machine, as far as that can be seen from
// here: this program's login is only as good as the one that it stands for.

// pythonConnect is what connect() would make of the API root: it must be answered with 200 and a
// JSON object that names a version from 1.0 on.
func pythonConnect(a answer) string {
	version, isText := a.document["api_version"].(string)
	if _, given := a.document["api_version"]; !given {
		version, isText = a.document["version"].(string)
	}
	recent, readable := fromOneOn(version)
	switch {
	case a.status == http.StatusNotFound, a.status == http.StatusGone:
		return "absent"
	case a.status == http.StatusTooManyRequests, a.status >= 500 && a.status != http.StatusNotImplemented:
		return "outage"
	case a.status != http.StatusOK:
		return "refused"
	case a.shape == "html":
		return "page"
	case a.document == nil, !isText, version == "":
		return "incomplete"
	case !readable, !recent:
		return "version"
	}
	return "ok"
}

// space is what JSON takes for white space, and what the client passes over before an address.
const space = " \t\r\n"

// joined is an address below a root. As the client does, it takes out of the path what leads nowhere:
// dots, and slashes beside slashes; the latter not where nothing is added to the root.
func joined(root, path string) string {
	address := strings.TrimRight(root, "/") + path
	_, below, _ := strings.Cut(address, "://")
	dots, slashes := strings.Contains(below, "/."), strings.Contains(below, "//") && path != "/"
	u, err := url.Parse(address)
	switch {
	case err != nil || !dots && !slashes:
		return address
	case path == "/":
		return withoutDots(u)
	}
	return u.JoinPath().String()
}

// withoutDots is an address without the dots in its path (RFC 3986 section 5.2.4).
func withoutDots(u *url.URL) string {
	return u.ResolveReference(&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String()
}

// pythonSendsToken tells that the client sends its token to an API at this address. It compares what
// it joins with the root, character by character, and takes what differs for somebody else's.
func pythonSendsToken(root string) bool {
	u, err := url.Parse(root)
	return err == nil && strings.HasPrefix(root, u.Scheme) && strings.TrimRight(u.EscapedPath(), "/") == strings.TrimRight(u.JoinPath().EscapedPath(), "/")
}

// readByPython are the steps whose answers the client reads.
var readByPython = []*checks.Step{checks.AtDiscovery, checks.AtCapabilities, checks.AtProviders, checks.AtToken, checks.AtMe}

// pythonReads records an answer that this program reads and the client does not: it takes a byte
// order mark for text where it need not guess the encoding, and goes by the encoding that the answer
// names (package requests).
func (p *pass) pythonReads(s *checks.Step, a answer) {
	if !slices.Contains(readByPython, s) || !pythonStumbles(a) {
		return
	}
	if a.trips != "" {
		p.set(checks.PythonTrips, a.trips)
		p.set(checks.PythonTripsURL, a.url)
		p.set(checks.PythonDeep, a.deep)
		return
	}
	if a.misnamed != "" {
		p.set(checks.PythonMisnamed, text.Line(a.misnamed, 40))
		p.set(checks.PythonMisnamedURL, a.url)
		return
	}
	p.set(checks.PythonMarked, true)
	p.set(checks.PythonMarkedURL, a.url)
}

// tripsPython is what of an answer Python's library for HTTP does not get over: it reads at most 100
// lines of a header, the empty one at its end among them, takes an interim status for the answer, and
// knows HTTP/1 alone.
func tripsPython(res *http.Response, w *way) string {
	const most = 99
	lines := len(res.TransferEncoding)
	for _, values := range res.Header {
		lines += len(values)
	}
	if h := res.Header; h.Get("Pragma") == "no-cache" && slices.Equal(h.Values("Cache-Control"), []string{"no-cache"}) {
		lines-- // Go's library adds it to the other one
	}
	switch interim := w.interim.Load(); {
	case interim != 0:
		return fmt.Sprintf("the interim status %d (RFC 9110 section 15.2)", interim)
	case lines > most:
		return fmt.Sprintf("a header of %d lines", lines)
	case res.ProtoMajor != 1:
		return "HTTP of version " + strconv.Itoa(res.ProtoMajor)
	}
	return ""
}

// deepest is how deep in each other the lists and objects of JSON may stand: Python up to version 3.11
// ends at a thousand calls in each other, of which the client has made some already.
const deepest = 900

// fathom tells JSON that is deeper.
func (a *answer) fathom(body []byte) {
	depth, most, inText := 0, 0, false
	for i := 0; i < len(body) && a.shape == "object"; i++ {
		switch c := body[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{', c == '[':
			depth++
			most = max(most, depth)
		case c == '}', c == ']':
			depth--
		}
	}
	if most > deepest && a.trips == "" {
		a.trips, a.deep = fmt.Sprintf("JSON that is %d levels deep", most), true
	}
}

func pythonStumbles(a answer) bool {
	return a.trips != "" || a.misnamed != "" || a.marked && a.charset() != "" && a.charset() != "utf-8-sig"
}

// pythonReadsList tells that the client gets through the list of providers: it looks up the ID of
// each entry, and asks for openid and what the chosen entry lists as its scopes.
func pythonReadsList(a answer, chosen string) bool {
	entries, _ := a.document["providers"].([]any)
	for _, entry := range entries {
		one, isObject := entry.(map[string]any)
		id, identified := one["id"]
		if !isObject || !identified || noKey(id) {
			return false
		}
		if id, _ := one["id"].(string); text.Line(id, 60) == chosen && oddScopes(one["scopes"]) {
			return false
		}
	}
	return true
}

// noKey tells what Python takes for no key of a dictionary.
func noKey(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// pythonTakesUnusable tells that the client would take an entry that cannot be used: where nobody
// names a provider it takes the first, whatever is in it.
func (p *pass) pythonTakesUnusable(a answer, list []provider) bool {
	asked, _ := seen[string](p, checks.ProvidersAskedID)
	stored := p.subject.Credentials.PythonClientWouldUse.Providers
	listed := func(id string) bool { return slices.ContainsFunc(list, func(pr provider) bool { return pr.id == id }) }
	if listed(asked) || slices.ContainsFunc(stored, listed) {
		return false
	}
	entries, _ := a.used()["providers"].([]any)
	first, _ := entries[0].(map[string]any)
	id, isText := first["id"].(string)
	return !isText || !listed(id)
}

// oddScopes tells what the client cannot make a scope parameter of. Of a text it takes each letter,
// of an object the names.
func oddScopes(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(s any) bool { _, isText := s.(string); return !isText })
	case string, map[string]any:
		return false
	}
	return truthy(v)
}

// pythonChoice records which provider the client would take and whether it would find the
// credentials for it there. Asked is what the program passes: a flag, or what the catalog's
// snippets write.
func (p *pass) pythonChoice(list []provider, asked, by string) {
	id := pythonProvider(list, asked, by)
	p.set(checks.PythonProviderID, text.Line(id, 60))
	c := p.subject.Credentials
	where := "arguments"
	switch python := c.PythonClientWouldUse; {
	case c.ClientIDSource.Kind == credentials.KindAuthConfig && c.ClientIDSource.Name != id && !slices.Contains(c.PythonClientWouldUse.Providers, id):
		where = "none"
	case c.ClientIDSource.Kind == credentials.KindAuthConfig:
		where = "auth-config"
	case python.Same && python.Place == credentials.KindEnvironment:
		where = "variables"
	}
	p.set(checks.PythonCredentials, where)
	p.set(checks.PythonMixed, c.ClientIDSource.Kind != c.SecretSource.Kind && pythonReadsPlace(c.ClientIDSource) && pythonReadsPlace(c.SecretSource))
	undecided := len(list) > 1 && (asked == "" || by == byAuthConfig)
	p.set(checks.PythonFileRefused, c.PythonClientWouldUse.FileFault != "" && (undecided || where == "auth-config"))
	p.setText(checks.PythonFileFault, text.Line(c.PythonClientWouldUse.FileFault, 200))
	i := slices.IndexFunc(list, func(pr provider) bool { return pr.id == id })
	p.set(checks.PythonProviderTitled, i < 0 || list[i].titled)
	if i >= 0 {
		p.mu.Lock()
		p.api.pythons = list[i]
		p.mu.Unlock()
	}
}

// pythonReadsPlace: it takes the client ID and the secret from one of these, never one from each.
func pythonReadsPlace(s credentials.Source) bool {
	return s.Kind == credentials.KindEnvironment || s.Kind == credentials.KindAuthConfig
}

// pythonProvider goes by IDs alone: the one that the program passes, a listed one of the variable,
// the only one, the one of auth-config.json (asked for by byAuthConfig), the first.
func pythonProvider(list []provider, asked, by string) string {
	listed := func(id string) bool { return slices.ContainsFunc(list, func(pr provider) bool { return pr.id == id }) }
	switch {
	case asked != "" && listed(asked):
		return asked
	case asked != "" && by != ByVariable:
		return "" // it says that there is no such provider
	}
	return list[0].id
}

// pythonFacts records what is known only at the end: whether the client would trust the
// certificates that were met, and what it would send besides.
func (p *pass) pythonFacts(ctx context.Context) {
	defer func() { _ = recover() }() // what is only a remark must not cost anybody the report
	if _, known := seen[bool](p, checks.PythonMarked); !known {
		p.set(checks.PythonMarked, false)
	}
	for _, name := range []checks.Name{checks.PythonMisnamed, checks.PythonTrips} {
		if _, known := seen[string](p, name); !known {
			p.set(name, "")
		}
	}
	if address := p.document().token; address != "" {
		p.set(checks.PythonNetrc, sharedly(ctx, p.options.Shared, netrcKey(hostOf(address)), func() string { return p.netrcHost(ctx, address) }))
	}
	p.pythonProxy(ctx)
	p.set(checks.PythonTLS, "")
	for _, m := range p.client.certificates() {
		if what := m.refusedByOpenSSL(p.options.RootCAs != nil); what != "" {
			p.set(checks.PythonTLS, what)
			p.set(checks.PythonTLSHost, text.Line(m.host, 253))
			break
		}
	}
	p.pythonSocks()
	met := p.client.certificates()
	if len(met) == 0 {
		return
	}
	trusted := sharedly(ctx, p.options.Shared, authoritiesKey{}, func() authorities { return p.pythonAuthorities(ctx) })
	p.setText(checks.PythonBundle, trusted.variable)
	p.set(checks.PythonBundleFault, text.Line(trusted.fault, 300))
	if p.options.RootCAs != nil { // somebody says himself whom to trust, and can say so to Python
		return
	}
	p.pythonStrict()
	verdict := "yes"
	for _, m := range met {
		if got := sharedly(ctx, p.options.Shared, m.key(), func() string { return trusted.verdict(m) }); got != "yes" {
			verdict = got
			p.set(checks.PythonTrustsNot, text.Line(m.host, 253))
			break
		}
	}
	p.set(checks.PythonTrusts, verdict)
}

// pythonStrict records the first certificate that the Python environment which is active does not
// take, where its version is one that is strict.
func (p *pass) pythonStrict() {
	p.set(checks.PythonStrict, "")
	if p.pythonMinor() < strictSince {
		return
	}
	for _, m := range p.client.certificates() {
		if what := m.refusedStrictly(); what != "" {
			p.set(checks.PythonStrict, what)
			p.set(checks.PythonStrictHost, text.Line(m.host, 253))
			return
		}
	}
}

// pythonIssuer looks whom the client would ask for a token where the back-end lists another issuer
// than the environment's and yet accepts the login: it reads the document of the listed one. A host
// by another name leads to the same token endpoint.
func (p *pass) pythonIssuer(ctx context.Context) {
	listed := p.backendAPI().pythons.issuer
	if listed == "" || text.SameIssuer(listed, p.subject.Environment.Issuer) || p.derived().Text(checks.MeAnswer) != "accepted" {
		return
	}
	p.set(checks.PythonIssuer, text.Line(strings.ReplaceAll(listed, " ", "%20"), 300))
	if _, err := text.WebAddress(listed); err != nil {
		p.set(checks.PythonIssuerSame, false)
		return
	}
	a := p.client.get(ctx, joined(listed, discoveryPath), call{step: "listed issuer", effect: Reads})
	if slices.Contains([]string{unpaid.kind, "interrupted", "insecure-url"}, a.failure.kind) {
		return // not asked
	}
	same := usableDocument(a) && endpoint(a, "token_endpoint") == p.document().token
	p.set(checks.PythonIssuerSame, same)
	if b := p.backendAPI(); same && !b.asClients && accepts(p.sendToMe(ctx, "oidc/"+b.pythons.id+"/")) { // under the ID that clients would use, too
		p.set(checks.MeLoginAsClients, p.tokenAtHand().asClients)
	}
}
