//go:build acceptance

package openeo

import (
	"net/http"
	"strings"
)

// Fault is one way in which a back-end, or what stands before it, is broken.
type Fault string

// The faults. The empty one is a back-end in order.
const (
	NoFault        Fault = ""
	NotOpenEO      Fault = "not-openeo"       // a portal's page on every path
	NoAPI          Fault = "no-api"           // 404 on every path
	Unavailable    Fault = "unavailable"      // 503 on every path
	NoOIDC         Fault = "no-oidc"          // no /credentials/oidc
	OldVersion     Fault = "old-version"      // offers 0.4 only
	HeaderStripped Fault = "header-stripped"  // something drops Authorization
	Gateway        Fault = "gateway"          // a gateway refuses /me before the back-end sees it
	Payment        Fault = "payment"          // 402
	EmptyMe        Fault = "empty-me"         // 200 without user_id
	HTMLProviders  Fault = "html-credentials" // /credentials/oidc is a page
	BearerOnly     Fault = "bearer-only"      // takes the token alone, as API 1.3 has it
)

// wrap puts the fault before a back-end in order.
func (f Fault) wrap(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		me := strings.HasSuffix(r.URL.Path, "/me")
		switch {
		case f == NotOpenEO, f == HTMLProviders && strings.HasSuffix(r.URL.Path, "/credentials/oidc"):
			page(w, http.StatusOK, "Welcome", "Our services at a glance.")
		case f == NoAPI:
			page(w, http.StatusNotFound, "Not Found", "nginx")
		case f == Unavailable:
			w.Header().Set("Retry-After", "2") // the Python client obeys, five times
			page(w, http.StatusServiceUnavailable, "Service Unavailable", "Down for maintenance.")
		case f == Gateway && me:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"message":"Unauthorized"}`))
		case f == Payment && me:
			(&refusal{http.StatusPaymentRequired, "PaymentRequired", "Insufficient credits. Please buy credits on the marketplace."}).write(w)
		case f == EmptyMe && me:
			answer(w, http.StatusOK, map[string]any{})
		case f == BearerOnly && me:
			token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !ok || strings.Contains(token, "/") {
				tokenInvalid.write(w)
				return
			}
			r.Header.Set("Authorization", "Bearer oidc/egi/"+token) // as the driver behind has it
			good.ServeHTTP(w, r)
		case f == HeaderStripped:
			r.Header.Del("Authorization")
			good.ServeHTTP(w, r)
		default:
			good.ServeHTTP(w, r)
		}
	})
}

func page(w http.ResponseWriter, status int, title, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<!doctype html><html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>" + text + "</p></body></html>\n"))
}
