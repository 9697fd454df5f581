package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// proxies chooses the proxy by the usual variables. Go itself does not know ALL_PROXY, the Python client does: a check must
// take the way that the client takes.
type proxies struct {
	function func(*url.URL) (*url.URL, error)
	variable map[string]string // scheme -> the variable that holds its proxy
}

func newProxies(lookup func(string) (string, bool)) proxies {
	https, httpsName := firstSet(lookup, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
	plain, plainName := firstSet(lookup, "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy")
	if _, cgi := lookup("REQUEST_METHOD"); cgi && plainName == "HTTP_PROXY" {
		plain, plainName = "", "" // in CGI that variable is the request's Proxy header ("httpoxy")
	}
	none, _ := firstSet(lookup, "NO_PROXY", "no_proxy")
	cfg := httpproxy.Config{HTTPProxy: plain, HTTPSProxy: https, NoProxy: none}
	return proxies{function: cfg.ProxyFunc(), variable: map[string]string{"https": httpsName, "http": plainName}}
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

// errProxyAddress stands for the library's error, which would quote the variable and the password in it.
var errProxyAddress = errors.New("the proxy variable holds no usable address")

// proxyFailure recognises that the step failed before the target was reached.
func (c *client) proxyFailure(err error, to *url.URL) (failure, bool) {
	if errors.Is(err, errProxyAddress) {
		return failure{kind: "proxy", detail: "the variable holds no usable address", proxy: c.proxies.variable[to.Scheme]}, true
	}
	used, perr := c.proxies.function(to)
	if perr != nil || used == nil {
		return failure{}, false
	}
	var op *net.OpError
	var dns *net.DNSError
	var answered proxyAnswered
	switch {
	case errors.As(err, &answered):
		return failure{kind: "proxy", detail: fmt.Sprintf("the proxy %s answered %d", used.Host, answered.status), proxy: c.proxies.variable[to.Scheme]}, true
	case !errors.As(err, &op) || (op.Op != "proxyconnect" && op.Op != "socks connect"):
		return failure{}, false
	case errors.As(err, &dns):
		return failure{kind: "proxy", detail: "the proxy's name " + used.Hostname() + " does not resolve", proxy: c.proxies.variable[to.Scheme]}, true
	case timedOut(err):
		return failure{kind: "proxy", detail: "the proxy " + used.Host + " does not answer", proxy: c.proxies.variable[to.Scheme]}, true
	}
	return failure{kind: "proxy", detail: "the proxy " + used.Host + " cannot be connected to", proxy: c.proxies.variable[to.Scheme]}, true
}

// proxyAnswered is a proxy's refusal to connect through, for example 407 (a password is needed) or 403.
type proxyAnswered struct{ status int }

func (p proxyAnswered) Error() string { return fmt.Sprintf("proxy answered %d", p.status) }

// onConnect turns a refusal into an error that says so; Go's own is the bare reason phrase of the proxy.
func onConnect(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode != http.StatusOK {
		return proxyAnswered{res.StatusCode}
	}
	return nil
}
