//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials/command"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/dev/shared"
)

// What the files under docs/operations start runs: with the list and the secrets where the file
// says they are, none of the commands ends in wrong usage.
func TestEachCommandOfTheOperationsRuns(t *testing.T) {
	t.Parallel()
	top := filepath.Dir(filepath.Dir(shared.Path(t, "scripts")))
	folder := filepath.Join(top, "docs", "operations")
	b := box(t)
	total := 0
	err := filepath.WalkDir(folder, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, words := range startedBy(t, file) {
			total++
			t.Run(filepath.Base(file), func(t *testing.T) {
				m := newMachine(t).with(map[string]string{"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1", "NIGHTLY_SECRET": b.ClientSecret})
				m.runPrinted(t, hereIs(t, words, listBeside(t, file, folder), b.ClientSecret), nil)
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total != 9 {
		t.Errorf("%d commands were found", total)
	}
}

// inAShell is a command in a script, of which the line may go on.
var inAShell = regexp.MustCompile(`(?m)(?:^ExecStart=\S*|"\$(?:RUNNER_TEMP|\(go env GOPATH\)/bin)/|^17 .*  )credguide"? ((?:check|serve) .*?)(?: \|\| code=.*)?$`)

// startedBy collects the commands that a file starts: the arguments of a container, or a line of a
// unit, a crontab, a script.
func startedBy(t *testing.T, file string) (commands []string) {
	t.Helper()
	text := read(t, file)
	for _, m := range inAShell.FindAllStringSubmatch(text, -1) {
		commands = append(commands, m[1])
	}
	for line := range strings.Lines(text) {
		key, list, ok := strings.Cut(strings.TrimSpace(line), ": [")
		if !ok || key != "args" && key != "command" {
			continue
		}
		tree, err := catalog.Decode[map[string][]string](file, []byte("words: ["+list+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		words := tree["words"]
		for i, w := range words {
			words[i] = "'" + w + "'"
		}
		commands = append(commands, strings.Join(words, " "))
	}
	return commands
}

// listBeside is the list that goes with a file; what has none takes that of Kubernetes.
func listBeside(t *testing.T, file, folder string) string {
	t.Helper()
	beside := filepath.Join(filepath.Dir(file), "accounts.yaml")
	if _, err := os.Stat(beside); err != nil {
		beside = filepath.Join(folder, "kubernetes", "accounts.yaml")
	}
	return read(t, beside)
}

var itsSecret = regexp.MustCompile(`(secret_file: )\S+`)

// hereIs is the command with places of this machine in it: the list with a secret that is there, a
// folder for the state, a free port.
func hereIs(t *testing.T, line, list, secret string) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	list = put("accounts.yaml", itsSecret.ReplaceAllString(list, "${1}"+put("nightly", secret)))
	for place, here := range map[string]string{
		"/etc/credguide/accounts.yaml": list, "$CREDGUIDE_LIST": list, "$LIST": list, "${STATE_DIRECTORY}": dir, "/state": dir, "$(PART)": "1", ":9877": freePort(t),
		"$RETRY_FOR": "10m", `"${outputs[@]}"`: "--output github --output markdown=" + filepath.Join(dir, "summary") + " --output sarif=" + filepath.Join(dir, "sarif"),
	} {
		line = strings.ReplaceAll(line, place, here)
	}
	words, err := command.Words(line)
	if err != nil || len(words) < 3 {
		t.Fatalf("%q: %v", line, err)
	}
	if slices.Contains(words, "junit=credguide.xml") {
		line = strings.ReplaceAll(line, "junit=", "junit="+dir+"/")
	}
	if words[0] == "serve" && !slices.Contains(words, "--listen") { // the usual port may be in use here
		line += " --listen " + freePort(t)
	}
	return "credguide " + line
}
