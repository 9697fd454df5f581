package text

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestWait bounds what a server may ask for, so that no sum of it overflows.
const longestWait = 365 * 24 * time.Hour

// RetryAfter reads how long an answer asks to wait, from when it came: whole seconds, or a date (RFC
// 9110 section 10.2.3), at most a year. asks is false where it names neither.
func RetryAfter(h http.Header, received time.Time) (wait time.Duration, asks bool) {
	value := h.Get("Retry-After")
	if n, err := strconv.Atoi(value); err == nil && n >= 0 {
		return time.Duration(min(n, int(longestWait/time.Second))) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(received).Truncate(time.Second), 0), longestWait), true
	}
	return 0, false
}

// FitsHeader reports whether a header can carry a token: RFC 6750 section 2.1 allows fewer characters
// still. Sent as it is, a line break in it would end the request before it began, and that would
// look like a broken connection.
func FitsHeader(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}
