package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
)

// tokenRequest is one request to the token endpoint (RFC 6749 section 4.4.2).
type tokenRequest struct {
	step     string
	variant  checks.TokenRequest // which of the changed requests it is; zero for the clients' own and for single scopes
	clientID string
	secret   credentials.Secret
	scopes   []string
	style    authStyle
}

// authStyle is how the client authenticates. It is always set: left to itself, the library would
// try Basic, then the body, and lose the first error.
type authStyle int

const (
	inBody    authStyle = iota // client_secret_post, as the openEO clients do
	inHeader                   // client_secret_basic, both parts form-urlencoded (RFC 6749 section 2.3.1)
	rawHeader                  // the same without encoding, as some clients send it
	assertion                  // client_secret_jwt: signed with the secret, which itself is not sent
)

// minted is a token and what is needed to judge it.
type minted struct {
	answer  answer
	token   string
	kind    string
	jwt     tokenParts
	repeats bool // the secret came back in the token's place
}

// longSecret is the length from which a secret is in a token or an address for no other reason than
// that somebody put it there.
const longSecret = 16

// repeatsSecret tells that a token is the secret, or has it inside: as it is or, in one that is
// opaque, half of it in any form that the guard of it knows. What a token says of its client in a
// payload is no form of the secret.
func repeatsSecret(token, clientID string, secret credentials.Secret, own *guard.Guard) bool {
	text := lint.Bare(secret.Reveal())
	switch {
	case text == "" || token == "":
		return false
	case strings.EqualFold(token, text):
		return true
	case secret.Len() < longSecret:
		return false
	case strings.Contains(token, text):
		return true
	case lint.IsToken(token) || lint.IsToken(text):
		return false
	}
	forms := own.Copy()
	forms.Public(clientID)
	return forms.Longest(token) >= max(longSecret, secret.Len()/2) // the secrets and the tokens of a server may begin alike
}

// issued tells that there is a token which openEO clients can use: they send it as a bearer token,
// and take no other type (RFC 6749 section 7.1; in any case, section 5.1).
func (m minted) issued() bool { return m.token != "" && strings.EqualFold(m.kind, bearerType) }

const bearerType = "Bearer"

// askToken makes one token request. The library builds it; what came back is read from the recorded
// exchange.
func (p *pass) askToken(ctx context.Context, r tokenRequest) minted {
	rt := &tokenTransport{pass: p, request: r, got: answer{failure: failure{kind: "malformed", detail: "not a usable address"}}}
	cfg := clientcredentials.Config{ClientID: r.clientID, TokenURL: p.document().token, Scopes: r.scopes, AuthStyle: oauth2.AuthStyleInParams}
	switch r.style {
	case inHeader:
		cfg.AuthStyle = oauth2.AuthStyleInHeader
		cfg.ClientSecret = r.secret.Reveal()
	case assertion:
		cfg.EndpointParams = url.Values{"client_assertion_type": {assertionType}, "client_assertion": {p.assertion(r)}}
	case inBody:
		cfg.ClientSecret = r.secret.Reveal()
	}
	// The error of the library repeats the body; the transport has kept what we report.
	_, _ = cfg.Token(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: rt, CheckRedirect: noRedirect}))
	m := minted{answer: rt.got}
	if m.answer.ok() && m.answer.status == http.StatusOK {
		m.kind = m.answer.exact("token_type")
		if token := strings.TrimRight(m.answer.exact("access_token"), " \t"); text.FitsHeader(token) { // a header ends before the blanks
			m.token = token
		}
	}
	own, sent := p.subject.Credentials.Secret, p.client.own
	if !own.Equal(r.secret) {
		sent = guard.New(r.secret)
	}
	if repeatsSecret(m.token, r.clientID, r.secret, sent) || !own.Equal(r.secret) && repeatsSecret(m.token, r.clientID, own, p.client.own) {
		m.token, m.repeats = "", true // sent on as a token, it would be shown to the back-end
	}
	m.jwt = decodeJWT(m.token)
	p.mint(m.answer.exact("access_token"), m.answer.exact("id_token"), m.answer.exact("refresh_token"))
	return m
}

// noRedirect: a redirect would turn the POST into a GET, or carry the secret to another host.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// tokenTransport carries the one exchange through the recorded, bounded client.
type tokenTransport struct {
	pass    *pass
	request tokenRequest
	got     answer
}

func (t *tokenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Accept-Language", "en")
	if t.request.style == rawHeader {
		req.SetBasicAuth(t.request.clientID, t.request.secret.Reveal())
		body := url.Values{"grant_type": {grantType}}
		if len(t.request.scopes) > 0 {
			body.Set("scope", strings.Join(t.request.scopes, " "))
		}
		setForm(req, body)
	}
	t.got = t.pass.client.exchange(req, call{step: t.request.step, effect: MintsToken, secret: t.request.style != assertion})
	return nil, errRecorded
}

// errRecorded ends the library's part: the exchange is complete.
var errRecorded = errors.New("the exchange is recorded")

// skipToken says why the secret must not be sent, or what is missing.
func skipToken(p *pass) string {
	d := p.document()
	switch {
	case p.is(checks.SourcesUnreadableAny), !p.is(checks.ClientIDPresent), !p.is(checks.SecretPresent):
		return "not tried: the credentials are not complete"
	case d.token == "":
		return "not tried: no token endpoint is known"
	case p.is(checks.DiscoveryTokenEndpointInsecure):
		p.set(checks.TokenUnsafe, "insecure")
		p.client.doubt("token")
		return "not tried: the token endpoint is plain http"
	case !p.is(checks.DiscoveryTokenEndpointAllowed):
		p.set(checks.TokenUnsafe, "elsewhere")
		p.client.doubt("token")
		return "not tried: the token endpoint is on another host than the issuer"
	}
	return ""
}

// clientsRequest is that of the openEO clients: secret in the body, openid and every scope that the
// back-end lists.
func (p *pass) clientsRequest() tokenRequest {
	c := p.subject.Credentials
	return tokenRequest{step: "token", clientID: c.ClientID, secret: c.Secret, scopes: p.clientScopes(), style: inBody}
}

// runToken asks as the openEO clients do.
func runToken(ctx context.Context, p *pass) outcome {
	c := p.subject.Credentials
	scopes := p.clientScopes()
	p.set(checks.TokenScopes, shownScopes(scopes))
	p.set(checks.TokenSpecialCharacters, encodes(c.ClientID) || encodes(c.Secret.Reveal()))
	if p.is(checks.CredentialsSwappedShape) {
		// Sent as they are, the secret would stand in the server's log as a client ID. Swapped
		// first, the right pair is tried.
		swapped := p.tryVariant(ctx, tokenRequest{step: checks.TokenSwapped.ID, variant: checks.TokenSwapped, clientID: c.Secret.Reveal(), secret: credentials.NewSecret(c.ClientID), scopes: scopes, style: inBody})
		if swapped.issued() {
			return failed("accepted only with id and secret swapped")
		}
	}
	m := p.askToken(ctx, p.clientsRequest())
	p.frame(checks.AtToken, m.answer)
	p.tokenFacts(m)
	if !m.issued() {
		if p.refusedAgain(ctx, m) {
			return unsteadily
		}
		return ended(m.answer)
	}
	p.useToken(m, true)
	if life, ok := seen[int](p, checks.TokenExpiresInS); ok && life > 0 {
		return passed(fmt.Sprintf("issued, valid %s", durationWords(life)))
	}
	return passed("issued")
}

// said are the words of a refusal; some servers write a sentence where its code belongs.
func (a answer) said() string {
	if words := a.words(); words != "" || !strings.Contains(a.errorCode(), " ") {
		return words
	}
	return a.errorCode()
}

// clientScopes: {openid} and the provider's list, sorted, as the openEO Python client since 0.53.
func (p *pass) clientScopes() []string {
	scopes := []string{"openid"}
	if p.subject.Backend != nil {
		listed := p.backendAPI().scopes
		if p.backendAPI().usedID == "" {
			listed = p.subject.Backend.Scopes // not seen live: as last read
		}
		scopes = append(scopes, listed...)
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// encodes tells that a value changes when it is form-urlencoded, so that its encoding in a Basic
// header matters.
func encodes(s string) bool { return url.QueryEscape(s) != s }

func (p *pass) tokenFacts(m minted) {
	if !m.answer.ok() {
		return
	}
	p.set(checks.TokenIssued, m.issued())
	p.set(checks.TokenRepeatsSecret, m.repeats)
	if code := m.answer.errorCode(); !m.issued() && (m.answer.status >= 400 || code != "") {
		p.set(checks.TokenWordsKind, string(phrases.Of(phrases.Token, code, m.answer.said())))
	}
	if m.answer.status != http.StatusOK || m.answer.document == nil {
		return
	}
	var missing []string
	if m.token == "" {
		missing = append(missing, "access_token")
	}
	if m.kind == "" {
		missing = append(missing, "token_type")
	}
	p.set(checks.TokenMissing, missing)
	if m.kind != "" {
		p.set(checks.TokenType, text.Line(m.kind, 60))
		p.set(checks.TokenTypeIsBearer, strings.EqualFold(m.kind, bearerType))
	}
	if m.issued() {
		p.grantedFacts(m)
	}
}

func (p *pass) grantedFacts(m minted) {
	if n, ok := number(m.answer.document["expires_in"]); ok {
		p.set(checks.TokenExpiresInS, n)
	}
	p.set(checks.TokenHasSlash, strings.Contains(m.token, "/"))
	p.staleFact(m)
	if s, ok := m.answer.document["scope"].(string); ok {
		var granted []string
		for x := range strings.FieldsSeq(s) {
			granted = append(granted, text.Line(x, 100))
		}
		p.set(checks.TokenGrantedScopes, granted[:min(len(granted), 50)])
	}
}

// staleFact: Keycloak names the "not before" time of its policy beside the token; one that lies
// after the token's own issue time makes every service refuse it (measured).
func (p *pass) staleFact(m minted) {
	notBefore, ok := number(m.answer.document["not-before-policy"])
	if !ok {
		return
	}
	if issued, ok := number(m.jwt.claims["iat"]); ok {
		p.set(checks.TokenStale, notBefore > issued)
	}
}

// useToken makes this the token of the later steps.
func (p *pass) useToken(m minted, asClients bool) {
	date, _ := m.answer.date()
	if m.answer.cached() {
		date = time.Time{}
	}
	p.mu.Lock()
	if p.bearer.token.IsZero() {
		p.bearer = bearer{token: credentials.NewSecret(m.token), asClients: asClients, date: date, received: m.answer.received}
	}
	p.mu.Unlock()
	if _, known := seen[int](p, checks.TokenExpiresInS); !asClients && !known {
		p.grantedFacts(m)
	}
	p.readToken(m)
}

func (p *pass) tokenAtHand() bearer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bearer
}

func skipWithoutToken(p *pass) string {
	if p.tokenAtHand().token.IsZero() {
		return "not tried: no token"
	}
	return ""
}
