package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// authorities are the certificate authorities that Mozilla trusts, from the Go project's module:
// go.sum fixes them, where a file of the building machine would differ from one machine to the
// next. One that Mozilla trusts only in part is left out, since a file cannot say in which.
func authorities() ([]byte, error) {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		parsed, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			return nil, fmt.Errorf("a certificate authority: %w", err)
		}
		fmt.Fprintf(&b, "# %s\n", parsed.Subject)
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
