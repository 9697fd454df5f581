package probe_test

import (
	"testing"
	"time"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/internal/sandbox"
)

// roundTrip stands in for the network between the user and the services.
const roundTrip = 50 * time.Millisecond

// criticalPath is the longest chain of requests of a healthy check, each of which needs the one
// before: /.well-known/openeo, /credentials/oidc, the token, /me.
const criticalPath = 4

// BenchmarkHealthyCheck reports how many times longer a healthy check takes than its critical path
// of round trips. It asserts nothing: machines differ.
func BenchmarkHealthyCheck(b *testing.B) {
	s, o := start(b, sandbox.Options{Delay: roundTrip})
	var total time.Duration
	requests := 0
	for b.Loop() {
		began := time.Now()
		e := probe.Run(b.Context(), s, o, nil).Evidence
		total += time.Since(began)
		requests = len(e.Requests)
	}
	mean := total / time.Duration(b.N)
	b.ReportMetric(float64(mean)/float64(criticalPath*roundTrip), "x-critical-path")
	b.ReportMetric(float64(requests), "requests")
}
