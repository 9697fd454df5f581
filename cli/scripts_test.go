package cli_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/credguide/credguide/cli"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/dev/offline"
	"github.com/credguide/credguide/internal/dev/shared"
	"github.com/credguide/credguide/internal/text"
)

// onlyEnvironments is a variable with the built-in environments that a screen may list: a new one
// must not change old screens.
const onlyEnvironments = "TEST_ONLY_ENVIRONMENTS"

// leftMachine is the exit code of a program that would have left this machine: one that no test
// expects.
const leftMachine = 86

// TestMain lets the scripts run this test binary as credguide.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "hang" {
		time.Sleep(time.Hour)
	}
	if runtime.GOOS == "windows" {
		text.ForWindows()
	}
	testscript.Main(offline.Guarded(m), map[string]func(){
		"credguide": func() {
			offline.Guard(func(name string) {
				fmt.Fprintf(os.Stderr, "%s was looked up, and tests stay on this machine\n", name)
				os.Exit(leftMachine)
			})
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			context.AfterFunc(ctx, stop)
			if ids := os.Getenv(onlyEnvironments); ids != "" {
				environments.TestOnlyKnow(strings.Fields(ids)...)
			}
			os.Exit(cli.Main(ctx, os.Args[1:], app.ThisMachine()))
		},
	})
}

// The scripts are the stories of people who use the program; each runs in an empty folder, with an
// empty home.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           shared.Path(t, "scripts"),
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
				env.Setenv(name, "")
			}
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("USERPROFILE", env.WorkDir)
			env.Setenv("AppData", "")
			env.Setenv("LocalAppData", "")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "waitfile": waitFile},
	})
}
