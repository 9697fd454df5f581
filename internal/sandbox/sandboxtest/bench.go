// Package sandboxtest is what the tests of the sandbox's rooms share: a running sandbox and a
// client that trusts it.
package sandboxtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// Reply is an answer as the tests look at it.
type Reply struct {
	Status int
	Header http.Header
	Body   string
}

// Object reads a JSON object.
func (r Reply) Object(t *testing.T) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(r.Body), &doc); err != nil {
		t.Fatalf("no JSON object: %v\n%s", err, r.Body)
	}
	return doc
}

// Line writes an answer as the tables do: its status and its body, or that it is a token.
func (r Reply) Line() string {
	if r.Status == http.StatusOK && strings.Contains(r.Body, `"access_token"`) {
		return "200 token"
	}
	return fmt.Sprintf("%d %s", r.Status, r.Body)
}

// Box starts a sandbox that ends with the test, in a folder of its own making.
func Box(t testing.TB, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Bench is a running sandbox and a client that trusts it and follows no redirect.
type Bench struct {
	*sandbox.Sandbox
	T    *testing.T
	HTTP *http.Client
}

// Start starts a sandbox that ends with the test.
func Start(t *testing.T, o sandbox.Options) *Bench {
	t.Helper()
	o.Dir = t.TempDir()
	s, err := sandbox.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: Roots(t, s), MinVersion: tls.VersionTLS12}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Bench{s, t, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Do makes one request.
func (b *Bench) Do(method, address string, header http.Header, body string) Reply {
	b.T.Helper()
	req, err := http.NewRequestWithContext(b.T.Context(), method, address, strings.NewReader(body))
	if err != nil {
		b.T.Fatal(err)
	}
	maps.Copy(req.Header, header)
	res, err := b.HTTP.Do(req)
	if err != nil {
		b.T.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	return Reply{res.StatusCode, res.Header, string(data)}
}

// Get reads an address; header is a list of names and values.
func (b *Bench) Get(address string, header ...string) Reply {
	b.T.Helper()
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return b.Do(http.MethodGet, address, h, "")
}

// Token asks the token endpoint of the main environment.
func (b *Bench) Token(form url.Values, header ...string) Reply {
	b.T.Helper()
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	if !form.Has("grant_type") {
		form.Set("grant_type", "client_credentials")
	}
	doc := b.Get(b.Issuer(world.Production) + "/.well-known/openid-configuration").Object(b.T)
	return b.Do(http.MethodPost, doc["token_endpoint"].(string), h, form.Encode())
}

// Posted is a request as openEO clients send it: the secret in the body, every listed scope.
func Posted(id, secret string) url.Values {
	return url.Values{"client_id": {id}, "client_secret": {secret}, "scope": {strings.Join(world.ListedScopes, " ")}}
}

// Basic is the header of RFC 6749 section 2.3.1.
func Basic(id, secret string) string { return RawBasic(url.QueryEscape(id), url.QueryEscape(secret)) }

// RawBasic is the header without the form encoding.
func RawBasic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// AccessToken logs in and returns the token.
func (b *Bench) AccessToken() string {
	b.T.Helper()
	answer := b.Token(Posted(b.ClientID, b.ClientSecret))
	token, _ := answer.Object(b.T)["access_token"].(string)
	if token == "" {
		b.T.Fatalf("no token: %d %s", answer.Status, answer.Body)
	}
	return token
}

// Me asks the back-end who the token is for.
func (b *Bench) Me(token string) Reply {
	b.T.Helper()
	return b.Get(b.BackendURL()+"/openeo/1.2/me", "Authorization", "Bearer oidc/egi/"+token)
}

// StartWorld starts a healthy world with one change, or with none.
func StartWorld(t *testing.T, change func(*world.World)) *Bench {
	t.Helper()
	return Start(t, sandbox.Options{Change: change})
}

// Roots are the certificate authorities that a user of the sandbox is asked to trust.
func Roots(t *testing.T, s *sandbox.Sandbox) *x509.CertPool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.Dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(data) {
		t.Fatal("ca.pem holds no certificate")
	}
	return roots
}
