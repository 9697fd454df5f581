package probe

import "crypto/x509"

// RefusedStrictly is what strict versions of Python refuse of the chains by which a host is trusted.
func RefusedStrictly(chains [][]*x509.Certificate) string {
	return met{chains: chains}.refusedStrictly()
}

// PythonMinor is the minor version of the Python environment that these variables name.
func PythonMinor(lookup func(string) (string, bool)) int {
	p := pass{options: Options{Lookup: lookup}}
	return p.pythonMinor()
}
