package probe_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
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
// and does not mind what comes after the end or is missing there, but a checksum of something else.
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
		"another checksum":   {"gzip", zipped[:len(zipped)-8] + "\x00\x00\x00\x00" + zipped[len(zipped)-4:], false},
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

// A host that a redirect leads to, and that is not reached, is not the one that was asked.
func TestARedirectThatLeadsNowhere(t *testing.T) {
	away := http.RedirectHandler("http://localhost:1/login", http.StatusFound).ServeHTTP
	closed := http.RedirectHandler("http://[::1]:1/login", http.StatusFound).ServeHTTP
	for name, tc := range map[string]struct {
		path string
		to   http.HandlerFunc
		want string
	}{
		"another name of this machine": {"/realms/x/.well-known/openid-configuration", away, "idp.failure"},
		"a port that is closed":        {"/realms/x/.well-known/openid-configuration", closed, "idp.failure"},
		"from the back-end":            {"/credentials/oidc", away, "backend.failure"},
	} {
		t.Run(name, func(t *testing.T) {
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{tc.path: tc.to}), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, checks.Facts{tc.want: "redirect-lost"})
		})
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

// The Python client takes a discovery document with every status that is no error and leads nowhere.
func TestADocumentComesWithAnyGoodStatus(t *testing.T) {
	for status, works := range map[int]bool{200: true, 203: true, 206: true, 300: true, 404: false} {
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

func TestAByteOrderMarkEndsThePythonClient(t *testing.T) {
	marked := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			reply(200, "\ufeff"+body)(w, r)
		}
	}
	const token = `{"access_token":"opaque-and-long-enough","token_type":"Bearer"}`
	for name, tc := range map[string]struct {
		instead map[string]http.HandlerFunc
		want    bool
	}{
		"none":                {nil, false},
		"the token":           {map[string]http.HandlerFunc{"/realms/x/protocol/openid-connect/token": marked("application/json", token)}, true},
		"the root":            {map[string]http.HandlerFunc{"/": marked("application/json; charset=utf-8", `{"api_version":"1.2.0","endpoints":[]}`)}, true},
		"/me":                 {map[string]http.HandlerFunc{"/me": marked("text/html", `{"user_id":"s"}`)}, true},
		"encoding is guessed": {map[string]http.HandlerFunc{"/me": marked("application/octet-stream", `{"user_id":"s"}`)}, false},
		"nobody reads it":     {map[string]http.HandlerFunc{"/realms/x/keys": marked("application/json", `{"keys":[]}`)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := checks.Derive(probe.Run(t.Context(), login(t, tc.instead), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, checks.Facts{"login.works": true, "python.marked": tc.want})
		})
	}
}

// The Python client goes by the encoding that an answer names, and guesses where it names none.
func TestAnAnswerIsReadInTheEncodingOfThePythonClient(t *testing.T) {
	in := func(kind, body string, order binary.ByteOrder, size int) http.HandlerFunc {
		var wide []byte
		for _, c := range "\ufeff" + body {
			one := make([]byte, 4)
			if order.PutUint32(one, uint32(c)); size == 2 {
				order.PutUint16(one, uint16(c)) //nolint:gosec // ASCII
			}
			wide = append(wide, one[:size]...)
		}
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(wide)
		}
	}
	plain := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, body)
		}
	}
	const token, root, me = `{"access_token":"opaque-and-long-enough","token_type":"Bearer"}`, `{"api_version":"1.2.0","endpoints":[]}`, `{"user_id":"s"}`
	little, big := binary.LittleEndian, binary.BigEndian
	for name, tc := range map[string]struct {
		path     string
		answer   http.HandlerFunc
		works    bool
		encoding checks.Name // of an answer that is in none
		misnamed string
	}{
		"UTF-16, named":            {tokenPath, in("application/json; charset=UTF-16", token, little, 2), true, checks.AtToken.Encoding, ""},
		"UTF-16, named in quotes":  {tokenPath, in(`application/json;charset="utf_16"`, token, big, 2), true, checks.AtToken.Encoding, ""},
		"UTF-16, guessed":          {"/me", in("application/octet-stream", me, big, 2), true, checks.AtMe.Encoding, ""},
		"UTF-32, named":            {"/", in("application/json; charset=utf-32", root, little, 4), true, checks.AtCapabilities.Encoding, ""},
		"UTF-16, not named":        {tokenPath, in("application/json", token, little, 2), false, checks.AtToken.Encoding, ""},
		"UTF-16, named otherwise":  {"/me", in("application/json; charset=utf-16le", me, big, 2), false, checks.AtMe.Encoding, ""},
		"UTF-16, as a page":        {"/", in("text/html", root, little, 2), false, checks.AtCapabilities.Encoding, ""},
		"UTF-8, named UTF-16":      {tokenPath, plain("application/json; charset=utf-16", token), true, checks.AtToken.Encoding, "utf-16"},
		"UTF-8, named EBCDIC":      {"/me", plain("application/json;charset=IBM037", me), true, checks.AtMe.Encoding, "ibm037"},
		"UTF-8, named Latin-1":     {"/me", plain("application/json; charset=iso-8859-1", me), true, checks.AtMe.Encoding, ""},
		"UTF-8, named as nonsense": {"/me", plain("application/json; charset=bogus", me), true, checks.AtMe.Encoding, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{tc.path: tc.answer}), probe.Options{}, nil).Evidence.Facts)
			holds(t, f, checks.Facts{"python.misnamed": tc.misnamed})
			if f.Is(checks.LoginWorks) != tc.works || f.Text(tc.encoding) != "" == tc.works {
				t.Errorf("works: %v; %s: %q", f.Is(checks.LoginWorks), tc.encoding, f.Text(tc.encoding))
			}
		})
	}
}

// deep is an account with lists in lists in it.
func deep(n int) string {
	return `{"user_id":"s","x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
}

// Python's library for HTTP reads fewer answers than others.
func TestAnAnswerThatTripsPythonsLibrary(t *testing.T) {
	lines := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := range n {
				w.Header().Add("X-Line", strconv.Itoa(i))
			}
			reply(200, `{"user_id":"s"}`)(w, r)
		}
	}
	for name, tc := range map[string]struct {
		me    http.HandlerFunc
		trips string
	}{
		"some header lines": {lines(50), ""},
		"many header lines": {lines(120), "a header of 123 lines"},
		"as many header lines as it reads": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Pragma", "no-cache")
			lines(95)(w, r)
		}, ""},
		"early hints": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			reply(200, `{"user_id":"s"}`)(w, r)
		}, "the interim status 103 (RFC 9110 section 15.2)"},
		"deep JSON":            {reply(200, deep(2000)), "JSON that is 2001 levels deep"},
		"JSON that is shallow": {reply(200, deep(800)), ""},
		"brackets in a text":   {reply(200, `{"user_id":"s","name":"\"`+strings.Repeat("[", 2000)+`"}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := checks.Derive(probe.Run(t.Context(), login(t, map[string]http.HandlerFunc{"/me": tc.me}), probe.Options{}, nil).Evidence.Facts)
			tooDeep := strings.Contains(tc.trips, "deep")
			holds(t, f, checks.Facts{"login.works": true, "python.trips": tc.trips, "python.tripped": tc.trips != "" && !tooDeep, "python.too_deep": tooDeep})
		})
	}
}
