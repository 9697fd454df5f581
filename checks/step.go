package checks

import (
	"slices"
	"strings"
)

// Step is one request of a login. Its facts are the frame of the answer, never the body.
type Step struct {
	ID    string
	Title string // as people read of it

	Tried, Status, Failure, FailureDetail, Host, URL, ContentType, Shape, LoginPage, Error, ErrorDescription, Encoding, RetryAfterS, RedirectHost, TLSIssuer, TLSNames, TLSValid, TLSCommonName, Proxy, Via, ViaScheme, Phase, Message, Detail, AgeS Name
}

// The steps of a login.
var (
	AtDiscovery    = step("discovery", "endpoint discovery")
	AtToken        = step("token", "the token endpoint")
	AtKeys         = step("keys", "the signing keys")
	AtUserinfo     = step("userinfo", "userinfo")
	AtWellKnown    = step("well_known", "/.well-known/openeo")
	AtCapabilities = step("capabilities", "the API root")
	AtProviders    = step("providers", "/credentials/oidc")
	AtMe           = step("me", "/me")
)

// The steps of the two parties, in the order in which a login needs them.
var (
	idpSteps     = []*Step{AtDiscovery, AtToken, AtKeys, AtUserinfo}
	backendSteps = []*Step{AtWellKnown, AtCapabilities, AtProviders, AtMe}
)

// HTTPSteps are the prefixes of the facts that every step has.
var HTTPSteps = func() (ids []string) {
	for _, s := range slices.Concat(idpSteps, backendSteps) {
		ids = append(ids, s.ID)
	}
	return ids
}()

func step(id, title string) *Step {
	of := func(name string, kind Kind, means string) Name { return fact(id+"."+name, kind, means) }
	return &Step{
		ID: id, Title: title,
		Tried:            of("tried", Bool, "the request was made at this step"),
		Status:           of("status", Int, "HTTP status of the answer at this step"),
		Failure:          of("failure", Text, "why no answer came at this step: one of Failures, empty when an answer came"),
		FailureDetail:    of("failure_detail", Text, "why no answer came at this step, in words"),
		Host:             of("host", Text, "host that was asked at this step"),
		URL:              of("url", Text, "address that was asked at this step"),
		ContentType:      of("content_type", Text, "media type of the answer at this step"),
		Shape:            of("shape", Text, "form of the body at this step: object, json (another JSON value), jwt, html, text, empty, binary"),
		Encoding:         of("encoding", Text, "encoding of the body at this step, where it is none in which the openEO Python client reads it: UTF-16, UTF-32"),
		LoginPage:        of("login_page", Bool, "the body at this step is an HTML page that asks for a login or names a portal"),
		Error:            of("error", Text, "error code in the body at this step (RFC 6749 section 5.2)"),
		ErrorDescription: of("error_description", Text, "error text in the body at this step"),
		RetryAfterS:      of("retry_after_s", Int, "Retry-After of the answer at this step, in seconds"),
		RedirectHost:     of("redirect_host", Text, "host that a redirect at this step pointed to, when it was not followed or led to another host"),
		TLSIssuer:        of("tls_issuer", Text, "issuer of the certificate that was refused at this step"),
		TLSNames:         of("tls_names", List, "names in the certificate that was refused at this step"),
		TLSValid:         of("tls_valid", Text, "validity of the certificate that was refused at this step"),
		TLSCommonName:    of("tls_common_name", Text, "common name in the certificate that was refused at this step, where it has no subject alternative name"),
		Proxy:            of("proxy", Text, "the variable that names the proxy that failed at this step"),
		Via:              of("via", Text, "the variable that names the proxy through which the request at this step went, empty when it went through none"),
		ViaScheme:        of("via_scheme", Text, "scheme of the address of the proxy through which the request at this step went: http, https, socks5"),
		Phase:            of("phase", Text, "what had been reached when the request at this step failed: lookup, connect, proxy (the answer to CONNECT), tls, request (while it was sent), answer"),
		Message:          of("message", Text, "the member message of the answer at this step, as openEO back-ends and some gateways write their errors"),
		Detail:           of("detail", Text, "words in the answer at this step that stand outside error, error_description, code and message: the members detail, title, reason, or the visible text of a page or a text, at most 300 characters"),
		AgeS:             of("age_s", Int, "Age of the answer at this step in seconds, where a cache gave it (RFC 9111 section 5.1)"),
	}
}

// TokenRequest is a request to the token endpoint: the one that openEO clients make, or one with a
// single thing changed.
type TokenRequest struct {
	ID string

	Status, Error, ErrorDescription, Issued, Reason, Authenticated Name
}

// Variants are further token requests, made only after a refusal, each changing one thing (A/B).
var (
	TokenBasic     = variant("token_basic")     // the same values in the Basic header
	TokenBasicRaw  = variant("token_basic_raw") // the Basic header without form encoding
	TokenAssertion = variant("token_assertion") // an assertion signed with the secret
	TokenSwapped   = variant("token_swapped")   // client ID and secret in each other's place
	TokenTrimmed   = variant("token_trimmed")   // without white space and invisible characters
	TokenUnquoted  = variant("token_unquoted")  // without quotation marks
	TokenUnwrapped = variant("token_unwrapped") // the secret taken out of what it stands in
	TokenOpenID    = variant("token_openid")    // for the scope openid alone

	variants = []TokenRequest{TokenBasic, TokenBasicRaw, TokenAssertion, TokenSwapped, TokenTrimmed, TokenUnquoted, TokenUnwrapped, TokenOpenID}
)

// Variants are the prefixes of the facts that every changed token request has.
var Variants = func() (ids []string) {
	for _, v := range variants {
		ids = append(ids, v.ID)
	}
	return ids
}()

// clientsRequest is the token request that openEO clients make.
var clientsRequest = TokenRequest{"token", AtToken.Status, AtToken.Error, AtToken.ErrorDescription, TokenIssued, TokenReason, TokenAuthenticated}

// tokenRequests are all of them, the clients' own first.
var tokenRequests = append([]TokenRequest{clientsRequest}, variants...)

func variant(id string) TokenRequest {
	return TokenRequest{
		ID:               id,
		Status:           fact(id+".status", Int, "HTTP status of the changed token request's answer"),
		Error:            fact(id+".error", Text, "error code of the changed token request's answer"),
		ErrorDescription: fact(id+".error_description", Text, "error text of the changed token request's answer"),
		Issued:           fact(id+".issued", Bool, "the changed token request was answered with a token"),
		Reason:           concluded(id+".reason", Text, "why the changed token request was refused, recognised by its code and text: "+strings.Join(TokenRefusals, ", ")),
		Authenticated:    concluded(id+".authenticated", Bool, "the client ID and secret of the changed token request were accepted, whatever came then"),
	}
}
