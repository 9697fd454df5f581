package probe_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
)

const refused = `{"code":"TokenInvalid","message":"Authorization token has expired or is invalid. Please authenticate again."}`

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

// TestAFormThatNobodyAnnouncedIsTriedOnceAndIsNoLogin: openEO clients send the token alone only where that is announced.
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
		"as it should be":  {reply(200, `{"api_version":"1.2.0","endpoints":[]}`), "ok", true},
		"old name":         {reply(200, `{"version":"1.0.0"}`), "ok", true},
		"a candidate":      {reply(200, `{"api_version":"1.3.0-rc.1"}`), "ok", true},
		"absent":           {reply(404, `{"code":"NotFound","message":"Resource not found."}`), "absent", false},
		"a page":           {reply(200, `<html><body>Welcome</body></html>`), "page", false},
		"without version":  {reply(200, `{"endpoints":[]}`), "incomplete", false},
		"too old":          {reply(200, `{"api_version":"0.4.2","endpoints":[]}`), "version", false},
		"a word":           {reply(200, `{"api_version":"draft","endpoints":[]}`), "version", false},
		"refused":          {reply(403, `{"message":"no"}`), "refused", false},
		"another good one": {reply(201, `{"api_version":"1.2.0","endpoints":[]}`), "refused", false},
	} {
		t.Run(name, func(t *testing.T) {
			// The API root of a back-end without /.well-known/openeo is its address.
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/": tc.root}), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, checks.Facts{"python.connect": tc.connect, "login.works": tc.works})
		})
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

// TestCredentialsUnderAnotherProviderAreNotFoundByPython: it looks for them by the ID of the provider, never by the issuer.
func TestCredentialsUnderAnotherProviderAreNotFoundByPython(t *testing.T) {
	for provider, want := range map[string]checks.Facts{
		"p":          {"python.credentials": "auth-config", "python.provider_id": "p", "login.works": true},
		"terrascope": {"python.credentials": "none", "python.provider_id": "p", "login.works": false},
	} {
		s := login(t, nil)
		s.Credentials.ClientIDSource = credentials.Source{Kind: credentials.KindAuthConfig, Name: provider}
		s.Credentials.SecretSource = s.Credentials.ClientIDSource
		holds(t, checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts), want)
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

// TestTheListIsReadAsThePythonClientReadsIt: it looks at the ID of every entry, and joins the scopes of the one that it takes.
func TestTheListIsReadAsThePythonClientReadsIt(t *testing.T) {
	for name, tc := range map[string]struct {
		entries string // behind the one that is used
		own     string // more of the one that is used
		list    string
		works   bool
	}{
		"as it should be":          {"", `,"title":"P","scopes":["openid"]`, "ok", true},
		"a title that is empty":    {"", `,"title":""`, "ok", true},
		"a title that is no text":  {"", `,"title":null`, "ok", true},
		"no title":                 {"", "", "ok", false},
		"no scopes":                {"", `,"title":"P","scopes":null`, "ok", true},
		"scopes in one text":       {"", `,"title":"P","scopes":"openid email"`, "scopes", false},
		"a scope that is a number": {"", `,"title":"P","scopes":["openid",7]`, "scopes", false},
		"another without ID":       {`,{"issuer":"https://other.example.org","title":"O"}`, `,"title":"P"`, "id", false},
		"another without issuer":   {`,{"id":"o","title":"O"}`, `,"title":"P"`, "ok", true},
		"another that is no entry": {`,"o"`, `,"title":"P"`, "id", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := login(t, map[string]http.HandlerFunc{"/credentials/oidc": func(w http.ResponseWriter, r *http.Request) {
				reply(200, `{"providers":[{"id":"p","issuer":"http://`+r.Host+`/realms/x"`+tc.own+`}`+tc.entries+`]}`)(w, r)
			}})
			e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
			holds(t, checks.Derive(e.Facts), checks.Facts{"python.list": tc.list, "login.works": tc.works})
		})
	}
}

// TestATokenOfAnotherTypeIsNoLogin: the Python client takes bearer tokens only, in any letter case.
func TestATokenOfAnotherTypeIsNoLogin(t *testing.T) {
	for kind, works := range map[string]bool{"Bearer": true, "bearer": true, "BEARER": true, "DPoP": false, "N_A": false, "bearer_token": false} {
		t.Run(kind, func(t *testing.T) {
			s := login(t, map[string]http.HandlerFunc{
				"/realms/x/protocol/openid-connect/token": reply(200, `{"access_token":"opaque-and-long-enough","expires_in":300,"token_type":"`+kind+`"}`),
			})
			e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
			holds(t, checks.Derive(e.Facts), checks.Facts{"token.type": kind, "token.type_odd": !works, "login.works": works})
		})
	}
}
