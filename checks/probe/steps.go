package probe

import "slices"

// probes are all steps, in the order of the report. The identity provider's chain and the back-end's run side by side;
// of two requests to the back-end, the one that the token waits for takes the connection that is open, and the other opens
// one of its own; keys are fetched beside the token; userinfo and /me start together once a token is there.
var probes = []step{
	{id: "input", title: "credentials", effect: Local, run: runInput, host: nowhere},
	{id: "discovery", title: "identity provider", effect: Reads, needs: []string{"input"}, skip: skipWithoutIssuer, run: runDiscovery, host: atIssuer},
	{id: "alternatives", title: "other issuer addresses", effect: Reads, needs: []string{"discovery"}, further: true,
		condition: "only if discovery finds no document", skip: skipAlternatives, run: runAlternatives, host: atIssuer},
	{id: "grant", title: "grant type", effect: Local, needs: []string{"discovery"}, skip: skipWithoutDocument, run: runGrant, host: nowhere},
	{id: "well-known", title: "openEO versions", effect: Reads, needs: []string{"input"}, skip: skipWithoutBackend, run: runWellKnown, host: atBackend},
	{id: "capabilities", title: "openEO API", effect: Reads, needs: []string{"well-known"}, yields: "providers", skip: skipWithoutAPI, run: runCapabilities, host: atBackend},
	{id: "providers", title: "openEO login providers", effect: Reads, needs: []string{"well-known"}, skip: skipWithoutAPI, run: runProviders, host: atBackend},
	{id: "token", title: "token", effect: MintsToken, needs: []string{"input", "discovery", "providers"}, skip: skipToken, run: runToken, host: atTokenEndpoint},
	{id: "authorization", title: "is the client ID known", effect: NamesClient, needs: []string{"token"}, further: true,
		condition: "only if the token is refused without a clear reason", skip: skipAuthorization, run: runAuthorization, host: atIssuer},
	{id: "variants", title: "the same in other forms", effect: MintsToken, needs: []string{"token"}, further: true,
		condition: "only if the token is refused", skip: skipVariants, run: runVariants, host: atTokenEndpoint},
	{id: "sisters", title: "sister environments", effect: NamesClient, needs: []string{"authorization", "variants", "userinfo", "signature", "me"}, further: true,
		condition: "only if the client ID is unknown here; the secret is not sent", skip: skipSisters, run: runSisters, host: atSisters},
	{id: "scopes", title: "scopes one by one", effect: MintsToken, needs: []string{"token", "authorization", "variants"}, further: true,
		condition: "only if a scope is refused", skip: skipScopes, run: runScopes, host: atTokenEndpoint},
	{id: "keys", title: "signing keys", effect: Reads, needs: []string{"discovery"}, skip: skipKeys, run: runKeys, host: atIssuer},
	{id: "signature", title: "token signature", effect: Reads, condition: "reads the keys again if the token's is missing", needs: []string{"keys", "token", "variants", "scopes"}, skip: skipWithoutToken, run: runSignature, host: atIssuer},
	{id: "userinfo", title: "userinfo", effect: Reads, needs: []string{"token", "variants", "scopes"}, skip: skipUserinfo, run: runUserinfo, host: atIssuer},
	{id: "me", title: "openEO /me", effect: Reads, needs: []string{"token", "variants", "scopes", "capabilities", "providers"}, skip: skipMe, run: runMe, host: atBackend},
}

// publicSteps read what is published, and need no credentials.
var publicSteps = []string{"input", "discovery", "alternatives", "grant", "well-known", "capabilities", "providers", "keys"}

// stepsFor orders the key request so that it takes no connection away from the token: beside /credentials/oidc where a
// back-end takes part (both chains are then equally long), beside userinfo where none does.
func (p *pass) stepsFor() []step {
	steps := slices.Clone(probes)
	if p.subject.Public {
		return slices.DeleteFunc(steps, func(s step) bool { return !slices.Contains(publicSteps, s.id) })
	}
	for i := range steps {
		switch {
		case steps[i].id == "token" && p.subject.Backend != nil:
			steps[i].needs = append(slices.Clone(steps[i].needs), "keys")
		case steps[i].id == "keys" && p.subject.Backend == nil:
			steps[i].needs = append(slices.Clone(steps[i].needs), "token")
		}
	}
	return steps
}

func nowhere(*pass) string    { return "" }
func atIssuer(p *pass) string { return hostOf(p.subject.Environment.Issuer) }

func atBackend(p *pass) string {
	if p.subject.Backend == nil {
		return ""
	}
	return hostOf(p.subject.Backend.URL)
}

// atTokenEndpoint: before discovery only the issuer's host is known, and normally the only one that may get the secret.
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
