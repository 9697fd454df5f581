package probe

import (
	"context"
	"net/http"

	"github.com/credguide/credguide/checks"
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

// bearerPrefix is the openEO form of a bearer token, oidc/PROVIDER/TOKEN; a back-end of API 1.3 that lists the JWT
// conformance class takes the bare token.
func (p *pass) bearerPrefix() string {
	b := p.backendAPI()
	if b.jwtBearer || b.usedID == "" {
		return ""
	}
	return "oidc/" + b.usedID + "/"
}

// runMe is the login as an openEO client ends it: GET /me with the fresh token.
func runMe(ctx context.Context, p *pass) outcome {
	b := p.backendAPI()
	form := "oidc"
	if b.jwtBearer {
		form = "jwt"
	}
	a := p.client.fetch(ctx, b.root+"/me", call{step: "me", effect: Reads,
		header: http.Header{"Authorization": {"Bearer " + p.bearerPrefix() + p.tokenAtHand().token.Reveal()}}})
	p.frame(checks.AtMe, a)
	p.set(checks.MeBearerForm, form)
	p.set(checks.MeLoginAsClients, p.tokenAtHand().asClients && (b.asClients || b.jwtBearer))
	if !a.ok() {
		return ended(a)
	}
	p.set(checks.MeCode, a.text("code"))
	p.set(checks.MeID, meReference(a))
	p.set(checks.AtMe.Message, a.text("message"))
	if a.status != http.StatusOK {
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

// meReference is the back-end's name for this error, from the body only: a gateway in front of it may add a header of the
// same name, and whether the back-end itself spoke is a fact that rules need.
func meReference(a answer) string { return a.text("id") }
