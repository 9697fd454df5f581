package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// proxies chooses the proxy by the usual variables. Go itself does not know ALL_PROXY, the Python
// client does: a check must take the way that the client takes.
type proxies struct {
	function func(*url.URL) (*url.URL, error)
	variable map[string]string // scheme -> the variable that holds its proxy
	address  map[string]string // scheme -> what that variable holds
	none     string            // NO_PROXY
}

func newProxies(lookup func(string) (string, bool)) proxies {
	https, httpsName := proxyFor(lookup, "HTTPS_PROXY", "ALL_PROXY")
	plain, plainName := proxyFor(lookup, "HTTP_PROXY", "ALL_PROXY")
	if _, cgi := lookup("REQUEST_METHOD"); cgi && plainName == "HTTP_PROXY" {
		plain, plainName = "", "" // in CGI that variable is the request's Proxy header ("httpoxy")
	}
	none, _ := firstSet(lookup, "no_proxy", "NO_PROXY")
	cfg := httpproxy.Config{HTTPProxy: plain, HTTPSProxy: https, NoProxy: none}
	return proxies{
		function: cfg.ProxyFunc(), none: none,
		variable: map[string]string{"https": httpsName, "http": plainName}, address: map[string]string{"https": https, "http": plain},
	}
}

// proxyFor goes by the small letters first, as the Python client does, also where nothing is in them:
// then the capitals do not count.
func proxyFor(lookup func(string) (string, bool), names ...string) (value, name string) {
	for _, n := range names {
		small := strings.ToLower(n)
		v, set := lookup(small)
		if !set {
			small = n
			v, _ = lookup(n)
		}
		if v != "" {
			return v, small
		}
	}
	return "", ""
}

func firstSet(lookup func(string) (string, bool), names ...string) (value, name string) {
	for _, n := range names {
		if v, ok := lookup(n); ok && v != "" {
			return v, n
		}
	}
	return "", ""
}

func (p proxies) choose(r *http.Request) (*url.URL, error) {
	u, err := p.function(r.URL)
	if err != nil {
		return nil, errProxyAddress
	}
	return u, nil
}

// errProxyAddress stands for the library's error, which would quote the variable and the password
// in it.
var errProxyAddress = errors.New("the proxy variable holds no usable address")

// via is the variable that names the proxy through which a request goes, and the scheme of its
// address.
func (p proxies) via(to *url.URL) (variable, scheme string) {
	used, err := p.function(to)
	if err != nil || used == nil {
		return "", ""
	}
	return p.variable[to.Scheme], used.Scheme
}

// proxyFailure recognises that the step failed before the target was reached.
func (c *client) proxyFailure(err error, w *way, to *url.URL) (failure, bool) {
	failed := func(detail string) (failure, bool) {
		return failure{kind: "proxy", detail: detail, proxy: c.proxies.variable[to.Scheme]}, true
	}
	if errors.Is(err, errProxyAddress) {
		return failed("the variable holds no usable address")
	}
	used, perr := c.proxies.function(to)
	if perr != nil || used == nil {
		return failure{}, false
	}
	if answered, ok := errors.AsType[proxyAnswered](err); ok {
		return failed(fmt.Sprintf("the proxy %s answered %d", used.Host, answered.status))
	}
	if plain := plainProxy(err); w.at() == proxyPhase && plain {
		return failed("the proxy " + used.Host + " speaks plain http, but the variable names it with https://")
	}
	if w.at() == proxyPhase && used.Scheme == "https" && !w.inTLS.Load() {
		return failed("the proxy " + used.Host + " takes the connection, but no TLS" + asHTTPS)
	}
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || (op.Op != "proxyconnect" && op.Op != "socks connect") {
		return failure{}, false
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return failed("the proxy's name " + used.Hostname() + " does not resolve")
	}
	if timedOut(err) {
		return failed("the proxy " + used.Host + " does not answer")
	}
	return failed("the proxy " + used.Host + " cannot be connected to")
}

// plainProxy tells that TLS was answered in plain HTTP.
func plainProxy(err error) bool {
	return strings.Contains(err.Error(), "HTTP response to HTTPS client") || strings.Contains(err.Error(), "does not look like a TLS handshake")
}

// atProxy adds to a failure that it came while the proxy was to open the way. That may be the
// proxy's fault, or that of the server behind it.
func (c *client) atProxy(f failure, to *url.URL) failure {
	used, err := c.proxies.function(to)
	if err != nil || used == nil {
		return f
	}
	what := "closed the connection"
	switch f.kind {
	case "response-timeout":
		what = "accepted the connection, but did not open a tunnel in time"
	case "malformed":
		what = "gave an answer that is not HTTP"
	}
	f.detail = "the proxy " + used.Host + " " + what
	if used.Scheme == "https" {
		f.detail += asHTTPS
	}
	return f
}

// asHTTPS explains a mistake that is easily made: the address of a proxy for https begins with http
// all the same.
const asHTTPS = "; the variable names it with https://, so the proxy itself has to speak TLS"

// proxyAnswered is a proxy's refusal to connect through, for example 407 (a password is needed) or
// 403.
type proxyAnswered struct{ status int }

func (p proxyAnswered) Error() string { return fmt.Sprintf("proxy answered %d", p.status) }

// onConnect turns a refusal into an error that says so; Go's own is the bare reason phrase of the
// proxy.
func onConnect(ctx context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode != http.StatusOK {
		return proxyAnswered{res.StatusCode}
	}
	proxyOpened(ctx)
	return nil
}

// pythonProxy records that the Python client would reach a host through a proxy that this program
// reaches directly: this machine, which nothing that is meant for it has to leave, or a host that
// NO_PROXY has in a form that the client does not read. A proxy that cannot be connected to ends
// the client's login.
func (p *pass) pythonProxy(ctx context.Context) {
	px := p.client.proxies
	for _, address := range []string{p.issuer(), p.document().token, p.backendAPI().root} {
		u, err := url.Parse(address)
		if err != nil || px.variable[u.Scheme] == "" || px.pythonBypasses(u) {
			continue
		}
		if used, err := px.function(u); err != nil || used != nil {
			continue
		}
		p.set(checks.PythonProxy, px.variable[u.Scheme])
		p.set(checks.PythonProxied, text.Line(text.Host(u.Host), 253))
		p.set(checks.PythonProxyReached, connects(ctx, px.address[u.Scheme]))
		return
	}
	p.set(checks.PythonProxy, "")
}

// pythonBypasses reads NO_PROXY as the client does (package requests): an entry is a block of
// addresses, or the end of a name.
func (p proxies) pythonBypasses(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	for entry := range strings.SplitSeq(p.none, ",") {
		entry = strings.TrimSpace(entry)
		if _, block, err := net.ParseCIDR(entry); err == nil && ip != nil && block.Contains(ip) {
			return true
		}
		if entry == "*" || entry != "" && (strings.HasSuffix(u.Hostname(), entry) || strings.HasSuffix(u.Host, entry)) {
			return true
		}
	}
	return false
}

// connects tells that something listens at the proxy's address.
func connects(ctx context.Context, proxy string) bool {
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	u, err := url.Parse(proxy)
	if err != nil {
		return false
	}
	port := cmp.Or(u.Port(), map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme], "80")
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
