package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/text"
	"golang.org/x/net/http/httpproxy"
)

// HTTP is a client for these calls. The roots are trusted in place of the system's where there are
// any; lookup reads the usual proxy variables.
func HTTP(roots *x509.CertPool, lookup func(string) (string, bool)) *http.Client {
	first := func(names ...string) string {
		for _, n := range names {
			if v, _ := lookup(n); v != "" {
				return v
			}
		}
		return ""
	}
	proxy := (&httpproxy.Config{
		HTTPSProxy: first("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), NoProxy: first("NO_PROXY", "no_proxy"),
	}).ProxyFunc()
	return &http.Client{
		Timeout: Timeout,
		Transport: &http.Transport{
			Proxy: func(r *http.Request) (*url.URL, error) {
				u, err := proxy(r.URL)
				if err != nil { // the library's error quotes the variable, and the password in it
					return nil, errors.New("the proxy variable holds no usable address")
				}
				return u, nil
			},
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			MaxResponseHeaderBytes: 64 << 10,
			DisableKeepAlives:      true, // one question, then perhaps minutes of typing
		},
	}
}

// get reads one public answer of the API.
func (c *Client) get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	u, err := c.address(path, query)
	if err != nil {
		return nil, err
	}
	data, _, err := documents.fetch(ctx, c.HTTP, u)
	return data, err
}

// public is a kind of answer that anybody may read.
type public struct {
	accept string // media type; empty: any
	most   int64  // bytes
	within time.Duration
}

var (
	documents = public{accept: "application/json", most: maxAnswer, within: Timeout}
	pages     = public{most: maxScript, within: findTimeout}
)

// fetch reads one answer, and says where it came from in the end: redirects within the origin are
// followed. Nothing of a refused answer is kept.
func (p public) fetch(ctx context.Context, client *http.Client, u *url.URL) (data []byte, from *url.URL, err error) {
	ctx, cancel := context.WithTimeout(ctx, p.within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, errors.New("the address is not usable")
	}
	if p.accept != "" {
		req.Header.Set("Accept", p.accept)
	}
	req.Header.Set("User-Agent", "credguide")
	c := *client
	c.Timeout = 0 // the context has it
	c.CheckRedirect = sameOrigin
	res, err := c.Do(req)
	if err != nil {
		return nil, nil, silence(err, u, p.within)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s answers %d", u.Host, res.StatusCode)
	}
	data, err = io.ReadAll(io.LimitReader(res.Body, p.most+1))
	switch {
	case int64(len(data)) > p.most:
		return nil, nil, fmt.Errorf("%s answers with more than %d MiB", u.Host, p.most>>20)
	case err != nil:
		return nil, nil, silence(err, u, p.within)
	}
	return data, res.Request.URL, nil
}

// errElsewhere stands for a redirect that is not followed.
var errElsewhere = errors.New("a redirect to another address")

// sameOrigin follows a registry that moved its own paths, and none that sends the client ID
// somewhere else.
func sameOrigin(r *http.Request, via []*http.Request) error {
	const most = 3
	if r.URL.Scheme != via[0].URL.Scheme || !strings.EqualFold(r.URL.Host, via[0].URL.Host) || len(via) > most {
		return errElsewhere
	}
	return nil
}

// silence says why there is no answer, without the words of Go's error: they repeat the whole
// address.
func silence(err error, u *url.URL, within time.Duration) error {
	var timeout net.Error
	var unknown *net.DNSError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, errElsewhere):
		return fmt.Errorf("%s answers with a redirect to another address", u.Host)
	case errors.Is(err, errUpgrade):
		return fmt.Errorf("%s answers 101", u.Host)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s does not answer within %s", u.Host, within)
	case errors.As(err, &unknown):
		return fmt.Errorf("there is no host %s", u.Hostname())
	case errors.As(err, &authority):
		return fmt.Errorf("%s has a certificate of an authority that is not known here (see --ca-file)", u.Host)
	}
	return fmt.Errorf("%s does not answer", u.Host)
}

// safe tells https, and http to this machine, where nobody can listen in between.
func safe(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	return u.Scheme == "http" && loopback(u)
}

func loopback(u *url.URL) bool { return text.Loopback(u.Hostname()) }

// badCertificate recognises that a connection ended before anything was asked.
func badCertificate(err error) bool {
	_, bad := errors.AsType[*tls.CertificateVerificationError](err)
	return bad
}
