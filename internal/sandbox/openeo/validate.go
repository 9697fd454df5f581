package openeo

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// validateTimeout is the driver's limit for each call to an identity provider.
const validateTimeout = 10 * time.Second

// validator is how the back-end reaches the identity providers: directly, whatever proxy the user's
// variables name.
func validator(n *wire.Network) *http.Client {
	return &http.Client{Timeout: validateTimeout, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: n.Roots(), MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 8,
	}}
}

var providerUnavailable = &openEOError{Code: "OidcProviderUnavailable", status: 503, Message: "OIDC Provider is unavailable"}

func unexpected(exception string) *openEOError {
	return &openEOError{Code: "Internal", status: 500, Message: "Unexpected error while resolving OIDC access token: " + exception + "."}
}

// userinfo asks the identity provider who the token is for: first discovery, then the userinfo
// endpoint. It returns the account and the discovery document.
func (b *Server) userinfo(ctx context.Context, issuer, token string) (info, document map[string]any, bad *openEOError) {
	if b.Unreachable {
		issuer = "http://" + b.n.Place("closed")
	}
	status, body, ok := b.fetch(ctx, http.MethodGet, strings.TrimRight(issuer, "/")+"/.well-known/openid-configuration", nil, nil)
	switch {
	case !ok || status >= 500:
		return nil, nil, providerUnavailable
	case status >= 400:
		return nil, nil, unexpected("HTTPError")
	case json.Unmarshal(body, &document) != nil:
		return nil, nil, unexpected("JSONDecodeError")
	}
	endpoint, _ := document["userinfo_endpoint"].(string)
	if endpoint == "" {
		return nil, nil, unexpected("KeyError")
	}
	status, body, ok = b.fetch(ctx, http.MethodGet, endpoint, http.Header{"Authorization": {"Bearer " + token}}, nil)
	switch {
	case !ok || status >= 500:
		return nil, nil, providerUnavailable
	case status == 401 || status == 403:
		return nil, nil, tokenInvalid
	case status != 200:
		return nil, nil, accessTokenError("Unexpected '/userinfo' response: " + strconv.Itoa(status) + ".")
	case json.Unmarshal(body, &info) != nil:
		return nil, nil, unexpected("JSONDecodeError")
	case info["sub"] == nil:
		return nil, nil, unexpected("KeyError")
	}
	return info, document, nil
}

// inspect is the driver's optional second look: introspection with the back-end's own client, the
// listed scopes, and a map in which an operator must enter each service account.
func (b *Server) inspect(ctx context.Context, p world.Provider, document map[string]any, token string, info map[string]any) *openEOError {
	endpoint, _ := document["introspection_endpoint"].(string)
	if endpoint == "" {
		return accessTokenError("No introspection endpoint for " + p.ID)
	}
	own := b.world.IDPs[p.IDP].Find(world.ServiceClient, time.Now())
	form := url.Values{"token": {token}, "client_id": {own.ID}, "client_secret": {own.Secret}}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	status, body, ok := b.fetch(ctx, http.MethodPost, endpoint, header, strings.NewReader(form.Encode()))
	var seen struct {
		Active   bool
		Scope    string
		Username string
	}
	switch {
	case !ok || status >= 500:
		return providerUnavailable
	case status != 200:
		return unexpected("HTTPError")
	case json.Unmarshal(body, &seen) != nil:
		return unexpected("JSONDecodeError")
	case !seen.Active:
		return accessTokenError("Access token not active.")
	}
	granted := strings.Fields(seen.Scope)
	for _, want := range p.Scopes {
		if !slices.Contains(granted, want) {
			return accessTokenError("Token scope {'" + strings.Join(granted, "', '") + "'} not covering expected scope ['" + strings.Join(p.Scopes, "', '") + "']")
		}
	}
	if strings.HasPrefix(seen.Username, "service-account-") && !b.Mapped {
		sub, _ := info["sub"].(string)
		return accessTokenError("Client credentials access token without user mapping: sub='" + sub + "'.")
	}
	return nil
}

// fetch makes one call of the back-end. ok is false if no answer came.
func (b *Server) fetch(ctx context.Context, method, address string, header http.Header, body io.Reader) (status int, answer []byte, ok bool) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return 0, nil, false
	}
	if header != nil {
		req.Header = header
	}
	b.n.MarkBackend(req)
	res, err := b.client.Do(req)
	if err != nil {
		return 0, nil, false
	}
	defer func() { _ = res.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, answer, err == nil
}
