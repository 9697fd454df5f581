package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/credguide/credguide/internal/socket"
	"github.com/credguide/credguide/internal/text"
)

// failure says why there was no answer. Its words are ours: an error of the library may quote what
// was sent.
type failure struct {
	kind   string // one of checks.Failures
	detail string
	cert   *x509.Certificate   // that was refused
	shown  []*x509.Certificate // with those that came beside it, where their authority is not trusted
	proxy  string              // the variable that named the proxy which failed
}

// classify turns a transport error into one of the failures. How far the request came tells whether
// what timed out was the answer or the way there.
func (c *client) classify(err error, w *way, to *url.URL) failure {
	if c.caller.Err() != nil {
		return failure{kind: "interrupted", detail: "interrupted"}
	}
	if f, ok := exhausted(err); ok { // also where it is a proxy that was to be reached
		return f
	}
	if f, ok := c.proxyFailure(err, w, to); ok {
		return f
	}
	if f, ok := tlsFailure(err); ok {
		return f
	}
	f := transportFailure(err, w, to)
	if w.at() == proxyPhase {
		return c.atProxy(f, to)
	}
	return f
}

// exhausted recognises that this machine could not even try.
func exhausted(err error) (failure, bool) {
	if socket.Exhausted(err) {
		return failure{kind: "exhausted", detail: socket.Words(err)}, true
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && socket.SaysExhausted(dns.Err) { // the name server was not asked
		return failure{kind: "exhausted", detail: text.Line(dns.Err, 200)}, true
	}
	return failure{}, false
}

func transportFailure(err error, w *way, to *url.URL) failure {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		detail := "the name " + text.Line(dns.Name, 100) + " does not resolve"
		if dns.IsTimeout {
			detail = "the name server did not answer"
		}
		return failure{kind: "dns", detail: detail}
	}
	switch {
	case timedOut(err) && w.at() > connectPhase:
		return failure{kind: "response-timeout", detail: "connected, but no complete answer in time"}
	case timedOut(err):
		return failure{kind: "connect-timeout", detail: "no answer to the attempt to connect"}
	case socket.Refused(err):
		return failure{kind: "refused", detail: "nothing listens at " + to.Host}
	case socket.Unreachable(err):
		return failure{kind: "unreachable", detail: "there is no route to " + to.Host}
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return failure{kind: "too-large", detail: "an answer header of more than 64 KiB"}
	case brokenOff(err):
		return failure{kind: "reset", detail: "the connection was closed midway"}
	}
	if why := unconnected(err); why != "" {
		return failure{kind: "unreachable", detail: "no connection to " + to.Host + " is made: " + why}
	}
	if slices.ContainsFunc(oddHTTP, func(words string) bool { return strings.Contains(err.Error(), words) }) {
		return failure{kind: "malformed", detail: "the answer breaks the rules of HTTP"}
	}
	return failure{kind: "malformed", detail: "the answer is not HTTP"}
}

// oddHTTP is what Go's library says of an answer that begins as one, and that other libraries may
// read.
var oddHTTP = []string{"malformed MIME header", "bad Content-Length", "invalid Content-Length", "unsupported transfer encoding", "too many transfer encodings", "malformed HTTP status code", "malformed HTTP version", "invalid empty Content-Length", "multiple Content-Length"}

// unconnected says why this machine did not even try to connect, or why the system ended that: a rule
// of its own, or no address of the kind. It is empty where a connection was made.
func unconnected(err error) string {
	op, dialled := errors.AsType[*net.OpError](err)
	switch {
	case !dialled || op.Op != "dial":
		return ""
	case socket.Forbidden(err):
		return "a rule of this machine forbids it (" + socket.Words(err) + ")"
	}
	return socket.Words(err)
}

func timedOut(err error) bool {
	var t net.Error
	return errors.Is(err, context.DeadlineExceeded) || socket.TimedOut(err) || (errors.As(err, &t) && t.Timeout())
}

func brokenOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || socket.BrokenOff(err) ||
		strings.Contains(err.Error(), "server closed idle connection")
}

// tlsFailure tells the certificate faults apart. The order matters: an expired certificate of an
// unknown authority is reported by Go as the first fault it meets, which is the one to mend first.
func tlsFailure(err error) (failure, bool) {
	var (
		invalid  x509.CertificateInvalidError
		host     x509.HostnameError
		unknown  x509.UnknownAuthorityError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		verify   *tls.CertificateVerificationError
		received *x509.Certificate
		shown    []*x509.Certificate
	)
	if errors.As(err, &verify) && len(verify.UnverifiedCertificates) > 0 {
		shown = verify.UnverifiedCertificates
		received = shown[0]
	}
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert.NotBefore.After(time.Now()):
		return failure{kind: "tls-not-yet-valid", detail: "the certificate is not valid yet", cert: invalid.Cert}, true
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return failure{kind: "tls-expired", detail: "the certificate has expired", cert: invalid.Cert}, true
	case errors.As(err, &host):
		return hostnameFailure(host.Certificate), true
	case errors.As(err, &unknown) && strings.Contains(err.Error(), "insecure algorithm"):
		return failure{kind: "tls-handshake", detail: "the certificate is signed in a way that is no longer accepted (SHA-1 or MD5)", cert: received}, true
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return failure{kind: "tls-handshake", detail: "the certificate is not meant for a server (extended key usage)", cert: received}, true
	case errors.As(err, &unknown), errors.As(err, &invalid), verify != nil:
		return failure{kind: "tls-unknown-authority", detail: "the certificate is not signed by an authority that this machine trusts", cert: received, shown: shown}, true
	case errors.As(err, &record) && httpBegins(record.RecordHeader):
		return failure{kind: "tls-handshake", detail: "the answer is not TLS: plain http on this port"}, true
	case errors.As(err, &record):
		return failure{kind: "malformed", detail: "the answer is neither TLS nor HTTP"}, true
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return failure{kind: "tls-handshake", detail: text.Line(afterTLS(err.Error()), 120)}, true
	}
	return failure{}, false
}

// httpBegins tells the first bytes of an answer in plain HTTP. To bytes that are no request some
// servers answer as in HTTP/0.9, with the page alone (Python's http.server, measured).
func httpBegins(first [5]byte) bool {
	return slices.Contains([]string{"HTTP/", "<!DOC", "<HTML"}, strings.ToUpper(string(first[:])))
}

// hostnameFailure: since 2017 no client looks at the common name (RFC 9110 section 4.3.4), so a
// certificate that has nothing else is for no name at all.
func hostnameFailure(c *x509.Certificate) failure {
	if namesNobody(c) {
		return failure{kind: "tls-hostname", detail: "the certificate has no subject alternative name, only a common name", cert: c}
	}
	return failure{kind: "tls-hostname", detail: "the certificate is for other names", cert: c}
}

func namesNobody(c *x509.Certificate) bool { return len(c.DNSNames) == 0 && len(c.IPAddresses) == 0 }

// afterTLS keeps the reason that Go's TLS library gives, without what wraps it.
func afterTLS(text string) string {
	if _, reason, ok := strings.Cut(text, "tls: "); ok {
		return reason
	}
	return "plain http on this port"
}

// certNames lists whom a certificate is for.
func certNames(c *x509.Certificate) []string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	for i := range names {
		names[i] = text.Line(names[i], 100)
	}
	return names[:min(len(names), 10)]
}

func certValidity(c *x509.Certificate) string {
	const day = "2 January 2006 15:04 UTC"
	return c.NotBefore.UTC().Format(day) + " to " + c.NotAfter.UTC().Format(day)
}

func certIssuer(c *x509.Certificate) string {
	if c.Issuer.CommonName != "" {
		return text.Line(c.Issuer.CommonName, 100)
	}
	return text.Line(c.Issuer.String(), 100)
}

// phase is how far a request came.
type phase int32

// The phases, in the order in which a request passes through them.
const (
	lookupPhase phase = iota
	connectPhase
	proxyPhase // connected to the proxy, which has not opened the way yet
	tlsPhase
	requestPhase
	answerPhase
)

var phaseWords = map[phase]string{
	lookupPhase: "lookup", connectPhase: "connect", proxyPhase: "proxy", tlsPhase: "tls", requestPhase: "request", answerPhase: "answer",
}

// way follows one request to where it ends. What dials may outlive the request, so everything is
// atomic, and nothing goes back.
type way struct {
	reached atomic.Int32
	opened  atomic.Bool  // by the proxy
	inTLS   atomic.Bool  // a handshake succeeded, with the server or with the proxy
	fresh   atomic.Bool  // over a connection of its own
	interim atomic.Int32 // the first status that was no answer yet, beside 100
	proxied bool
	tls     bool
}

func (w *way) at() phase     { return phase(w.reached.Load()) }
func (w *way) phase() string { return phaseWords[w.at()] }

func (w *way) reach(p phase) {
	for {
		now := w.reached.Load()
		if int32(p) <= now || w.reached.CompareAndSwap(now, int32(p)) {
			return
		}
	}
}

// connected is called when there is a connection, to the server or to the proxy in front of it.
func (w *way) connected() {
	switch {
	case w.proxied && w.tls && !w.opened.Load():
		w.reach(proxyPhase)
	case w.tls:
		w.reach(tlsPhase)
	default:
		w.reach(requestPhase)
	}
}

type wayKey struct{}

// watched follows a request that is made with the returned context.
func watched(ctx context.Context, overTLS, proxied bool) (context.Context, *way) {
	w := &way{proxied: proxied, tls: overTLS}
	ctx = context.WithValue(ctx, wayKey{}, w)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(_, _ string) { w.reach(connectPhase) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				w.connected()
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			w.inTLS.Store(w.inTLS.Load() || err == nil)
			if err == nil && (!w.proxied || w.opened.Load()) {
				w.reach(requestPhase)
			}
		},
		GotConn: func(i httptrace.GotConnInfo) {
			w.fresh.Store(!i.Reused)
			w.reach(requestPhase)
			giveSignal(ctx)
		},
		Got1xxResponse: func(status int, _ textproto.MIMEHeader) error {
			if status != http.StatusContinue {
				w.interim.CompareAndSwap(0, int32(status)) //nolint:gosec // of three digits
			}
			return nil
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err == nil {
				w.reach(answerPhase)
			}
		},
	}), w
}

// proxyOpened is called when the proxy has opened the way to the server.
func proxyOpened(ctx context.Context) {
	if w, ok := ctx.Value(wayKey{}).(*way); ok {
		w.opened.Store(true)
		w.reach(tlsPhase)
	}
}
