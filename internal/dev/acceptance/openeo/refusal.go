//go:build acceptance

package openeo

import (
	"fmt"
	"net/http"
)

// refusal is an openEO error.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) write(w http.ResponseWriter) {
	id := requestID()
	w.Header().Set("Request-Id", id)
	answer(w, r.status, map[string]string{"id": id, "code": r.code, "message": r.message})
}

var (
	authenticationRequired = &refusal{http.StatusUnauthorized, "AuthenticationRequired", "Unauthorized."}
	schemeNotSupported     = &refusal{http.StatusForbidden, "AuthenticationSchemeInvalid", "Authentication method not supported."}
	basicNotSupported      = &refusal{http.StatusForbidden, "AuthenticationSchemeInvalid", "Basic authentication is not supported."}
	tokenInvalid           = &refusal{http.StatusForbidden, "TokenInvalid", "Authorization token has expired or is invalid. Please authenticate again."}
	providerUnavailable    = &refusal{http.StatusServiceUnavailable, "OidcProviderUnavailable", "OIDC Provider is unavailable"}
)

func insufficient(message string) *refusal {
	return &refusal{http.StatusForbidden, "PermissionsInsufficient", message}
}

func tokenError(format string, values ...any) *refusal {
	return &refusal{http.StatusInternalServerError, "AccessTokenError", fmt.Sprintf(format, values...)}
}

// unexpected is what the driver says when its own code stumbles: only the
// name of the Python exception gets out.
func unexpected(exception string) *refusal {
	return &refusal{http.StatusInternalServerError, "Internal", "Unexpected error while resolving OIDC access token: " + exception + "."}
}

func notFound(w http.ResponseWriter) {
	(&refusal{http.StatusNotFound, "NotFound", "404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."}).write(w)
}

// unsupportedVersion is the one error without an id of its own.
func unsupportedVersion(w http.ResponseWriter, asked, offered string) {
	w.Header().Set("Request-Id", "n/a")
	answer(w, http.StatusNotImplemented, map[string]string{
		"id": "n/a", "code": "UnsupportedApiVersion",
		"message": fmt.Sprintf("Unsupported version component in URL: '%s'.  Available versions: ['%s']", asked, offered),
	})
}
