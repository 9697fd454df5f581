package probe

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// TestACertificateIsNotAlwaysAQuestionOfItsAuthority: no file of authorities helps against the
// first two.
func TestACertificateIsNotAlwaysAQuestionOfItsAuthority(t *testing.T) {
	c := &x509.Certificate{}
	for detail, err := range map[string]error{
		"not meant for a server":  x509.CertificateInvalidError{Cert: c, Reason: x509.IncompatibleUsage},
		"SHA-1":                   fmt.Errorf("%w: insecure algorithm SHA1-RSA", x509.UnknownAuthorityError{Cert: c}),
		"not signed by an author": x509.UnknownAuthorityError{Cert: c},
	} {
		f, ok := tlsFailure(fmt.Errorf("Get: %w", err))
		if authority := f.kind == "tls-unknown-authority"; !ok || !strings.Contains(f.detail, detail) || authority != (detail == "not signed by an author") {
			t.Errorf("%v is %+v", err, f)
		}
	}
}

func TestNoProxyIsReadAsThePythonClientDoes(t *testing.T) {
	for none, want := range map[string]bool{
		"egi.eu": true, ".egi.eu": true, "aai.egi.eu": true, "aai.egi.eu:443": false, "*.egi.eu": false, "": false, "*": true, " aai.egi.eu ": true, "example.org": false,
	} {
		u := &url.URL{Scheme: "https", Host: "aai.egi.eu"}
		if got := (proxies{none: none}).pythonBypasses(u); got != want {
			t.Errorf("%q: %v", none, got)
		}
	}
}
