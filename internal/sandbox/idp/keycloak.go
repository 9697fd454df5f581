// Package idp serves the identity providers of a world.
package idp

import (
	"net/http"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// keycloakSite answers like a Keycloak 26.7.3 with one realm. The texts, codes and content types
// are measured on a real one; where the measurements are silent the answer is the plainest that
// fits.
type keycloakSite struct {
	realm
	devices *devices
}

// realm is what both kinds of server do alike: publish documents and keys, sign and verify tokens.
type realm struct {
	n *wire.Network
	p *world.IDP
}

// New is the server of an identity provider.
func New(n *wire.Network, p *world.IDP) wire.Site {
	if p.Kind == world.OtherServer {
		return otherSite{realm{n, p}}
	}
	return keycloakSite{realm{n, p}, &devices{}}
}

// oauthError is the error answer of RFC 6749 section 5.2.
type oauthError struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// keycloakPaths are the endpoints below the realm.
var keycloakPaths = map[string]string{
	"/.well-known/openid-configuration":       "discovery",
	world.OpenIDConnect + "/token":            "token",
	world.OpenIDConnect + "/token/introspect": "introspect",
	world.OpenIDConnect + "/userinfo":         "userinfo",
	world.OpenIDConnect + "/certs":            "certs",
	world.OpenIDConnect + "/auth":             "authorize",
	world.OpenIDConnect + "/auth/device":      "device",
	"/device":                                 "device page",
}

// route splits a path into realm and endpoint. ok is false if it is not below the server's base
// path.
func (k keycloakSite) route(path string) (realm, endpoint string, ok bool) {
	rest, ok := strings.CutPrefix(path, k.p.Base+"/realms/")
	if !ok {
		return "", "", false
	}
	realm, rest, _ = strings.Cut(rest, "/")
	rest = "/" + strings.TrimSuffix(rest, "/")
	if id, found := strings.CutPrefix(rest, "/clients-registrations/install/"); found && id != "" {
		return realm, "install", true
	}
	if name, found := keycloakPaths[rest]; found {
		return realm, name, true
	}
	if strings.HasPrefix(rest, world.OpenIDConnect+"/token/") {
		return realm, "below token", true
	}
	return realm, "", true
}

func (k keycloakSite) Endpoint(r *http.Request) string {
	realm, endpoint, ok := k.route(r.URL.Path)
	if !ok || realm != k.p.Realm {
		return ""
	}
	return endpoint
}

func (k keycloakSite) Serve(w http.ResponseWriter, r *http.Request, endpoint string) {
	realm, _, ok := k.route(r.URL.Path)
	switch {
	case !normalised(r):
		// Keycloak since 26.4.4 (CVE-2025-10939); before, such paths were cleaned up silently.
		wire.Typed(w, http.StatusBadRequest, "application/json; charset=UTF-8", oauthError{Code: "missingNormalization", Description: "Request path not normalized"})
	case !ok:
		wire.Write(w, http.StatusNotFound, "text/html; charset=utf-8", []byte("<html><body><h1>Resource not found</h1></body></html>"))
	case realm != k.p.Realm:
		wire.JSON(w, http.StatusNotFound, oauthError{Code: "Realm does not exist"})
	case k.p.HTTPSOnly && r.TLS == nil:
		wire.JSON(w, http.StatusForbidden, oauthError{Code: "invalid_request", Description: "HTTPS required"})
	default:
		k.serveRealm(w, r, endpoint)
	}
}

// unanswered is what Keycloak says to a method that an endpoint does not take (measured), or nil.
func unanswered(endpoint, method string) *oauthError {
	reads := method == http.MethodGet || method == http.MethodHead
	nothing, refused := &oauthError{status: 404, Code: "HTTP 404 Not Found"}, &oauthError{status: 405, Code: "HTTP 405 Method Not Allowed"}
	switch endpoint {
	case "userinfo", "authorize", "device page":
		return nil
	case "token", "introspect", "device":
		if method != http.MethodPost {
			return refused
		}
	case "certs", "install":
		if !reads {
			return refused
		}
	case "discovery":
		if !reads {
			return nothing
		}
	case "below token":
		if reads {
			return refused
		}
		return nothing
	default:
		return nothing
	}
	return nil
}

func (k keycloakSite) serveRealm(w http.ResponseWriter, r *http.Request, endpoint string) {
	if bad := unanswered(endpoint, r.Method); bad != nil {
		wire.JSON(w, bad.status, bad)
		return
	}
	switch endpoint {
	case "discovery":
		k.discovery(w)
	case "certs":
		k.certs(w)
	case "token":
		k.token(w, r)
	case "introspect":
		k.introspect(w, r)
	case "userinfo":
		k.userinfo(w, r)
	case "authorize":
		k.authorize(w, r)
	case "device":
		k.deviceAuthorization(w, r)
	case "device page":
		k.devicePage(w, r)
	case "install":
		k.install(w, r)
	}
}

// normalised reports whether the path is free of empty, dot and encoded-slash segments.
func normalised(r *http.Request) bool {
	path := r.URL.EscapedPath()
	for _, bad := range []string{"//", "/./", "/../", ";", `\`} {
		if strings.Contains(path, bad) {
			return false
		}
	}
	lower := strings.ToLower(path)
	return !strings.Contains(lower, "%2f") && !strings.Contains(lower, "%2e")
}
