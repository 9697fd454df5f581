//go:build acceptance

package acceptance

import (
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

// answers as facts and documentation name them: what a token endpoint says.
var (
	clientRefused = reply{Status: 401, Code: "invalid_client", Description: "Invalid client or Invalid client credentials"}
	secretRefused = reply{Status: 401, Code: "unauthorized_client", Description: "Invalid client or Invalid client credentials"}
	grantOff      = reply{Status: 401, Code: "unauthorized_client", Description: "Client not enabled to retrieve service account"}
	publicRefused = reply{Status: 401, Code: "unauthorized_client", Description: "Public client not allowed to retrieve service account"}
	assertion     = reply{Status: 400, Code: "invalid_client", Description: "Parameter client_assertion_type is missing"}
	missingID     = reply{Status: 400, Code: "invalid_client", Description: "Missing client_id parameter"}
	wrongProtocol = reply{Status: 400, Code: "invalid_client", Description: "Wrong client protocol."}
	dpopMissing   = reply{Status: 400, Code: "invalid_request", Description: "DPoP proof is missing"}
	certMissing   = reply{Status: 400, Code: "invalid_request", Description: "Client Certification missing for MTLS HoK Token Binding"}
	accountOff    = reply{Status: 401, Code: "invalid_request", Description: "User 'service-account-lab-account-disabled' disabled"}
	accountGone   = reply{Status: 401, Code: "invalid_request", Description: "The associated service account for the client does not exist"}
	granted       = reply{Status: 200}

	known    = "Invalid parameter: redirect_uri"
	unknown  = "Client not found."
	disabled = "Client disabled."
)

// TestCauses holds the laboratory against the measured table: each cause is
// made for real, and the server answers as it did when it was measured.
func TestCauses(t *testing.T) {
	causes := []struct {
		name, id, secret string
		body, basic      reply
		authorize        string // "" where it is not the point
		since, before    string
	}{
		{name: "healthy", id: "lab-ok", secret: Secret, body: granted, basic: granted, authorize: known},
		{name: "wrong secret", id: "lab-ok", secret: OtherSecret, body: secretRefused, basic: secretRefused, authorize: known},
		{name: "secret with newline", id: "lab-ok", secret: Secret + "\n", body: secretRefused, basic: secretRefused},
		{name: "unknown id", id: "lab-nobody", secret: Secret, body: clientRefused, basic: clientRefused, authorize: unknown},
		{name: "id in upper case", id: "LAB-OK", secret: Secret, body: clientRefused, basic: clientRefused, authorize: unknown},
		{name: "disabled", id: "lab-disabled", secret: Secret, body: clientRefused, basic: clientRefused, authorize: disabled},
		{name: "grant off", id: "lab-no-grant", secret: Secret, body: grantOff, basic: grantOff, authorize: known},
		{name: "grant off, wrong secret", id: "lab-no-grant", secret: OtherSecret, body: secretRefused, basic: secretRefused},
		{name: "public", id: "lab-public", secret: Secret, body: publicRefused, basic: publicRefused, authorize: known},
		{name: "client_secret_jwt", id: "lab-secret-jwt", secret: Secret, body: assertion, basic: assertion, authorize: known},
		{name: "private_key_jwt", id: "lab-private-key-jwt", secret: Secret, body: assertion, basic: assertion, authorize: known},
		{name: "federated jwt", id: "lab-federated-jwt", secret: Secret, body: clientRefused, basic: clientRefused, authorize: known, since: "26.5"},
		{name: "x509", id: "lab-x509", secret: Secret, body: clientRefused, basic: missingID, authorize: known},
		{
			name: "basic only", id: "lab-basic-only", secret: Secret, basic: granted, since: "26.6",
			body: reply{Status: 401, Code: "unauthorized_client", Description: "Invalid method used to get client secret. Client requires method 'client_secret_basic' to obtain client secret from the request"},
		},
		{
			name: "post only", id: "lab-post-only", secret: Secret, body: granted, since: "26.6",
			basic: reply{Status: 401, Code: "unauthorized_client", Description: "Invalid method used to get client secret. Client requires method 'client_secret_post' to obtain client secret from the request"},
		},
		{name: "bearer only", id: "lab-bearer-only", secret: Secret, before: "26.4", body: secretRefused, basic: secretRefused},
		{
			name: "bearer only", id: "lab-bearer-only", secret: Secret, since: "26.7",
			body:  reply{Status: 400, Code: "invalid_client", Description: "Bearer-only not allowed"},
			basic: reply{Status: 400, Code: "invalid_client", Description: "Bearer-only not allowed"},
		},
		{name: "saml", id: "lab-saml", secret: Secret, body: wrongProtocol, basic: wrongProtocol, authorize: "Wrong client protocol."},
		{name: "account disabled", id: "lab-account-disabled", secret: Secret, body: accountOff, basic: accountOff},
		{name: "account deleted", id: "lab-account-deleted", secret: Secret, body: accountGone, basic: accountGone},
		{name: "dpop", id: "lab-dpop", secret: Secret, body: dpopMissing, basic: dpopMissing},
		{name: "certificate bound", id: "lab-certificate-bound", secret: Secret, body: certMissing, basic: certMissing},
		{name: "secret expired", id: "lab-expired", secret: Secret, body: secretRefused, basic: secretRefused, authorize: known},
		{name: "secret rotated out", id: "lab-rotated", secret: OtherSecret, body: secretRefused, basic: secretRefused},
		{name: "secret rotated in", id: "lab-rotated", secret: Secret, body: granted, basic: granted},
		{name: "special id and secret", id: specialID, secret: specialSecret, body: granted, basic: granted},
	}
	eachMeasured(t, func(t *testing.T, laboratory *Laboratory) {
		server := laboratory.Keycloak
		for _, cause := range causes {
			if !keycloak.AtLeast(server.Version, cause.since) || cause.before != "" && keycloak.AtLeast(server.Version, cause.before) {
				continue
			}
			t.Run(cause.name, func(t *testing.T) {
				w := laboratory.wire(t, server.Issuer(RealmProduction))
				expect(t, "body", w.body(cause.id, cause.secret, "openid"), cause.body)
				expect(t, "basic", w.basic(cause.id, cause.secret), cause.basic)
				if cause.authorize != "" {
					if got := w.authorize(cause.id); got.Code != cause.authorize {
						t.Errorf("authorization endpoint: got %d %q, want %q", got.Status, got.Code, cause.authorize)
					}
				}
			})
		}
	})
}

// expect compares what an identity provider says, not what else it sends along.
func expect(t *testing.T, what string, got, want reply) {
	t.Helper()
	if got.Status != want.Status || got.Code != want.Code || got.Description != want.Description {
		t.Errorf("%s: got %d %s %q, want %d %s %q", what, got.Status, got.Code, got.Description, want.Status, want.Code, want.Description)
	}
	if want.Status == 200 && got.accessToken() == "" {
		t.Errorf("%s: no token", what)
	}
}
