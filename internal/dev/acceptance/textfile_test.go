//go:build acceptance

package acceptance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The metrics of a list are read by a real node exporter, which runs as
// another user than the check, and promtool has nothing to say against them.
func TestNodeExporterReadsAList(t *testing.T) {
	e := newExporter(t)
	dir, err := os.MkdirTemp("", "credguide-textfile-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	entry := "- {name: %s, environment: sandbox, client_id: %s, secret_file: %s, owner: %q, labels: %s}\n"
	e.write(t, e.list, fmt.Sprintf(entry+entry+"- {name: faulty, colour: red}\n",
		"good", e.box.ClientID, filepath.Join(filepath.Dir(e.secret), "good.secret"), "\"}\n# HELP x", `{team-a: "1", team_a: "2", "team.a": "\\\"{}"}`,
		"bad", e.box.ClientID, e.secret, "ops", "{team: eo}"))
	metrics := filepath.Join(dir, "credguide.prom")
	command := exec.CommandContext(t.Context(), e.program, "check", "--all", e.list, "--catalog", e.box.Dir,
		"--ca-file", filepath.Join(e.box.Dir, "ca.pem"), "--output", "prometheus="+metrics)
	command.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "XDG_STATE_HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir())
	if output, err := command.CombinedOutput(); command.ProcessState.ExitCode() != 1 {
		t.Fatalf("%v\n%s", err, output)
	}
	text, err := os.ReadFile(metrics)
	if err != nil {
		t.Fatal(err)
	}
	lint := exec.CommandContext(t.Context(), "promtool", "check", "metrics")
	lint.Stdin = strings.NewReader(string(text))
	if output, err := lint.CombinedOutput(); err != nil {
		t.Errorf("promtool: %v\n%s", err, output)
	}

	program, err := exec.LookPath("prometheus-node-exporter")
	if err != nil {
		t.Fatalf("%v; it is in the Debian package prometheus-node-exporter", err)
	}
	address := "127.0.0.1:" + freePort(t)
	collector := exec.Command(program, "--collector.disable-defaults", "--collector.textfile", "--collector.textfile.directory", dir,
		"--web.listen-address", address)
	if os.Getuid() == 0 {
		const nobody = 65534
		collector.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	launch(t, collector, "http://"+address+"/metrics")
	served, err := fetched(t.Context(), "http://"+address+"/metrics")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`name="good"`, `name="bad"`, `name="faulty"`, `label_team_a_conflict1=`, "node_textfile_scrape_error 0"} {
		if !strings.Contains(served, want) {
			t.Errorf("the node exporter does not serve %s", want)
		}
	}
	if samples := strings.Count(served, "\ncredguide_up{"); samples != 3 {
		t.Errorf("%d accounts", samples)
	}
}
