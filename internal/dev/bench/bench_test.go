package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// TestMain lets the test binary be the measuring process too.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == measureCommand {
		os.Exit(measureOne(os.Args[2:]))
	}
	if len(os.Args) > 2 && os.Args[1] == loopCommand {
		os.Exit(plainLoop(os.Args[2:]))
	}
	os.Exit(m.Run())
}

func TestMedianIsAMeasuredValue(t *testing.T) {
	for name, tc := range map[string]struct {
		walls []time.Duration
		want  time.Duration
	}{
		"none": {nil, 0},
		"one":  {[]time.Duration{7}, 7},
		"odd":  {[]time.Duration{9, 1, 5}, 5},
		"even": {[]time.Duration{9, 1, 5, 4}, 4},
	} {
		var list []measurement
		for _, w := range tc.walls {
			list = append(list, measurement{Wall: w})
		}
		if got := median(list, wall); got != tc.want {
			t.Errorf("%s: %d, not %d", name, got, tc.want)
		}
	}
}

func TestAProcessIsMeasuredWhole(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := command{name: "list of tests", argv: []string{self, "-test.list", "Median"}, env: os.Environ()}
	m, err := measure(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if m.Wall <= 0 || !strings.Contains(string(m.Output), "TestMedianIsAMeasuredValue") {
		t.Errorf("wall %s, output %q", m.Wall, m.Output)
	}
	c.exit = 1
	if _, err := measure(t.Context(), c); err == nil || !strings.Contains(err.Error(), "exit code 0, not 1") {
		t.Errorf("an unexpected exit code gave the error %v", err)
	}
}

// TestTheScriptLogsIn: the yardstick must do the whole work, or the comparison would flatter.
func TestTheScriptLogsIn(t *testing.T) {
	able := !slices.ContainsFunc([]string{"sh", "curl", "sed"}, func(tool string) bool {
		_, err := exec.LookPath(tool)
		return err != nil
	})
	box := sandboxtest.Box(t, sandbox.Options{Dir: filepath.Join(t.TempDir(), "box")})
	s := &setup{dir: t.TempDir(), options: options{python: filepath.Join(t.TempDir(), "none")}}
	s.env = quiet(s.dir)
	list := s.yardsticks(t.Context(), box)
	i := slices.IndexFunc(list, func(c command) bool { return c.argv[0] == "sh" })
	if (i >= 0) != able {
		t.Fatalf("its tools are here: %v; the commands: %v", able, list)
	}
	if i < 0 {
		return
	}
	m, err := measure(t.Context(), list[i])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"sub":`, `"user_id":`} {
		if !strings.Contains(string(m.Output), want) {
			t.Errorf("no %s in %q; it said %q", want, m.Output, m.Talk)
		}
	}
}

// TestTheLoopMakesTheRequestsOfACheck: otherwise the ratio would say nothing.
func TestTheLoopMakesTheRequestsOfACheck(t *testing.T) {
	box := sandboxtest.Box(t, sandbox.Options{Dir: filepath.Join(t.TempDir(), "box")})
	s := &setup{dir: t.TempDir()}
	s.env = quiet(s.dir)
	asked, err := s.askedBy(t.Context(), box, s.loop(box, 7), 7)
	if err != nil || asked != 3 {
		t.Errorf("%v requests an entry, %v", asked, err)
	}
}

func TestNothingOfTheUsersReachesAMeasurement(t *testing.T) {
	t.Setenv("OPENEO_AUTH_CLIENT_SECRET", "mine")
	t.Setenv("https_proxy", "http://proxy.invalid")
	for _, v := range quiet(t.TempDir()) {
		if strings.HasPrefix(v, "OPENEO_AUTH") || strings.HasPrefix(v, "https_proxy") {
			t.Errorf("%s gets through", strings.SplitN(v, "=", 2)[0])
		}
	}
}
