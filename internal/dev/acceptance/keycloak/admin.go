//go:build acceptance

package keycloak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// administrator speaks Keycloak's admin API. Its token lives for a minute, and
// on a busy machine one realm can take longer: it logs in again in time.
type administrator struct {
	base  string // http://127.0.0.1:PORT/auth
	token string
	until time.Time // when to log in again
	http  *http.Client
}

// fresh is how long one login is used.
const fresh = 20 * time.Second

// newAdministrator logs in. Before Keycloak 24 the first administrator
// appears a moment after the port opens, hence the patience.
func newAdministrator(ctx context.Context, base string) (*administrator, error) {
	form := url.Values{"grant_type": {"password"}, "client_id": {"admin-cli"}, "username": {adminName}, "password": {adminPassword}}
	client := &http.Client{Timeout: 2 * time.Minute}
	for attempt := 0; ; attempt++ {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/realms/master/protocol/openid-connect/token", strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		var answer struct {
			AccessToken string `json:"access_token"`
		}
		err = exchange(client, request, &answer)
		if err == nil {
			return &administrator{base: base, token: answer.AccessToken, until: time.Now().Add(fresh), http: client}, nil
		}
		if attempt == 40 {
			return nil, fmt.Errorf("log in as the administrator: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// call sends in (if any) as JSON and reads the answer into out (if any).
// The path starts behind /admin.
func (a *administrator) call(ctx context.Context, method, path string, in, out any) error {
	if time.Now().After(a.until) {
		renewed, err := newAdministrator(ctx, a.base)
		if err != nil {
			return err
		}
		*a = *renewed
	}
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, a.base+"/admin"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	request.Header.Set("Content-Type", "application/json")
	if err := exchange(a.http, request, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func exchange(client *http.Client, request *http.Request, out any) error {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("status %d: %.300s", response.StatusCode, content)
	}
	if out == nil || len(content) == 0 {
		return nil
	}
	return json.Unmarshal(content, out)
}
