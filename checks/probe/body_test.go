package probe_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
)

func packed[W io.WriteCloser](body string, writer func(io.Writer) W) string {
	var out bytes.Buffer
	w := writer(&out)
	_, _ = io.WriteString(w, body)
	_ = w.Close()
	return out.String()
}

// The Python client's library takes off each compression that it asks for, one time over the other,
// and does not mind what comes after the end or is missing there.
func TestABodyIsUnpackedAsThePythonClientDoes(t *testing.T) {
	const me = `{"user_id":"s"}`
	zipped := packed(me, gzip.NewWriter)
	bare := func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, flate.BestSpeed); return f }
	for name, tc := range map[string]struct {
		coding, body string
		works        bool
	}{
		"plain":              {"", me, true},
		"gzip":               {"gzip", zipped, true},
		"in capitals":        {"GZIP", zipped, true},
		"x-gzip":             {"x-gzip", zipped, true},
		"deflate":            {"deflate", packed(me, zlib.NewWriter), true},
		"deflate, bare":      {"deflate", packed(me, bare), true},
		"twice":              {"deflate, gzip", packed(packed(me, zlib.NewWriter), gzip.NewWriter), true},
		"with more behind":   {"gzip", zipped + "more", true},
		"without its end":    {"gzip", zipped[:len(zipped)-6], true},
		"in two members":     {"gzip", packed(me[:5], gzip.NewWriter) + packed(me[5:], gzip.NewWriter), true},
		"identity":           {"identity", me, true},
		"a name of another":  {"utf-8", me, true},
		"not as it says":     {"gzip", me, false},
		"not in deflate":     {"deflate", me, false},
		"only its beginning": {"gzip", zipped[:6], false},
	} {
		t.Run(name, func(t *testing.T) {
			s := login(t, map[string]http.HandlerFunc{"/me": func(w http.ResponseWriter, _ *http.Request) {
				if tc.coding != "" {
					w.Header().Set("Content-Encoding", tc.coding)
				}
				_, _ = io.WriteString(w, tc.body)
			}})
			if f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts); f.Is(checks.LoginWorks) != tc.works {
				t.Errorf("works: %v (%s)", !tc.works, f.Text(checks.AtMe.Shape))
			}
		})
	}
}

// A server that answers by what a program says of itself and of what it takes answers this one as it
// would the Python client.
func TestAServerAnswersAsItAnswersThePythonClient(t *testing.T) {
	page := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><body>Welcome</body></html>")
	}
	choosy := func(refuses func(http.Header) bool) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
			if refuses(r.Header) {
				page(w)
				return
			}
			reply(200, `{"api_version":"1.2.0","endpoints":[]}`)(w, r)
		}}
	}
	for name, tc := range map[string]struct {
		refuses func(http.Header) bool
		works   bool
	}{
		"JSON for who asks for it":        {func(h http.Header) bool { return !strings.Contains(h.Get("Accept"), "json") }, false},
		"a page for who asks for it":      {func(h http.Header) bool { return strings.Contains(h.Get("Accept"), "html") }, true},
		"nothing for Python's library":    {func(h http.Header) bool { return strings.Contains(h.Get("User-Agent"), "python-requests") }, false},
		"nothing for the Python client":   {func(h http.Header) bool { return strings.Contains(h.Get("User-Agent"), "openeo-python-client") }, false},
		"nothing for Go's library":        {func(h http.Header) bool { return strings.HasPrefix(h.Get("User-Agent"), "Go-http-client") }, true},
		"nothing for who is not Python's": {func(h http.Header) bool { return !strings.Contains(h.Get("User-Agent"), "python") }, true},
	} {
		if f := checks.Derive(probe.Run(t.Context(), login(t, choosy(tc.refuses)), probe.Options{}, nil).Evidence.Facts); f.Is(checks.LoginWorks) != tc.works {
			t.Errorf("%s: works: %v", name, !tc.works)
		}
	}
}

// Redirects that lead in a circle are seen to have no end; many of them may have one.
func TestManyRedirectsAreNoCircle(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	hop := func(cookie bool, last int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			n, _ := strconv.Atoi(r.FormValue("n"))
			if cookie {
				w.Header().Set("Set-Cookie", "seen=1")
			}
			http.Redirect(w, r, r.URL.Path+"?n="+strconv.Itoa(min(n+1, last)), http.StatusFound)
		}
	}
	for name, tc := range map[string]struct {
		at   http.HandlerFunc
		want string
	}{
		"a circle":            {hop(false, 0), "redirect-loop certain"},
		"a circle of two":     {hop(false, 2), "redirect-loop certain"},
		"many":                {hop(false, 9), "redirect-loop likely"},
		"a cookie on the way": {hop(true, 0), "redirect-loop likely"},
	} {
		first, _ := checks.Diagnose(catalog, probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/credentials/oidc": tc.at}), probe.Options{}, nil).Evidence).First()
		if got := first.ID + " " + string(first.Certainty); got != tc.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The Python client takes a discovery document with every status that means success.
func TestADocumentComesWithAnyGoodStatus(t *testing.T) {
	for status, works := range map[int]bool{200: true, 203: true, 206: true, 404: false} {
		var issuer string
		s := login(t, map[string]http.HandlerFunc{"/realms/x/.well-known/openid-configuration": func(w http.ResponseWriter, r *http.Request) {
			reply(status, `{"issuer":"`+issuer+`","token_endpoint":"`+issuer+`/protocol/openid-connect/token"}`)(w, r)
		}})
		issuer = s.Environment.Issuer
		if f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts); f.Is(checks.LoginWorks) != works {
			t.Errorf("%d: works: %v", status, !works)
		}
	}
}
