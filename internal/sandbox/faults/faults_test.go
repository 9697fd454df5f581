package faults

import (
	"testing"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// contract is every diagnosis id that is promised to users, by layer. Each must be a fault here, so
// that it can be shown.
var contract = map[string][]string{
	"input": {
		"client-id-missing", "client-secret-missing", "client-secret-empty", "credential-sources-conflict",
		"provider-variable-ignored", "auth-method-variable-wrong", "client-id-has-whitespace",
		"client-secret-has-whitespace", "client-id-has-invisible-character", "client-secret-has-invisible-character",
		"client-id-is-quoted", "client-secret-is-quoted", "client-secret-is-placeholder", "client-id-is-placeholder",
		"client-secret-is-masked", "client-secret-is-token", "credentials-swapped", "client-id-malformed",
		"client-secret-too-short", "secret-file-unreadable", "secret-file-exposed", "environment-backend-mismatch",
	},
	"network": {
		"dns-failure", "connection-refused", "connection-timeout", "connection-reset", "response-timeout", "proxy-failure",
		"network-login-page",
	},
	"tls": {
		"tls-certificate-expired", "tls-certificate-not-yet-valid", "tls-hostname-mismatch", "tls-unknown-authority",
		"tls-handshake-failed", "insecure-url",
	},
	"discovery": {
		"discovery-not-found", "issuer-realm-unknown", "issuer-path-wrong", "issuer-mismatch", "issuer-trailing-slash",
		"discovery-not-json", "discovery-incomplete", "grant-not-offered", "auth-method-not-offered",
		"token-endpoint-elsewhere",
	},
	"client": {
		"client-unknown", "client-in-other-environment", "client-disabled", "client-secret-wrong",
		"client-credentials-rejected", "grant-not-enabled", "client-is-public", "client-expects-assertion",
		"client-expects-certificate", "client-wrong-protocol", "client-auth-form-refused", "credential-encoding",
		"service-account-missing", "service-account-disabled", "dpop-required", "certificate-bound-required",
		"scope-not-allowed", "scope-openid-not-allowed", "realm-disabled", "https-required",
	},
	"token": {
		"token-endpoint-not-found", "token-endpoint-redirects", "token-response-not-json", "token-response-incomplete",
	},
	"jwt": {
		"token-issuer-mismatch", "token-expired-on-arrival", "clock-skew", "token-lifetime-short",
		"token-signature-invalid", "signing-key-unknown", "signing-keys-unavailable", "token-opaque", "token-too-large",
		"token-lacks-openid", "userinfo-rejects-token",
	},
	"openeo": {
		"backend-not-openeo", "backend-not-found", "backend-oidc-unsupported", "provider-id-unknown",
		"provider-not-chosen", "provider-issuer-mismatch", "backend-lacks-issuer", "backend-header-stripped",
		"backend-gateway-refused", "backend-rejects-token", "enrollment-required", "account-not-accepted",
		"service-account-not-mapped", "backend-cannot-reach-identity-provider", "backend-token-check-failed",
		"backend-response-invalid", "backend-version-unsupported", "payment-required",
	},
	"account": {
		"service-account-is-not-you",
	},
	"service": {
		"identity-provider-error", "rate-limited", "backend-error",
	},
}

// further ids are faults whose diagnosis is not part of the first contract.
var further = []string{"token-request-refused", "backend-refuses-login", "response-too-large", "redirect-loop", "no-openeo-backend", "client-secret-is-wrapped", "python-client-differs"}

func TestEveryDiagnosisIsAFault(t *testing.T) {
	known := map[string]Fault{}
	for _, f := range All() {
		known[f.ID] = f
	}
	for layer, ids := range contract {
		for _, id := range ids {
			if f, ok := known[id]; !ok || f.Layer != layer || f.Title == "" || f.Diagnosis != id {
				t.Errorf("%s of layer %s: %+v", id, layer, f)
			}
		}
	}
	for _, id := range further {
		if _, ok := known[id]; !ok {
			t.Errorf("%s is missing", id)
		}
	}
}

// Any two faults can be asked for together, whether or not the pair makes sense.
func TestAnyTwoFaultsCanBeAskedFor(t *testing.T) {
	for _, first := range table {
		for _, second := range table {
			w := world.Healthy()
			first.change(w)
			second.change(w)
			if w.Main() == nil || w.Files[w.User.Environment] == nil {
				t.Errorf("%s and %s leave no environment", first.id, second.id)
			}
		}
	}
}
