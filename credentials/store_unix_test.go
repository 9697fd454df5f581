//go:build !windows

package credentials_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/credguide/credguide/credentials"
)

// fullDisk names the folder in which the child process of TestFullDisk
// writes.
const fullDisk = "CREDGUIDE_TEST_FULL_DISK"

// A limit of the file size stands in for a full disk: the write fails in
// the same place. It holds for a whole process, so it is a child's.
func TestFullDisk(t *testing.T) {
	if folder := os.Getenv(fullDisk); folder != "" {
		saveWithoutRoom(t, folder)
		return
	}
	m := newMachine(t)
	dotenv := m.file("o.env", "A=1\n", 0o600)
	config := m.file("auth-config.json", "{}", 0o600)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	child.Env = append(os.Environ(), fullDisk+"="+m.home)
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS") {
		t.Fatalf("%v: %s", err, out)
	}
	if read(t, dotenv) != "A=1\n" || read(t, config) != "{}" {
		t.Error("an old file changed")
	}
	left, err := os.ReadDir(m.home)
	if err != nil || len(left) != 2 {
		t.Errorf("unfinished files are left: %v %v", left, err)
	}
}

func saveWithoutRoom(t *testing.T, folder string) {
	signal.Ignore(syscall.SIGXFSZ)
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 8, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual) }() // what measures coverage writes at the end
	dotenv, config := filepath.Join(folder, "o.env"), filepath.Join(folder, "auth-config.json")
	if _, err := credentials.SaveDotenv(dotenv, entry); err == nil || !strings.Contains(err.Error(), "write "+dotenv) {
		t.Errorf("dotenv: %v", err)
	}
	if _, err := credentials.SaveAuthConfig(config, entry, noon, "x"); err == nil || !strings.Contains(err.Error(), "write "+config) {
		t.Errorf("auth-config.json: %v", err)
	}
}

// A kept file is sourced by shells: they give back the value, and run nothing.
func TestShellsReadBackWhatIsKept(t *testing.T) {
	tricky := []string{"'", `"`, "`", "$", "$(", ")", "${HOME}", "`touch ran`", "$(touch ran)", `\`, `\\`, "\r", "\n", "\n#", " #", ";touch ran;", "&", "|", "!", "a", "0", "=", "~", "*", " ", "\t", "ü密", "'\\''"}
	random := rand.New(rand.NewPCG(1, 2))
	values := slices.Clone(tricky)
	for range 150 {
		var value strings.Builder
		for range 1 + random.IntN(8) {
			value.WriteString(tricky[random.IntN(len(tricky))])
		}
		values = append(values, value.String())
	}
	for _, shell := range []string{"sh", "bash", "dash"} {
		path, err := exec.LookPath(shell)
		if err != nil {
			if shell == "sh" {
				t.Error("there is no sh")
			}
			continue
		}
		dir := t.TempDir()
		for i, value := range values {
			e := entry
			e.Secret, e.ClientID = credentials.NewSecret(value), value
			if _, err := credentials.SaveDotenv(filepath.Join(dir, fmt.Sprintf("%d.env", i)), e); err != nil {
				t.Fatalf("%q is not kept: %v", value, err)
			}
		}
		script := exec.CommandContext(t.Context(), path, "-c", `for f in *.env; do (. "./$f"; printf %s "$OPENEO_AUTH_CLIENT_SECRET" >"$f.secret"; printf %s "$OPENEO_AUTH_CLIENT_ID" >"$f.id"); done`)
		script.Dir = dir
		if out, err := script.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", shell, err, out)
		}
		for i, value := range values {
			for _, of := range []string{"secret", "id"} {
				if got := read(t, filepath.Join(dir, fmt.Sprintf("%d.env.%s", i, of))); got != value {
					t.Errorf("%s reads %q for %q, from %q", shell, got, value, read(t, filepath.Join(dir, fmt.Sprintf("%d.env", i))))
				}
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
			t.Errorf("%s ran a value", shell)
		}
	}
}

// unwritable is a folder that nobody may write to, root included.
func unwritable(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "fixed")
	if err := os.Mkdir(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		return "/proc/self/fdinfo"
	}
	return folder
}

func TestReadOnlyFolder(t *testing.T) {
	path := filepath.Join(unwritable(t), "o.env")
	_, err := credentials.SaveDotenv(path, entry)
	if err == nil || !strings.HasPrefix(err.Error(), "write "+path+": ") || strings.Contains(err.Error(), keycloakMade) {
		t.Errorf("got %v", err)
	}
	if _, err := credentials.SaveDotenv(filepath.Join(path, "under", "a-file"), entry); err == nil {
		t.Error("a folder was made where none can be")
	}
}
