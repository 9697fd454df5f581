package javascript

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/bidi"
)

// The code points that no host may contain (URL Standard section 3.2); a domain may not contain control characters,
// "%" and DEL either.
const (
	forbiddenInHost   = "\x00\t\n\r #/:<>?@[\\]^|"
	forbiddenInDomain = forbiddenInHost + "%\x7f"
)

// toASCII is the URL Standard's "domain to ASCII" with beStrict false (Unicode UTS 46). The rule for mixed writing
// directions is applied to labels that begin with a right-to-left letter only, which is how Node.js has it.
var (
	toASCII     = idna.New(hostRules...)
	toASCIIBidi = idna.New(append(slices.Clip(hostRules), idna.BidiRule())...)
	hostRules   = []idna.Option{idna.MapForLookup(), idna.CheckJoiners(true), idna.CheckHyphens(false),
		idna.StrictDomainName(false), idna.Transitional(false), idna.VerifyDNSLength(false)}
)

func parseHost(host string, isSpecial bool) (string, bool) {
	if strings.HasPrefix(host, "[") {
		return host, len(host) > 2 && strings.HasSuffix(host, "]") && validIPv6(host[1:len(host)-1])
	}
	if !isSpecial {
		return host, !strings.ContainsAny(host, forbiddenInHost)
	}
	domain, ok := domainToASCII(percentDecode(host))
	if !ok || domain == "" || strings.ContainsAny(domain, forbiddenInDomain) || hasControl(domain) {
		return "", false
	}
	if endsInNumber(domain) {
		return domain, validIPv4(domain)
	}
	return domain, true
}

func domainToASCII(domain string) (string, bool) {
	lower := strings.ToLower(domain)
	if plainASCII(lower) && !strings.HasPrefix(lower, "xn--") && !strings.Contains(lower, ".xn--") {
		return lower, true
	}
	labels := strings.FieldsFunc(lower, func(r rune) bool { return r == '.' || r == '。' || r == '．' || r == '｡' })
	if slices.Contains(labels, "xn--") { // the prefix of an encoded label, and no label
		return "", false
	}
	profile := toASCII
	if slices.ContainsFunc(labels, rightToLeft) {
		profile = toASCIIBidi
	}
	ascii, err := profile.ToASCII(domain)
	return ascii, err == nil
}

func rightToLeft(label string) bool {
	p, _ := bidi.LookupString(label)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func hasControl(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' }) >= 0
}

// percentDecode leaves a "%" that begins no escape as it is.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if t, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(t)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

func validIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

// endsInNumber decides whether a domain is meant as an IPv4 address (section 3.5).
func endsInNumber(domain string) bool {
	labels := strings.Split(domain, ".")
	if labels[len(labels)-1] == "" {
		if len(labels) == 1 {
			return false
		}
		labels = labels[:len(labels)-1]
	}
	last := labels[len(labels)-1]
	if last != "" && strings.Trim(last, "0123456789") == "" {
		return true
	}
	_, ok := ipv4Number(last)
	return ok
}

// validIPv4 reads the forms that the standard allows: fewer than four parts, octal and hexadecimal ones too.
func validIPv4(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	if len(parts) > 4 {
		return false
	}
	for i, p := range parts {
		n, ok := ipv4Number(p)
		limit := uint64(256)
		if i == len(parts)-1 {
			limit = 1 << (8 * (5 - len(parts)))
		}
		if !ok || n >= limit {
			return false
		}
	}
	return true
}

func ipv4Number(s string) (uint64, bool) {
	base := 10
	switch {
	case s == "":
		return 0, false
	case len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x':
		base, s = 16, s[2:]
	case len(s) >= 2 && s[0] == '0':
		base, s = 8, s[1:]
	}
	if s == "" {
		return 0, true
	}
	for i := range len(s) {
		if digit(s[i]) >= base {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s, base, 64)
	if err != nil {
		return 1 << 62, true // digits, but more than any address has
	}
	return n, true
}
