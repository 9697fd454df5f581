package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/internal/sandbox"

	_ "embed"
)

// the two yardsticks

// criticalPath is the longest chain of requests of a healthy check, each of which needs the one
// before: /.well-known/openeo, /credentials/oidc, the token, /me.
const criticalPath = 4

//go:embed login.py
var loginPython string

//go:embed login.sh
var loginShell string

// logins compares a healthy check with its critical path and with the two yardsticks.
func (s *setup) logins(ctx context.Context) error {
	box, check, err := s.play(ctx, sandbox.Options{Delay: s.delay, Dir: filepath.Join(s.dir, "healthy")}, 0, "--output", "json")
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	commands := append([]command{check}, s.yardsticks(ctx, box)...)
	results, err := rounds(ctx, s.runs, commands)
	if err != nil {
		return err
	}
	path := criticalPath * s.delay
	mine := median(results[0], wall)
	fmt.Printf("Healthy login, every answer held back by %s; critical path %d round trips, %s\n", s.delay, criticalPath, path)
	t := newTable("", "wall", "of the critical path", "of credguide", "cpu", "peak memory")
	for i, c := range commands {
		w := median(results[i], wall)
		t.row(c.name, ms(w), ratio(w, path), ratio(w, mine), ms(median(results[i], cpu)), mib(median(results[i], peak)))
	}
	t.print()
	observed := median(results[0], observing)
	fmt.Printf("Of credguide's %s, %s are the requests themselves (%s of the critical path, by its report); start-up, catalogs and report are the rest.\n\n",
		ms(mine), ms(observed), ratio(observed, path))
	return nil
}

// observing is how long the requests took, by the report that the check wrote.
func observing(m measurement) time.Duration {
	var report struct {
		DurationMS int64 `json:"duration_ms"`
	}
	if json.Unmarshal(m.Output, &report) != nil {
		return 0
	}
	return time.Duration(report.DurationMS) * time.Millisecond
}

// yardsticks are the same login by other means, as far as this machine has them.
func (s *setup) yardsticks(ctx context.Context, box *sandbox.Sandbox) (list []command) {
	ca := filepath.Join(box.Dir, "ca.pem")
	env := append(append([]string{}, s.env...), "OPENEO_AUTH_CLIENT_ID="+box.ClientID, "OPENEO_AUTH_CLIENT_SECRET="+box.ClientSecret,
		"OPENEO_AUTH_PROVIDER_ID=egi", "BACKEND="+box.BackendURL(), "REQUESTS_CA_BUNDLE="+ca, "CURL_CA_BUNDLE="+ca)
	if python, err := s.interpreter(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "left out: the Python openEO client:", err)
	} else {
		list = append(list, command{name: "Python openEO client", argv: []string{python, "-"}, env: env, stdin: loginPython})
	}
	for _, tool := range []string{"sh", "curl", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			fmt.Fprintln(os.Stderr, "left out: the script with curl:", err)
			return list
		}
	}
	return append(list, command{name: "curl, one after the other", argv: []string{"sh", "-s"}, env: env, stdin: loginShell})
}
