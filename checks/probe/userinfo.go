package probe

import (
	"context"
	"net/http"
	"regexp"

	"github.com/credguide/credguide/checks"
)

func skipUserinfo(p *pass) string {
	switch {
	case p.tokenAtHand().token.IsZero():
		return "not tried: no token"
	case p.document().userinfo == "":
		return "not tried: the identity provider names no userinfo endpoint"
	case !p.mayReceiveSecret(p.document().userinfo) && origin(p.document().userinfo) != origin(p.document().token):
		return "not tried: userinfo is on another host than the issuer"
	}
	return ""
}

// runUserinfo calls userinfo with the bare token, as the back-end will: it hides the reason of a refusal, we read it.
func runUserinfo(ctx context.Context, p *pass) outcome {
	a := p.client.fetch(ctx, p.document().userinfo, call{step: "userinfo", effect: Reads,
		header: http.Header{"Authorization": {"Bearer " + p.tokenAtHand().token.Reveal()}}})
	p.frame(checks.AtUserinfo, a)
	if !a.ok() {
		return ended(a)
	}
	code, text := challenge(a.header.Values("WWW-Authenticate"))
	p.set(checks.UserinfoWWWError, code)
	p.set(checks.UserinfoWWWDescription, text)
	if a.status != http.StatusOK {
		if text == "" {
			return ended(a)
		}
		return failed(text)
	}
	p.setText(checks.UserinfoSub, a.text("sub"))
	p.set(checks.UserinfoEntitlements, entitlements(a))
	return passed("accepts the token")
}

// entitlements: group memberships, under EGI's name for the claim or the newer one (AARC-G069).
func entitlements(a answer) []string {
	for _, claim := range []string{"eduperson_entitlement", "entitlements"} {
		if list, ok := a.list(claim, 50); ok {
			return list
		}
		if one := a.text(claim); one != "" {
			return []string{one}
		}
	}
	return nil
}

var challengePart = regexp.MustCompile(`(error|error_description)="((?:[^"\\]|\\.)*)"`)

// challenge reads error and error_description of a Bearer challenge (RFC 6750 section 3).
func challenge(headers []string) (code, text string) {
	for _, h := range headers {
		for _, m := range challengePart.FindAllStringSubmatch(h[:min(len(h), 2000)], 10) {
			if m[1] == "error" {
				code = sanitize(m[2], 100)
			} else {
				text = sanitize(m[2], 300)
			}
		}
	}
	return code, text
}
