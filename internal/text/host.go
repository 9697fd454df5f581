package text

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// addressHost matches the host of an address that is not plain ASCII, with what stands before it.
var addressHost = regexp.MustCompile(`://[^\s/?#"'<>:]*[^\x00-\x7F\s/?#"'<>:][^\s/?#"'<>:]*`)

// Host is the host of an address as it is asked for: in letters that nobody takes for others (RFC
// 3492). A Cyrillic а looks like a Latin one.
func Host(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return s
	}
	if plain, err := idna.Punycode.ToASCII(s); err == nil {
		return plain
	}
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// Loopback tells a host, with its port or without, that is this machine: nobody can listen in
// between.
func Loopback(host string) bool {
	host = withoutPort(host)
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// withoutPort is a host as an address has it (RFC 3986 section 3.2.2), without brackets and port.
func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > 0 && (host[i-1] == ']' || strings.Count(host, ":") == 1) {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}
