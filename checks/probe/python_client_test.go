package probe_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

const refused = `{"code":"TokenInvalid","message":"Authorization token has expired or is invalid. Please authenticate again."}`

// The Python client passes over a list of versions that it cannot have, as where a server in front
// closes the connection at a path that begins with a dot. Only an address that is no API misses it.
func TestAListOfVersionsThatBreaksOffIsPassedOver(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]wire.Answer{"reset": wire.Reset, "redirects": wire.Loop, "endless": wire.Endless} {
		for path, works := range map[string]bool{"": false, "/openeo/1.2": true} { // the first is no API itself
			s, o := start(t, sandbox.Options{Change: func(w *world.World) { w.Backend.At["well-known"] = answer }})
			below := *s.Backend
			below.URL = strings.TrimRight(below.URL, "/") + path
			s.Backend = &below
			r := checks.Diagnose(catalog, probe.Run(t.Context(), s, o, nil).Evidence)
			want := map[string]string{"reset": "connection-reset", "redirects": "redirect-loop", "endless": "response-too-large"}[name]
			if first, _ := r.First(); works != (r.Verdict == checks.Healthy) || works == (first.ID == want) {
				t.Errorf("%s at %q: %s, %s", name, path, r.Verdict, first.ID)
			}
		}
	}
}

func TestTheBearerFormIsThatOfThePythonClientFirst(t *testing.T) {
	root := reply(200, `{"api_version":"1.3.0","endpoints":[],"conformsTo":["https://api.openeo.org/1.3.0/authentication/jwt"]}`)
	only := func(bare bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer oidc/") == bare {
				reply(403, refused)(w, r)
				return
			}
			reply(200, `{"user_id":"s"}`)(w, r)
		}
	}
	for name, tc := range map[string]struct {
		me   http.HandlerFunc
		want checks.Facts
	}{
		"both":      {reply(200, `{"user_id":"s"}`), checks.Facts{"me.bearer_form": "oidc", "python.bearer": "accepted", "login.works": true}},
		"the old":   {only(false), checks.Facts{"me.bearer_form": "oidc", "python.bearer": "accepted", "login.works": true}},
		"only bare": {only(true), checks.Facts{"me.bearer_form": "jwt", "python.bearer": "refused", "login.works": true}},
		"neither":   {reply(403, refused), checks.Facts{"me.bearer_form": "oidc", "login.works": false, "me.alone.answer": "refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/me": tc.me, "/": root}), probe.Options{}, nil).Evidence
			holds(t, checks.Derive(e.Facts), tc.want)
		})
	}
}

// TestAFormThatNobodyAnnouncedIsTriedOnceAndIsNoLogin: openEO clients send the token alone only
// where that is announced.
func TestAFormThatNobodyAnnouncedIsTriedOnceAndIsNoLogin(t *testing.T) {
	alone := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			switch header := r.Header.Get("Authorization"); {
			case header == "":
				reply(401, `{"code":"AuthenticationRequired","message":"Unauthorized."}`)(w, r)
			case strings.HasPrefix(header, "Bearer oidc/"):
				reply(status, body)(w, r)
			default:
				reply(200, `{"user_id":"s"}`)(w, r)
			}
		}
	}
	accepted := checks.Facts{"me.bearer_form": "oidc", "me.reason": "form", "me.alone.status": 200, "me.alone.answer": "accepted", "login.works": false}
	for name, tc := range map[string]struct {
		me   http.HandlerFunc
		want checks.Facts
	}{
		"the driver's code":      {alone(403, refused), accepted},
		"a gateway":              {alone(401, `{"message":"Unauthorized"}`), accepted},
		"a missing header":       {alone(401, `{"code":"AuthenticationRequired","message":"Unauthorized."}`), accepted},
		"words of its own":       {alone(400, `{"detail":"Not a JSON Web Token"}`), accepted},
		"neither form":           {reply(403, refused), checks.Facts{"me.reason": "token-invalid", "me.alone.status": 403, "me.alone.answer": "refused"}},
		"a page for every token": {reply(401, `<html><body>Please authenticate</body></html>`), checks.Facts{"me.alone.answer": "refused", "login.works": false}},
		"another reason":         {alone(403, `{"code":"PermissionsInsufficient","message":"No access."}`), checks.Facts{"me.reason": "account", "me.alone.answer": "not-asked"}},
		"an outage":              {alone(503, `{}`), checks.Facts{"me.alone.answer": "not-asked"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/me": tc.me}), probe.Options{}, nil).Evidence
			holds(t, checks.Derive(e.Facts), tc.want)
		})
	}
}

// TestConnectIsThatOfThePythonClient: a login that it does not get to is none.
func TestConnectIsThatOfThePythonClient(t *testing.T) {
	for name, tc := range map[string]struct {
		root    http.HandlerFunc
		connect string
		works   bool
	}{
		"as it should be":          {reply(200, `{"api_version":"1.2.0","endpoints":[]}`), "ok", true},
		"old name":                 {reply(200, `{"version":"1.0.0"}`), "ok", true},
		"a candidate":              {reply(200, `{"api_version":"1.3.0-rc.1"}`), "ok", true},
		"digits of another script": {reply(200, `{"api_version":"１.𝟤.٠"}`), "ok", true},
		"a zero of another script": {reply(200, `{"api_version":"𝟬.𝟵.٠"}`), "version", false},
		"a very large number":      {reply(200, `{"api_version":"1.99999999999999999999999999"}`), "ok", true},
		"absent":                   {reply(404, `{"code":"NotFound","message":"Resource not found."}`), "absent", false},
		"a page":                   {reply(200, `<html><body>Welcome</body></html>`), "page", false},
		"without version":          {reply(200, `{"endpoints":[]}`), "incomplete", false},
		"too old":                  {reply(200, `{"api_version":"0.4.2","endpoints":[]}`), "version", false},
		"a word":                   {reply(200, `{"api_version":"draft","endpoints":[]}`), "version", false},
		"refused":                  {reply(403, `{"message":"no"}`), "refused", false},
		"another good one":         {reply(201, `{"api_version":"1.2.0","endpoints":[]}`), "refused", false},
	} {
		t.Run(name, func(t *testing.T) {
			// The API root of a back-end without /.well-known/openeo is its address.
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/": tc.root}), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, checks.Facts{"python.connect": tc.connect, "login.works": tc.works})
		})
	}
}

// TestThePythonClientEndsOnTheWay: each of these answers leaves the addresses below it in order,
// and ends the client's login.
func TestThePythonClientEndsOnTheWay(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	host := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			reply(200, strings.ReplaceAll(text, "HOST", "http://"+r.Host))(w, r)
		}
	}
	list := func(rest string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/credentials/oidc": host(`{"providers":[{"id":"p","title":"P","issuer":"HOST/realms/x"}` + rest + `]}`)}
	}
	behind := func(first string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/credentials/oidc": host(`{"providers":[` + first + `,{"id":"p","title":"P","issuer":"HOST/realms/x"}]}`)}
	}
	listed := func(issuer string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/credentials/oidc": host(`{"providers":[{"id":"p","title":"P","issuer":"` + issuer + `"}]}`)}
	}
	scoped := func(scopes string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/credentials/oidc": host(`{"providers":[{"id":"p","title":"P","issuer":"HOST/realms/x","scopes":` + scopes + `}]}`)}
	}
	at := func(address string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/.well-known/openeo": func(w http.ResponseWriter, r *http.Request) {
			reply(200, `{"versions":[{"api_version":"1.2.0","url":"`+strings.ReplaceAll(address, "HOST", r.Host)+`"}]}`)(w, r)
		}}
	}
	const document = `{"issuer":"HOST/other","token_endpoint":"HOST/%s"}`
	other := func(token string) map[string]http.HandlerFunc {
		answers := listed("HOST/other")
		answers["/other/.well-known/openid-configuration"] = host(strings.Replace(document, "%s", token, 1))
		return answers
	}
	twoNames := func(accepted ...string) map[string]http.HandlerFunc {
		answers := other("realms/x/protocol/openid-connect/token")
		answers["/credentials/oidc"] = host(`{"providers":[{"id":"other","title":"O","issuer":"HOST/other"},{"id":"p","title":"P","issuer":"HOST/realms/x"}]}`)
		answers["/me"] = func(w http.ResponseWriter, r *http.Request) {
			if id := strings.Split(r.Header.Get("Authorization"), "/")[1]; slices.Contains(accepted, id) {
				reply(200, `{"user_id":"s"}`)(w, r)
				return
			}
			reply(403, `{"id":"r","code":"TokenInvalid","message":"Authorization token has expired or is invalid. Please authenticate again."}`)(w, r)
		}
		return answers
	}
	for name, tc := range map[string]struct {
		instead map[string]http.HandlerFunc
		works   bool
	}{
		"two names, both accepted":  {twoNames("other", "p"), true},
		"two names, one accepted":   {twoNames("p"), false},
		"as it should be":           {list(""), true},
		"a broken root":             {map[string]http.HandlerFunc{"/": closeAtOnce}, false},
		"a root that leads nowhere": {map[string]http.HandlerFunc{"/": http.RedirectHandler("http://127.0.0.1:1/login", http.StatusFound).ServeHTTP}, false},
		"an incomplete address":     {map[string]http.HandlerFunc{"/.well-known/openeo": host(`{"versions":[{"api_version":"1.2.0","url":"/"}]}`)}, false},
		"no address":                {map[string]http.HandlerFunc{"/.well-known/openeo": host(`{"versions":[{"api_version":"1.2.0"}]}`)}, true},
		"a plain address":           {at("http://HOST//"), true},
		"an address in capitals":    {at("HTTP://HOST"), false},
		"an address with dots":      {at("http://HOST/x/.."), false},
		"an address with a dot":     {at("http://HOST/./"), false},
		"an address behind a blank": {at(" http://HOST"), false},
		"an ID that is a list":      {list(`,{"id":["q"],"title":"Q","issuer":"https://q.example.org"}`), false},
		"an ID that is an object":   {list(`,{"id":{},"title":"Q","issuer":"https://q.example.org"}`), false},
		"an entry without ID":       {list(`,{"title":"Q","issuer":"https://q.example.org"}`), false},
		"an entry that is a text":   {list(`,"q"`), false},
		"an entry without issuer":   {list(`,{"id":"q","title":"Q"}`), true},
		"no issuer at first":        {behind(`{"id":"q","title":"Q"}`), false},
		"an odd issuer at first":    {behind(`{"id":"q","title":"Q","issuer":5}`), false},
		"an empty ID at first":      {behind(`{"id":"","title":"Q","issuer":"HOST/realms/x"}`), false},
		"an odd ID at first":        {behind(`{"id":5,"title":"Q","issuer":"HOST/realms/x"}`), false},
		"the same ID at first":      {behind(`{"id":"p","title":"P"}`), true},
		"scopes of another":         {list(`,{"id":"q","title":"Q","issuer":"https://q.example.org","scopes":["openid",1]}`), true},
		"a scope that is a number":  {scoped(`["openid",1]`), false},
		"scopes in one text":        {scoped(`"openid email"`), true}, // of which this server knows none, and says nothing
		"no scopes":                 {scoped(`null`), true},
		"one ID twice":              {list(`,{"id":"p","title":"P","issuer":"HOST/absent"}`), false},
		"a title that is empty":     {map[string]http.HandlerFunc{"/credentials/oidc": host(`{"providers":[{"id":"p","title":"","issuer":"HOST/realms/x"}]}`)}, true},
		"an issuer with its path":   {listed("HOST/realms/x/.well-known/openid-configuration"), false},
		"an issuer behind a blank":  {listed(" HOST/realms/x"), true},
		"an issuer with a blank":    {listed("HOST/realms/x "), false},
		"an issuer with dots":       {listed("HOST/y/../realms/./x"), true},
		"an issuer with slashes":    {listed("HOST/realms//x"), true},
		"an issuer without a host":  {listed("/realms/x"), false},
		"an issuer of its own kind": {listed("ftp://idp.example.org"), false},
		"another token endpoint":    {other("token"), false},
		"an issuer by another name": {other("realms/x/protocol/openid-connect/token"), true},
		"no number":                 {map[string]http.HandlerFunc{"/me": reply(200, `{"user_id":"NaN","budget":Infinity,"storage":{"free":-Infinity,"used":NaN}}`)}, true},
		"a mark before the list":    {map[string]http.HandlerFunc{"/.well-known/openeo": host("\ufeff" + `{"versions":[{"api_version":"1.2.0","url":"HOST/absent"}]}`)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			report := checks.Diagnose(catalog, probe.Run(t.Context(), login(t, tc.instead), probe.Options{}, nil).Evidence)
			holds(t, report.Facts, checks.Facts{"me.answer": "accepted", "login.works": tc.works})
			if (report.Verdict == checks.Healthy) != tc.works {
				t.Errorf("%s: %v", report.Verdict, report.Diagnoses)
			}
		})
	}
	s := login(t, behind(`{"id":"q","title":"Q"}`))
	s.ProviderID, s.ProviderBy = "p", probe.ByFlag
	holds(t, checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts), checks.Facts{"login.works": true}) // who names one takes it
}

// What the list of providers has for scopes is asked for as the Python client does: of a text each
// letter, of an object the names.
func TestScopesAreAskedForAsThePythonClientDoes(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	const neither = "no token"
	for scopes, tc := range map[string]struct{ asked, first string }{
		`["openid","email"]`:          {"email openid", ""},
		`["openid","a\tb"]`:           {"a\tb openid", "scope-not-allowed certain"},
		`"mail"`:                      {"a i l m openid", "backend-response-invalid certain"},
		`{"openid":"x","email":true}`: {"email openid", ""},
		`null`:                        {"openid", ""},
		`0`:                           {"openid", ""},
		`7`:                           {"openid", "backend-response-invalid certain"},
		`["openid",null]`:             {"openid", "backend-response-invalid certain"},
	} {
		t.Run(scopes, func(t *testing.T) {
			asked := neither
			var issuer string
			s := login(t, map[string]http.HandlerFunc{
				"/credentials/oidc": func(w http.ResponseWriter, _ *http.Request) {
					_, _ = io.WriteString(w, `{"providers":[{"id":"p","title":"P","issuer":"`+issuer+`","scopes":`+scopes+`}]}`)
				},
				tokenPath: func(w http.ResponseWriter, r *http.Request) {
					if asked == neither {
						asked = r.FormValue("scope")
					}
					for scope := range strings.SplitSeq(r.FormValue("scope"), " ") {
						if scope != "openid" && scope != "email" {
							reply(400, `{"error":"invalid_scope","error_description":"Invalid scopes: `+strings.ReplaceAll(scope, "\t", " ")+`"}`)(w, r)
							return
						}
					}
					reply(200, `{"access_token":"opaque-and-long-enough","token_type":"Bearer","expires_in":300}`)(w, r)
				},
			})
			issuer = s.Environment.Issuer
			e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
			r := checks.Diagnose(catalog, e)
			first, _ := r.First()
			if got := first.ID + " " + string(first.Certainty); asked != tc.asked || (tc.first == "") != (r.Verdict == checks.Healthy) || tc.first != "" && got != tc.first {
				t.Errorf("asked for %q; %s, %s", asked, r.Verdict, got)
			}
		})
	}
}

// White space and dots in an address of the document are what the Python client's library makes of
// them.
func TestAnEndpointIsReadAsThePythonClientReadsIt(t *testing.T) {
	for written, works := range map[string]bool{
		" %s/protocol/openid-connect/token": true, "%s/protocol/x/../openid-connect/./token": true, "%s/protocol/openid-connect/token%%20": false,
	} {
		var issuer string
		s := login(t, map[string]http.HandlerFunc{"/realms/x/.well-known/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"userinfo_endpoint":%q}`, issuer, fmt.Sprintf(written, issuer), issuer+"/userinfo")
		}})
		issuer = s.Environment.Issuer
		if f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts); f.Is(checks.LoginWorks) != works {
			t.Errorf("%q works: %v", written, !works)
		}
	}
}

// TestOnlyBearerTokensAreOfUse to openEO clients, whatever the case of the word.
func TestOnlyBearerTokensAreOfUse(t *testing.T) {
	for kind, want := range map[string]bool{"Bearer": true, "bearer": true, "BEARER": true, "DPoP": false, "mac": false, "Bearer ": false} {
		answer := reply(200, `{"access_token":"opaque-and-long-enough","token_type":"`+kind+`"}`)
		f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/realms/x/protocol/openid-connect/token": answer}), probe.Options{}, nil).Evidence.Facts)
		holds(t, f, checks.Facts{"token.issued": want, "token.type_is_bearer": want, "token.any_issued": want})
	}
}

func TestTheVersionIsChosenAsThePythonClientDoes(t *testing.T) {
	for list, want := range map[string]string{
		`[{"api_version":"1.1.0","url":"/a"},{"api_version":"1.2.0","url":"/b"}]`:                    "/b",
		`[{"api_version":"1.2.0","url":"/a"},{"api_version":"1.10.0","url":"/b"}]`:                   "/a", // it compares texts
		`[{"api_version":"1.2.0","url":"/a","production":false},{"api_version":"1.1.0","url":"/b"}]`: "/b",
		`[{"api_version":"1.2.0","url":"/a","production":false}]`:                                    "/a",
		`[{"api_version":"0.4.2","url":"/a"},{"api_version":"1.0.0","url":"/b"}]`:                    "/b",
		`[{"api_version":"0.4.2","url":"/a"}]`:                                                       "",
		`[{"api_version":"1.2.0","url":"/a"},{"url":"/b"}]`:                                          "", // it stumbles, and takes the address itself
		`[{"api_version":"1.2.0","url":"/a"},7]`:                                                     "",
		`[{"api_version":"1.2.0","url":"/a"},{"api_version":"draft","url":"/b"}]`:                    "",
		`[{"api_version":"1.1.0","url":"/a","production":0},{"api_version":"1.0.0","url":"/b"}]`:     "/b",
		`[{"api_version":"1.1.0","url":"/a","production":null},{"api_version":"1.0.0","url":"/b"}]`:  "/b",
		`[{"api_version":"1.1.0","url":"/a","production":"yes"},{"api_version":"1.0.0","url":"/b"}]`: "/a",
		`[{"api_version":"1.2.0-rc.1","url":"/a"},{"api_version":"1.1.0","url":"/b"}]`:               "/a",
		`{"1.2.0":"/a"}`: "",
	} {
		s := login(t, map[string]http.HandlerFunc{"/.well-known/openeo": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"versions":`+strings.ReplaceAll(list, `"url":"`, `"url":"http://`+r.Host)+`}`)
		}})
		f := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts
		if got := strings.TrimPrefix(f.Text(checks.BackendAPIURL), s.Backend.URL); got != want {
			t.Errorf("%s: %q, not %q", list, got, want)
		}
	}
}

// TestCredentialsUnderAnotherProviderAreNotFoundByPython: it looks for them by the ID of the
// provider, never by the issuer.
func TestCredentialsUnderAnotherProviderAreNotFoundByPython(t *testing.T) {
	for provider, want := range map[string]checks.Facts{
		"p":          {"python.credentials": "auth-config", "python.provider_id": "p", "login.works": true},
		"terrascope": {"python.credentials": "none", "python.provider_id": "p", "login.works": false},
	} {
		s := login(t, nil)
		s.Credentials.ClientIDSource = credentials.Source{Kind: credentials.KindAuthConfig, Name: provider}
		s.Credentials.SecretSource = s.Credentials.ClientIDSource
		s.Credentials.PythonClientWouldUse.Providers = []string{provider}
		holds(t, checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts), want)
	}
}

func TestThePythonClientTakesBothFromOnePlace(t *testing.T) {
	variable, stored, file := credentials.KindEnvironment, credentials.KindAuthConfig, credentials.KindSecretFile
	for places, want := range map[[2]credentials.Kind]bool{
		{variable, variable}: false, {stored, stored}: false, {variable, stored}: true, {stored, variable}: true, {variable, file}: false,
	} {
		s := login(t, nil)
		s.Credentials.ClientIDSource = credentials.Source{Kind: places[0], Name: "p"}
		s.Credentials.SecretSource = credentials.Source{Kind: places[1], Name: "p"}
		holds(t, probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts, checks.Facts{"python.mixed": want})
	}
}

// TestStoredProvidersDecideWhereNobodyChooses: the Python client reads auth-config.json to choose
// between several providers, also where the credentials are in variables.
func TestStoredProvidersDecideWhereNobodyChooses(t *testing.T) {
	both := map[string]http.HandlerFunc{"/credentials/oidc": func(w http.ResponseWriter, r *http.Request) {
		reply(200, `{"providers":[{"id":"q","title":"Q","issuer":"https://q.example.org"},{"id":"p","title":"P","issuer":"http://`+r.Host+`/realms/x"}]}`)(w, r)
	}}
	for name, tc := range map[string]struct {
		instead map[string]http.HandlerFunc
		asked   string
		stored  []string
		fault   string
		want    checks.Facts
	}{
		"nothing":      {both, "", nil, "", checks.Facts{"python.provider_id": "q", "providers.asked_by": "", "login.works": false, "python.file_blocks": false}},
		"ours":         {both, "", []string{"p"}, "", checks.Facts{"python.provider_id": "p", "providers.asked_by": "auth-config.json", "login.works": true}},
		"another":      {both, "", []string{"q"}, "", checks.Facts{"python.provider_id": "q", "providers.asked_by": "auth-config.json", "login.works": false}},
		"both":         {both, "", []string{"p", "q"}, "", checks.Facts{"python.provider_id": "q", "providers.asked_by": "", "login.works": false}},
		"an old one":   {both, "", []string{"old", "p"}, "", checks.Facts{"python.provider_id": "p", "login.works": true}},
		"a choice":     {both, "p", []string{"q"}, "not JSON", checks.Facts{"python.provider_id": "p", "providers.asked_by": "--provider-id", "login.works": true, "python.file_blocks": false}},
		"one provider": {nil, "", []string{"q"}, "not JSON", checks.Facts{"python.provider_id": "p", "providers.asked_by": "", "login.works": true, "python.file_blocks": false}},
		"unreadable":   {both, "", []string{"p"}, "others may read the file", checks.Facts{"providers.asked_by": "auth-config.json", "python.file_blocks": true, "python.file_fault": "others may read the file"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := login(t, tc.instead)
			if s.ProviderID, s.ProviderBy = tc.asked, ""; tc.asked != "" {
				s.ProviderBy = probe.ByFlag
			}
			python := &s.Credentials.PythonClientWouldUse
			python.Providers, python.FileFault = tc.stored, tc.fault
			holds(t, checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts), tc.want)
		})
	}
}

func TestANetrcEntryIsSeen(t *testing.T) {
	for text, want := range map[string]bool{
		"machine 127.0.0.1 login a password b\n": true, "machine 127.0.0.1\n  login a\n  password b\n": true, "default login a password b\n": true,
		"machine other login 127.0.0.1 password b\n": false, "": false, "macdef init\nmachine 127.0.0.1\n\nmachine other login a password default\n": false, "# machine 127.0.0.1\n": false,
	} {
		home := t.TempDir()
		if err := os.WriteFile(filepath.Join(home, ".netrc"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, variable := range []string{"HOME", "NETRC"} {
			value := map[string]string{"HOME": home, "NETRC": filepath.Join(home, ".netrc")}[variable]
			o := probe.Options{Lookup: func(name string) (string, bool) { return value, name == variable }}
			f := probe.Run(t.Context(), login(t, nil), o, nil).Evidence.Facts
			if got := f.Text(checks.PythonNetrc); (got == "127.0.0.1") != want {
				t.Errorf("%s, %q: %q", variable, text, got)
			}
		}
	}
}
