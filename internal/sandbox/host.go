package sandbox

import (
	"mime"
	"net/http"
	"net/url"
	"time"
)

// wire is how a host behaves below HTTP.
type wire int

const (
	wireServes  wire = iota
	wireRefuses      // nothing listens
	wireFull         // listens, but the accept queue is full: packets are dropped
	wireResets       // accepts, reads a little and resets
	wireSilent       // accepts and never says a word
	wirePlain        // speaks plain HTTP on what its URL calls an https port
	wireOldTLS       // only TLS 1.1
	wireHTTP         // its URL is http
)

// Limits of every server. A sandbox is for people on their own machine, but a test may leave it running.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 15 * time.Second
	writeTimeout  = 2 * time.Minute
	idleTimeout   = time.Minute
	maxHeader     = 64 << 10
	maxBody       = 64 << 10
)

// host is one address at which something listens.
type host struct {
	name   string
	public string // host name in its URLs, where it is not 127.0.0.1
	wire   wire
	cert   certificate
	clock  time.Duration     // how far its clock is ahead
	all    answer            // answers every request, if set
	at     map[string]answer // answers one endpoint
}

// answer is a handler that may decline: then the ordinary one goes on.
type answer func(n *network, w http.ResponseWriter, r *http.Request) (done bool)

// site is what runs at a host: it names the endpoint that a request is for and serves it.
type site interface {
	endpoint(r *http.Request) string
	serve(w http.ResponseWriter, r *http.Request, endpoint string)
}

// now is the host's clock.
func (h *host) now() time.Time { return time.Now().Add(h.clock) }

// readForm reads a form body, urlencoded or multipart. Anything else is an empty form: parameters in the query do not count.
func readForm(r *http.Request) url.Values {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		if r.ParseForm() == nil {
			return r.PostForm
		}
	case "multipart/form-data":
		if r.ParseMultipartForm(maxBody) == nil {
			return url.Values(r.MultipartForm.Value)
		}
	}
	return url.Values{}
}
