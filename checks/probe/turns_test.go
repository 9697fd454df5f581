package probe_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
)

// byTurns is an address with several servers behind it, each of which answers in its turn; the last
// one answers whatever comes then.
func byTurns(servers ...http.HandlerFunc) http.HandlerFunc {
	var asked atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		servers[min(int(asked.Add(1)), len(servers))-1](w, r)
	}
}

// inTurn are servers that take turns without an end.
func inTurn(servers ...http.HandlerFunc) http.HandlerFunc {
	var asked atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		servers[(int(asked.Add(1))-1)%len(servers)](w, r)
	}
}

// A refusal that does not last is no matter of the form in which a request was made after it.
func TestOneOfSeveralServersRefuses(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	issued := reply(200, `{"access_token":"opaque-and-long-enough","token_type":"Bearer","expires_in":300}`)
	unknown := reply(401, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`)
	inHeader := func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); ok {
			issued(w, r)
		} else {
			unknown(w, r)
		}
	}
	grantOff := reply(401, `{"error":"unauthorized_client","error_description":"Client not enabled to retrieve service account"}`)
	notKnown, notFound := reply(401, `{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`), reply(400, `{"error":"Client not found."}`)
	noScope, switchedOff := reply(400, `{"error":"invalid_scope","error_description":"Invalid scopes: openid"}`), reply(400, `{"error":"Client disabled."}`)
	pause, outage := reply(429, `{}`), reply(503, `{}`)
	account, invalid := reply(200, `{"user_id":"s"}`), reply(403, `{"id":"r","code":"TokenInvalid","message":"Authorization token has expired or is invalid. Please authenticate again."}`)
	notEnrolled := reply(403, `{"id":"r","code":"PermissionsInsufficient","message":"Proper enrollment in openEO Platform virtual organization is required."}`)
	notAccepted := reply(403, `{"id":"r","code":"PermissionsInsufficient","message":"Forbidden. The permissions of the authenticated account do not allow to request the requested resource."}`)
	bare := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer opaque-and-long-enough" {
			account(w, r)
		} else {
			invalid(w, r)
		}
	}
	onlyOld := func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer oidc/") {
			account(w, r)
		} else {
			invalid(w, r)
		}
	}
	newAPI := reply(200, `{"api_version":"1.3.0","endpoints":[],"conformsTo":["https://api.openeo.org/1.3.0/authentication/jwt"]}`)
	for name, tc := range map[string]struct {
		instead map[string]http.HandlerFunc
		want    string
	}{
		"the first token request":          {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, issued)}, "identity-provider-error likely"},
		"every other token request":        {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, issued, unknown, issued)}, "identity-provider-error likely"},
		"two servers in turn":              {map[string]http.HandlerFunc{tokenPath: inTurn(unknown, issued)}, "identity-provider-error likely"},
		"three servers in turn":            {map[string]http.HandlerFunc{tokenPath: inTurn(unknown, issued, unknown)}, "identity-provider-error likely"},
		"four servers in turn":             {map[string]http.HandlerFunc{tokenPath: inTurn(unknown, issued, unknown, unknown)}, "identity-provider-error likely"},
		"one worker of two":                {map[string]http.HandlerFunc{"/me": inTurn(invalid, onlyOld)}, "backend-error likely"},
		"no worker of two":                 {map[string]http.HandlerFunc{"/me": inTurn(invalid, invalid)}, "backend-rejects-token certain"},
		"a pause after both forms":         {map[string]http.HandlerFunc{"/me": byTurns(invalid, invalid, pause)}, "backend-rejects-token likely"},
		"two logins in turn":               {map[string]http.HandlerFunc{"/me": inTurn(invalid, account)}, "backend-error likely"},
		"three logins in turn":             {map[string]http.HandlerFunc{"/me": inTurn(invalid, account, invalid)}, "backend-error likely"},
		"two logins in turn, of API 1.3":   {map[string]http.HandlerFunc{"/": newAPI, "/me": inTurn(invalid, account)}, "backend-error likely"},
		"the header is accepted only":      {map[string]http.HandlerFunc{tokenPath: inHeader}, "client-auth-form-refused certain"},
		"the first login":                  {map[string]http.HandlerFunc{"/me": byTurns(invalid, account)}, "backend-error likely"},
		"every other login":                {map[string]http.HandlerFunc{"/me": byTurns(invalid, account, invalid, account)}, "backend-error likely"},
		"the first login of API 1.3":       {map[string]http.HandlerFunc{"/": newAPI, "/me": byTurns(invalid, account)}, "backend-error likely"},
		"the token alone is accepted only": {map[string]http.HandlerFunc{"/me": bare}, "backend-rejects-token certain"},
		"a pause when asked again":         {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, unknown, issued, pause)}, "client-auth-form-refused likely"},
		"an outage when asked again":       {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, unknown, issued, unknown, outage, issued)}, "client-auth-form-refused likely"},
		"the header is refused when asked": {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, issued, unknown, unknown, unknown)}, "identity-provider-error likely"},
		"the third token request":          {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, issued, unknown, issued, issued)}, "identity-provider-error likely"},
		"another refusal after the header": {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, grantOff, grantOff)}, "identity-provider-error likely"},
		"a pause at the login":             {map[string]http.HandlerFunc{"/me": byTurns(invalid, account, pause)}, "backend-rejects-token likely"},
		"the token alone is refused then":  {map[string]http.HandlerFunc{"/me": byTurns(invalid, account, invalid, invalid)}, "backend-error likely"},
		"a pause at the login of API 1.3":  {map[string]http.HandlerFunc{"/": newAPI, "/me": byTurns(invalid, account, pause)}, "python-client-differs likely"},

		"no server of two knows the secret":         {map[string]http.HandlerFunc{tokenPath: unknown}, "client-secret-wrong certain"},
		"the third server knows the secret":         {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, unknown, issued)}, "identity-provider-error likely"},
		"a pause after a wrong secret":              {map[string]http.HandlerFunc{tokenPath: byTurns(unknown, pause, unknown)}, "client-secret-wrong likely"},
		"no server of two knows the client":         {map[string]http.HandlerFunc{tokenPath: notKnown, authPath: notFound}, "client-unknown certain"},
		"one of two knows the client":               {map[string]http.HandlerFunc{tokenPath: inTurn(notKnown, issued), authPath: notFound}, "identity-provider-error likely"},
		"a pause after an unknown client":           {map[string]http.HandlerFunc{tokenPath: byTurns(notKnown, pause, notKnown), authPath: notFound}, "client-unknown likely"},
		"one of two knows that it is off":           {map[string]http.HandlerFunc{tokenPath: byTurns(notKnown, notKnown, issued), authPath: switchedOff}, "identity-provider-error likely"},
		"an outage after a client that is off":      {map[string]http.HandlerFunc{tokenPath: byTurns(notKnown, outage, notKnown), authPath: switchedOff}, "client-disabled likely"},
		"no server of two has the grant":            {map[string]http.HandlerFunc{tokenPath: grantOff}, "grant-not-enabled certain"},
		"one of two has the grant":                  {map[string]http.HandlerFunc{tokenPath: inTurn(grantOff, issued)}, "identity-provider-error likely"},
		"one of three has the grant":                {map[string]http.HandlerFunc{tokenPath: byTurns(grantOff, grantOff, issued)}, "identity-provider-error likely"},
		"a pause after a grant that is off":         {map[string]http.HandlerFunc{tokenPath: byTurns(grantOff, pause)}, "grant-not-enabled likely"},
		"no server of two allows the scopes":        {map[string]http.HandlerFunc{tokenPath: noScope}, "scope-openid-not-allowed certain"},
		"one of two allows the scopes":              {map[string]http.HandlerFunc{tokenPath: inTurn(noScope, issued)}, "identity-provider-error likely"},
		"a pause after a scope that is not allowed": {map[string]http.HandlerFunc{tokenPath: byTurns(noScope, pause, noScope)}, "scope-openid-not-allowed likely"},

		"no server of two has the endpoint":       {map[string]http.HandlerFunc{tokenPath: reply(404, "")}, "token-endpoint-not-found certain"},
		"one of two has the endpoint":             {map[string]http.HandlerFunc{tokenPath: inTurn(reply(404, ""), issued)}, "identity-provider-error likely"},
		"a page at one of two":                    {map[string]http.HandlerFunc{tokenPath: inTurn(reply(200, "<html>Welcome</html>"), issued)}, "identity-provider-error likely"},
		"pages at both":                           {map[string]http.HandlerFunc{tokenPath: reply(200, "<html>Welcome</html>")}, "token-response-not-json certain"},
		"no worker of two knows of the enrolment": {map[string]http.HandlerFunc{"/me": notEnrolled}, "enrollment-required certain"},
		"one of two knows of the enrolment":       {map[string]http.HandlerFunc{"/me": inTurn(notEnrolled, account)}, "backend-error likely"},
		"one of three knows of the enrolment":     {map[string]http.HandlerFunc{"/me": byTurns(notEnrolled, notEnrolled, account)}, "backend-error likely"},
		"a pause after a missing enrolment":       {map[string]http.HandlerFunc{"/me": byTurns(notEnrolled, pause)}, "enrollment-required likely"},
		"no worker of two accepts the account":    {map[string]http.HandlerFunc{"/me": notAccepted}, "account-not-accepted certain"},
		"one of two accepts the account":          {map[string]http.HandlerFunc{"/me": inTurn(notAccepted, account)}, "backend-error likely"},

		"the token alone is accepted, by 1.3": {map[string]http.HandlerFunc{"/": newAPI, "/me": bare}, "python-client-differs certain"},
	} {
		t.Run(name, func(t *testing.T) {
			e := probe.Run(t.Context(), login(t, tc.instead), probe.Options{}, nil).Evidence
			first, _ := checks.Diagnose(catalog, e).First()
			if got := first.ID + " " + string(first.Certainty); got != tc.want {
				t.Errorf("%s, not %s", got, tc.want)
			}
			if n := len(e.Requests); n > sixteen {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A public document that one of two servers lacks is no fault of whoever asks, and the login goes on
// with the other's.
func TestOneOfSeveralServersLacksADocument(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	const discovery = "/realms/x/.well-known/openid-configuration"
	absent := reply(404, `{"code":"NotFound","message":"Resource not found."}`)
	noRealm := reply(404, `{"error":"Realm does not exist"}`)
	stranger := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="x", error="invalid_token", error_description="Token verification failed"`)
		w.WriteHeader(http.StatusUnauthorized)
	}
	healthy := map[string]string{
		"/realms/x/userinfo": `{"sub":"s"}`,
		discovery:            `{"issuer":"HOST/realms/x","token_endpoint":"HOST/realms/x/protocol/openid-connect/token","userinfo_endpoint":"HOST/realms/x/userinfo"}`,
		"/":                  `{"api_version":"1.2.0","endpoints":[]}`,
		"/credentials/oidc":  `{"providers":[{"id":"p","title":"P","issuer":"HOST/realms/x","scopes":["openid"]}]}`,
	}
	otherList := reply(200, `{"providers":[{"id":"q","title":"Q","issuer":"https://q.example.org"}]}`)
	for name, tc := range map[string]struct {
		path    string
		lacks   http.HandlerFunc
		always  string
		another string
	}{
		"a realm":    {discovery, noRealm, "issuer-realm-unknown certain", "identity-provider-error likely"},
		"a document": {discovery, absent, "discovery-not-found certain", "identity-provider-error likely"},
		"the root":   {"/", absent, "backend-not-found certain", "backend-error likely"},
		"the list":   {"/credentials/oidc", absent, "backend-oidc-unsupported certain", "backend-error likely"},
		"a key":      {"/realms/x/userinfo", stranger, "userinfo-rejects-token certain", "identity-provider-error likely"},
		"an issuer":  {"/credentials/oidc", otherList, "backend-lacks-issuer certain", "backend-error likely"},
	} {
		t.Run(name, func(t *testing.T) {
			always := checks.Diagnose(catalog, probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{tc.path: tc.lacks}), probe.Options{}, nil).Evidence)
			if first, _ := always.First(); first.ID+" "+string(first.Certainty) != tc.always || (always.Verdict == checks.Healthy) != (tc.path == "/realms/x/userinfo") { // which the login does not need
				t.Errorf("always: %s %s, %s", first.ID, first.Certainty, always.Verdict)
			}
			for _, o := range []probe.Options{{}, {Shared: sharedBy(t, probe.Limits{})}} {
				another := byTurns(tc.lacks, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.WriteString(w, strings.ReplaceAll(healthy[tc.path], "HOST", "http://"+r.Host))
				})
				one := checks.Diagnose(catalog, probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{tc.path: another}), o, nil).Evidence)
				if first, _ := one.First(); first.ID+" "+string(first.Certainty) != tc.another || one.Verdict != checks.Healthy {
					t.Errorf("once, in a list: %t: %s %s, %s", o.Shared != nil, first.ID, first.Certainty, one.Verdict)
				}
			}
		})
	}
}

// A server that asks for a pause is not asked once more at once.
func TestNobodyIsAskedAgainWhoAsksForAPause(t *testing.T) {
	issued := reply(200, `{"access_token":"opaque-and-long-enough","token_type":"Bearer","expires_in":300}`)
	unknown := reply(401, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`)
	account, invalid := reply(200, `{"user_id":"s"}`), reply(403, `{"id":"r","code":"TokenInvalid","message":"Authorization token has expired or is invalid."}`)
	pause := reply(429, `{}`)
	for path, tc := range map[string]struct {
		servers []http.HandlerFunc
		step    string
	}{
		tokenPath: {[]http.HandlerFunc{unknown, unknown, issued, pause}, "token"},
		"/me":     {[]http.HandlerFunc{invalid, account, pause}, "me"},
	} {
		e := probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{path: byTurns(tc.servers...)}), probe.Options{}, nil).Evidence
		paused := 0
		for _, q := range e.Requests {
			if q.Step == tc.step && q.Status == 429 {
				paused++
			}
		}
		if paused != 1 {
			t.Errorf("%s: asked %d times: %v", path, paused, e.Requests)
		}
	}
}
