package probe_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
)

const registered = "s3cret-of-the-lab_0123"

// login is a server that is identity provider and back-end in one, where "lab" can log in with its
// registered secret. Some of its answers may be replaced.
func login(t *testing.T, instead map[string]http.HandlerFunc) probe.Subject {
	t.Helper()
	var srv *httptest.Server
	answers := map[string]http.HandlerFunc{
		"/realms/x/.well-known/openid-configuration": func(w http.ResponseWriter, _ *http.Request) {
			issuer := srv.URL + "/realms/x"
			_, _ = fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q,"authorization_endpoint":%q,"jwks_uri":%q,"userinfo_endpoint":%q}`, issuer,
				issuer+"/protocol/openid-connect/token", issuer+"/protocol/openid-connect/auth", issuer+"/keys", issuer+"/userinfo")
		},
		"/realms/x/protocol/openid-connect/token": func(w http.ResponseWriter, r *http.Request) {
			id, secret, _ := r.BasicAuth()
			if id == "" {
				id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
			}
			if id != "lab" || secret != registered {
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`)
				return
			}
			_, _ = io.WriteString(w, `{"access_token":"opaque-and-long-enough","token_type":"Bearer","expires_in":300}`)
		},
		authPath: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"Invalid parameter: redirect_uri"}`)
		},
		"/realms/x/keys":     reply(200, `{"keys":[]}`),
		"/realms/x/userinfo": reply(200, `{"sub":"s"}`),
		"/":                  reply(200, `{"api_version":"1.2.0","endpoints":[]}`),
		"/credentials/oidc": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"providers":[{"id":"p","title":"P","issuer":%q,"scopes":["openid"]}]}`, srv.URL+"/realms/x")
		},
		"/me": reply(200, `{"user_id":"s"}`),
	}
	maps.Copy(answers, instead)
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if answer := answers[r.URL.Path]; answer != nil {
			answer(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(srv.Close)
	s := probe.Subject{
		Environment: environments.Environment{ID: "x", Title: "X", Issuer: srv.URL + "/realms/x"},
		Backend:     &environments.Backend{ID: "back", URL: srv.URL},
	}
	s.Credentials.ClientID, s.Credentials.Secret = "lab", credentials.NewSecret(registered)
	return s
}

func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// holds compares the facts that matter.
func holds(t *testing.T, f checks.Facts, want checks.Facts) {
	t.Helper()
	got := checks.Facts{}
	for name := range want {
		if v, ok := f[name]; ok {
			got[name] = v
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("facts (-want +got):\n%s", d)
	}
}

func TestAWrappedSecretIsTriedOnceWithout(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte(registered))
	for wrapped, form := range map[string]string{
		registered + " # from the vault": "comment", `{"client_secret":"` + registered + `"}`: "json", encoded: "base64", "OPENEO_SECRET=" + registered: "line",
		"lab:" + registered: "pair", "Basic " + base64.StdEncoding.EncodeToString([]byte("lab:"+registered)): "header", strings.Replace(registered, "_", "&#95;", 1): "html",
	} {
		s := login(t, nil)
		s.Credentials.Secret = credentials.NewSecret(wrapped)
		e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
		holds(t, checks.Derive(e.Facts), checks.Facts{"secret.unwrapped.form": form, "token_unwrapped.issued": true, "secret.unwrapped.answer": "accepted", "me.status": 200})
		if n := len(e.Requests); n > sixteen {
			t.Errorf("%d requests", n)
		}
	}
	for _, quoted := range []string{`"` + registered, registered + "'", "'" + registered + "'"} {
		s := login(t, nil)
		s.Credentials.Secret = credentials.NewSecret(quoted)
		f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
		holds(t, f, checks.Facts{"token_unquoted.issued": true})
	}
}

func TestMeIsAskedAgainWithoutTheHeaderOnlyWhereItIsInQuestion(t *testing.T) {
	const refused = `{"code":"AuthenticationRequired","message":"Unauthorized."}`
	for name, tc := range map[string]struct {
		me   http.HandlerFunc
		want checks.Facts
	}{
		"the same": {reply(401, refused), checks.Facts{"me.bare.status": 401, "me.bare.same": true}},
		"another": {func(w http.ResponseWriter, r *http.Request) {
			text := refused
			if r.Header.Get("Authorization") != "" {
				text = strings.Replace(refused, "Unauthorized.", "Not you.", 1)
			}
			reply(401, text)(w, r)
		}, checks.Facts{"me.bare.status": 401, "me.bare.same": false}},
		"not in question": {reply(403, `{"code":"TokenInvalid","message":"Authorization token has expired or is invalid. Please authenticate again."}`), checks.Facts{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/me": tc.me}), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, tc.want)
			if f.Known(checks.MeBareStatus) != (len(tc.want) > 0) {
				t.Error("asked without need, or not asked")
			}
		})
	}
}

// TestATokenThatIsTheSecretIsNotSentOn.
func TestATokenThatIsTheSecretIsNotSentOn(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("lab:" + registered))
	for _, token := range []string{registered, strings.ToUpper(registered), "x" + registered + "y", encoded, hex.EncodeToString([]byte(registered))} {
		var sent strings.Builder
		keep := func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintln(&sent, r.Header)
			reply(401, `{}`)(w, r)
		}
		s := login(t, map[string]http.HandlerFunc{
			"/realms/x/protocol/openid-connect/token": reply(200, `{"access_token":"`+token+`","token_type":"Bearer"}`), "/me": keep, "/realms/x/userinfo": keep,
		})
		f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
		holds(t, f, checks.Facts{"token.repeats_secret": true, "token.issued": false})
		if strings.Contains(strings.ToLower(sent.String()), registered) || strings.Contains(sent.String(), token) {
			t.Errorf("it was sent on: %s", &sent)
		}
	}
}

// A provider's secrets, tokens, names and addresses may begin alike. Then each is used as it is, and
// none is shown with a piece of the secret in it.
func TestASecretThatBeginsAsOtherThingsDo(t *testing.T) {
	const prefix = "lab-2026-node7-"
	var scopes, bearer string
	s := login(t, map[string]http.HandlerFunc{
		"/realms/x/.well-known/openid-configuration": func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `{"issuer":"http://%[1]s/realms/x","token_endpoint":"http://%[1]s/%[2]stoken"}`, r.Host, prefix)
		},
		"/" + prefix + "token": func(w http.ResponseWriter, r *http.Request) {
			scopes = r.FormValue("scope")
			reply(200, `{"access_token":"`+prefix+`Zq81vKp0Lx4MtW9c","token_type":"Bearer"}`)(w, r)
		},
		"/.well-known/openeo": func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `{"versions":[{"api_version":"1.2.0","url":"http://%s/%sapi"}]}`, r.Host, prefix)
		},
		"/" + prefix + "api/": reply(200, `{"api_version":"1.2.0","endpoints":[]}`),
		"/" + prefix + "api/credentials/oidc": func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `{"providers":[{"id":"%[2]sp","title":"P","issuer":"http://%[1]s/realms/x","scopes":["openid","%[2]sscope"]}]}`, r.Host, prefix)
		},
		"/" + prefix + "api/me": func(w http.ResponseWriter, r *http.Request) {
			bearer = r.Header.Get("Authorization")
			reply(200, `{"user_id":"s"}`)(w, r)
		},
	})
	s.Credentials.Secret = credentials.NewSecret(prefix + "kR5yQ2hTn6Fd")
	shared := sharedBy(t, probe.Limits{PerHost: 1})
	for _, o := range []probe.Options{{}, {Shared: shared}} {
		e := probe.Run(t.Context(), s, o, nil).Evidence
		holds(t, checks.Derive(e.Facts), checks.Facts{"token.repeats_secret": false, "token.issued": true, "me.status": 200, "login.works": true})
		if want := "Bearer oidc/" + prefix + "p/" + prefix + "Zq81vKp0Lx4MtW9c"; scopes != prefix+"scope openid" || bearer != want {
			t.Errorf("scope %q, %q", scopes, bearer)
		}
		if text := fmt.Sprint(e); strings.Contains(text, "2026-node7") {
			t.Errorf("a piece of the secret is shown: %s", text)
		}
	}
}

// A secret with quotes or white space around it is the same secret without them: no address that
// holds it is asked.
func TestNoAddressHoldsWhatASecretIsWithoutItsQuotes(t *testing.T) {
	const bare = "zQ81vKp0L7x"
	asked := false
	s := login(t, map[string]http.HandlerFunc{
		"/.well-known/openeo": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/"+bare+"/openeo", http.StatusFound)
		},
		"/" + bare + "/openeo": func(w http.ResponseWriter, r *http.Request) {
			asked = true
			_, _ = fmt.Fprintf(w, `{"versions":[{"api_version":"1.2.0","url":"http://%s"}]}`, r.Host)
		},
	})
	for _, secret := range []string{`"` + bare + `"`, bare + "\n", bare} {
		s.Credentials.Secret = credentials.NewSecret(secret)
		e := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence
		if asked {
			t.Errorf("the secret %q was sent in an address", secret)
		}
		if strings.Contains(fmt.Sprint(e), bare) {
			t.Errorf("the secret %q is shown: %v", secret, e)
		}
	}
}

// TestTheReportSaysWhereTheSecretWent: by what was sent, not by what was meant to be.
func TestTheReportSaysWhereTheSecretWent(t *testing.T) {
	s := login(t, nil)
	for _, q := range probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Requests {
		if q.SecretSent == nil || *q.SecretSent != (q.Step == "token") {
			t.Errorf("%s: %v", q.Step, q.SecretSent)
		}
	}
	s.Environment.Issuer = "http://127.0.0.1:1"
	for _, q := range probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Requests {
		if q.SecretSent == nil || *q.SecretSent {
			t.Errorf("%s: %v", q.Step, q.SecretSent)
		}
	}
}

// TestNoAddressHoldsTheSecret: somebody pasted it there.
func TestNoAddressHoldsTheSecret(t *testing.T) {
	s := login(t, nil)
	s.Backend.URL += "/" + registered
	for _, q := range probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Requests {
		if q.Step == "well-known" || q.Step == "capabilities" {
			t.Errorf("%s was asked", q.Step)
		}
	}
}

// TestTheClockIsNotTakenFromACache (RFC 9111 section 5.1).
func TestTheClockIsNotTakenFromACache(t *testing.T) {
	discovery := func(age string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(-2*time.Hour).UTC().Format(http.TimeFormat))
			if age != "" {
				w.Header().Set("Age", age)
			}
			reply(200, `{"issuer":"http://`+r.Host+`/realms/x","token_endpoint":"http://`+r.Host+`/realms/x/protocol/openid-connect/token"}`)(w, r)
		}
	}
	for age, skewed := range map[string]bool{"7200": false, "": true, "0": true} {
		s := login(t, map[string]http.HandlerFunc{"/realms/x/.well-known/openid-configuration": discovery(age), tokenPath: reply(401, `{"error":"invalid_client"}`)})
		s.Credentials.Secret = credentials.Secret{} // so the document is all there is
		if f := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts; f.Is(checks.ClockSkewed) != skewed {
			t.Errorf("Age %q: skewed %v", age, f.Is(checks.ClockSkewed))
		}
		s = login(t, map[string]http.HandlerFunc{"/realms/x/.well-known/openid-configuration": discovery(age)})
		if f := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts; f.Is(checks.ClockSkewed) {
			t.Errorf("Age %q: the token's answer, which no cache gives, has the right time", age)
		}
	}
}

// TestAForeignDateDoesNotExpireAToken: the token is as old as the local clock says.
func TestAForeignDateDoesNotExpireAToken(t *testing.T) {
	token := func(issued, expires time.Time) string {
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return part(`{"alg":"none"}`) + "." + part(fmt.Sprintf(`{"iat":%d,"exp":%d}`, issued.Unix(), expires.Unix())) + "." + part("signature-of-nobody")
	}
	now := time.Now()
	for name, tc := range map[string]struct {
		date, issued, expires time.Time
		expired               bool
	}{
		"a Date from elsewhere":  {now.Add(10 * time.Minute), now, now.Add(5 * time.Minute), false},
		"really expired":         {now, now.Add(-time.Hour), now.Add(-time.Minute), true},
		"no lifetime":            {now, now, now.Add(-time.Second), true},
		"the local clock is off": {now.Add(-time.Hour), now.Add(-time.Hour), now.Add(-55 * time.Minute), false},
	} {
		s := login(t, map[string]http.HandlerFunc{"/realms/x/protocol/openid-connect/token": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", tc.date.UTC().Format(http.TimeFormat))
			reply(200, `{"access_token":"`+token(tc.issued, tc.expires)+`","token_type":"Bearer"}`)(w, r)
		}})
		if f := probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts; f.Is(checks.JWTExpired) != tc.expired {
			t.Errorf("%s: expired %v", name, f.Is(checks.JWTExpired))
		}
	}
}

// TestTheLibrarysDebuggingDoesNotShowTheSecret: with GODEBUG=http2debug the library writes the
// headers of HTTP/2, and two of them would be the Basic header and the token.
func TestTheLibrarysDebuggingDoesNotShowTheSecret(t *testing.T) {
	if os.Getenv("PROBE_HTTP2_CHILD") != "" {
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildOverHTTP2$", "-test.v")
	child.Env = append(os.Environ(), "PROBE_HTTP2_CHILD=1", "GODEBUG=http2debug=2")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, part := range []string{registered, base64.StdEncoding.EncodeToString([]byte("lab:" + registered))[:24]} {
		if strings.Contains(string(out), part) {
			t.Errorf("%q is in the output", part)
		}
	}
	if !strings.Contains(string(out), "asked with Basic") {
		t.Errorf("the Basic header was not sent:\n%s", out)
	}
}

// TestChildOverHTTP2 is the program that the test above starts.
func TestChildOverHTTP2(t *testing.T) {
	if os.Getenv("PROBE_HTTP2_CHILD") == "" {
		return
	}
	var srv *httptest.Server
	srv = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if _, _, ok := r.BasicAuth(); ok {
			fmt.Println("asked with Basic, over", r.Proto)
		}
		if r.Method == http.MethodPost {
			reply(401, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`)(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"token_endpoint":%q}`, srv.URL, srv.URL+"/realms/x/protocol/openid-connect/token")
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	s := probe.Subject{Environment: environments.Environment{ID: "x", Issuer: srv.URL}}
	s.Credentials.ClientID, s.Credentials.Secret = "lab", credentials.NewSecret(registered)
	probe.Run(t.Context(), s, probe.Options{RootCAs: srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}, nil)
}
