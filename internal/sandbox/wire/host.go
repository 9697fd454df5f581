package wire

import (
	"mime"
	"net/http"
	"net/url"
	"time"
)

// Behaviour is how a host behaves below HTTP.
type Behaviour int

// The ways to behave.
const (
	Serves     Behaviour = iota
	Refuses              // nothing listens
	Full                 // listens, but the accept queue is full: packets are dropped
	Resets               // accepts, reads a little and resets
	Silent               // accepts and never says a word
	SpeaksHTTP           // speaks plain HTTP on what its URL calls an https port
	OldTLS               // only TLS 1.1
	HTTP                 // its URL is http
)

// Limits of every server. A sandbox is for people on their own machine, but a test may leave it
// running.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 15 * time.Second
	writeTimeout  = 2 * time.Minute
	idleTimeout   = time.Minute
	maxHeader     = 64 << 10
	maxBody       = 64 << 10
)

// Host is one address at which something listens.
type Host struct {
	Name   string
	Public string // host name in its URLs, where it is not 127.0.0.1
	Wire   Behaviour
	Cert   Certificate
	Clock  time.Duration     // how far its clock is ahead
	Date   time.Duration     // how far the clock of what stands in front of it is ahead, which writes its own Date
	All    Answer            // answers every request, if set
	At     map[string]Answer // answers one endpoint
}

// Answer is a handler that may decline: then the ordinary one goes on.
type Answer func(n *Network, w http.ResponseWriter, r *http.Request) (done bool)

// Site is what runs at a host: it names the endpoint that a request is for and serves it.
type Site interface {
	Endpoint(r *http.Request) string
	Serve(w http.ResponseWriter, r *http.Request, endpoint string)
}

// Now is the host's clock.
func (h *Host) Now() time.Time { return time.Now().Add(h.Clock) }

// ReadForm reads a form body, urlencoded or multipart. Anything else is an empty form: parameters
// in the query do not count.
func ReadForm(r *http.Request) url.Values {
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
