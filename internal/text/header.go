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
// A date goes by the server's clock, where Date and Age tell it: this machine's may be years off.
func RetryAfter(header func(name string) string, received time.Time) (wait time.Duration, asks bool) {
	value := header("Retry-After")
	if value == "" { // as in nearly every answer
		return 0, false
	}
	if n, err := strconv.Atoi(value); err == nil && n >= 0 {
		return time.Duration(min(n, int(longestWait/time.Second))) * time.Second, true
	}
	at, ok := dateOf(value)
	if !ok {
		return 0, false
	}
	now := received
	if sent, ok := dateOf(header("Date")); ok {
		now = sent
		if age, err := strconv.Atoi(header("Age")); err == nil && age > 0 {
			now = now.Add(time.Duration(min(age, int(longestWait/time.Second))) * time.Second)
		}
	}
	return min(max(at.Sub(now).Truncate(time.Second), 0), longestWait), true
}

func dateOf(value string) (time.Time, bool) {
	for _, form := range dates {
		if at, err := time.Parse(form, value); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// FitsHeader reports whether a header can carry a token: RFC 6750 section 2.1 allows fewer characters
// still. Sent as it is, a line break in it would end the request before it began, and that would
// look like a broken connection.
func FitsHeader(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}
