// Package wire is what the sandbox has on loopback below any protocol: hosts that serve, refuse,
// stay silent or lie about their certificate, and the answers that any host can give.
package wire

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Network is what the hosts of a running world have in common: their addresses, one certificate
// authority, and an end.
type Network struct {
	delay     time.Duration // added to every answer, as a stand-in for a round trip
	plainHTTP bool          // http instead of https

	log     io.Writer
	nonce   string // marks the back-end's own calls: they are inside a data centre and get no delay
	places  map[string]string
	tls     *authority
	done    chan struct{}
	mu      sync.Mutex // guards ending
	ending  bool
	busy    sync.WaitGroup // handlers and accept loops
	closers []func() error
}

// NewNetwork has no host yet. It must be closed, also where an error is returned later on.
func NewNetwork(delay time.Duration, plainHTTP bool) (*Network, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, err
	}
	n := &Network{delay: delay, plainHTTP: plainHTTP, nonce: rand.Text(), places: map[string]string{}, tls: ca, done: make(chan struct{})}
	closed, err := n.closedPort()
	if err != nil {
		return nil, errors.Join(err, n.Close())
	}
	n.places["closed"] = address("", closed)
	return n, nil
}

// Close ends every server and connection, and waits until the last answer has ended.
func (n *Network) Close() error {
	n.mu.Lock()
	n.ending = true
	n.mu.Unlock()
	close(n.done)
	var errs []error
	for _, v := range slices.Backward(n.closers) {
		errs = append(errs, v())
	}
	n.busy.Wait()
	return errors.Join(errs...)
}

// Drops tells whether this system drops connections beyond the accept queue, so that Full can be
// shown.
var Drops = sync.OnceValue(func() bool {
	var n Network
	_, err := n.fullPort()
	for _, v := range slices.Backward(n.closers) {
		_ = v()
	}
	return err == nil
})

// enter counts a handler in, unless the network is ending.
func (n *Network) enter() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ending {
		return false
	}
	n.busy.Add(1)
	return true
}

// LogTo writes a line about each request to the hosts that are opened from now on: method, path,
// status and host. Whatever a request carries stays out, the query too.
func (n *Network) LogTo(w io.Writer) { n.log = w }

// Roots are the authority that the hosts' certificates are from.
func (n *Network) Roots() *x509.CertPool { return n.tls.pool() }

// RootsPEM is the same as a user adds it to the trusted authorities.
func (n *Network) RootsPEM() []byte { return n.tls.pem() }

// Listen opens the host's port as its wire wants it and names the place.
func (n *Network) Listen(h *Host, what Site) error {
	port, err := n.open(h, what)
	if err != nil {
		return err
	}
	scheme := "https"
	if h.Wire == HTTP || n.plainHTTP {
		scheme = "http"
	}
	n.places[h.Name] = scheme + "://" + address(h.Public, port)
	n.places[h.Name+".host"] = address(h.Public, port)
	n.places[h.Name+".localhost"] = scheme + "://" + address("localhost", port)
	n.places[h.Name+".port"] = strconv.Itoa(port)
	return nil
}

func (n *Network) open(h *Host, what Site) (port int, err error) {
	switch h.Wire {
	case Refuses:
		return n.closedPort()
	case Full:
		return n.fullPort()
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port = l.Addr().(*net.TCPAddr).Port
	switch {
	case h.Wire == Resets:
		n.acceptRaw(l, resetAfterFirstBytes)
		return port, nil
	case h.Wire == Silent:
		n.acceptRaw(l, nil)
		return port, nil
	case h.Wire == SpeaksHTTP || h.Wire == HTTP || n.plainHTTP:
	default:
		cfg, err := n.tls.config(h)
		if err != nil {
			_ = l.Close()
			return 0, err
		}
		l = tls.NewListener(l, cfg)
	}
	n.serveHTTP(l, n.handler(h, what))
	return port, nil
}

func (n *Network) serveHTTP(l net.Listener, handler http.Handler) {
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only: hijacking and one answer a round trip
	}
	n.busy.Go(func() { _ = srv.Serve(l) })
	n.closers = append(n.closers, srv.Close)
}

// handler is what every host does around its site: wait, set the clock, let a fault answer, else
// serve.
func (n *Network) handler(h *Host, what Site) http.Handler {
	return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
		if !n.enter() {
			return
		}
		defer n.busy.Done()
		w := &recorder{ResponseWriter: plain}
		defer func() { n.logRequest(h, r, w.status) }()
		if !n.wait(r) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		w.Header().Set("Date", h.Now().Add(h.Date).UTC().Format(http.TimeFormat))
		if h.All != nil && h.All(n, w, r) {
			return
		}
		endpoint := what.Endpoint(r)
		if a := h.At[endpoint]; a != nil && a(n, w, r) {
			return
		}
		what.Serve(w, r, endpoint)
	})
}

// internalHeader marks the back-end's calls to the identity provider.
const internalHeader = "X-Sandbox-Internal"

// FromBackend tells the back-end's own calls from those of a user.
func (n *Network) FromBackend(r *http.Request) bool { return r.Header.Get(internalHeader) == n.nonce }

// MarkBackend marks a call as the back-end's own.
func (n *Network) MarkBackend(r *http.Request) { r.Header.Set(internalHeader, n.nonce) }

// wait holds an answer back by the Delay. It reports false if nobody waits for the answer any more.
func (n *Network) wait(r *http.Request) bool {
	if n.delay <= 0 || n.FromBackend(r) {
		return true
	}
	t := time.NewTimer(n.delay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-n.done:
	}
	return false
}

func address(name string, port int) string {
	if name == "" {
		name = "127.0.0.1"
	}
	return net.JoinHostPort(name, strconv.Itoa(port))
}
