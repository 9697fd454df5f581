// Package registry speaks with a Federation Registry. Client asks what it tells everybody: the
// configuration of its form, so that limits and lists are today's, and whether a client ID is still
// free. Find finds its API where only its portal is known. Session submits requests and follows
// them, with a person's own token. What comes back is a stranger's text: it is bounded in size and
// time, and shown only when it is decent.
package registry

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
)

// Timeout bounds one call: a person is waiting, and can go on without the answer.
const Timeout = 5 * time.Second

// maxAnswer bounds an answer in bytes; EGI's configuration is about twenty thousand.
const maxAnswer = 1 << 20

// ErrUnknown is returned where the address of the registry's public calls is not known.
var ErrUnknown = errors.New("the address of the registry's public calls is not known")

// Client asks one tenant of a registry.
type Client struct {
	API    string // the address below which the calls are
	Tenant string
	HTTP   *http.Client
}

// For is the client of an environment's registry. ErrUnknown says that the catalog has no address
// for it.
func For(e environments.Environment, roots *x509.CertPool, lookup func(string) (string, bool)) (*Client, error) {
	if e.Registry == nil || e.Registry.API == "" || e.Registry.Tenant == "" {
		return nil, ErrUnknown
	}
	return &Client{API: e.Registry.API, Tenant: e.Registry.Tenant, HTTP: HTTP(roots, lookup)}, nil
}

// Form is the form by the configuration that the registry has today.
func (c *Client) Form(ctx context.Context, base forms.Form) (forms.Form, error) {
	data, err := c.get(ctx, "", nil)
	if err != nil {
		return forms.Form{}, fmt.Errorf("ask the registry for its form: %w", err)
	}
	today, err := base.Today(data)
	if err != nil {
		return forms.Form{}, fmt.Errorf("ask the registry for its form: %w", err)
	}
	return today, nil
}

// Available tells whether a client ID is free in the registry's environment of that name. The value
// is encoded: the form itself forgets that, so that of an id with a + it asks for another one.
func (c *Client) Available(ctx context.Context, clientID, environment string) (bool, error) {
	query := url.Values{"value": {clientID}, "protocol": {"oidc"}, "environment": {environment}}
	data, err := c.get(ctx, "/check-availability", query)
	if err != nil {
		return false, fmt.Errorf("ask the registry whether the client ID is free: %w", err)
	}
	var answer struct {
		Available *bool `json:"available"`
	}
	if err := json.Unmarshal(data, &answer); err != nil || answer.Available == nil {
		return false, errors.New("ask the registry whether the client ID is free: the answer does not say it")
	}
	return *answer.Available, nil
}

// address of a call, or an error where the catalog's address cannot be used.
func (c *Client) address(path string, query url.Values) (*url.URL, error) {
	base, err := url.Parse(c.API)
	if err != nil || base.Host == "" || base.User != nil {
		return nil, errors.New("the address of its API is not an absolute URL")
	}
	if !safe(base) {
		return nil, errors.New("the address of its API is not https")
	}
	if c.Tenant == "" || strings.ContainsAny(c.Tenant, "/?#") || c.Tenant == "." || c.Tenant == ".." {
		return nil, errors.New("its tenant is not a name")
	}
	u := base.JoinPath("tenants", c.Tenant, path)
	u.RawQuery = query.Encode()
	return u, nil
}

// Host names the API in messages and questions, with its port where it has one.
func (c *Client) Host() string {
	if u, err := url.Parse(c.API); err == nil {
		return u.Host
	}
	return "the registry"
}
