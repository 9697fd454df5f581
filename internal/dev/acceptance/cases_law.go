//go:build acceptance

package acceptance

import (
	"encoding/base64"
	"fmt"
)

// keptFor is the Python client's own file with the credentials for one provider.
func keptFor(provider string) map[string]string {
	return map[string]string{"auth-config.json": fmt.Sprintf(`{"metadata": {"type": "AuthConfig"}, "backends": {"{backend}": {"oidc": {"providers": `+
		`{%q: {"client_id": "lab-ok", "client_secret": "{secret}", "issuer": "{issuer}"}}}}}}`, provider)}
}

// lawCases are about what "works" means: that the Python client logs in here.
// They meet what is seen on this machine and in no answer of a server.
func lawCases() []Case {
	kept := func(c Case) Case { c.OmitID, c.OmitKey = true, true; return c }
	differs := "python-client-differs"
	cases := by(usual, []Case{
		kept(Case{Name: "kept", Cause: "nothing; the client keeps the credentials itself", Files: keptFor(productionID), Works: true}),
		kept(Case{Name: "kept-elsewhere", Cause: "the client keeps the credentials under a provider id that is not listed", Files: keptFor("terrascope"), Expect: "client-id-missing"}),
		kept(Case{Name: "kept-broken", Cause: "the client's file was cut off", Files: map[string]string{"auth-config.json": `{"backends": {"{backend}": {"oidc"`}, Expect: "secret-file-unreadable"}),
		{
			Name: "netrc", Cause: "nothing; a netrc entry is sent beside, and this server does not mind", Works: true, Expect: differs,
			Files: map[string]string{".netrc": "machine localhost login somebody password else\n"},
		},
		{Name: "trusted-by-system", Cause: "the authority is the system's, and the client brings a list of its own", BySystem: true, Expect: differs},
		{
			Name: "trusted-by-bundle", Cause: "nothing; the client is told a file with the authority", BySystem: true, Apart: true, Works: true,
			Variables: map[string]string{"REQUESTS_CA_BUNDLE": caPlace},
		},
		{Name: "bearer-form", Cause: "the back-end takes the form of API 1.3 only", Backend: BackendBearerOnly, Surrounded: true, Expect: differs},
		{Name: "rootless", Cause: "nothing at the API's root, which the client reads first", Backend: "{nginx:be-rootless}", Surrounded: true, Expect: "backend-not-found", Or: []string{"backend-not-openeo"}},
		{Name: "host-case", Cause: "the back-end lists the issuer's host in another case", Backend: BackendHostCase, Surrounded: true, Expect: "backend-lacks-issuer"},
		{Name: "token-like-secret", Cause: "nothing; the secret has the form of a token", ClientID: "lab-token-like", Secret: tokenLikeSecret, Works: true, Also: []string{"client-secret-is-token"}},
		{Name: "large", Cause: "nothing yet; the token is large", ClientID: "lab-large", Works: true, Expect: "token-too-large"}, // userinfo of 22 takes such a header over HTTP/1.1 only
		{
			Name: "encrypted-userinfo", Cause: "userinfo is to be encrypted for this client, which has no key", ClientID: "lab-encrypted-userinfo", Expect: "identity-provider-error",
			Or: []string{"userinfo-rejects-token", "backend-token-check-failed", "backend-cannot-reach-identity-provider"}, Also: []string{"backend-cannot-reach-identity-provider"}, Uncertain: true, Slow: true,
		},
	})
	return append(cases, wrappedCases()...)
}

// caPlace stands for the file of the laboratory's authority.
const caPlace = "{ca}"

// wrappedCases: the secret stands inside something else, or nothing resolved
// what stands in its place.
func wrappedCases() []Case {
	object := fmt.Sprintf(`{"client_id": "lab-ok", "client_secret": %q}`, Secret)
	encoded := base64.StdEncoding.EncodeToString([]byte(Secret))
	pair := base64.StdEncoding.EncodeToString([]byte("lab-ok:" + Secret))
	wrong := []string{"client-secret-wrong"}
	cases := by(usual, []Case{
		{Name: "wrapped-comment", Cause: "a comment behind the secret", Secret: Secret + " # from the vault"},
		{Name: "wrapped-object", Cause: "the whole object of a secret store", Secret: object},
		{Name: "wrapped-base64", Cause: "the secret in Base64", Secret: encoded},
		{Name: "wrapped-line", Cause: "the line of a file", Secret: "CLIENT_SECRET=" + Secret},
		{Name: "wrapped-pair", Cause: "id and secret in one", Secret: "lab-ok:" + Secret},
		{Name: "wrapped-basic", Cause: "a header's value", Secret: "Basic " + pair},
	})
	for i := range cases {
		cases[i].Expect = "client-secret-is-wrapped"
	}
	references := []string{
		"ref+vault://team/openeo#secret", "@Microsoft.KeyVault(SecretUri=https://kv.example/secrets/openeo)", "ssm:/openeo/secret",
		"projects/p/secrets/openeo/versions/1", "ENC[AES256_GCM,data:abcd,iv:efgh,tag:ijkl,type:str]", "!vault openeo", "pass:openeo/secret",
	}
	for i, reference := range references {
		cases = append(cases, by(usual, []Case{{
			Name: fmt.Sprintf("reference-%d", i+1), Cause: "nothing resolved the reference", Secret: reference,
			Expect: "client-secret-is-placeholder", Also: wrong,
		}})...)
	}
	return append(cases, by(usual, []Case{
		{Name: "quote-before", Cause: "one quotation mark before the secret", Secret: `"` + Secret, Expect: "client-secret-is-quoted", Also: wrong},
		{Name: "quote-behind", Cause: "one quotation mark behind the secret", Secret: Secret + `'`, Expect: "client-secret-is-quoted", Also: wrong},
	})...)
}

// softwareCases: back-ends that are not the openeo-python-driver.
func softwareCases() []Case {
	cases := by(usual, []Case{
		{Name: "fastapi-healthy", Cause: "nothing", Backend: BackendFastAPI, Works: true},
		{Name: "fastapi-enrolled", Cause: "nothing; the account fits the policy", Backend: BackendFastAPIPolicy, ClientID: "lab-entitled", Works: true},
		{Name: "fastapi-policy", Cause: "the policy asks for another role", Backend: BackendFastAPIPolicy, ClientID: "lab-roleless", Expect: "enrollment-required", Or: []string{"account-not-accepted"}, Uncertain: true},
		{Name: "fastapi-claim", Cause: "the account lacks the claim that the policy reads", Backend: BackendFastAPIPolicy, Expect: "account-not-accepted", Or: []string{"enrollment-required", "backend-token-check-failed"}, Uncertain: true, Also: []string{"backend-error", "enrollment-required", "backend-token-check-failed"}},
		{Name: "fastapi-userinfo", Cause: "userinfo refuses the token", Backend: BackendFastAPI, ClientID: "lab-not-before", Expect: "userinfo-rejects-token"},
		{Name: "fastapi-stripped", Cause: "a web server drops the header", Backend: "{nginx:fastapi-stripped}", Expect: "backend-header-stripped"},
		{Name: "earth-engine-healthy", Cause: "nothing", Backend: BackendEarthEngine, Works: true},
		{Name: "earth-engine-refused", Cause: "userinfo refuses the token, and the back-end speaks as if it had seen none", Backend: BackendEarthEngine, ClientID: "lab-not-before", Expect: "userinfo-rejects-token"},
		{Name: "earth-engine-stripped", Cause: "a web server drops the header", Backend: "{nginx:earth-engine-stripped}", Expect: "backend-header-stripped", Uncertain: true},
		{Name: "titiler-healthy", Cause: "nothing; the token names the back-end", Backend: BackendTitiler, ClientID: "lab-audience", Works: true},
		{Name: "titiler-audience", Cause: "the token is for others", Backend: BackendTitiler, Expect: "backend-refuses-login", Or: []string{"backend-rejects-token"}, Uncertain: true},
	})
	for i := range cases {
		cases[i].Surrounded = true
	}
	return cases
}
