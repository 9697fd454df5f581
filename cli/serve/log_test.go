package serve

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
)

// The log says once how all stand, and then each turn: not each check.
func TestTheLogNamesWhatTurns(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "steady", "turning", "bad"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("bad", checks.Misconfigured)
		m, said := start(t, w, &flags{every: time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(2 * time.Minute)
		want := "each account has a result: 2 work, 1 misconfigured, 0 unclear; not working: bad\n"
		if got := said.String(); got != want {
			t.Fatalf("%q, not %q", got, want)
		}
		for _, turn := range []struct {
			to   checks.Verdict
			says string
		}{
			{checks.Healthy, ""},
			{checks.Unreachable, "turning no longer works\n"},
			{checks.Misconfigured, "turning still does not work\n"},
			{checks.Misconfigured, ""},
			{checks.Healthy, "turning works again\n"},
		} {
			w.set("turning", turn.to)
			time.Sleep(3 * time.Hour)
			if want += turn.says; said.String() != want {
				t.Errorf("%s: %q, not %q", turn.to, said, want)
			}
		}
	})
}

// The cause stands behind the name; neither may break the line.
func TestATurnSaysItsCause(t *testing.T) {
	before := record{Name: "night\nly", Checked: true, Report: checks.Report{Verdict: checks.Healthy}}
	now := before
	now.Report = checks.Report{Verdict: checks.Misconfigured, Diagnoses: []checks.Finding{{Severity: checks.Error, Title: "The secret\nis wrong"}}}
	if got := turned(before, now); got != "night ly no longer works: The secret is wrong" {
		t.Errorf("%q", got)
	}
	settled := before
	settled.Report = checks.Report{Verdict: checks.Inconclusive, Hidden: []checks.Finding{{Severity: checks.Error, Ignored: "until the move"}}}
	if got := turned(before, settled); got != "" {
		t.Errorf("what is ignored is no news: %q", got)
	}
	if got := turned(record{}, now); got != "night ly does not work: The secret is wrong" {
		t.Errorf("a first check: %q", got)
	}
	if got := turned(record{}, before); got != "" {
		t.Errorf("a first check that is as it should be: %q", got)
	}
}

// Whoever adds an account reads in the log if it does not work.
func TestTheLogNamesANewAccountThatDoesNotWork(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.set("bad", checks.Misconfigured)
		m, said := start(t, w, &flags{every: time.Hour}, list)
		stop := running(t, m, nil)
		defer stop()
		time.Sleep(time.Minute)
		put(t, list, entries(issuer, "one", "bad", "good"))
		time.Sleep(3 * time.Hour)
		const want = "each account has a result: 1 work, 0 misconfigured, 0 unclear\n" +
			"the list was read again: 3 accounts, 2 new, 0 gone\nbad does not work\n"
		if got := said.String(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	})
}
