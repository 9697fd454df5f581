package sandbox

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
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
type answer func(s *Sandbox, w http.ResponseWriter, r *http.Request) (done bool)

// site is what runs at a host: it names the endpoint that a request is for and serves it.
type site interface {
	endpoint(r *http.Request) string
	serve(w http.ResponseWriter, r *http.Request, endpoint string)
}

// now is the host's clock.
func (h *host) now() time.Time { return time.Now().Add(h.clock) }

// listenAll starts every host of the world.
func (s *Sandbox) listenAll() error {
	closed, err := s.closedPort()
	if err != nil {
		return err
	}
	s.places["closed"] = address("", closed)
	s.places["dir"] = s.Dir
	w := s.world
	for _, env := range []string{production, demo, development} {
		p := w.idps[env]
		if err := s.listen(&p.host, s.siteOf(p)); err != nil {
			return err
		}
	}
	w.backend.s, w.registry.s = s, s
	if err := s.listen(&w.backend.host, w.backend); err != nil {
		return err
	}
	if err := s.listen(&w.registry.host, w.registry); err != nil {
		return err
	}
	if w.elsewhere != nil {
		return s.listen(w.elsewhere, foreign{s})
	}
	return nil
}

// listen opens the host's port as its wire wants it and names the place.
func (s *Sandbox) listen(h *host, what site) error {
	port, err := s.open(h, what)
	if err != nil {
		return err
	}
	scheme := "https"
	if h.wire == wireHTTP || s.options.PlainHTTP {
		scheme = "http"
	}
	s.places[h.name] = scheme + "://" + address(h.public, port)
	s.places[h.name+".host"] = address(h.public, port)
	s.places[h.name+".localhost"] = scheme + "://" + address("localhost", port)
	s.places[h.name+".port"] = strconv.Itoa(port)
	return nil
}

func (s *Sandbox) open(h *host, what site) (port int, err error) {
	switch h.wire {
	case wireRefuses:
		return s.closedPort()
	case wireFull:
		return s.fullPort()
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port = l.Addr().(*net.TCPAddr).Port
	switch {
	case h.wire == wireResets:
		s.acceptRaw(l, resetAfterFirstBytes)
		return port, nil
	case h.wire == wireSilent:
		s.acceptRaw(l, nil)
		return port, nil
	case h.wire == wirePlain || h.wire == wireHTTP || s.options.PlainHTTP:
	default:
		cfg, err := s.tls.config(h)
		if err != nil {
			_ = l.Close()
			return 0, err
		}
		l = tls.NewListener(l, cfg)
	}
	s.serveHTTP(l, s.handler(h, what))
	return port, nil
}

func (s *Sandbox) serveHTTP(l net.Listener, handler http.Handler) {
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only: hijacking and one answer a round trip
	}
	s.busy.Go(func() { _ = srv.Serve(l) })
	s.closers = append(s.closers, srv.Close)
}

// handler is what every host does around its site: wait, set the clock, let a fault answer, else serve.
func (s *Sandbox) handler(h *host, what site) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			return
		}
		defer s.busy.Done()
		if !s.wait(r) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		w.Header().Set("Date", h.now().UTC().Format(http.TimeFormat))
		if h.all != nil && h.all(s, w, r) {
			return
		}
		endpoint := what.endpoint(r)
		if a := h.at[endpoint]; a != nil && a(s, w, r) {
			return
		}
		what.serve(w, r, endpoint)
	})
}

// internalHeader marks the back-end's calls to the identity provider.
const internalHeader = "X-Sandbox-Internal"

// wait holds an answer back by the Delay. It reports false if nobody waits for the answer any more.
func (s *Sandbox) wait(r *http.Request) bool {
	if s.options.Delay <= 0 || r.Header.Get(internalHeader) == s.nonce {
		return true
	}
	t := time.NewTimer(s.options.Delay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.done:
	}
	return false
}

func address(name string, port int) string {
	if name == "" {
		name = "127.0.0.1"
	}
	return net.JoinHostPort(name, strconv.Itoa(port))
}
