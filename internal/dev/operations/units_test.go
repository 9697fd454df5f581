package operations

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheUnits: systemd itself reads the units. What they start lies elsewhere on the machine of
// whoever runs this test, so a copy names the Go tool's own true.
func TestTheUnits(t *testing.T) {
	verified(t, filepath.Join(folder, "systemd"))
	users := read(t, filepath.Join(folder, "systemd", "credguide.sysusers.conf"))
	if !strings.Contains(users, "\nu credguide - ") {
		t.Errorf("no user credguide:\n%s", users)
	}
	list := read(t, filepath.Join(folder, "systemd", "accounts.yaml"))
	for _, name := range []string{"credguide.service", "credguide-check.service"} {
		unit := read(t, filepath.Join(folder, "systemd", name))
		for _, m := range regexp.MustCompile(`(?m)^LoadCredential=([^:]+):`).FindAllStringSubmatch(unit, -1) {
			path := "/run/credentials/" + name + "/" + m[1]
			if !strings.Contains(unit+list, path) {
				t.Errorf("%s: nothing says that the credential is at %s", name, path)
			}
		}
		if !strings.Contains(unit, "LoadCredential=") {
			t.Errorf("%s loads no credential", name)
		}
	}
}

// verified has systemd-analyze read all units of a folder, as if what they start were there.
func verified(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	copies := t.TempDir()
	args := []string{"verify", "--man=no", "--recursive-errors=no"}
	for _, e := range entries {
		if end := filepath.Ext(e.Name()); end != ".service" && end != ".timer" {
			continue
		}
		unit := regexp.MustCompile(`(?m)^(ExecStart=)\S+`).ReplaceAllString(read(t, filepath.Join(dir, e.Name())), "${1}/bin/true")
		write(t, filepath.Join(copies, e.Name()), unit)
		args = append(args, filepath.Join(copies, e.Name()))
	}
	if len(args) < 5 {
		t.Fatalf("%s has no units", dir)
	}
	run(t, "systemd-analyze", args...)
}

// crontab is the form of /etc/cron.d: five times, a user, a command.
var crontab = regexp.MustCompile(`^(\S+\s+){5}[a-z]\w*\s+\S`)

func TestTheCrontab(t *testing.T) {
	lines := 0
	for line := range strings.Lines(read(t, filepath.Join(folder, "cron", "credguide"))) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#") || regexp.MustCompile(`^[A-Z]+=`).MatchString(line):
		case !crontab.MatchString(line) || strings.Contains(line, "%"): // which cron takes for a line end
			t.Errorf("not a line of a crontab: %s", line)
		default:
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("%d jobs", lines)
	}
}
