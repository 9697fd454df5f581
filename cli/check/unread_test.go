package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
)

// An entry whose check has no time left has its secret kept out of its report all the same.
func TestASecretIsHiddenWhenTheTimeIsUp(t *testing.T) {
	const chosen = "Tr0ub4dor"
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(chosen), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &app.App{Sys: app.System{Now: time.Now, Lookup: func(string) (string, bool) { return "", false }}}
	c, err := NewChecker(t.Context(), a, &Flags{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	shared := probe.NewShared(probe.Limits{})
	defer shared.Close()
	for name, fault := range map[string]error{"none": nil, "a fault": errors.New("unknown key")} {
		entry := accounts.Entry{Fault: fault, Account: accounts.Account{
			Name: "a", Environment: "production", ClientID: "nightly", Owner: "me " + chosen, Labels: map[string]string{"note": chosen},
			Source: accounts.Source{Kind: accounts.SecretFile, Name: file},
		}}
		r, _ := c.Entry(ctx, entry, accounts.List{Folder: filepath.Dir(file)}, shared, func(probe.Event) {})
		if shown := fmt.Sprintf("%+v", r.Subject); r.Subject.Owner == "" || strings.Contains(shown, chosen) {
			t.Errorf("%s: %s", name, shown)
		}
	}
}

// A broken entry may tell of no source and hold the secret of another entry, also in the name of the
// list's folder.
func TestTheReportOfABrokenEntryHoldsNoSecretOfAnother(t *testing.T) {
	const secret = "walrus-kettle-plinth-amber"
	lookup := func(string) (string, bool) { return "", false }
	a := &app.App{Sys: app.System{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, GOOS: "linux", Home: t.TempDir(), Now: time.Now, Lookup: lookup}}
	c, err := NewChecker(t.Context(), a, &Flags{})
	if err != nil {
		t.Fatal(err)
	}
	c.shared = probe.NewShared(probe.Limits{})
	defer c.shared.Close()
	c.shared.Beside(guard.New(credentials.NewSecret(secret)))
	broken := accounts.Entry{Account: accounts.Account{Name: "b", Owner: secret}, Fault: errors.New("/" + secret + "/list.yaml:2: x")}
	r := c.faulty(t.Context(), broken, accounts.List{}, broken.Fault)
	var text strings.Builder
	if err := report.JSON(&text, r.Report); err != nil || strings.Contains(text.String(), "walrus") || r.Verdict != checks.Misconfigured {
		t.Errorf("%v\n%s", err, &text)
	}
}
