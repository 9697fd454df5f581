package text_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/text"
)

func TestRetryAfter(t *testing.T) {
	received := time.Date(2026, 11, 26, 12, 0, 0, 500, time.UTC)
	const year = 365 * 24 * time.Hour
	for value, want := range map[string]time.Duration{
		"0": 0, "17": 17 * time.Second, "99999999999": year,
		"Thu, 26 Nov 2026 12:02:01 GMT": 2 * time.Minute, "Thu, 26 Nov 2026 11:00:00 GMT": 0, "Thu, 26 Nov 2099 12:00:00 GMT": year,
		"Thursday, 26-Nov-26 12:00:03 GMT": 2 * time.Second, "Thu Nov 26 12:00:03 2026": 2 * time.Second,
	} {
		if wait, asks := text.RetryAfter(http.Header{"Retry-After": {value}}.Get, received); wait != want || !asks {
			t.Errorf("%q: %v %v, want %v", value, wait, asks, want)
		}
	}
	for _, value := range []string{"", "-1", "soon", "1.5", "99999999999999999999"} {
		if wait, asks := text.RetryAfter(http.Header{"Retry-After": {value}}.Get, received); wait != 0 || asks {
			t.Errorf("%q: %v %v, and it names no time", value, wait, asks)
		}
	}
}

// A date is of the server's clock, whatever the clock here says.
func TestRetryAfterGoesByTheServersClock(t *testing.T) {
	const at, date = "Thu, 26 Nov 2026 12:02:00 GMT", "Thu, 26 Nov 2026 12:00:00 GMT"
	for _, years := range []int{-30, 0, 10} {
		here := time.Date(2026+years, 11, 26, 12, 0, 0, 0, time.UTC)
		for age, want := range map[string]time.Duration{"": 2 * time.Minute, "30": 90 * time.Second, "-5": 2 * time.Minute, "300": 0, "99999999999": 0} {
			h := http.Header{"Retry-After": {at}, "Date": {date}, "Age": {age}}
			if wait, asks := text.RetryAfter(h.Get, here); wait != want || !asks {
				t.Errorf("a clock %d years off, age %q: %v, want %v", years, age, wait, want)
			}
		}
	}
}

func TestTokensThatAHeaderCarries(t *testing.T) {
	for token, want := range map[string]bool{"eyJhbGciOi.e30.c2ln-_~+/=": true, "two words": false, "line\nbreak": false, "caf\u00e9": false, "\x7f": false} {
		if text.FitsHeader(token) != want {
			t.Errorf("%q: %v", token, !want)
		}
	}
}
