//go:build acceptance

// Package openeo is an openEO back-end for the acceptance tests. It checks
// bearer tokens in the order, with the texts and with the codes of the real
// openeo-python-driver, by asking the identity provider's userinfo endpoint,
// and it hides the reason of a refusal as the real one does. It shares nothing
// with the sandbox that credguide ships, so that each can contradict the other.
package openeo

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Provider is an identity provider as the back-end lists it.
type Provider struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Issuer string   `json:"issuer"`
	Scopes []string `json:"scopes,omitempty"`
	// Asks is the issuer that is really asked, where the operator's
	// configuration contradicts what is listed.
	Asks string `json:"-"`
}

// Options describe a back-end.
type Options struct {
	Providers []Provider
	// CAFile holds the authorities that the back-end trusts beside the
	// system's when it asks identity providers.
	CAFile string
	Access Access
	// Introspect names, by provider id, the back-end's own client.
	Introspect map[string]Introspector
	// UserMap lists the subjects of service accounts that an introspecting
	// back-end accepts.
	UserMap []string
	// Software is which program it answers as; Policy is what openeo-fastapi
	// asks of an account, and Audience whom titiler-openeo's tokens are for.
	Software Software
	Policy   Policy
	Audience string
	// Fault breaks the back-end in one way.
	Fault Fault
}

// Backend is a running back-end.
type Backend struct {
	URL string // http://127.0.0.1:PORT

	options Options
	server  *http.Server
	asker   *asker

	mutex    sync.Mutex
	accepted map[string]account // by bearer: the driver remembers for 15 minutes
}

// version is the one API version that the back-end offers.
func (b *Backend) version() string {
	switch b.options.Fault {
	case OldVersion:
		return "0.4"
	case BearerOnly:
		return "1.3"
	}
	return "1.2"
}

// Start listens on a free port of the loopback interface.
func Start(options Options) (*Backend, error) {
	asker, err := newAsker(options.CAFile)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Backend{URL: "http://" + listener.Addr().String(), options: options, asker: asker, accepted: map[string]account{}}
	b.server = &http.Server{Handler: options.Fault.wrap(b.routes()), ReadHeaderTimeout: 10 * time.Second}
	go b.server.Serve(listener)
	return b, nil
}

// Stop ends the back-end.
func (b *Backend) Stop() { b.server.Close() }

func (b *Backend) root() string { return "/openeo/" + b.version() }

func (b *Backend) routes() http.Handler {
	mux := http.NewServeMux()
	root := b.root()
	mux.HandleFunc("GET /.well-known/openeo", b.wellKnown)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, root+"/", http.StatusFound) })
	mux.HandleFunc("GET "+root+"/{$}", b.capabilities)
	if b.options.Fault != NoOIDC {
		mux.HandleFunc("GET "+root+"/credentials/oidc", b.credentials)
	}
	mux.HandleFunc("GET "+root+"/me", b.answerMe)
	mux.HandleFunc("/openeo/{version}/", func(w http.ResponseWriter, r *http.Request) {
		if asked := r.PathValue("version"); asked != b.version() {
			unsupportedVersion(w, asked, b.version())
			return
		}
		notFound(w)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { notFound(w) })
	return mux
}

// wellKnown names the address by which it was asked: a web server before it has another than its
// own.
func (b *Backend) wellKnown(w http.ResponseWriter, r *http.Request) {
	type entry struct {
		URL        string `json:"url"`
		Version    string `json:"api_version"`
		Production bool   `json:"production"`
	}
	base := b.URL
	if scheme := r.Header.Get("X-Forwarded-Proto"); scheme != "" {
		base = scheme + "://" + r.Host
	}
	offered := entry{base + b.root() + "/", b.version() + ".0", true}
	answer(w, http.StatusOK, map[string]any{"versions": []entry{offered}})
}

func (b *Backend) capabilities(w http.ResponseWriter, _ *http.Request) {
	endpoints := []map[string]any{
		{"path": "/credentials/oidc", "methods": []string{"GET"}},
		{"path": "/me", "methods": []string{"GET"}},
	}
	if b.options.Fault == NoOIDC {
		endpoints = endpoints[1:]
	}
	conforms := []string{"https://api.openeo.org/" + b.version() + ".0"}
	if b.options.Fault == BearerOnly {
		conforms = append(conforms, conforms[0]+"/authentication/jwt")
	}
	answer(w, http.StatusOK, map[string]any{
		"api_version": b.version() + ".0", "backend_version": "0.1.0", "stac_version": "1.0.0",
		"id": "acceptance", "title": "Acceptance back-end", "description": "A back-end for tests.",
		"production": true, "conformsTo": conforms,
		"endpoints": endpoints, "links": []any{},
	})
}

func (b *Backend) credentials(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"providers": b.options.Providers})
}

// me is what a login ends in: who does the back-end think is there?
func (b *Backend) me(w http.ResponseWriter, r *http.Request) {
	account, refused := b.authenticate(r.Header.Get("Authorization"))
	if refused != nil {
		refused.write(w)
		return
	}
	body := map[string]any{
		"user_id": account.subject(), "name": account.name(),
		"info": map[string]any{"oidc_userinfo": account.userinfo},
	}
	if len(account.roles) > 0 {
		body["roles"] = account.roles
	}
	answer(w, http.StatusOK, body)
}

// answer writes JSON with the request's id, which a user quotes for support.
func answer(w http.ResponseWriter, status int, body any) {
	if w.Header().Get("Request-Id") == "" {
		w.Header().Set("Request-Id", requestID())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func requestID() string {
	random := make([]byte, 10)
	_, _ = rand.Read(random)
	return fmt.Sprintf("r-%s%s", time.Now().UTC().Format("060102150405"), hex.EncodeToString(random))
}

// listed finds a provider by its exact id: ids are case-sensitive.
func (b *Backend) listed(id string) (Provider, bool) {
	for _, provider := range b.options.Providers {
		if provider.ID == id {
			return provider, true
		}
	}
	return Provider{}, false
}

// issuer is where the back-end asks; the driver removes a trailing slash.
func (p Provider) issuer() string {
	if p.Asks != "" {
		return strings.TrimRight(p.Asks, "/")
	}
	return strings.TrimRight(p.Issuer, "/")
}
