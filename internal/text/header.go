package text

import (
	"strconv"
	"strings"
	"time"
)

// longestWait bounds what a server may ask for, so that no sum of it overflows.
const longestWait = 365 * 24 * time.Hour

// dates are the forms that HTTP writes a date in (RFC 9110 section 5.6.7).
var dates = []string{"Mon, 02 Jan 2006 15:04:05 GMT", time.RFC850, time.ANSIC}

// RetryAfter reads how long the header of that name asks to wait, from when the answer came: whole
// seconds, or a date (RFC 9110 section 10.2.3), at most a year. asks is false where it names neither.
func RetryAfter(value string, received time.Time) (wait time.Duration, asks bool) {
	if n, err := strconv.Atoi(value); err == nil && n >= 0 {
		return time.Duration(min(n, int(longestWait/time.Second))) * time.Second, true
	}
	for _, form := range dates {
		if at, err := time.Parse(form, value); err == nil {
			return min(max(at.Sub(received).Truncate(time.Second), 0), longestWait), true
		}
	}
	return 0, false
}

// FitsHeader reports whether a header can carry a token: RFC 6750 section 2.1 allows fewer characters
// still. Sent as it is, a line break in it would end the request before it began, and that would
// look like a broken connection.
func FitsHeader(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}
