package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// maxScopes bounds the requests of this step; further scopes are reported as not tested. A diagnosis takes at most 14
// requests: six before this step, openid and these five in it, userinfo and /me after it.
const maxScopes = 5

func skipScopes(p *pass) string {
	if p.derived().Text("token.reason") != "scope" {
		return "not needed"
	}
	return ""
}

// runScopes asks for each scope alone, side by side: servers name the whole list they refused, not the one at fault.
func runScopes(ctx context.Context, p *pass) outcome {
	scopes := p.clientScopes()
	scopes = slices.DeleteFunc(scopes, func(s string) bool { return s == "openid" })
	tested, untested := scopes[:min(len(scopes), maxScopes)], scopes[min(len(scopes), maxScopes):]
	results := make([]minted, len(tested)+1)
	var wg sync.WaitGroup
	for i, s := range append([]string{"openid"}, tested...) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i] = p.askScope(ctx, s)
		}()
	}
	wg.Wait()

	p.set("scopes.openid", scopeVerdict(results[0]))
	var refused, allowed []string
	for i, s := range tested {
		switch scopeVerdict(results[i+1]) {
		case "refused":
			refused = append(refused, s)
		case "allowed":
			allowed = append(allowed, s)
		default:
			untested = append(untested, s)
		}
	}
	p.set("scopes.tested", true)
	p.set("scopes.refused", refused)
	p.set("scopes.allowed", allowed)
	p.set("scopes.untested", untested)
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

func (p *pass) askScope(ctx context.Context, scope string) minted {
	c := p.subject.Credentials
	r := tokenRequest{step: "scopes", clientID: c.ClientID, secret: c.Secret, scopes: []string{scope}, style: inBody}
	if scope == "openid" {
		r.step = "token_openid"
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
