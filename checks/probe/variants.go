package probe

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// unclear are the refusals that one answer cannot explain, so that further requests are worth
// making.
var unclear = []string{"client-or-credentials", "credentials", "client-refused", "client-id-unread", "grant-refused", "method-basic", "method-other", "other"}

func skipVariants(p *pass) string {
	if p.is(checks.TokenIssued) {
		return "not needed"
	}
	f := p.derived()
	reason := f.Text(checks.TokenReason)
	status, _ := f.Int(checks.AtToken.Status)
	switch {
	case !f.Known(checks.AtToken.Status):
		return "not needed"
	case reason == "assertion-missing", slices.Contains(unclear, reason):
		return ""
	case reason == "" && clientError(status) && f.Text(checks.AtToken.Shape) != "object":
		return "not needed: the answer is not a token response"
	}
	return "not needed: the answer says why"
}

// clientError tells a refusal of this request from a redirect, a missing endpoint, a rate limit or
// an outage.
func clientError(status int) bool {
	return status >= 400 && status < 500 && status != 404 && status != 405 && status != 429
}

// runVariants repeats the request, each time with one thing changed, side by side. It uses only the
// user's own values, and sends them only where they were sent already.
func runVariants(ctx context.Context, p *pass) outcome {
	list := p.furtherRequests().variants
	results := make([]minted, len(list))
	sideBySide(len(list), func(i int) { results[i] = p.askToken(ctx, list[i]) })
	accepted := slices.IndexFunc(results, minted.issued)
	if through := p.gotThrough(list, results); through >= 0 {
		if own, unsteady := p.tokenAgain(ctx, list[through]); unsteady { // so the change is not what it took
			if own.issued() {
				p.useToken(own, false)
			}
			return unsteadily
		}
	}
	for i, m := range results {
		p.variantFacts(list[i], m)
	}
	if accepted < 0 {
		return failed("refused in every form")
	}
	p.useToken(results[accepted], false)
	return passed("accepted: " + variantWords[list[accepted].step])
}

// gotThrough is the first changed request whose client ID and secret were accepted, if perhaps something
// else is refused then; -1 where there is none.
func (p *pass) gotThrough(list []tokenRequest, results []minted) int {
	for i, m := range results {
		if p.authenticated(list[i].variant, m) {
			return i
		}
	}
	return -1
}

// authenticated tells that the client ID and secret of a token request were accepted, by the rules
// for a changed one.
func (p *pass) authenticated(v checks.TokenRequest, m minted) bool {
	f := maps.Clone(p.derived())
	for name, value := range variantFacts(v, m) {
		f.Set(name, value)
	}
	return checks.Derive(f).Is(v.Authenticated)
}

var variantWords = map[string]string{
	"token_basic": "the same values in the Basic header", "token_basic_raw": "the Basic header without encoding",
	"token_assertion": "an assertion signed with the secret", "token_trimmed": "the secret without white space around it",
	"token_unquoted": "the secret without quotes", "token_unwrapped": "the secret taken out of what it stands in",
}

// maxVariants bounds the requests of this step. White space, quotes and wrappings are special
// characters too, but their own variants say more of them than the encoding of the Basic header.
const maxVariants = 3

// variants are the most telling first, none where the answer to the first request says enough.
func (p *pass) variants() []tokenRequest {
	if skipVariants(p) != "" {
		return nil
	}
	c := p.subject.Credentials
	f := p.derived()
	scopes := p.clientScopes()
	base := tokenRequest{clientID: c.ClientID, secret: c.Secret, scopes: scopes}
	with := func(v checks.TokenRequest, style authStyle, change func(*tokenRequest)) tokenRequest {
		r := base
		r.step, r.variant, r.style = v.ID, v, style
		if change != nil {
			change(&r)
		}
		return r
	}
	if f.Text(checks.TokenReason) == "assertion-missing" {
		return []tokenRequest{with(checks.TokenAssertion, assertion, nil)}
	}
	basic, raw := with(checks.TokenBasic, inHeader, nil), with(checks.TokenBasicRaw, rawHeader, nil)
	var list []tokenRequest
	if inner, _, ok := lint.Unwrapped(c.Secret, c.ClientID); ok {
		list = append(list, with(checks.TokenUnwrapped, inBody, func(r *tokenRequest) { r.secret = inner }))
	}
	if cleanID, ok := lint.CleanedClientID(c.ClientID); ok {
		base.clientID = cleanID
	}
	if s, ok := trimmed(c.Secret); ok || base.clientID != c.ClientID {
		list = append(list, with(checks.TokenTrimmed, inBody, func(r *tokenRequest) { r.secret = s }))
	}
	if s, ok := lint.Cleaned(c.Secret); ok && (f.Is(checks.SecretQuoted) || f.Is(checks.SecretQuoteStray)) {
		list = append(list, with(checks.TokenUnquoted, inBody, func(r *tokenRequest) { r.secret = s }))
	}
	list = append(list, basic)
	if f.Is(checks.TokenSpecialCharacters) {
		list = append(list, raw)
	}
	return list[:min(len(list), maxVariants)]
}

// trimmed is the secret without white space around it and without invisible characters.
func trimmed(s credentials.Secret) (credentials.Secret, bool) {
	visible, changed := lint.WithoutInvisible(s)
	short, cut := lint.Trimmed(visible)
	return short, changed || cut
}

func (p *pass) tryVariant(ctx context.Context, r tokenRequest) minted {
	m := p.askToken(ctx, r)
	p.variantFacts(r, m)
	return m
}

func (p *pass) variantFacts(r tokenRequest, m minted) {
	for name, value := range variantFacts(r.variant, m) {
		p.set(name, value)
	}
	if m.issued() && r.step == checks.TokenSwapped.ID {
		p.useToken(m, false)
	}
}

func variantFacts(v checks.TokenRequest, m minted) map[checks.Name]any {
	if !m.answer.ok() {
		return nil
	}
	return map[checks.Name]any{
		v.Status: m.answer.status, v.Error: m.answer.errorCode(), v.ErrorDescription: m.answer.text("error_description"), v.Issued: m.issued(),
	}
}

// assertionType and assertion: RFC 7523 section 2.2, signed with the secret as the key
// (client_secret_jwt).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

func (p *pass) assertion(r tokenRequest) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: padded(r.secret.Reveal())}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return ""
	}
	now := time.Now()
	text, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: r.clientID, Subject: r.clientID, Audience: jwt.Audience{p.document().issuer},
		ID: now.Format(time.RFC3339Nano), IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}).Serialize()
	if err != nil {
		return ""
	}
	return text
}

// padded: the library asks for a key of at least 32 bytes. HMAC pads a shorter key with zero bytes
// up to the block size of the hash (RFC 2104 section 2), so the padded key makes the same
// signature.
func padded(key string) []byte {
	b := []byte(key)
	for len(b) < 32 {
		b = append(b, 0)
	}
	return b
}

func setForm(req *http.Request, v url.Values) {
	body := v.Encode()
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.ContentLength = int64(len(body))
	req.Body = readCloser{strings.NewReader(body)}
	req.GetBody = nil
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

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
	p.set(checks.ScopesRefused, shownScopes(refused))
	p.set(checks.ScopesAllowed, shownScopes(allowed))
	p.set(checks.ScopesUntested, shownScopes(untested))
	if results[0].issued() {
		p.useToken(results[0], false)
	}
	switch {
	case scopeVerdict(results[0]) == "refused":
		return failed("openid itself is refused")
	case len(refused) > 0:
		return failed("refused: " + strings.Join(shownScopes(refused), ", "))
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
