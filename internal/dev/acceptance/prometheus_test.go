//go:build acceptance

package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/process"
	"github.com/credguide/credguide/internal/dev/shared"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// exporter is `credguide serve` with two accounts of a sandbox: one works, and
// the other one has a secret that can be mended.
type exporter struct {
	program, list, state, secret string
	address                      string
	box                          *sandbox.Sandbox
	*process.Process
}

func newExporter(t *testing.T) *exporter {
	t.Helper()
	dir := t.TempDir()
	e := &exporter{
		program: filepath.Join(dir, "credguide"), list: filepath.Join(dir, "accounts.yaml"), state: filepath.Join(dir, "state"),
		secret: filepath.Join(dir, "bad.secret"),
	}
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", e.program, "github.com/credguide/credguide").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	e.box = sandboxtest.Box(t, sandbox.Options{})
	e.write(t, e.secret, "not-the-secret-of-this-client")
	good := filepath.Join(dir, "good.secret")
	e.write(t, good, e.box.ClientSecret)
	entry := "- {name: %s, environment: sandbox, client_id: %s, secret_file: %s, labels: {team: eo}}\n"
	e.write(t, e.list, fmt.Sprintf(entry+entry, "good", e.box.ClientID, good, "bad", e.box.ClientID, e.secret))
	e.address = "127.0.0.1:" + freePort(t)
	return e
}

func freePort(t *testing.T) string {
	t.Helper()
	ports, err := process.FreePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(ports[0])
}

func (e *exporter) write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start runs the exporter until it is ready.
func (e *exporter) start(t *testing.T, every string) {
	t.Helper()
	command := exec.Command(e.program, "serve", e.list, "--catalog", e.box.Dir, "--ca-file", filepath.Join(e.box.Dir, "ca.pem"),
		"--listen", e.address, "--every", every, "--state", e.state)
	e.Process = launch(t, command, "http://"+e.address+"/-/ready")
}

// kill ends it without a chance to write anything.
func (e *exporter) kill(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(e.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-e.Done()
}

// launch runs a server until it answers at an address. It ends with the test.
func launch(t *testing.T, command *exec.Cmd, address string) *process.Process {
	t.Helper()
	file := filepath.Join(t.TempDir(), "log")
	log, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	command.Stdout, command.Stderr = log, log
	p, err := process.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(5 * time.Second) })
	if err := p.Ready(2*time.Minute, file, func() bool { _, err := fetched(context.Background(), address); return err == nil }); err != nil {
		t.Fatal(err)
	}
	return p
}

func fetched(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", address, response.Status)
	}
	return string(text), err
}

// prometheus is a real one.
type prometheus struct{ base string }

// startPrometheus scrapes the exporter each second, with the rules that the
// documentation has. Only their waits are shorter.
func startPrometheus(t *testing.T, e *exporter) prometheus {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile(filepath.Join(shared.Path(t, ".."), "docs", "operations", "prometheus", "credguide.rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	hasty := regexp.MustCompile(`(?m)^(\s*for:) .*$`).ReplaceAll(rules, []byte("$1 1s"))
	dir, port := t.TempDir(), freePort(t)
	e.write(t, filepath.Join(dir, "rules.yaml"), string(hasty))
	e.write(t, filepath.Join(dir, "prometheus.yaml"), fmt.Sprintf(`global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yaml]
scrape_configs:
  - {job_name: credguide, static_configs: [{targets: [%q]}]}
`, e.address))
	p := prometheus{"http://127.0.0.1:" + port}
	launch(t, exec.Command(program, "--config.file", filepath.Join(dir, "prometheus.yaml"), "--storage.tsdb.path", filepath.Join(dir, "data"),
		"--web.listen-address", "127.0.0.1:"+port, "--log.level", "warn"), p.base+"/-/ready")
	return p
}

// ask asks its API.
func (p prometheus) ask(t *testing.T, path string, answer any) {
	t.Helper()
	text, err := fetched(t.Context(), p.base+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		t.Fatal(err)
	}
}

// firing are the alerts that fire, by name, with the account or instance.
func (p prometheus) firing(t *testing.T) (list []string) {
	t.Helper()
	var answer struct {
		Data struct {
			Alerts []struct {
				Labels map[string]string
				State  string
			}
		}
	}
	p.ask(t, "/api/v1/alerts", &answer)
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" {
			list = append(list, a.Labels["alertname"]+" "+a.Labels["name"])
		}
	}
	return list
}

// awaits waits until exactly these alerts fire.
func (p prometheus) awaits(t *testing.T, want ...string) {
	t.Helper()
	var last []string
	for range 1200 {
		if last = p.firing(t); fmt.Sprint(last) == fmt.Sprint(want) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%q fire, not %q", last, want)
}

// value is that of a query with one answer; empty: there is none.
func (p prometheus) value(t *testing.T, query string) string {
	t.Helper()
	var answer struct {
		Data struct{ Result []struct{ Value [2]any } }
	}
	p.ask(t, "/api/v1/query?query="+url.QueryEscape(query), &answer)
	if len(answer.Data.Result) != 1 {
		return ""
	}
	return fmt.Sprint(answer.Data.Result[0].Value[1])
}

func (p prometheus) number(t *testing.T, query string) int {
	t.Helper()
	n, err := strconv.Atoi(p.value(t, query))
	if err != nil {
		t.Errorf("%s: %v", query, err)
	}
	return n
}

// A real Prometheus scrapes serve: the alert of the documentation fires for
// the broken account alone, clears when that is mended, and what was known is
// still known after the exporter was killed.
func TestPrometheusWatchesServe(t *testing.T) {
	e := newExporter(t)
	e.start(t, "1s")
	p := startPrometheus(t, e)
	p.awaits(t, "OpenEOAccountBroken bad")
	if got := p.value(t, `credguide_finding{name="bad",id="client-secret-wrong",label_team="eo"}`); got != "1" {
		t.Errorf("the finding is %q", got)
	}
	if got := p.value(t, `credguide_up{name="good",environment="sandbox",backend!=""}`); got != "1" {
		t.Errorf("the other account is %q", got)
	}

	e.write(t, e.secret, e.box.ClientSecret)
	p.awaits(t)
	if got := p.value(t, `credguide_up{name="bad"}`); got != "1" {
		t.Errorf("mended, it is %q", got)
	}

	known := []string{
		`credguide_state_since_timestamp_seconds{name="bad"}`, `credguide_state_since_timestamp_seconds{name="good"}`,
		`credguide_token_lifetime_seconds{name="bad"}`, `credguide_verdict{name="bad",verdict="healthy"}`,
	}
	const count = `credguide_checks_total{name="bad"}`
	before, checked := map[string]string{}, p.number(t, count)
	for _, series := range known {
		before[series] = p.value(t, series)
	}
	e.kill(t)
	p.awaits(t, "OpenEOExporterDown ")
	e.start(t, "24h") // so that nothing is checked again
	p.awaits(t)
	for _, series := range known {
		if now := p.value(t, series); now == "" || now != before[series] {
			t.Errorf("%s was %q and is %q after the restart", series, before[series], now)
		}
	}
	if now := p.number(t, count); checked < 2 || now < checked-1 { // the last one may not have been kept yet
		t.Errorf("%d checks became %d", checked, now)
	}
	text, err := fetched(t.Context(), "http://"+e.address+"/metrics")
	if err != nil {
		t.Fatal(err)
	}
	lint := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	lint.Stdin = strings.NewReader(text)
	if output, err := lint.CombinedOutput(); err != nil {
		t.Errorf("promtool: %v\n%s", err, output)
	}
	if strings.Contains(text, e.box.ClientSecret) {
		t.Error("the secret stands in a metric")
	}
}
