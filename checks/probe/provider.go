package probe

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/internal/text"
)

// chooseProvider decides as the public contract says: --provider-id, OPENEO_AUTH_PROVIDER_ID (which
// clients ignore when the back-end does not list it), the catalog's pairing, and else as the openEO
// Python client does: by its auth-config.json, or the first in the list. When that one has a
// different issuer, but another listed one fits, the fitting one is used for the bearer token:
// whether /me accepts it shows what the right setting would bring, and the report says that clients
// would not have used it.
func (p *pass) chooseProvider(list []provider) outcome {
	asked, by := p.askedProvider(list)
	p.pythonChoice(list, asked, by)
	fits := func(pr provider) bool { return text.SameIssuer(pr.issuer, p.subject.Environment.Issuer) }
	first := list[0]
	p.set(checks.ProvidersFirstID, text.Line(first.id, 60))
	p.set(checks.ProvidersFirstIssuer, text.Line(first.issuer, 300))
	p.set(checks.ProvidersFirstIssuerMatch, fits(first))
	p.set(checks.ProvidersAskedID, text.Line(asked, 60))
	p.set(checks.ProvidersAskedBy, by)
	match := slices.IndexFunc(list, fits)
	p.set(checks.ProvidersMatching, match >= 0)
	if match >= 0 {
		p.set(checks.ProvidersMatchingID, text.Line(list[match].id, 60))
	}

	chosen, listed := first, true
	if asked != "" {
		i := slices.IndexFunc(list, func(pr provider) bool { return pr.id == asked })
		listed = i >= 0
		p.set(checks.ProvidersAskedListed, listed)
		p.setText(checks.ProvidersNearMiss, nearmiss.Of(asked, providerIDs(list)))
		if listed {
			chosen = list[i]
			p.set(checks.ProvidersAskedIssuerMatch, fits(chosen))
			p.set(checks.ProvidersAskedIssuer, text.Line(chosen.issuer, 300))
		}
	}
	used, asClients := chosen, listed
	if (!listed || !fits(chosen)) && match >= 0 {
		used, asClients = list[match], listed && list[match].id == chosen.id
	}
	p.useProvider(used, asClients)
	switch {
	case !listed:
		return failed("no provider " + text.Line(asked, 60) + " is listed")
	case !fits(chosen):
		return failed(text.Line(chosen.id, 60) + " has a different issuer")
	}
	return passed("provider " + text.Line(used.id, 60))
}

// askedProvider is the id asked for. A variable that names an unlisted provider is passed over, as
// the Python client does.
func (p *pass) askedProvider(list []provider) (id, by string) {
	id, by = p.subject.ProviderID, p.subject.ProviderBy
	isListed := func(id string) bool { return slices.ContainsFunc(list, func(pr provider) bool { return pr.id == id }) }
	if v := p.subject.Credentials.ProviderID; fromVariable(v) && v.Value != "" {
		p.set(checks.ProviderVariableListed, isListed(v.Value))
	}
	if by == ByVariable && !isListed(id) {
		id, by = p.subject.Backend.ProviderID, ByCatalog
	}
	builtIn := p.subject.Environment.Origin == environments.BuiltInOrigin
	if id == "" || (by == ByCatalog && builtIn && !isListed(id)) { // a pairing of ours that the back-end has outlived is no wish of the user's
		if id = p.storedProvider(list); id == "" {
			return "", ""
		}
		by = byAuthConfig
	}
	return id, by
}

// storedProvider is the provider that the Python client takes of several where nobody asks for one:
// the only listed one that its auth-config.json has for the back-end, also where the credentials
// come from variables.
func (p *pass) storedProvider(list []provider) string {
	stored := p.subject.Credentials.PythonClientWouldUse.Providers
	fitting := slices.DeleteFunc(slices.Clone(list), func(pr provider) bool { return !slices.Contains(stored, pr.id) })
	if len(list) == 1 || len(fitting) != 1 {
		return ""
	}
	return fitting[0].id
}

func (p *pass) useProvider(used provider, asClients bool) {
	p.set(checks.ProvidersUsedID, text.Line(used.id, 60))
	p.set(checks.ProvidersUsedAsClients, asClients)
	p.set(checks.ProvidersScopes, shownScopes(used.scopes))
	p.set(checks.ProvidersScopesAsText, used.asText)
	p.set(checks.ProvidersTrailingSlash, strings.HasSuffix(used.issuer, "/"))
	p.set(checks.ProvidersIssuerCase, otherCase(used.issuer, p.subject.Environment.Issuer))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.api.usedID, p.api.asClients, p.api.scopes = used.id, asClients, used.scopes
}

// otherCase tells two issuers that are one but for the letter case of the host. The standards take
// no notice of it, but programs that compare texts do.
func otherCase(listed, issuer string) bool {
	listed, issuer = strings.TrimRight(listed, "/"), strings.TrimRight(issuer, "/")
	return listed != issuer && strings.EqualFold(listed, issuer) && text.SameIssuer(listed, issuer)
}

// ListedScopes are the scopes that the back-end lists now for the environment's identity provider:
// every openEO client asks for all of them. It reads public documents only, as a check does, and
// sends neither the id nor the secret. The error wraps ErrNoAnswer where the back-end does not
// answer.
func ListedScopes(ctx context.Context, s Subject, o Options) ([]string, error) {
	if s.Backend == nil {
		return nil, errors.New("no openEO back-end takes part")
	}
	o = o.withDefaults()
	ctx, cancel := context.WithTimeout(ctx, o.Deadline)
	defer cancel()
	p := newPass(ctx, s, o, nil)
	defer p.client.close()
	versions := runWellKnown(ctx, p)
	if p.backendAPI().root == "" {
		return nil, &unanswered{hostOf(s.Backend.URL), versions.because}
	}
	listed := runProviders(ctx, p)
	api := p.backendAPI()
	i := slices.IndexFunc(api.providers, func(pr provider) bool { return pr.id == api.usedID })
	switch {
	case len(api.providers) == 0:
		return nil, &unanswered{hostOf(s.Backend.URL), listed.because}
	case i < 0 || !text.SameIssuer(api.providers[i].issuer, s.Environment.Issuer):
		return nil, errors.New(hostOf(s.Backend.URL) + " does not list this identity provider")
	}
	return shownScopes(api.scopes), nil
}

// Published is what a back-end says of itself to everybody.
type Published struct {
	Title     string
	Providers []Listed
}

// Listed is one login provider of a back-end.
type Listed struct {
	ID, Title, Issuer string
	Scopes            []string
}

// ReadBackend reads what a back-end publishes: its versions, its title and its login providers. The
// error wraps ErrNoAnswer where it does not answer.
func ReadBackend(ctx context.Context, b environments.Backend, o Options) (Published, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithTimeout(ctx, o.Deadline)
	defer cancel()
	p := newPass(ctx, Subject{Backend: &b}, o, nil)
	defer p.client.close()
	versions := runWellKnown(ctx, p)
	root := p.backendAPI().root
	if root == "" {
		return Published{}, &unanswered{hostOf(b.URL), versions.because}
	}
	var found Published
	if a := p.client.get(ctx, root+"/", call{step: "capabilities", effect: Reads}); a.ok() && a.status == 200 {
		found.Title = text.Line(a.exact("title"), 120)
	}
	listed := runProviders(ctx, p)
	for _, pr := range p.backendAPI().providers {
		found.Providers = append(found.Providers, Listed{text.Line(pr.id, 100), text.Line(pr.title, 120), pr.issuer, shownScopes(pr.scopes)})
	}
	if len(found.Providers) == 0 {
		return found, &unanswered{hostOf(b.URL), listed.because}
	}
	return found, nil
}

// Announced is what an identity provider says of itself in its discovery document.
type Announced struct {
	Issuer       string   // as its tokens carry it
	Grants       []string // nil: it does not say
	GrantOffered bool     // also where it does not say
}

// ReadIssuer reads the discovery document of an issuer. The error wraps ErrNoAnswer where there is
// none.
func ReadIssuer(ctx context.Context, issuer string, o Options) (Announced, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithTimeout(ctx, o.Deadline)
	defer cancel()
	p := newPass(ctx, Subject{Environment: environments.Environment{Issuer: issuer}}, o, nil)
	defer p.client.close()
	a := p.client.get(ctx, discoveryAddress(p), call{step: "discovery", effect: Reads})
	if !usableDocument(a) {
		return Announced{}, noAnswer(a)
	}
	d := p.readDocument(a)
	grants, given := a.list("grant_types_supported", 50)
	return Announced{
		Issuer: d.issuer, Grants: grants, GrantOffered: !given || slices.Contains(grants, grantType),
	}, nil
}

// listsOurs tells that a list of providers has the environment's identity provider, and the ID that is
// asked for.
func (p *pass) listsOurs(a answer) bool {
	list, _ := readProviders(a)
	issuer, asked := p.subject.Environment.Issuer, p.subject.ProviderID
	return a.status == http.StatusOK &&
		slices.ContainsFunc(list, func(pr provider) bool { return issuer == "" || text.SameIssuer(pr.issuer, issuer) }) &&
		(asked == "" || slices.ContainsFunc(list, func(pr provider) bool { return pr.id == asked }))
}

func readProviders(a answer) (list []provider, valid bool) {
	raw, ok := a.used()["providers"].([]any)
	valid = ok
	at := map[string]int{}
	for _, v := range raw {
		m, _ := v.(map[string]any)
		one := answer{document: m}
		pr := provider{id: one.exact("id"), issuer: strings.TrimLeft(one.exact("issuer"), space), title: one.text("title")}
		_, pr.titled = m["title"]
		pr.scopes, pr.asText = listedScopes(m["scopes"])
		solid := strings.ReplaceAll(pr.id, " ", "")
		if solid == "" || !text.FitsHeader(solid) || pr.issuer == "" || len(pr.id) > 100 || len(pr.issuer) > 500 {
			valid = false
			continue
		}
		if i, twice := at[pr.id]; twice {
			list[i] = pr // the Python client keeps the last of one ID, in the place of the first
			continue
		}
		at[pr.id] = len(list)
		list = append(list, pr)
	}
	return list, valid
}

// listedScopes are what the Python client asks for besides openid: the items of a list, and of
// something else what a loop of Python's gives, the letters of a text and the names in an object.
func listedScopes(v any) (scopes []string, asText bool) {
	const most, longest = 500, 16 << 10 // in all
	var all []string
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			if s, isText := one.(string); isText {
				all = append(all, s)
			}
		}
	case map[string]any:
		all = slices.Sorted(maps.Keys(v))
	case string:
		all, asText = strings.Split(v, ""), v != ""
	}
	size := 0
	for i, s := range all {
		if size += len(s); i == most || size > longest {
			return all[:i], asText
		}
	}
	return all, asText
}

// shownScopes are the first, as many as a report may hold.
func shownScopes(scopes []string) []string {
	const enough = 50
	shown := make([]string, 0, min(len(scopes), enough))
	for _, s := range scopes[:min(len(scopes), enough)] {
		if line := text.Line(s, 200); line != "" {
			shown = append(shown, line)
		}
	}
	return shown
}

// providersListed shows a person the issuers to compare with; a handful is enough.
func providersListed(list []provider) []string {
	const enough = 5
	var shown []string
	for _, pr := range list[:min(len(list), enough)] {
		shown = append(shown, text.Line(pr.id, 60)+" ("+text.Line(pr.issuer, 200)+")")
	}
	if n := len(list) - enough; n > 0 {
		shown = append(shown, strconv.Itoa(n)+" more")
	}
	return shown
}

// providerIDs are the first, as many as a report may hold.
func providerIDs(list []provider) []string {
	const enough = 50
	ids := make([]string, 0, min(len(list), enough))
	for _, pr := range list[:min(len(list), enough)] {
		ids = append(ids, text.Line(pr.id, 60))
	}
	return ids
}
