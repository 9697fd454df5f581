package check

import (
	"testing"
	"time"
)

// The time left goes by what this run has checked, and by the deadline of the list.
func TestTheTimeLeftOfAList(t *testing.T) {
	for _, c := range []struct {
		p      *progress
		waited time.Duration
		want   string
	}{
		{&progress{total: 100}, time.Minute, "0 of 100"},
		{&progress{total: 100, count: 1}, time.Second, "1 of 100"},
		{&progress{total: 100, count: 10}, 10 * time.Second, "10 of 100, about 90 seconds left"},
		{&progress{total: 100, count: 90, taken: 90}, 10 * time.Second, "90 of 100"},
		{&progress{total: 100, count: 90, taken: 85}, 10 * time.Second, "90 of 100, about 20 seconds left"},
		{&progress{total: 100, count: 100, taken: 85}, 10 * time.Second, "100 of 100, about 1 second left"},
		{&progress{total: 100, count: 10, limit: time.Hour}, 10 * time.Second, "10 of 100, about 90 seconds left"},
		{&progress{total: 100, count: 10, limit: 40 * time.Second}, 10 * time.Second, "10 of 100, deadline in 30 seconds, about 60 will not be checked"},
		{&progress{total: 100, count: 10, limit: 5 * time.Second}, 10 * time.Second, "10 of 100, deadline in 1 second, about 90 will not be checked"},
	} {
		if got := c.p.counted(c.waited); got != c.want {
			t.Errorf("%d of %d after %s: %q, not %q", c.p.count, c.p.total, c.waited, got, c.want)
		}
	}
}
