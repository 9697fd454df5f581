package probe

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// bogusRedirect is an address that nobody can have registered (RFC 2606): a server that knows the
// client complains about it, and no login can start.
const bogusRedirect = "https://probe.invalid/cb"

// mayNameClient: a client ID that is held back is not put into an address, where logs would keep
// it.
func (p *pass) mayNameClient() bool {
	return !p.held && !p.is(checks.CredentialsSwappedShape) && p.is(checks.ClientIDPresent)
}

func skipAuthorization(p *pass) string {
	if p.is(checks.TokenIssued) {
		return "not needed"
	}
	f := p.derived()
	switch {
	case !f.Known(checks.AtToken.Status):
		return "not needed"
	case !p.mayNameClient():
		return "not tried: the client ID looks like a secret"
	case p.document().authorization == "":
		return "not tried: no authorization endpoint is known"
	case !p.mayReceiveSecret(p.document().authorization):
		return "not tried: the authorization endpoint is on another host than the issuer"
	case slices.Contains(unclear, f.Text(checks.TokenReason)), f.Text(checks.TokenReason) == "assertion-missing":
		return "" // Keycloak misses the assertion before it looks whether the client is switched off (measured)
	}
	return "not needed: the answer says why"
}

// idForm is one way to write the client ID, and the fact that says what came of asking with it.
type idForm struct {
	says checks.Name
	id   string
}

// idForms are the client ID as given, without what is odd about it, and in lower case; none where
// the authorization endpoint is not asked at all.
func (p *pass) idForms() []idForm {
	if skipAuthorization(p) != "" {
		return nil
	}
	id := p.subject.Credentials.ClientID
	forms := []idForm{{checks.AuthorizationSays, id}}
	if clean, ok := lint.CleanedClientID(id); ok {
		forms = append(forms, idForm{checks.AuthorizationTrimmedSays, clean})
		id = clean
	}
	if lower := strings.ToLower(id); lower != id {
		forms = append(forms, idForm{checks.AuthorizationLowerSays, lower})
	}
	return forms
}

// runAuthorization asks with the client ID alone whether it is known, and for one with white space
// or capitals also in the forms that it may have been meant in.
func runAuthorization(ctx context.Context, p *pass) outcome {
	forms := p.furtherRequests().forms
	sideBySide(len(forms), func(i int) {
		a := p.askAuthorization(ctx, "authorization", p.document().authorization, forms[i].id)
		if !a.ok() {
			return
		}
		if forms[i].says == checks.AuthorizationSays {
			p.set(checks.AuthorizationStatus, a.status)
			p.set(checks.AuthorizationError, a.text("error"))
		}
		p.set(forms[i].says, says(a))
	})
	client, _ := seen[string](p, checks.AuthorizationClient)
	if words, ok := clientWords[client]; ok {
		return outcome{clientStatus[client], words}
	}
	return warned("no clear answer")
}

var clientWords = map[string]string{
	"known": "yes", "unknown": "no, this identity provider does not know it", "disabled": "yes, but it is switched off",
	"bearer-only": "yes, but it is bearer-only", "wrong-protocol": "yes, but it is not an OIDC client", "realm-disabled": "the realm is switched off",
}

var clientStatus = map[string]checks.Status{"known": checks.Passed, "unknown": checks.Failed, "disabled": checks.Failed, "bearer-only": checks.Failed, "wrong-protocol": checks.Failed, "realm-disabled": checks.Failed}

// askAuthorization starts no login and sends no secret. Accept-Language keeps the server's
// sentences in English.
func (p *pass) askAuthorization(ctx context.Context, step, address, clientID string) answer {
	u, err := url.Parse(address)
	if err != nil {
		return answer{failure: failure{kind: "malformed", detail: "not a usable address"}}
	}
	q := u.Query()
	q.Set("client_id", clientID)
	q.Set("response_type", "code")
	q.Set("scope", "openid")
	q.Set("redirect_uri", bogusRedirect)
	u.RawQuery = q.Encode()
	return p.client.fetch(ctx, u.String(), call{
		step: step, effect: NamesClient,
		header: http.Header{"Accept": {"application/json, text/html;q=0.5"}, "Accept-Language": {"en"}},
	})
}

// says is the error text of an authorization endpoint: JSON's members, or the visible text of a
// page.
func says(a answer) string {
	if a.document != nil {
		return strings.TrimSpace(strings.Join([]string{a.text("error"), a.text("error_description")}, " "))
	}
	return text.Line(a.pageText, 600)
}

func (p *pass) sisters() []environments.Environment {
	if p.options.NoSiblings || p.subject.Catalog == nil {
		return nil
	}
	const enough = 4
	list := p.subject.Catalog.Sisters(p.subject.Environment)
	return list[:min(len(list), enough)]
}

func skipSisters(p *pass) string {
	if p.is(checks.TokenIssued) {
		return "not needed"
	}
	f := p.derived()
	switch {
	case f.Text(checks.AuthorizationClient) != "unknown":
		return "not needed"
	case f.Is(checks.ClientIDKnownOtherwise), f.Is(checks.ClientIDKnownInLower):
		return "not needed: a like id is known here"
	case p.options.NoSiblings:
		return "not tried: --no-siblings"
	case len(p.sisters()) == 0:
		return "this environment has no sisters"
	}
	return ""
}

// runSisters asks the sister environments for the client ID, without what is odd about it, and then
// in lower case. The secret goes nowhere but to the chosen environment.
func runSisters(ctx context.Context, p *pass) outcome {
	id, as := p.subject.Credentials.ClientID, "given"
	if clean, ok := lint.CleanedClientID(id); ok {
		id, as = clean, "trimmed"
	}
	list := p.sisters()
	verdicts := p.askSisters(ctx, list, id)
	if lower := strings.ToLower(id); lower != id && !slices.ContainsFunc(verdicts, checks.Registered) {
		if inLower := p.askSisters(ctx, list, lower); slices.ContainsFunc(inLower, checks.Registered) {
			verdicts, as = inLower, "lower" // those that could not be asked any more stay unclear
		}
	}
	if slices.ContainsFunc(verdicts, checks.Registered) {
		p.set(checks.SistersKnownAs, as)
	}
	return p.sisterFacts(list, verdicts)
}

// sistersStep asks hosts at which the check is a guest.
const sistersStep = "sisters"

// askSisters asks side by side, as many as the requests go.
func (p *pass) askSisters(ctx context.Context, list []environments.Environment, id string) []string {
	verdicts := make([]string, len(list))
	room := p.client.budget.free()
	list = list[:sistersWithin(list, room)]
	sideBySide(len(list), func(i int) { verdicts[i] = p.askSister(ctx, list[i], id) })
	return verdicts
}

// sistersWithin is how many of the sisters can be asked with so many requests.
func sistersWithin(list []environments.Environment, room int) int {
	for i, e := range list {
		if room--; !keycloakIssuer(e.Issuer) {
			room-- // its discovery document comes first
		}
		if room < 0 {
			return i
		}
	}
	return len(list)
}

func (p *pass) sisterFacts(list []environments.Environment, verdicts []string) outcome {
	var asked, know, disabled, unclear []string
	for i, e := range list {
		switch verdicts[i] {
		case "known", "wrong-protocol", "bearer-only":
			know = append(know, e.ID)
			p.rememberSister(e)
		case "disabled":
			know, disabled = append(know, e.ID), append(disabled, e.ID)
			p.rememberSister(e)
		case "unknown":
		default:
			unclear = append(unclear, e.Title)
			continue
		}
		asked = append(asked, e.Title)
	}
	p.set(checks.SistersAsked, asked)
	p.set(checks.SistersKnow, know)
	p.set(checks.SistersKnowDisabled, disabled)
	p.set(checks.SistersUnclear, unclear)
	switch {
	case len(know) > 0:
		return failed("known in " + strings.Join(know, ", "))
	case len(asked) == 0:
		return warned("none gave a clear answer")
	}
	return passed("not known in " + strings.Join(asked, ", "))
}

func (p *pass) rememberSister(e environments.Environment) {
	if _, known := seen[string](p, checks.SistersKnowTitle); !known {
		p.set(checks.SistersKnowTitle, e.Title)
	}
}

// askSister returns what the sister's authorization endpoint says of the client. A Keycloak's is
// known by its path; for another server the discovery document is read first.
func (p *pass) askSister(ctx context.Context, e environments.Environment, id string) string {
	issuer := strings.TrimRight(e.Issuer, "/")
	endpointAddress, keycloak := issuer+"/protocol/openid-connect/auth", keycloakIssuer(issuer)
	if !keycloak {
		doc := p.client.get(ctx, issuer+discoveryPath, call{step: sistersStep, effect: Reads})
		if !usableDocument(doc) {
			return ""
		}
		endpointAddress = endpoint(doc, "authorization_endpoint")
	}
	if origin(endpointAddress) != origin(issuer) {
		return ""
	}
	a := p.askAuthorization(ctx, sistersStep, endpointAddress, id)
	if !a.ok() {
		return ""
	}
	return checks.ClientByAuthorization(keycloak, says(a))
}

// keycloakIssuer tells a Keycloak by its path, before anything is asked.
func keycloakIssuer(issuer string) bool { return strings.Contains(issuer, "/realms/") }
