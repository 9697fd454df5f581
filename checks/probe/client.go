package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/body"
	"github.com/credguide/credguide/checks/gate"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/text"
)

// The limits of every exchange. Answers beyond them are a finding, not a reason to read on.
const (
	maxHeader     = 64 << 10         // bytes of the answer's header
	maxRedirects  = 3                // followed by reads; requests with a secret or a token follow none
	dialTimeout   = 5 * time.Second  // a host that drops packets is reported in seconds
	idleTimeout   = 10 * time.Second // connections end with the check
	maxConnsEvery = 8                // connections to one host
)

// alwaysSent goes with every request: what the openEO Python client sends. A server may answer another
// program differently, with a page or a refusal, and this login stands for that of the client. It
// says who asks, and that it stands for the client and for the library that the client uses.
var alwaysSent = []struct{ name, value string }{
	{"User-Agent", "credguide (as python-requests/2 openeo-python-client/0.53)"},
	{"Accept", "*/*"},
	{"Accept-Encoding", "gzip, deflate"},
}

// client makes single, bounded, recorded exchanges. It never retries: a retry would hide a fault.
type client struct {
	transport *http.Transport
	timeout   time.Duration
	caller    context.Context
	record    func(time.Time, checks.Request)
	proxies   proxies
	guard     *guard.Guard // of the secret and every token: for what comes back
	own       *guard.Guard // of the secret alone: for what goes out
	beside    *guard.Guard // of the secrets of other places, for the same; nil: there is none
	account   string       // that the check is of
	least     int          // so many bytes of it in a row are too many in an address
	budget    *budget
	clock     *clock
	shared    *Shared        // nil: this check is made alone
	roots     *x509.CertPool // with shared: whom its connections trust
	paused    func(host string, pause time.Duration)

	mu    sync.Mutex
	met   []met   // the certificates of every host
	taken []taken // the public documents that steps have rested on
}

func newClient(caller context.Context, o Options, record func(time.Time, checks.Request)) *client {
	dialer := &net.Dialer{Timeout: min(dialTimeout, o.StepTimeout)}
	px := newProxies(o.Lookup)
	c := &client{timeout: o.StepTimeout, caller: caller, record: record, proxies: px, shared: o.Shared, roots: o.RootCAs}
	fresh := func() *http.Transport { return newTransport(o, px, dialer) }
	if c.shared == nil {
		c.transport = fresh()
	} else {
		c.transport = c.shared.transport(o.RootCAs, fresh)
	}
	return c
}

// newTransport speaks HTTP/1.1, as the Python client does: some servers take a larger header there,
// and some speak nothing else or not that.
func newTransport(o Options, px proxies, dialer *net.Dialer) *http.Transport {
	return &http.Transport{
		Proxy:                  px.choose,
		OnProxyConnectResponse: onConnect,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, CipherSuites: ciphers()},
		TLSHandshakeTimeout:    o.StepTimeout,
		MaxResponseHeaderBytes: maxHeader,
		MaxConnsPerHost:        maxConnsEvery,
		MaxIdleConnsPerHost:    maxConnsEvery,
		IdleConnTimeout:        idleTimeout,
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{},
		DisableCompression:     true, // it is asked for, and taken off, as the Python client does
	}
}

// ciphers are those that Go offers of itself, and two older ones that Python offers as well: some
// servers have nothing else. TLS 1.3 has its own, always.
func ciphers() []uint16 {
	ids := []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256}
	for _, suite := range tls.CipherSuites() {
		ids = append(ids, suite.ID)
	}
	return ids
}

// call describes one exchange.
type call struct {
	step   string // the facts' prefix, also shown in the report
	effect Effect
	follow bool // follow redirects; only for requests without a secret or a token
	anew   bool // a public document that another check may have asked for is asked for once more
	secret bool // the request carries the secret
	header http.Header
}

// get fetches a public document.
func (c *client) get(ctx context.Context, address string, k call) answer {
	k.follow = true
	a := c.fetch(ctx, address, k)
	first, been, cookies := a, []string{address}, false
	for hop := 0; a.redirect != ""; hop++ {
		next := a.redirect
		cookies = cookies || a.header.Get("Set-Cookie") != "" // which some servers ask for at the same address
		if slices.Contains(been, next) && !cookies {
			a.failure = failure{kind: "redirect-loop", detail: "the redirects lead in a circle"}
			return a
		}
		been = append(been, next)
		if hop < maxRedirects {
			a = c.fetch(ctx, next, k)
		}
		if hop == maxRedirects || a.failure.detail == unpaid.detail {
			a.failure = failure{kind: "redirect-loop", detail: "too many redirects"}
			return a
		}
		if origin(next) != origin(address) && a.document == nil {
			a.redirectHost = hostOf(next)
		}
		if there := hostOf(next); text.Hostname(there) != text.Hostname(first.host) && slices.Contains(onTheWay, a.failure.kind) {
			a.failure = failure{kind: "redirect-lost", detail: there + " gives no answer: " + a.failure.detail}
		}
		a.frames = nil // it is no longer the document's own
	}
	a.url, a.host = first.url, first.host
	return a
}

// onTheWay are the failures of a host that is not reached. Where a redirect leads to another host, they
// say nothing of the one that was asked.
var onTheWay = []string{
	"dns", "refused", "unreachable", "connect-timeout", "response-timeout", "reset",
	"tls-expired", "tls-not-yet-valid", "tls-hostname", "tls-unknown-authority", "tls-handshake",
}

// fetch makes one GET.
func (c *client) fetch(ctx context.Context, address string, k call) answer {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{url: address, host: hostOf(address), failure: failure{kind: "malformed", detail: "not a usable address"}}
	}
	maps.Copy(req.Header, k.header)
	if c.shared != nil && k.follow && k.effect == Reads && len(k.header) == 0 {
		return c.askedFor(req, k)
	}
	return c.exchange(req, k)
}

// exchange makes one request and reads the answer within the limits. Plain http is refused except
// to this machine: what is sent here may be a secret or a token, and what is read decides where
// they go.
func (c *client) exchange(req *http.Request, k call) answer { return c.exchangeKeeping(req, k, nil) }

// exchangeKeeping gives the body as it came, with the state of the connection, to keep.
func (c *client) exchangeKeeping(req *http.Request, k call, keep func([]byte, *tls.ConnectionState)) answer {
	a := answer{url: shownURL(req.URL), host: text.Line(text.Host(req.URL.Host), 253)}
	if a.failure = c.mayNotAsk(req.URL, k.step); !a.ok() {
		return a
	}
	a.via, a.viaScheme = c.proxies.via(req.URL)
	leave, refused := c.enter(req, k)
	if leave == nil {
		a.failure = refused
		return a
	}
	defer leave()
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel()
	ctx, way := watched(ctx, req.URL.Scheme == "https", a.via != "")
	req = req.WithContext(ctx)
	for _, h := range alwaysSent {
		if req.Header.Get(h.name) == "" {
			req.Header.Set(h.name, h.value)
		}
	}
	started := time.Now()
	res, err := c.transport.RoundTrip(req) //nolint:bodyclose // a.read closes it
	if err == nil {
		a.trips = tripsPython(res, way)
		c.meet(a.host, res.TLS, nil)
		a.read(res, started, c, keep)
		if a.failure.kind == "" && a.readErr != nil {
			err = a.readErr
		}
	}
	if err != nil {
		if over := timeUp(ctx); over != nil && errors.Is(err, context.Canceled) {
			err = over
		}
		a.failure = c.classify(err, way, req.URL)
		c.meet(a.host, nil, a.failure.shown)
	}
	if a.failure.kind != "" {
		a.phase = way.phase()
	}
	if c.shared != nil && a.ok() {
		wait, asks := text.RetryAfter(a.header.Get, a.received)
		c.shared.gates.At(req.URL.Host).Heed(gate.Answer{Status: a.status, Received: a.received, Asks: asks, Pause: wait}, c.accountOf(k))
	}
	if a.failure.kind == "" {
		if to := redirectTarget(req.URL, res); k.follow && slices.Contains(followed, res.StatusCode) {
			a.redirect = to
		} else if to != "" {
			a.redirectHost = hostOf(to)
		}
	}
	sent := k.secret && (err == nil || way.at() >= requestPhase) // once the request is on its way, perhaps only in part
	c.record(started, checks.Request{
		Step: k.step, Method: req.Method, URL: a.url, Effect: string(k.effect), Status: a.status, Failure: a.failure.kind,
		DurationMS: time.Since(started).Milliseconds(), NewConnection: way.fresh.Load(), SecretSent: &sent,
	})
	return a
}

// mayNotAsk says why an address is not asked. Nothing of this program puts the secret there; what a
// person wrote into an address, or a server into a redirect, may hold it.
func (c *client) mayNotAsk(address *url.URL, step string) failure {
	switch {
	case insecure(address):
		return failure{kind: "insecure-url", detail: "plain http to " + text.Line(text.Host(address.Host), 253)}
	case !c.budget.pay(step):
		return unpaid
	case c.own.Longest(address.String()) >= max(c.least, 1), c.beside != nil && c.beside.Longest(address.String()) >= longSecret:
		return failure{kind: unpaid.kind, detail: "not sent: the address holds the client secret"}
	}
	return failure{}
}

// enter waits for a place at the host, where other checks ask it too; leave is nil where it cannot
// be asked now.
func (c *client) enter(req *http.Request, k call) (leave func(), refused failure) {
	if c.shared == nil {
		return func() {}, failure{}
	}
	goOn := c.clock.pause()
	leave, pause, err := c.shared.gates.At(req.URL.Host).Enter(req.Context(), k.step == sistersStep, c.accountOf(k))
	goOn()
	switch {
	case errors.Is(err, gate.ErrSilent):
		return nil, failure{kind: unpaid.kind, detail: gate.ErrSilent.Error()}
	case err != nil:
		return nil, c.ended()
	case leave == nil:
		if slices.Contains(neededByLogin, k.step) {
			c.paused(text.Line(text.Host(req.URL.Host), 253), pause)
		}
		return nil, failure{kind: unpaid.kind, detail: "not asked: the host asked for a pause"}
	}
	return leave, failure{}
}

// accountOf is the account that a call is made for; empty where a server cannot tell.
func (c *client) accountOf(k call) string {
	if k.secret || k.effect != Reads || len(k.header) > 0 {
		return c.account
	}
	return ""
}

// close ends the idle connections, unless other checks use them.
func (c *client) close() {
	if c.shared == nil {
		c.transport.CloseIdleConnections()
	}
}

// followed are the statuses of redirects that programs follow; others let a person choose.
var followed = []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect}

// redirectTarget is where a redirect leads, or "" when the answer is none. Only http(s) is
// followed.
func redirectTarget(from *url.URL, res *http.Response) string {
	if res == nil || res.StatusCode < 300 || res.StatusCode > 399 || res.StatusCode == http.StatusNotModified {
		return ""
	}
	to, err := from.Parse(res.Header.Get(locationHeader))
	if err != nil || res.Header.Get(locationHeader) == "" || (to.Scheme != "https" && to.Scheme != "http") {
		return ""
	}
	to.User = nil
	return to.String()
}

// insecure tells plain http to another machine. Loopback is exempt: nothing can listen in between.
func insecure(u *url.URL) bool {
	return u.Scheme != "https" && !text.Loopback(u.Hostname())
}

// shownURL leaves out what must not be shown.
func shownURL(u *url.URL) string {
	clean := *u
	clean.User, clean.Fragment = nil, ""
	return text.Line(clean.String(), 500)
}

// read takes the body in, bounded by size; time is bounded by the request's context.
func (a *answer) read(res *http.Response, started time.Time, c *client, keep func([]byte, *tls.ConnectionState)) {
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusSwitchingProtocols {
		// Nobody asked for another protocol, and what would be read is the connection itself, which
		// no context ends.
		a.failure = failure{kind: "malformed", detail: "the answer changes to a protocol that is not HTTP"}
		return
	}
	a.status, a.header = res.StatusCode, res.Header
	a.received = time.Now()
	a.asked = started
	data, err := body.Read(res)
	switch {
	case len(data) > body.Most:
		a.failure = failure{kind: "too-large", detail: "more than 1 MiB"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		a.failure = failure{kind: "reset", detail: "the answer ended in the middle"}
	case err != nil:
		a.readErr = err
	}
	if keep != nil {
		keep(data, res.TLS)
	}
	if a.failure.kind == "" && err == nil {
		a.interpret(data)
		a.fathom(data)
		a.scrub(c.guard, c.least)
	}
}
