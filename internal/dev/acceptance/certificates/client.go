//go:build acceptance

package certificates

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"time"
)

// HTTPClient trusts the laboratory's authority only and follows no redirect.
// With a certificate it can also show who it is.
func (s Set) HTTPClient(withCertificate bool) (*http.Client, error) {
	authority, err := os.ReadFile(s.CA)
	if err != nil {
		return nil, err
	}
	configuration := &tls.Config{RootCAs: x509.NewCertPool()}
	if !configuration.RootCAs.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("%s holds no certificate", s.CA)
	}
	if withCertificate {
		own, err := tls.LoadX509KeyPair(s.Client, s.ClientKey)
		if err != nil {
			return nil, err
		}
		configuration.Certificates = []tls.Certificate{own}
	}
	return &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: configuration},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
