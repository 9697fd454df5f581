package cli

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// gossip is an identity provider with a sister and a back-end, which remembers what it hears and
// repeats the secret.
type gossip struct {
	*httptest.Server
	mu    sync.Mutex
	heard bytes.Buffer
	mood  int
	r     *rand.Rand
	knows string // the secret, once it was sent here
}

// The moods in which the server answers are numbers; from this one on its documents are damaged.
const damaging, moods = 8, 11

func newGossip(t *testing.T) *gossip {
	g := &gossip{}
	g.Server = httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(g.Close)
	return g
}

func (g *gossip) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = r.ParseForm()
	// A damaged document may name another path for the token endpoint; only that of the sister is
	// another party's.
	toAsked := r.Method == http.MethodPost && r.PostForm.Has("grant_type") && !strings.HasPrefix(r.URL.Path, "/realms/sister")
	fmt.Fprintln(&g.heard, r.Method, r.URL)
	for name, values := range r.Header {
		if !toAsked || name != "Authorization" {
			fmt.Fprintln(&g.heard, name, values)
		}
	}
	if !toAsked {
		fmt.Fprintln(&g.heard, r.PostForm)
	}
	secret := r.PostForm.Get("client_secret")
	g.knows = cmp.Or(secret, g.knows)
	w.Header().Set("Content-Type", "application/json")
	say := func(status int, members map[string]any) {
		document, _ := json.Marshal(members)
		if g.mood >= damaging {
			document = g.damaged(document)
		}
		w.WriteHeader(status)
		_, _ = w.Write(document)
	}
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/.well-known/openid-configuration"):
		at := g.URL + strings.TrimSuffix(path, "/.well-known/openid-configuration")
		say(200, map[string]any{
			"issuer": at, "token_endpoint": at + "/token", "authorization_endpoint": at + "/protocol/openid-connect/auth", "jwks_uri": at + "/keys",
			"userinfo_endpoint": at + "/userinfo", "grant_types_supported": []string{"client_credentials"},
		})
	case strings.HasSuffix(path, "/token"):
		g.answer(w, say, secret)
	case strings.HasSuffix(path, "/auth"):
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(400)
		fmt.Fprint(w, "<html>Client not found. ", html.EscapeString(r.URL.Query().Get("client_id")), "</html>")
	case strings.HasSuffix(path, "/keys"):
		say(200, map[string]any{"keys": []any{}})
	case strings.HasSuffix(path, "/userinfo"):
		say(200, map[string]any{"sub": "7c9e", "client_id": "nightly"})
	case path == "/backend/.well-known/openeo":
		say(200, map[string]any{"versions": []any{map[string]any{"api_version": "1.2.0", "url": g.URL + "/backend/", "production": true}}})
	case path == "/backend/credentials/oidc":
		say(200, map[string]any{"providers": []any{map[string]any{"id": "egi", "title": "x", "issuer": g.URL + "/realms/asked", "scopes": []string{"openid"}}}})
	case path == "/backend/":
		say(200, map[string]any{"api_version": "1.2.0", "endpoints": []any{map[string]any{"path": "/credentials/oidc", "methods": []string{"GET"}}}})
	default:
		say(403, map[string]any{"code": "TokenInvalid", "message": "not this token"})
	}
}

// damaged puts pieces of the secret and of nothing into a document, and cuts it.
func (g *gossip) damaged(document []byte) []byte {
	for range 1 + g.r.IntN(3) {
		at := g.r.IntN(len(document) + 1)
		piece := disguised(g.r, g.knows)
		switch g.r.IntN(4) {
		case 0:
			piece = piece[:g.r.IntN(len(piece)+1)]
		case 1:
			piece = string([]byte{byte(g.r.IntN(256)), 0x1b, '"'}[:1+g.r.IntN(3)])
		case 2:
			at, document = min(at, len(document)/2), document[:len(document)-len(document)/4]
		}
		document = slices.Concat(document[:at], []byte(piece), document[at:])
	}
	return document
}

// answer is that of the token endpoint: it repeats the secret in a form of its own.
func (g *gossip) answer(w http.ResponseWriter, say func(int, map[string]any), secret string) {
	form := disguised(g.r, secret)
	switch g.mood {
	case 0:
		say(200, map[string]any{"access_token": "opaque-" + hex.EncodeToString([]byte("a token of its own")), "token_type": "Bearer", "expires_in": 300, "scope": "openid"})
	case 1:
		say(200, map[string]any{"access_token": secret, "token_type": "Bearer"})
	case 2:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(500)
		fmt.Fprint(w, "<html><title>", form, "</title>you sent ", form, "</html>")
	case 3:
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_client", error_description="`+strings.Trim(form, "\r\n\"")+`"`)
		say(401, map[string]any{"error": form})
	case 4:
		w.Header().Set("Location", g.URL+"/elsewhere?s="+url.QueryEscape(form))
		w.WriteHeader(302)
	default:
		say(401, map[string]any{"error": "invalid_client", "error_description": "The secret " + form + " is not that of the client", form: "x"})
	}
}
