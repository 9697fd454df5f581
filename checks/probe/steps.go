package probe

import (
	"context"
	"slices"
	"sync"
)

// step is one probe. The order of the slice `probes` is the order of the report.
type step struct {
	id, title string
	effect    Effect
	needs     []string
	yields    string // the step whose request goes before this one's, because more waits for its answer
	further   bool   // taken only to tell causes apart, after something failed
	condition string // when it runs, in words, for --plan
	host      func(*pass) string
	// skip says why the step is not taken, or "".
	skip func(*pass) string
	// document is the address of the public document that the step reads, where it reads one.
	document func(*pass) string
	run      func(context.Context, *pass) outcome
}

// probes are all steps, in the order of the report. The identity provider's chain and the
// back-end's run side by side; of two requests to the back-end, the one that the token waits for
// takes the connection that is open, and the other opens one of its own; keys are fetched beside
// the token; userinfo and /me start together once a token is there.
var probes = []step{
	{id: "input", title: "credentials", effect: Local, run: runInput, host: nowhere},
	{id: "discovery", title: "identity provider", effect: Reads, needs: []string{"input"}, condition: "again if it finds no document", skip: skipWithoutIssuer, document: discoveryAddress, run: runDiscovery, host: atIssuer},
	{
		id: "alternatives", title: "other issuer addresses", effect: Reads, needs: []string{"discovery"}, further: true,
		condition: "only if discovery finds no document", skip: skipAlternatives, run: runAlternatives, host: atIssuer,
	},
	{id: "grant", title: "grant type", effect: Local, needs: []string{"discovery"}, skip: skipWithoutDocument, run: runGrant, host: nowhere},
	{id: "well-known", title: "openEO versions", effect: Reads, needs: []string{"input"}, skip: skipWithoutBackend, document: wellKnownAddress, run: runWellKnown, host: atBackend},
	{id: "capabilities", title: "openEO API", effect: Reads, needs: []string{"well-known"}, yields: "providers", condition: "again if it is not an openEO API", skip: skipWithoutAPI, document: capabilitiesAddress, run: runCapabilities, host: atBackend},
	{id: "providers", title: "openEO login providers", effect: Reads, needs: []string{"well-known"}, condition: "again if yours is not listed", skip: skipWithoutAPI, document: providersAddress, run: runProviders, host: atBackend},
	{id: "token", title: "token", effect: MintsToken, needs: []string{"input", "discovery", "providers"}, condition: "again if it is refused", skip: skipToken, run: runToken, host: atTokenEndpoint},
	{
		id: "authorization", title: "is the client ID known", effect: NamesClient, needs: []string{"token"}, further: true,
		condition: "only if the token is refused without a clear reason", skip: skipAuthorization, run: runAuthorization, host: atIssuer,
	},
	{
		id: "variants", title: "the same in other forms", effect: MintsToken, needs: []string{"token"}, further: true,
		condition: "only if the token is refused", skip: skipVariants, run: runVariants, host: atTokenEndpoint,
	},
	{
		id: "sisters", title: "sister environments", effect: NamesClient, needs: []string{"authorization", "variants", "userinfo", "signature", "me"}, further: true,
		condition: "only if the client ID is unknown here; the secret is not sent", skip: skipSisters, run: runSisters, host: atSisters,
	},
	{
		id: "scopes", title: "scopes one by one", effect: MintsToken, needs: []string{"token", "authorization", "variants"}, further: true,
		condition: "only if a scope is refused", skip: skipScopes, run: runScopes, host: atTokenEndpoint,
	},
	{id: "keys", title: "signing keys", effect: Reads, needs: []string{"discovery"}, skip: skipKeys, document: keysAddress, run: runKeys, host: atIssuer},
	{id: "signature", title: "token signature", effect: Reads, condition: "reads the keys again if the token's is missing", needs: []string{"keys", "token", "variants", "scopes"}, skip: skipWithoutToken, run: runSignature, host: atIssuer},
	{id: "userinfo", title: "userinfo", effect: Reads, needs: []string{"token", "variants", "scopes"}, skip: skipUserinfo, run: runUserinfo, host: atIssuer},
	{id: "me", title: "openEO /me", effect: Reads, needs: []string{"token", "variants", "scopes", "capabilities", "providers"}, condition: "again if it is refused", skip: skipMe, run: runMe, host: atBackend},
}

// publicSteps read what is published, and need no credentials.
var publicSteps = []string{"input", "discovery", "alternatives", "grant", "well-known", "capabilities", "providers", "keys"}

// course is a set of steps and their order, worked out once for all checks that take them.
type course struct {
	steps []step
	needs []int   // how many steps each waits for
	after [][]int // the steps that wait for each
	first []int   // those that wait for none
}

func newCourse(steps []step) course {
	c := course{steps: steps, needs: make([]int, len(steps)), after: make([][]int, len(steps))}
	for i, s := range steps {
		if c.needs[i] = len(s.needs); c.needs[i] == 0 {
			c.first = append(c.first, i)
		}
		for _, id := range s.needs {
			before := slices.IndexFunc(steps, func(s step) bool { return s.id == id })
			c.after[before] = append(c.after[before], i)
		}
	}
	return c
}

// The ways of a check. They order the key request so that it takes no connection away from the
// token: beside /credentials/oidc where a back-end takes part (both chains are then equally long),
// beside userinfo where none does.
var (
	publicCourse = sync.OnceValue(func() course {
		return newCourse(slices.DeleteFunc(slices.Clone(probes), func(s step) bool { return !slices.Contains(publicSteps, s.id) }))
	})
	courseToBackend = sync.OnceValue(func() course { return newCourse(needing("token", "keys")) })
	courseToToken   = sync.OnceValue(func() course { return newCourse(needing("keys", "token")) })
)

// needing are all steps, of which one needs another besides.
func needing(id, also string) []step {
	steps := slices.Clone(probes)
	i := slices.IndexFunc(steps, func(s step) bool { return s.id == id })
	steps[i].needs = append(slices.Clone(steps[i].needs), also)
	return steps
}

func (p *pass) course() course {
	switch {
	case p.subject.Public:
		return publicCourse()
	case p.subject.Backend != nil:
		return courseToBackend()
	}
	return courseToToken()
}

func nowhere(*pass) string    { return "" }
func atIssuer(p *pass) string { return hostOf(p.subject.Environment.Issuer) }

func atBackend(p *pass) string {
	if p.subject.Backend == nil {
		return ""
	}
	return hostOf(p.subject.Backend.URL)
}

// atTokenEndpoint: before discovery only the issuer's host is known, and normally the only one that
// may get the secret.
func atTokenEndpoint(p *pass) string { return atIssuer(p) }

func atSisters(p *pass) string {
	hosts := ""
	for _, s := range p.sisters() {
		if hosts != "" {
			hosts += ", "
		}
		hosts += hostOf(s.Issuer)
	}
	return hosts
}
