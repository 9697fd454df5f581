package serve

import (
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/accounts"
)

// The names of the contract, and no other, are those of an account.
func TestTheMetricsAreThoseOfTheContract(t *testing.T) {
	want := []string{
		"credguide_check_duration_seconds", "credguide_check_timestamp_seconds", "credguide_checks_total", "credguide_client_expires_timestamp_seconds",
		"credguide_finding", "credguide_state_since_timestamp_seconds", "credguide_token_lifetime_seconds", "credguide_up", "credguide_verdict",
	}
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	m, _ := start(t, newWorld(), &flags{}, list)
	known(t, m, func(_ int, r *checks.Report) {
		brokenBy(r, "wrong")
		r.Subject.Environment, r.Subject.Backend = "demo", "https://openeo.example.org"
		r.Identity = &checks.Identity{TokenExpiresInS: 3600}
		r.Facts = checks.Facts{}
		r.Facts.Set(checks.AccountExpires, "2027-03-31")
	})
	text := get(t, m, "/probe?name=one", http.StatusOK)
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^# TYPE (\S+) `).FindAllStringSubmatch(text, -1) {
		names = append(names, line[1])
	}
	if !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		has(t, line, `name="one"`, `environment="demo"`, `backend="`, `client_id="id-one"`, `label_team="eo"`)
	}
	has(t, text, `verdict="misconfigured"} 1`, `verdict="healthy"} 0`, `certainty="certain"`, `id="client-secret-wrong"`, `party="you"`, `severity="error"`,
		"# TYPE credguide_checks_total counter", "credguide_client_expires_timestamp_seconds{")
}

func TestHealthyAndReady(t *testing.T) {
	const other = "https://hangs.example.org/"
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one")+entries(other, "two"))
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.hangs[issuer], w.hangs[other] = true, true // a check takes a minute
		m, _ := start(t, w, &flags{every: time.Hour}, list)
		get(t, m, "/-/healthy", http.StatusOK)
		get(t, m, "/-/ready", http.StatusServiceUnavailable)
		time.Sleep(90 * time.Second) // where nothing was checked there is nothing to see
		has(t, get(t, m, "/-/ready", http.StatusServiceUnavailable), "0 of 2 accounts checked")
		known(t, m, func(int, *checks.Report) {})
		m.accounts["two"].result = result{record: record{Name: "two"}}
		get(t, m, "/-/ready", http.StatusOK) // a long first round does not keep the others from being seen
		stop := running(t, m, nil)
		time.Sleep(time.Hour)
		get(t, m, "/-/healthy", http.StatusOK)
		stop()
		time.Sleep(time.Hour)
		get(t, m, "/-/healthy", http.StatusServiceUnavailable)
	})
}

// Before a minute is over, one account that was not checked yet keeps the program from being ready.
func TestReadyIsTheWholeFirstRound(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one", "two"))
	synctest.Test(t, func(t *testing.T) {
		m, _ := start(t, newWorld(), &flags{every: time.Hour}, list)
		known(t, m, func(int, *checks.Report) {})
		m.accounts["two"].result = result{record: record{Name: "two"}}
		time.Sleep(30 * time.Second)
		has(t, get(t, m, "/-/ready", http.StatusServiceUnavailable), "1 of 2 accounts checked")
		known(t, m, func(int, *checks.Report) {})
		get(t, m, "/-/ready", http.StatusOK)
	})
}

// The program is as unwell if the schedule never looked for what is due at all.
func TestAScheduleThatNeverBeganIsNotHealthy(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	synctest.Test(t, func(t *testing.T) {
		m, _ := start(t, newWorld(), &flags{every: time.Hour}, list)
		get(t, m, "/-/healthy", http.StatusOK)
		time.Sleep(standstill + time.Second)
		get(t, m, "/-/healthy", http.StatusServiceUnavailable)
	})
}

// What the list says of an account that was never checked stands in no metric.
func TestAnAccountWithoutAResultHasNoMetrics(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	m, _ := start(t, newWorld(), &flags{}, list)
	if text := get(t, m, "/probe?name=one", http.StatusOK); text != "" {
		t.Error(text)
	}
	if e := (accounts.Entry{Number: 7}); linkTo(e.Label()) != "accounts/entry%207" {
		t.Error(linkTo(e.Label()))
	}
}
