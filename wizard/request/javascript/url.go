package javascript

import (
	"strconv"
	"strings"
)

// URL holds the two parts of a parsed URL that rules ask for.
type URL struct {
	Scheme string // lower case, without the colon
	Host   string // as the parser writes it: lower case, punycode
}

// ParseURL says whether `new URL(text)` succeeds, by the WHATWG URL Standard section 4.4 without a base URL. Paths,
// queries and fragments never make it fail, so they are not kept.
func ParseURL(text string) (URL, bool) {
	s := strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	scheme, rest, ok := cutScheme(s)
	if !ok {
		return URL{}, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	host, ok := "", true
	switch {
	case scheme == "file":
		host, ok = fileHost(rest)
	case special[scheme]:
		authority, _ := untilAny(strings.TrimLeft(rest, `/\`), `/\`)
		host, ok = authorityHost(authority, true)
	case strings.HasPrefix(rest, "//"):
		authority, _ := untilAny(rest[2:], "/")
		host, ok = authorityHost(authority, false)
	}
	return URL{Scheme: scheme, Host: host}, ok
}

var special = map[string]bool{"http": true, "https": true, "ws": true, "wss": true, "ftp": true}

func cutScheme(s string) (scheme, rest string, ok bool) {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		switch {
		case letter:
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(s[:i]), s[i+1:], true
		default:
			return "", "", false
		}
	}
	return "", "", false
}

// authorityHost parses user:password@host:port. An empty host is a failure, except of a scheme that is not special.
func authorityHost(authority string, isSpecial bool) (string, bool) {
	credentials := false
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority, credentials = authority[at+1:], true
	}
	host, port, hasPort := cutPort(authority)
	if host == "" && (isSpecial || credentials || hasPort) {
		return "", false
	}
	if hasPort && !validPort(port) {
		return "", false
	}
	if host == "" {
		return "", true
	}
	return parseHost(host, isSpecial)
}

// cutPort splits at the first colon that does not stand within the brackets of an IPv6 address.
func cutPort(s string) (host, port string, found bool) {
	inside := false
	for i := range len(s) {
		switch s[i] {
		case '[':
			inside = true
		case ']':
			inside = false
		case ':':
			if !inside {
				return s[:i], s[i+1:], true
			}
		}
	}
	return s, "", false
}

func validPort(port string) bool {
	if port == "" {
		return true
	}
	for i := range len(port) {
		if port[i] < '0' || port[i] > '9' {
			return false
		}
	}
	n, err := strconv.ParseUint(port, 10, 64)
	return err == nil && n <= 65535
}

// fileHost parses what follows "file:". A drive letter is a path, not a host.
func fileHost(rest string) (string, bool) {
	if len(rest) < 2 || !strings.ContainsRune(`/\`, rune(rest[0])) || !strings.ContainsRune(`/\`, rune(rest[1])) {
		return "", true
	}
	host, _ := untilAny(rest[2:], `/\`)
	if host == "" || len(host) == 2 && (host[1] == ':' || host[1] == '|') && digit(host[0]) >= 10 && digit(host[0]) < 36 {
		return "", true
	}
	host, ok := parseHost(host, true)
	if host == "localhost" {
		host = ""
	}
	return host, ok
}

func untilAny(s, stops string) (before, after string) {
	if i := strings.IndexAny(s, stops); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}
