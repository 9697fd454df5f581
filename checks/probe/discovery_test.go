package probe

import "testing"

func TestWhatIsCutOffAnIssuer(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://idp.example.org/realms/egi":                                      "https://idp.example.org/realms/egi",
		"https://idp.example.org/realms/egi/.well-known/openid-configuration":     "https://idp.example.org/realms/egi",
		"https://idp.example.org/realms/egi/protocol/openid-connect/token":        "https://idp.example.org/realms/egi",
		"https://idp.example.org/realms/egi/account":                              "https://idp.example.org/realms/egi",
		"https://idp.example.org/oauth2/token":                                    "https://idp.example.org/oauth2",
		"https://accounts.example.org/realms/egi":                                 "https://accounts.example.org/realms/egi",
		"https://account.example.org/realms/egi/protocol/openid-connect/userinfo": "https://account.example.org/realms/egi",
		"https://token": "https://token",
	} {
		if got := withoutEndpoint(issuer); got != want {
			t.Errorf("%s: %s, want %s", issuer, got, want)
		}
	}
}
