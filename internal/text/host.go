package text

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
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
	host = Hostname(host)
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// Local tells a Host header (RFC 9110 section 7.2) that no page on the web can cause: such a page may
// let its own name lead to 127.0.0.1 and read, by the user's browser, what answers there, but it
// cannot give its requests another host than that name.
func Local(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(Hostname(host)), ".")
	_, err := netip.ParseAddr(host)
	return err == nil || host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Port is what follows the host in "host:port", and empty where nothing does (RFC 3986 section
// 3.2.3).
func Port(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && (strings.Count(host, ":") == 1 || host[i-1] == ']') {
		return host[i+1:]
	}
	return ""
}

// Hostname is a host without its brackets and its port.
func Hostname(host string) string {
	return strings.Trim(strings.TrimSuffix(host, ":"+Port(host)), "[]")
}

// WebAddress reads an absolute http(s) URL that can be asked. The error does not repeat it: it may
// hold a password.
func WebAddress(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("not an absolute http(s) URL")
	case u.User != nil:
		return nil, errors.New("the URL must not contain a user name or password")
	case u.Port() == "": // none, or "https://host:" (RFC 3986 section 3.2.3)
		return u, nil
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || port == 0 {
		return nil, errors.New("the port of the URL must be between 1 and 65535")
	}
	return u, nil
}

// BaseAddress is a WebAddress that paths are added to.
func BaseAddress(raw string) (*url.URL, error) {
	u, err := WebAddress(raw)
	if err == nil && strings.ContainsAny(raw, "?#") {
		return nil, errors.New("the URL must not contain ? or #")
	}
	return u, err
}
