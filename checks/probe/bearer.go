package probe

import (
	"context"
	"net/http"
	"regexp"
	"slices"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
	"github.com/credguide/credguide/internal/text"
)

func skipMe(p *pass) string {
	switch {
	case p.subject.Backend == nil:
		return "no openEO back-end takes part"
	case p.tokenAtHand().token.IsZero():
		return "not tried: no token"
	case p.backendAPI().root == "":
		return "not tried: the back-end does not answer"
	case p.backendAPI().usedID == "" && !p.backendAPI().jwtBearer:
		return "not tried: no login provider to name"
	}
	return ""
}

// bearerPrefix is the openEO form of a bearer token, oidc/PROVIDER/TOKEN; where no provider can be
// named, a back-end of API 1.3 takes the bare token.
func (p *pass) bearerPrefix() string {
	if id := p.backendAPI().usedID; id != "" {
		return "oidc/" + id + "/"
	}
	return ""
}

// runMe is the login as an openEO client ends it: GET /me with the fresh token.
func runMe(ctx context.Context, p *pass) outcome {
	a, form := p.askMe(ctx)
	p.frame(checks.AtMe, a)
	p.set(checks.MeBearerForm, form)
	b := p.backendAPI()
	p.set(checks.MeLoginAsClients, p.tokenAtHand().asClients && b.asClients)
	if !a.ok() {
		return ended(a)
	}
	p.set(checks.MeCode, a.text("code"))
	p.set(checks.MeID, meReference(a))
	challenged, _ := challenge(a.header.Values("WWW-Authenticate"))
	p.set(checks.MeWWWError, challenged)
	if a.status != http.StatusOK {
		p.set(checks.MeWordsKind, string(phrases.Of(phrases.Backend, a.text("code"), a.words())))
		p.tokenAlone(ctx, a, form)
		p.onceMore(ctx, a)
		p.withoutHeader(ctx, a)
		if code := a.text("code"); code != "" {
			return failed(code)
		}
		return ended(a)
	}
	id := a.text("user_id")
	p.set(checks.MeValid, id != "")
	p.setText(checks.MeUserID, id)
	if id == "" {
		return failed("the answer has no user_id")
	}
	return passed("accepted")
}

// The forms of a bearer token.
const (
	openEOForm = "oidc" // oidc/PROVIDER/TOKEN
	bareForm   = "jwt"  // of API 1.3, where conformsTo says so
)

// askMe asks in the form that the openEO Python client sends. A back-end that refuses it and lists
// the other form is asked once more: other clients send that one.
func (p *pass) askMe(ctx context.Context) (a answer, form string) {
	b := p.backendAPI()
	if b.usedID == "" {
		p.set(checks.PythonBearer, "untried")
		return p.sendToMe(ctx, ""), bareForm
	}
	a = p.sendToMe(ctx, p.bearerPrefix())
	switch {
	case a.ok() && a.status == http.StatusOK:
		p.set(checks.PythonBearer, "accepted")
	case a.ok() && clientError(a.status) && b.jwtBearer:
		other := p.sendToMe(ctx, "")
		switch {
		case !accepts(other):
			p.judgeAlone(other)
		case !p.meAgain(ctx):
			p.set(checks.PythonBearer, "refused")
			return other, bareForm
		}
	}
	return a, openEOForm
}

func (p *pass) sendToMe(ctx context.Context, prefix string) answer {
	bearer := "Bearer " + prefix + p.tokenAtHand().token.Reveal()
	return p.client.fetch(ctx, joined(p.backendAPI().root, "/me"), call{step: "me", effect: Reads, header: http.Header{"Authorization": {bearer}}})
}

// formInQuestion are refusals that the form of the bearer token may have caused: a back-end of API
// 1.3 that is sent the old form says as little as one that refuses the token.
var formInQuestion = []string{"token-invalid", "scheme", "gateway", "header-missing", "header-hinted", "other"}

// tokenAlone asks once more with the token alone where a back-end refuses the openEO form and
// announces no other. No openEO client would send it so. But if it is accepted, the token is good,
// and the form is what is refused.
func (p *pass) tokenAlone(ctx context.Context, a answer, form string) {
	if form == bareForm || p.backendAPI().jwtBearer || !clientError(a.status) || !slices.Contains(formInQuestion, p.derived().Text(checks.MeReason)) {
		return
	}
	if other := p.sendToMe(ctx, ""); !accepts(other) || !p.meAgain(ctx) {
		p.judgeAlone(other)
	}
}

// accepts tells that /me names an account.
func accepts(a answer) bool { return a.ok() && a.status == http.StatusOK && a.text("user_id") != "" }

// judgeAlone records what became of the token alone. A rate limit or an outage says nothing of it.
func (p *pass) judgeAlone(a answer) {
	if !a.ok() || a.status == http.StatusTooManyRequests || a.status >= 500 {
		return
	}
	p.set(checks.MeAloneStatus, a.status)
	p.set(checks.MeAloneAccepted, accepts(a))
}

// withoutHeader asks once more, without the Authorization header, where the back-end says that
// there was none. Some say so of every token that they refuse; if the answer is the same, the
// header may have been lost on the way.
func (p *pass) withoutHeader(ctx context.Context, a answer) {
	f := p.derived()
	if f.Is(checks.MeAloneAccepted) || f.Text(checks.MeReason) != "header-missing" && f.Text(checks.MeWordsKind) != string(phrases.HeaderMissing) {
		return
	}
	bare := p.client.fetch(ctx, joined(p.backendAPI().root, "/me"), call{step: "me", effect: Reads})
	if !bare.ok() {
		return
	}
	p.set(checks.MeBareStatus, bare.status)
	same := bare.status == a.status && bare.text("code") == a.text("code") && bare.text("message") == a.text("message")
	p.set(checks.MeBareSame, same)
}

// meReference is the back-end's name for this error, from the body only: a gateway in front of it
// may add a header of the same name, and whether the back-end itself spoke is a fact that rules
// need.
func meReference(a answer) string { return a.text("id") }

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

// runUserinfo calls userinfo with the bare token, as the back-end will: it hides the reason of a
// refusal, we read it.
func runUserinfo(ctx context.Context, p *pass) outcome {
	ask := func() answer {
		return p.client.fetch(ctx, p.document().userinfo, call{
			step: "userinfo", effect: Reads,
			header: http.Header{"Authorization": {"Bearer " + p.tokenAtHand().token.Reveal()}},
		})
	}
	a := ask()
	if a.ok() && (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden) && p.is(checks.IDPKeycloak) {
		a = p.elsewhere(a, ask, checks.UserinfoAgainDiffers, func(b answer) bool { return b.status == http.StatusOK })
	}
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
func challenge(headers []string) (code, words string) {
	for _, h := range headers {
		for _, m := range challengePart.FindAllStringSubmatch(h[:min(len(h), 2000)], 10) {
			if m[1] == "error" {
				code = text.Line(m[2], 100)
			} else {
				words = text.Line(m[2], 300)
			}
		}
	}
	return code, words
}
