//go:build unix

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/command"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/sandbox"
)

// What a snippet for a schedule says about the secret is done by a shell, and then its check is run
// where the secret has come to: it must find that the account works, whatever the account keeps its
// secret in.
func TestTheSnippetsForASchedule(t *testing.T) {
	for name, source := range map[string]func(b *sandbox.Sandbox, secret string) []string{
		"file":     func(_ *sandbox.Sandbox, secret string) []string { return []string{"--secret-file", secret} },
		"variable": func(*sandbox.Sandbox, string) []string { return []string{"--secret-variable", "NIGHTLY"} },
		"triple": func(*sandbox.Sandbox, string) []string {
			return []string{"--secret-variable", "OPENEO_AUTH_CLIENT_CREDENTIALS_LAB"}
		},
		"dotenv": func(b *sandbox.Sandbox, _ string) []string {
			return []string{"--credentials", filepath.Join(b.Dir, "openeo.env")}
		},
		"command": func(_ *sandbox.Sandbox, secret string) []string {
			return []string{"--secret-command", "sed p -n " + secret}
		},
		"keyring": func(*sandbox.Sandbox, string) []string { return []string{"--keyring"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := box(t)
			secret := write(t, b.ClientSecret)
			variables := map[string]string{"NIGHTLY": b.ClientSecret, "OPENEO_AUTH_CLIENT_CREDENTIALS_LAB": "egi/" + b.ClientID + "/" + b.ClientSecret}
			m := newMachine(t).with(variables)
			m.must(t, append(boxAccount(b, "nightly", "--client-id", b.ClientID), source(b, secret)...)...)
			for _, kind := range []string{"systemd", "kubernetes", "compose", "cron"} {
				m.must(t, "snippet", kind, "nightly")
				s := scheduled{t: t, kind: kind, text: m.out.String(), dir: t.TempDir()}
				if strings.Contains(s.text, b.ClientSecret) {
					t.Fatalf("the secret is in the text:\n%s", s.text)
				}
				if kind == "cron" && strings.Contains(s.text, "credguide check nightly ") {
					if code := m.run(t.Context(), "check", "nightly", "--quiet"); code != app.ExitHealthy {
						t.Errorf("cron: %d\n%s%s", code, &m.out, &m.err)
					}
					continue
				}
				s.bring(b, variables)
				if code := newMachine(t).run(t.Context(), s.check()...); code != app.ExitHealthy {
					t.Errorf("%s ended with %d:\n%s", kind, code, s.text)
				}
			}
		})
	}
}

// scheduled is a snippet, and the folder that stands for the place where it puts the secret.
type scheduled struct {
	t               *testing.T
	kind, text, dir string
}

// fetching is what stands in front of the program that takes the secret.
var fetching = regexp.MustCompile(`(?m)^(?:#   )?(?:\(umask 077; )?((?:cat|printf|\(IFS).*?) (?:\||>) (?:sudo install|kubectl create|~/)`)

// bring runs the command that prints the secret; where a person has to paste it, it comes from
// standard input.
func (s scheduled) bring(b *sandbox.Sandbox, variables map[string]string) {
	s.t.Helper()
	found := fetching.FindStringSubmatch(s.text)
	if found == nil {
		s.t.Fatalf("%s: nothing brings the secret:\n%s", s.kind, s.text)
	}
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", "set -eu; "+found[1])
	cmd.Stdin = strings.NewReader(b.ClientSecret + "\n")
	for name, value := range variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"))
	secret, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("%s: %s: %v", s.kind, found[1], err)
	}
	authorities := read(s.t, filepath.Join(b.Dir, "ca.pem"))
	for name, content := range map[string]string{"secret": string(secret), "ca.pem": authorities, ".openeo-client-secret": string(secret)} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// checked is the check that a unit or a crontab runs.
var checked = regexp.MustCompile(`(?m)^(?:ExecStart=/usr/bin/|23 6 \* \* \* )credguide (check .*)$`)

// listing makes the file with the list of accounts.
var listing = regexp.MustCompile(`(?m)^#   (sed .*)$`)

// check are its arguments, with the folder in the place of that of the snippet.
func (s scheduled) check() []string {
	s.t.Helper()
	here := strings.NewReplacer("/run/credentials/credguide-nightly.service/", s.dir+"/", "/secrets/", s.dir+"/", "/run/secrets/", s.dir+"/", "~/", s.dir+"/")
	text := here.Replace(strings.ReplaceAll(strings.ReplaceAll(s.text, "$$", "$"), "--retry-for 10m", ""))
	switch s.kind {
	case "kubernetes":
		_, args, _ := strings.Cut(text, " args: ")
		args, _, _ = strings.Cut(args, "\n")
		tree, err := catalog.Decode[[]string]("args", []byte(args))
		if err != nil {
			s.t.Fatal(err)
		}
		return tree[:len(tree)-2] // without waiting
	case "compose":
		file := filepath.Join(s.dir, "compose.yaml")
		if err := os.WriteFile(file, []byte(here.Replace(s.text)), 0o600); err != nil {
			s.t.Fatal(err)
		}
		cmd := exec.CommandContext(s.t.Context(), "sh", "-euc", listing.FindStringSubmatch(s.text)[1])
		cmd.Dir = s.dir
		if said, err := cmd.CombinedOutput(); err != nil {
			s.t.Fatalf("%v: %s", err, said)
		}
		return []string{"check", "--all", filepath.Join(s.dir, "accounts.yaml")}
	}
	found := checked.FindStringSubmatch(text)
	if found == nil {
		s.t.Fatalf("%s: nothing checks:\n%s", s.kind, s.text)
	}
	words, err := command.Words(found[1])
	if err != nil {
		s.t.Fatal(err)
	}
	return words
}
