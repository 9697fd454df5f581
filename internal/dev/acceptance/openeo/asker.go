//go:build acceptance

package openeo

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// asker speaks to identity providers on the back-end's behalf.
type asker struct {
	http *http.Client
}

func newAsker(caFile string) (*asker, error) {
	authorities, err := x509.SystemCertPool()
	if err != nil {
		authorities = x509.NewCertPool()
	}
	if caFile != "" {
		content, err := os.ReadFile(caFile)
		if err != nil {
			return nil, err
		}
		authorities.AppendCertsFromPEM(content)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities}}
	return &asker{http: &http.Client{Transport: transport, Timeout: 10 * time.Second}}, nil
}

// discovered is what the driver reads of a discovery document. The issuer in
// it is not compared with the one that was asked.
type discovered struct {
	Userinfo      string `json:"userinfo_endpoint"`
	Introspection string `json:"introspection_endpoint"`
}

func (a *asker) discover(issuer string) (discovered, *refusal) {
	response, content, refused := a.get(issuer+"/.well-known/openid-configuration", "")
	if refused != nil {
		return discovered{}, refused
	}
	if response.StatusCode >= 400 {
		return discovered{}, unexpected("HTTPError")
	}
	var document discovered
	if json.Unmarshal(content, &document) != nil {
		return discovered{}, unexpected("JSONDecodeError")
	}
	if document.Userinfo == "" {
		return discovered{}, unexpected("KeyError")
	}
	return document, nil
}

// userinfo is the whole validation of a token: no signature, issuer, audience
// or expiry is looked at. A refusal's reason is dropped here.
func (a *asker) userinfo(document discovered, token string) (map[string]any, *refusal) {
	response, content, refused := a.get(document.Userinfo, "Bearer "+token)
	if refused != nil {
		return nil, refused
	}
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, tokenInvalid
	default:
		return nil, tokenError("Unexpected '/userinfo' response: %d.", response.StatusCode)
	}
	var claims map[string]any
	if json.Unmarshal(content, &claims) != nil {
		return nil, unexpected("JSONDecodeError")
	}
	return claims, nil
}

// get treats a server that fails like one that cannot be reached.
func (a *asker) get(address, authorization string) (*http.Response, []byte, *refusal) {
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, unexpected("InvalidURL")
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	return a.send(request)
}

func (a *asker) send(request *http.Request) (*http.Response, []byte, *refusal) {
	response, err := a.http.Do(request)
	if err != nil {
		return nil, nil, providerUnavailable
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil || response.StatusCode >= 500 {
		return nil, nil, providerUnavailable
	}
	return response, content, nil
}

// Introspector is the back-end's own client at an identity provider.
type Introspector struct{ ClientID, Secret string }

// introspect is an option of the driver. A service account passes only if the
// operator has entered it into the user map.
func (a *asker) introspect(document discovered, own Introspector, token string, scopes []string, subject string, mapped bool) *refusal {
	form := url.Values{"token": {token}}
	request, err := http.NewRequest(http.MethodPost, document.Introspection, strings.NewReader(form.Encode()))
	if err != nil {
		return unexpected("InvalidURL")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(own.ClientID, own.Secret)
	response, content, refused := a.send(request)
	if refused != nil {
		return refused
	}
	if response.StatusCode >= 400 {
		return unexpected("HTTPError")
	}
	var answer struct {
		Active    bool   `json:"active"`
		Scope     string `json:"scope"`
		Username  string `json:"username"`
		Preferred string `json:"preferred_username"`
	}
	if json.Unmarshal(content, &answer) != nil {
		return unexpected("JSONDecodeError")
	}
	if !answer.Active {
		return tokenError("Access token not active.")
	}
	granted := strings.Fields(answer.Scope)
	for _, scope := range scopes {
		if !slices.Contains(granted, scope) {
			return tokenError("Token scope {'%s'} not covering expected scope ['%s']", strings.Join(granted, "', '"), strings.Join(scopes, "', '"))
		}
	}
	service := strings.HasPrefix(answer.Username, "service-account-") || strings.HasPrefix(answer.Preferred, "service-account-")
	if service && !mapped {
		return tokenError("Client credentials access token without user mapping: sub='%s'.", subject)
	}
	return nil
}
