package explain

import (
	"cmp"
	"slices"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
)

// kindCauses are the diagnoses of what a server's words are about, the likeliest first.
var kindCauses = map[phrases.Kind][]string{
	phrases.SecretExpired:      {"client-secret-wrong"},
	phrases.SecretWrong:        {"client-secret-wrong"},
	phrases.SecretIsItsID:      {"client-secret-wrong"},
	phrases.ClientUnknown:      {"client-unknown", "client-in-other-environment"},
	phrases.ClientDisabled:     {"client-disabled"},
	phrases.CredentialsRefused: {"client-credentials-rejected"},
	phrases.GrantNotAllowed:    {"grant-not-enabled"},
	phrases.ClientIsPublic:     {"client-is-public"},
	phrases.MethodRefused:      {"client-auth-form-refused", "client-expects-assertion"},
	phrases.AssertionRequired:  {"client-expects-assertion"},
	phrases.ScopeRefused:       {"scope-not-allowed"},
	phrases.OpenIDRefused:      {"scope-openid-not-allowed"},
	phrases.AccountDisabled:    {"service-account-disabled"},
	phrases.AccountIncomplete:  {"service-account-missing", "token-request-refused"},
	phrases.IssuerUnknown:      {"issuer-realm-unknown"},
	phrases.IssuerDisabled:     {"realm-disabled"},
	phrases.HTTPSRequired:      {"https-required"},
	phrases.ProofRequired:      {"dpop-required", "certificate-bound-required"},
	phrases.WrongProtocol:      {"client-wrong-protocol"},
	phrases.BearerOnly:         {"client-is-bearer-only"},
	phrases.Audience:           {"token-request-refused"},
	phrases.Locked:             {"token-request-refused"},
	phrases.Rate:               {"rate-limited"},
	phrases.Enrollment:         {"enrollment-required"},
	phrases.NotAllowed:         {"account-not-accepted"},
	phrases.NotMapped:          {"service-account-not-mapped"},
	phrases.Payment:            {"payment-required"},
	phrases.ProviderUnusable:   {"backend-cannot-reach-identity-provider"},
	phrases.TokenCheck:         {"backend-token-check-failed"},
	phrases.TokenRefused:       {"userinfo-rejects-token", "token-lacks-openid", "backend-rejects-token", "provider-issuer-mismatch"},
	phrases.HeaderMissing:      {"backend-header-stripped"},
	phrases.SchemeRefused:      {"backend-refuses-login"},
}

// causes are the diagnoses that fit an error, the likeliest first. Three sources speak: what the
// server's words are about; the rules, over the facts; and the texts that the diagnoses quote. None
// is certain: a text is not the world. Of the facts, only those that were read are spoken of.
func (r *Reader) causes(e *event, facts, read checks.Facts) []Cause {
	told := r.told(e)
	found := collected{byID: map[string]*Cause{}}
	for i, id := range told {
		found.add(r.possible(id, i))
	}
	report := checks.Suppose(r.diagnoses, facts, read)
	ids := r.diagnoses.IDs()
	const behindWords, behindRules = 1000, 2000
	for _, f := range report.Diagnoses {
		if f.Severity != checks.Error || e.codeAlone() || len(told) > 0 && wordless[f.ID] && !slices.Contains(told, f.ID) {
			continue // a note about what an error text cannot show, or words that name something else
		}
		found.add(Cause{
			ID: f.ID, Title: f.Title, Certainty: atMostLikely(f.Certainty), Means: f.Means, SeparateBy: f.SeparateBy,
			order: behindWords + slices.Index(ids, f.ID),
		})
		found.byID[f.ID].Title = f.Title // the rule knows which server it was
	}
	for _, id := range e.says {
		if d, ok := r.diagnoses.ByID(id); !ok || len(told) > 0 || e.failure != "" && (d.Layer == checks.LayerNetwork || d.Layer == checks.LayerTLS) {
			continue // the server's words tell more, or there was no answer for them to speak of
		}
		found.add(r.possible(id, behindWords+slices.Index(ids, id)))
	}
	if len(told) == 0 && e.error == "invalid_client" && e.description == "" {
		for i, id := range []string{"client-unknown", "client-secret-wrong", "client-disabled"} { // the code alone says none of them
			found.add(r.possible(id, behindRules+i))
		}
	}
	if len(told) == 0 && e.codeAlone() { // RFC 6749 section 5.2 means the grant by it
		found.add(r.possible("grant-not-enabled", behindRules))
		order := behindRules + 1
		if keycloak, _ := r.keycloak(e, Host{}); keycloak { // which says the same of a wrong secret
			order = behindWords
		}
		found.add(r.possible("client-secret-wrong", order))
	}
	if len(found.list) == 0 && len(e.phrases) > 0 && mostTelling(e.phrases).Kind == phrases.CredentialsRefused {
		for i, id := range []string{"client-secret-wrong", "client-unknown", "client-in-other-environment", "client-disabled"} { // nor do these words
			found.add(r.possible(id, behindRules+i))
		}
	}
	if e.shape != "" && e.shape != "object" && e.status == 0 && len(found.list) > 0 {
		found.add(r.possible("network-login-page", behindRules))
	}
	if len(found.list) == 0 || e.status == http404 {
		for i, id := range e.bare(e.place(r.host)) {
			found.add(r.possible(id, behindRules+i))
		}
	}
	if step := e.place(r.host); step == "" || step == someStep {
		r.unplace(found.list)
	}
	return found.sorted(len(told) == 1 || len(told) > 0 && told[0] == "client-unknown")
}

// unplace takes from the titles which server it is, where the text does not tell.
func (r *Reader) unplace(causes []*Cause) {
	for _, c := range causes {
		if d, ok := r.diagnoses.ByID(c.ID); ok {
			c.Title = cmp.Or(d.Unplaced, c.Title)
		}
	}
}

const http404 = 404

// collected are causes without doubles.
type collected struct {
	byID map[string]*Cause
	list []*Cause
}

// add takes a cause, or what is new about one that is there.
func (c *collected) add(cause Cause) {
	have, twice := c.byID[cause.ID]
	if !twice {
		c.byID[cause.ID] = &cause
		c.list = append(c.list, &cause)
		return
	}
	have.order = min(have.order, cause.order)
	if rank(cause.Certainty) < rank(have.Certainty) {
		have.Certainty = cause.Certainty
	}
	have.Means, have.SeparateBy = cmp.Or(have.Means, cause.Means), cmp.Or(have.SeparateBy, cause.SeparateBy)
}

// sorted puts the likeliest first. What stands alone is likely, and so is what the server's words
// name alone.
func (c *collected) sorted(named bool) []Cause {
	list := make([]Cause, 0, len(c.list))
	for i, cause := range c.list {
		if len(c.list) == 1 || named && i == 0 {
			cause.Certainty = checks.Likely
		}
		list = append(list, *cause)
	}
	slices.SortStableFunc(list, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(rank(a.Certainty), rank(b.Certainty)), cmp.Compare(a.order, b.order))
	})
	return list
}

// bareCauses are what a step's answer can mean of which only the status is known, the likeliest
// first.
var bareCauses = map[string]map[int][]string{
	"discovery": {
		403: {"https-required", "network-login-page"},
		404: {"discovery-not-found", "issuer-realm-unknown", "issuer-path-wrong"},
	},
	"token": {
		0:   {"client-secret-wrong", "client-unknown", "grant-not-enabled"}, // the first line of an error, and no more
		400: {"scope-not-allowed", "grant-not-enabled", "client-credentials-rejected"},
		401: {"client-secret-wrong", "client-unknown", "grant-not-enabled"},
		403: {"token-request-refused", "realm-disabled"},
		404: {"token-endpoint-not-found"},
		405: {"token-endpoint-not-found"},
	},
	"me": {
		401: {"backend-gateway-refused", "backend-header-stripped", "userinfo-rejects-token"},
		402: {"payment-required"},
		403: {"userinfo-rejects-token", "enrollment-required", "account-not-accepted"},
		404: {"backend-refuses-login"},
	},
	someStep: {
		400: {"scope-not-allowed", "grant-not-enabled", "issuer-trailing-slash"},
		401: {"client-secret-wrong", "client-unknown", "grant-not-enabled"},
		403: {"userinfo-rejects-token", "enrollment-required", "account-not-accepted"},
		404: {"discovery-not-found", "issuer-realm-unknown", "token-endpoint-not-found"},
		429: {"rate-limited"},
		500: {"identity-provider-error", "backend-error"},
		502: {"identity-provider-error", "backend-error"},
		503: {"identity-provider-error", "backend-error", "backend-cannot-reach-identity-provider"},
		504: {"identity-provider-error", "backend-error"},
	},
}

// codeCauses are what a back-end's error code can mean that has no words beside it, the likeliest
// first.
var codeCauses = map[string][]string{
	"AuthenticationRequired":      bareCauses["me"][401],
	"TokenInvalid":                kindCauses[phrases.TokenRefused],
	"PermissionsInsufficient":     {"enrollment-required", "account-not-accepted"},
	"AccessTokenError":            {"backend-token-check-failed"},
	"AuthenticationSchemeInvalid": {"backend-refuses-login"},
	"CredentialsInvalid":          {"backend-refuses-login"},
}

// unreadable are what it can mean that a program wanted JSON and met something else, at whatever
// step.
var unreadable = []string{"backend-not-openeo", "token-response-not-json", "discovery-not-json", "network-login-page"}

func (e *event) bare(step string) []string {
	if step == someStep && e.status == 0 && e.shape != "" {
		return unreadable
	}
	if causes := codeCauses[e.code]; step == "me" && len(causes) > 0 {
		return causes
	}
	return bareCauses[step][e.status]
}

// told are the causes that the server's own words name.
func (r *Reader) told(e *event) (ids []string) {
	type saying struct {
		kind  phrases.Kind
		place phrases.Place
	}
	var sayings []saying
	if kind := r.phrases.Kind(phrases.Token, e.error, e.description); kind != "" {
		sayings = append(sayings, saying{kind, phrases.Token})
	}
	if kind := r.phrases.Kind(phrases.Backend, e.code, e.message); kind != "" {
		sayings = append(sayings, saying{kind, phrases.Backend})
	}
	if len(sayings) == 0 && len(e.phrases) > 0 {
		p := mostTelling(e.phrases)
		sayings = append(sayings, saying{p.Kind, p.Place})
	}
	for _, s := range sayings {
		switch {
		case s.kind == phrases.CredentialsRefused: // names nothing
		case s.kind == phrases.NotAllowed && s.place == phrases.Token:
			ids = append(ids, "token-request-refused")
		case s.kind == phrases.Audience && s.place == phrases.Backend:
			ids = append(ids, "backend-refuses-login")
		default:
			ids = append(ids, kindCauses[s.kind]...)
		}
	}
	return ids
}

// codeAlone tells that of an answer only the code unauthorized_client is known, which servers give for
// different reasons.
func (e *event) codeAlone() bool { return e.error == "unauthorized_client" && e.description == "" }

// mostTelling is the longest of the phrases that stand in a text, and not one that leaves the cause
// open.
func mostTelling(list []*phrases.Phrase) *phrases.Phrase {
	return slices.MinFunc(list, func(a, b *phrases.Phrase) int {
		return cmp.Or(vague(a)-vague(b), len(b.Wording())-len(a.Wording()))
	})
}

func vague(p *phrases.Phrase) int {
	if p.Kind == phrases.CredentialsRefused || p.Kind == phrases.TokenRefused {
		return 1
	}
	return 0
}

func (r *Reader) possible(id string, order int) Cause {
	cause := Cause{ID: id, Certainty: checks.Possible, order: order}
	if d, ok := r.diagnoses.ByID(id); ok {
		cause.Title, cause.SeparateBy = d.Title, Sentence(d.SeparateBy)
	}
	return cause
}

// wordless are the diagnoses of a refusal whose words say nothing more, or are not looked at.
var wordless = set("token-request-refused", "client-credentials-rejected", "token-endpoint-not-found", "backend-refuses-login")

func atMostLikely(c checks.Certainty) checks.Certainty {
	if c == checks.Certain {
		return checks.Likely
	}
	return c
}

func rank(c checks.Certainty) int {
	if c == checks.Likely {
		return 0
	}
	return 1
}
