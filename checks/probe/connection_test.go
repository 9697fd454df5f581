package probe_test

import (
	"testing"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/internal/sandbox"
)

// TestTheLongestChainOpensNoSecondConnection: the sandbox speaks HTTP/1.1, so of two requests at once one needs a connection
// of its own. That must not be the one that the token, and then everything else, waits for.
func TestTheLongestChainOpensNoSecondConnection(t *testing.T) {
	s, o := start(t, sandbox.Options{})
	for range 5 {
		seen := map[string]bool{}
		for _, r := range probe.Run(t.Context(), s, o, nil).Evidence.Requests {
			seen[r.Step] = true
			if first := r.Step == "well-known" || r.Step == "discovery"; !first && r.Step != "capabilities" && r.Step != "userinfo" && r.NewConnection {
				t.Errorf("%s opened a connection", r.Step)
			}
		}
		for _, step := range []string{"providers", "token", "me"} {
			if !seen[step] {
				t.Errorf("no request of the step %s", step)
			}
		}
	}
}
