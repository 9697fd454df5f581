package phrases

import "testing"

func TestPlainWordsAreRead(t *testing.T) {
	for kind, list := range map[Kind][]string{
		ClientDisabled:  {"Client disabled", "The client is not active.", "Client has been deactivated by the administrator", "Application suspended", "Client blocked", "client is inactive until 2027-01-01"},
		ClientUnknown:   {"Unknown client", "No such client", "Invalid client_id", "invalid client ID", "The client identifier is invalid", "client does not exist", "A valid client could not be found for client_id: x", "The specified 'client_id' parameter is invalid."},
		SecretWrong:     {"Invalid client secret", "client_secret does not match", "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The provided client secret did not match."},
		SecretExpired:   {"Client secret has expired", "The secret is no longer valid", "Credentials expired"},
		GrantNotAllowed: {"Grant type not allowed", "client_credentials is not enabled", "Service accounts are disabled", "Unsupported grant type"},
		ClientIsPublic:  {"Public clients are not allowed", "Client is public"},
		MethodRefused:   {"Client must use client_secret_basic", "Authentication method not allowed", "private_key_jwt required"},
		ScopeRefused:    {"Scope openid is not allowed", "unknown scope"},
		AccountDisabled: {"The service account is disabled"},
		Locked:          {"Client temporarily locked after too many failed attempts"},
		Rate:            {"Too many requests. Retry after 30 s"},
		CredentialsRefused: {
			"MSIS0000: Received invalid credentials. The client was not found or the secret does not match.", "The OAuth client was not found or the secret does not match.",
		},
		"": {
			"Client authentication failed", "Invalid client credentials", "unknown client, no client authentication included, or unsupported authentication method",
			"Client secret is not expired but refused", "IP address blocked for this client", "Either the client is unknown or disabled", "Service under maintenance, client disabled",
			"The client may be disabled", "Request of this client blocked by policy 7", "Client service disabled, try again later", "The client certificate is unknown", "The client secret must not be sent with this client_id", "client",
		},
	} {
		for _, words := range list {
			if got := Of(Token, "invalid_client", words); got != kind && (kind != "" || got != CredentialsRefused) {
				t.Errorf("%q is %q, not %q", words, got, kind)
			}
		}
	}
}
