package text

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// SameIssuer compares two issuers, a trailing slash and the spelling of the host aside: real
// back-ends list EGI with a slash, its tokens carry none.
func SameIssuer(a, b string) bool {
	return a == b || spelled(a) == spelled(b)
}

// spelled is an issuer in one spelling: no trailing slash, scheme and host in lower case, no port
// that the scheme implies, and escapes where they are needed (RFC 3986 section 6.2). The path keeps
// its case: realms differ by it.
func spelled(issuer string) string {
	issuer = strings.TrimRight(issuer, "/")
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" {
		return issuer
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[scheme])
	_, rest, _ := strings.Cut(issuer, u.Host)
	return scheme + "://" + host + escaped(rest)
}

// escaped is a path as programs send it: what needs no escape is written plainly, and what does need
// one has it.
func escaped(path string) string {
	const unreserved, delimiters = "-._~", "!#$&'()*+,/:;=?@[]"
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		c, isEscape := path[i], false
		if c == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				c, isEscape = byte(n), true
				i += 2
			}
		}
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if letter || strings.IndexByte(unreserved, c) >= 0 || !isEscape && strings.IndexByte(delimiters, c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}
