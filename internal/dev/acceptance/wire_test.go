//go:build acceptance

package acceptance

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// wire asks a realm plainly, with nothing of credguide between: these tests
// are about the laboratory itself.
type wire struct {
	t      *testing.T
	client *http.Client
	issuer string
}

func (l *Laboratory) wire(t *testing.T, issuer string) wire {
	t.Helper()
	client, err := l.Keycloak.Certificates.HTTPClient(false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return wire{t, client, issuer}
}

// reply is what there is to see of an answer.
type reply struct {
	Status      int
	Code        string
	Description string
	Challenge   string
	Body        map[string]any
}

func (w wire) token(form url.Values) reply {
	w.t.Helper()
	form.Set("grant_type", "client_credentials")
	return w.post("/protocol/openid-connect/token", form, "", "")
}

// body asks as openEO clients do: id and secret in the body.
func (w wire) body(id, secret, scope string) reply {
	w.t.Helper()
	form := url.Values{"client_id": {id}, "client_secret": {secret}}
	if scope != "" {
		form.Set("scope", scope)
	}
	return w.token(form)
}

func (w wire) basic(id, secret string) reply {
	w.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}}
	return w.post("/protocol/openid-connect/token", form, url.QueryEscape(id), url.QueryEscape(secret))
}

// authorize asks about the id alone.
func (w wire) authorize(id string) reply {
	w.t.Helper()
	query := url.Values{"client_id": {id}, "response_type": {"code"}, "scope": {"openid"}, "redirect_uri": {"https://probe.invalid/cb"}}
	request := w.request(http.MethodGet, "/protocol/openid-connect/auth?"+query.Encode(), nil)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Language", "en")
	return w.send(request)
}

func (w wire) userinfo(token string) reply {
	w.t.Helper()
	request := w.request(http.MethodGet, "/protocol/openid-connect/userinfo", nil)
	request.Header.Set("Authorization", "Bearer "+token)
	return w.send(request)
}

func (w wire) discovery() reply {
	w.t.Helper()
	return w.send(w.request(http.MethodGet, "/.well-known/openid-configuration", nil))
}

func (w wire) post(path string, form url.Values, user, password string) reply {
	w.t.Helper()
	request := w.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		request.SetBasicAuth(user, password)
	}
	return w.send(request)
}

func (w wire) request(method, path string, body io.Reader) *http.Request {
	w.t.Helper()
	request, err := http.NewRequest(method, w.issuer+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return request
}

func (w wire) send(request *http.Request) reply {
	w.t.Helper()
	response, err := w.client.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{Status: response.StatusCode, Challenge: response.Header.Get("WWW-Authenticate")}
	if json.Unmarshal(content, &r.Body) != nil {
		return r
	}
	r.Code, _ = r.Body["error"].(string)
	r.Description, _ = r.Body["error_description"].(string)
	return r
}

func (r reply) accessToken() string {
	token, _ := r.Body["access_token"].(string)
	return token
}
