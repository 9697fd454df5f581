package probe_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/sandbox"
)

const (
	tokenPath = "/realms/x/protocol/openid-connect/token"
	authPath  = "/realms/x/protocol/openid-connect/auth"
)

// TestTheWordsOfARefusalAreKept, wherever a server writes them, and what they are about.
func TestTheWordsOfARefusalAreKept(t *testing.T) {
	for name, tc := range map[string]struct {
		path, body string
		status     int
		want       checks.Facts
	}{
		"a page of a server in front": {
			tokenPath, "<html><body><h1>400 Bad Request</h1>No required SSL certificate was sent</body></html>", 400,
			checks.Facts{"token.detail": "400 Bad Request No required SSL certificate was sent", "token.shape": "html"},
		},
		"words of Entra": {
			tokenPath, `{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app 'x' are expired."}`, 401,
			checks.Facts{"token.words.kind": "secret-expired"},
		},
		"a sentence for a code": {
			tokenPath, `{"error":"Your account is not configured correctly - You don't have any organization assigned to You."}`, 404,
			checks.Facts{"token.error": "Your account is not configured correctly - You don't have any organization assigned to You.", "token.words.kind": "account-incomplete"},
		},
		"words of Okta in its own form": {
			tokenPath, `{"errorCode":"invalid_client","errorSummary":"Invalid value for 'client_id' parameter.","errorCauses":[]}`, 401,
			checks.Facts{"token.error": "invalid_client", "token.words.kind": "client-unknown"},
		},
		"words of Sentinel Hub": {
			tokenPath, `{"error":{"status":400,"reason":"Bad Request","message":"Illegal client_id","code":"COMMON_BAD_PAYLOAD"}}`, 400,
			checks.Facts{"token.error": "COMMON_BAD_PAYLOAD", "token.words.kind": "client-unknown"},
		},
		"a problem document (RFC 9457)": {
			"/me", `{"type":"about:blank","title":"Forbidden","detail":"User is not a member of the group openeo-users"}`, 403,
			checks.Facts{"me.detail": "User is not a member of the group openeo-users", "me.code": ""},
		},
		"a policy":        {"/me", `{"code":"TokenInvalid","message":"No existing access policy applies to user. Contact backend provider."}`, 401, checks.Facts{"me.words.kind": "enrollment"}},
		"AWS":             {"/me", `{"Message":"User is not authorized to access this resource"}`, 403, checks.Facts{"me.detail": "User is not authorized to access this resource"}},
		"Apigee":          {"/me", `{"fault":{"faultstring":"Invalid access token","detail":{"errorcode":"x"}}}`, 401, checks.Facts{"me.detail": "Invalid access token"}},
		"FastAPI":         {"/me", `{"detail":[{"loc":["header"],"msg":"no member","type":"x"}]}`, 403, checks.Facts{"me.detail": "no member"}},
		"a list of words": {"/me", `["suspended"]`, 403, checks.Facts{"me.detail": "suspended", "me.shape": "json"}},
		"a JSON text":     {"/me", `"suspended"`, 403, checks.Facts{"me.detail": "suspended", "me.shape": "json"}},
		"errors":          {"/me", `{"data":null,"errors":[{"code":7},{"message":"suspended"}]}`, 403, checks.Facts{"me.detail": "suspended"}},
		"a code alone":    {"/me", `{"error":"forbidden","errors":[[[[[[["deep"]]]]]]]}`, 403, checks.Facts{"me.error": "forbidden", "me.status": 403}},
		"plain text":      {"/me", "no  such\nuser", 403, checks.Facts{"me.detail": "no such user", "me.shape": "text"}},
		"a good answer":   {"/", `{"api_version":"1.2.0","endpoints":[],"title":"Our back-end"}`, 200, checks.Facts{"capabilities.status": 200}},
		"a broken title":  {"/me", `{"title":{"a":1},"reason":"held"}`, 403, checks.Facts{"me.detail": "held"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{tc.path: reply(tc.status, tc.body)}), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, tc.want)
			if f.Known(checks.AtCapabilities.Detail) || name == "a code alone" && f.Known(checks.AtMe.Detail) {
				t.Errorf("a good answer has words: %q", f.Text(checks.AtCapabilities.Detail))
			}
		})
	}
}

// TestWordsOfAChallenge: some gateways say why in the header alone.
func TestWordsOfAChallenge(t *testing.T) {
	s := login(t, map[string]http.HandlerFunc{"/me": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="x", error="invalid_token", error_description="The account is not enrolled"`)
		w.WriteHeader(http.StatusForbidden)
	}})
	f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
	holds(t, f, checks.Facts{"me.detail": "The account is not enrolled", "me.words": "The account is not enrolled", "me.words.standard": false})
}

// TestProvidersAsTheyAreListed: an ID with a blank is one, and the letter case of a host is not
// another issuer.
func TestProvidersAsTheyAreListed(t *testing.T) {
	s := login(t, map[string]http.HandlerFunc{"/credentials/oidc": func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"providers":[{"id":"my id","title":"P","issuer":"http://%s/realms/x"}]}`, r.Host)
	}})
	holds(t, probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts, checks.Facts{"providers.valid": true, "providers.used_id": "my id", "providers.issuer_case": false, "me.status": 200})

	s = login(t, map[string]http.HandlerFunc{"/credentials/oidc": func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"providers":[{"id":"p","title":"P","issuer":"http://%s/realms/x"}]}`, strings.Replace(r.Host, "localhost", "LOCALHOST", 1))
	}})
	s.Environment.Issuer = strings.Replace(s.Environment.Issuer, "127.0.0.1", "localhost", 1)
	s.Backend.URL = strings.Replace(s.Backend.URL, "127.0.0.1", "localhost", 1)
	holds(t, probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts, checks.Facts{"providers.matching": true, "providers.issuer_case": true})
}

// TestASecretOfTheFormOfATokenIsSent: it may be the registered one.
func TestASecretOfTheFormOfATokenIsSent(t *testing.T) {
	s := login(t, map[string]http.HandlerFunc{tokenPath: func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("client_secret") == otherToken {
			_, _ = io.WriteString(w, `{"access_token":"opaque-and-long-enough","token_type":"Bearer"}`)
			return
		}
		reply(401, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`)(w, r)
	}})
	s.Credentials.Secret = credentials.NewSecret(otherToken)
	holds(t, checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts), checks.Facts{"secret.token": true, "secret.standing": "accepted", "login.works": true})
}

// TestTheStepOfTheCredentialsSaysWhatIsUnusualAboutTheirFile, and a file that nobody named is a
// fault only where it is needed.
func TestTheStepOfTheCredentialsSaysWhatIsUnusualAboutTheirFile(t *testing.T) {
	s := login(t, nil)
	file := credentials.Source{Kind: credentials.KindDotenv, Name: "openeo.env", Line: 2}
	s.Credentials.Notes = []credentials.Note{{Source: file, Text: "a shell reads another value"}, {Source: file, Text: "two"}, {Source: file, Text: "three"}}
	s.Credentials.Unreadable = []credentials.UnreadableFile{{Path: "auth-config.json", Reason: "not JSON: fault in line 3"}}
	e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
	if because := e.Checks[0].Because; !strings.Contains(because, "openeo.env, line 2: a shell reads another value") || !strings.Contains(because, "and 2 more") || e.Checks[0].Status != checks.Passed {
		t.Errorf("%s: %s", e.Checks[0].Status, because)
	}
	if e.Facts.Is(checks.SourcesUnreadableAny) {
		t.Error("a file that is not needed is a fault")
	}
	s.Credentials.Secret = credentials.Secret{}
	holds(t, probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts, checks.Facts{"sources.unreadable_any": true, "sources.unreadable": []string{"auth-config.json: not JSON: fault in line 3"}})
}

// TestACertificateIsToldByWhatIsWrongWithIt.
func TestACertificateIsToldByWhatIsWrongWithIt(t *testing.T) {
	for fault, want := range map[string]checks.Facts{
		"tls-hostname-mismatch@common-name": {"discovery.failure": "tls-hostname", "discovery.tls_common_name": "127.0.0.1", "discovery.tls_names": []string{}},
		"tls-hostname-mismatch":             {"discovery.failure": "tls-hostname", "discovery.tls_names": []string{"www.sandbox.invalid", "portal.sandbox.invalid"}},
		"tls-handshake-failed@serial":       {"discovery.failure": "tls-handshake", "discovery.failure_detail": "failed to parse certificate from server: x509: negative serial number", "discovery.phase": "tls"},
	} {
		s, o := start(t, sandbox.Options{Faults: []string{fault}})
		holds(t, probe.Run(t.Context(), s, o, nil).Evidence.Facts, want)
	}
}

// A claim of an odd type is no fault of the signature.
func TestASignatureIsJudgedByItself(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	published := func(id string) string {
		set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: id}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(set)
	}
	for _, claims := range []string{`{"aud":["a",1]}`, `{"exp":"soon"}`, `{"iss":["a"],"iat":true}`, `{"sub":"s"}`} {
		signature, err := signer.Sign([]byte(claims))
		if err != nil {
			t.Fatal(err)
		}
		token, err := signature.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		forged := token[:len(token)-8] + "AAAAAAAA"
		for _, tc := range [][3]string{
			{token, "k", "verified"}, {forged, "k", "invalid"}, {token, "", "verified"}, {forged, "", "key-unknown"}, {token, "other", "key-unknown"},
		} {
			token, want := tc[0], tc[2]
			s := login(t, map[string]http.HandlerFunc{
				"/realms/x/keys": reply(200, published(tc[1])),
				tokenPath:        reply(200, `{"access_token":"`+token+`","token_type":"Bearer"}`),
			})
			if got := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts.Text(checks.JWTSignature); got != want {
				t.Errorf("%s, key %q: the signature is %q, not %q", claims, tc[1], got, want)
			}
		}
	}
}
