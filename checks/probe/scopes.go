package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// mostlyAllowed are scopes that identity providers allow nearly every client. They are asked for
// together where there are too many to ask for each alone.
var mostlyAllowed = []string{"email", "profile", "address", "phone", "offline_access", "roles", "acr", "basic", "web-origins", "microprofile-jwt"}

func skipScopes(p *pass) string {
	if p.is(checks.TokenIssued) || p.derived().Text(checks.TokenReason) != "scope" {
		return "not needed"
	}
	return ""
}

// runScopes asks for each scope alone, side by side: servers name the whole list they refused, not
// the one at fault. Of a long list, those that are seldom refused are asked for in one request.
func runScopes(ctx context.Context, p *pass) outcome {
	groups := p.scopeGroups()
	results := make([]minted, len(groups))
	sideBySide(len(groups), func(i int) { results[i] = p.askScopes(ctx, groups[i]) })

	p.set(checks.ScopesOpenID, scopeVerdict(results[0]))
	var refused, allowed, untested []string
	for i, scopes := range groups[1:] {
		switch verdict := scopeVerdict(results[i+1]); {
		case verdict == "refused" && len(scopes) == 1:
			refused = append(refused, scopes...)
		case verdict == "allowed":
			allowed = append(allowed, scopes...)
		default: // of several that are refused together, which one it is was not tested
			untested = append(untested, scopes...)
		}
	}
	p.set(checks.ScopesTested, true)
	p.set(checks.ScopesRefused, refused)
	p.set(checks.ScopesAllowed, allowed)
	p.set(checks.ScopesUntested, untested)
	if results[0].issued() {
		p.useToken(results[0], false)
	}
	switch {
	case scopeVerdict(results[0]) == "refused":
		return failed("openid itself is refused")
	case len(refused) > 0:
		return failed("refused: " + strings.Join(refused, ", "))
	}
	return warned(fmt.Sprintf("each of %d is allowed alone", len(allowed)+1))
}

// afterScopes are the requests that may follow this step, beside those that are set aside: a second
// look at the signing keys, and /me once more.
const afterScopes = 2

// scopeGroups are what is asked for in one request each: openid first, then each scope alone, as
// far as the requests go, and the rest together.
func (p *pass) scopeGroups() [][]string {
	scopes := slices.DeleteFunc(p.clientScopes(), func(s string) bool { return s == "openid" })
	slices.SortStableFunc(scopes, func(a, b string) int {
		return slices.Index(mostlyAllowed, a) - slices.Index(mostlyAllowed, b) // those not in the list, at -1, come first
	})
	groups := [][]string{{"openid"}}
	for room := max(p.client.budget.free()-afterScopes-1, 1); len(scopes) > 0; room-- {
		if room == 1 {
			return append(groups, scopes)
		}
		groups, scopes = append(groups, scopes[:1]), scopes[1:]
	}
	return groups
}

func (p *pass) askScopes(ctx context.Context, scopes []string) minted {
	c := p.subject.Credentials
	r := tokenRequest{step: "scopes", clientID: c.ClientID, secret: c.Secret, scopes: scopes, style: inBody}
	if scopes[0] == "openid" {
		r.step, r.variant = checks.TokenOpenID.ID, checks.TokenOpenID
		return p.tryVariant(ctx, r)
	}
	return p.askToken(ctx, r)
}

func scopeVerdict(m minted) string {
	switch {
	case m.issued():
		return "allowed"
	case m.answer.ok() && m.answer.text("error") == "invalid_scope":
		return "refused"
	}
	return ""
}
