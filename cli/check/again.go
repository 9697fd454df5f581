package check

import (
	"context"
	"crypto/x509"
	"sync"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
)

// Limits are what a run of checks may ask, and for how long it asks again.
type Limits struct {
	ListFlags
	RetryFor time.Duration
}

// The pauses between two checks of the same, while the answer is "cannot tell".
const (
	firstPause   = 5 * time.Second
	longestPause = time.Minute
)

// pauseAfter is how long to wait before another try, the n-th, counted from 0; a server may ask for
// more.
func (c *checker) pauseAfter(n int, r checks.Report) time.Duration {
	pause := firstPause
	if c.Sys.FirstPause > 0 {
		pause = c.Sys.FirstPause
	}
	pause = min(pause<<min(n, 10), longestPause)
	for _, name := range []checks.Name{checks.IDP.RetryAfterS, checks.Backend.RetryAfterS} {
		if s, ok := checks.Derive(r.Facts).Int(name); ok {
			pause = max(pause, time.Duration(s)*time.Second)
		}
	}
	return pause
}

// cannotTell tells that another try may say more.
func cannotTell(r checks.Report) bool {
	return !r.Interrupted && checks.ExitCode(r, false) == app.ExitCannotTell
}

// patiently checks once, and with --retry-for again while the answer is "cannot tell".
func (c *checker) patiently(ctx context.Context, s probe.Subject, options probe.Options, on func(probe.Event)) Result {
	end := time.Now().Add(c.limits.RetryFor)
	for n := 0; ; n++ {
		r := c.run(ctx, s, options, on)
		pause := c.pauseAfter(n, r.Report)
		if !cannotTell(r.Report) || time.Now().Add(pause).After(end) {
			return r
		}
		if !c.flags.Quiet {
			c.Say("cannot tell yet; checking again in %s", checks.Words(pause))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return r
		}
	}
}

// rootPools keeps the certificate authorities of each file, so that checks with the same file share
// connections.
type rootPools struct {
	mu    sync.Mutex
	pools map[string]*x509.CertPool
}

func (r *rootPools) of(ctx context.Context, a *app.App, file string) (*x509.CertPool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if pool, ok := r.pools[file]; ok {
		return pool, nil
	}
	pool, err := rootsWith(ctx, a, file)
	if err != nil {
		return nil, err
	}
	if r.pools == nil {
		r.pools = map[string]*x509.CertPool{}
	}
	r.pools[file] = pool
	return pool, nil
}

// forget makes the next check read the files again.
func (r *rootPools) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pools = nil
}
