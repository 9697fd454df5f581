package serve

import (
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
)

func TestWhichClocksWereSet(t *testing.T) {
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		wall, passed time.Duration
		want         bool
	}{
		"it runs on":                      {time.Second, time.Second, false},
		"it ran fast, and is set slowly":  {time.Second, 2 * time.Second, false},
		"the machine slept over a night":  {10 * time.Hour, time.Second, false},
		"it learned the time of a decade": {20 * 365 * day, time.Second, true},
		"it was an hour ahead":            {-time.Hour + time.Second, time.Second, true},
		"it was years ahead":              {-10 * 365 * day, time.Second, true},
	} {
		by := setBy(tc.wall, tc.passed)
		if (by != 0) != tc.want || tc.want && by != tc.wall-tc.passed {
			t.Errorf("%s: %s", name, by)
		}
	}
	if now := time.Now(); between(time.Time{}, now) != 0 || between(now, now.Add(time.Hour)) != 0 {
		t.Error("a clock that runs on was set")
	}
}

func TestACheckThatTheClockWasSetIn(t *testing.T) {
	now := time.Now()
	want := now.Add(-time.Minute).Round(0)
	for _, by := range []time.Duration{0, 1000 * time.Hour, -time.Hour} {
		for when, started := range map[string]time.Time{"before": want.Add(-by), "after": want} {
			if got := corrected(started, by, now); !got.Equal(want) {
				t.Errorf("%s it was set by %s: %s, not %s", when, by, got, want)
			}
		}
	}
}

// What this process found by a clock that was wrong was found a while ago. What another one kept
// says what its clock said.
func TestTimesMoveWithTheClock(t *testing.T) {
	const decade = 10 * 365 * 24 * time.Hour
	for name, by := range map[string]time.Duration{"ahead": decade, "back": -decade} {
		list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "mine", "kept"))
		m, _ := start(t, newWorld(), &flags{}, list)
		m.born = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		found, until := m.born.Add(time.Hour), m.born.Add(2*time.Hour)
		earlier := m.born.Add(-time.Hour)
		known(t, m, func(i int, r *checks.Report) {
			r.Started = []time.Time{found, earlier}[i]
		})
		m.clockSet(until, by)
		for account, want := range map[string]time.Time{"mine": found.Add(by), "kept": earlier} {
			if a := m.accounts[account]; !a.Since.Equal(want) || !a.Report.Started.Equal(want) {
				t.Errorf("%s, %s: since %s, checked %s", name, account, a.Since, a.Report.Started)
			}
			metrics := get(t, m, "/probe?name="+account, http.StatusOK)
			for _, metric := range []string{stateSince, checkTime} {
				line := lineOf(metrics, metric+"{")
				if value, err := strconv.ParseFloat(line[strings.LastIndex(line, " ")+1:], 64); err != nil || int64(value) != want.Unix() {
					t.Errorf("%s, %s: %s", name, account, line)
				}
			}
			has(t, get(t, m, "/accounts/"+account, http.StatusOK), "works since "+momentOf(want).Shown+" UTC</nav>")
			has(t, get(t, m, "/", http.StatusOK), momentOf(want).Shown)
		}
		if !m.born.Equal(until.Add(by - 2*time.Hour)) {
			t.Errorf("%s: the process began at %s", name, m.born)
		}
	}
}

// lineOf is the first line that begins so.
func lineOf(text, start string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, start) {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return ""
}
