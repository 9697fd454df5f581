package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
)

// token is the shape of a JSON Web Token's first two parts.
var token = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}\.eyJ`)

// leaks tells which form of the secret the text holds. A client without a secret has only its
// tokens to leak.
func leaks(text []byte, secret string) string {
	if token.Match(text) {
		return "a token"
	}
	if secret == "" {
		return ""
	}
	return partIn(string(text), secret)
}

// The secret and the tokens stand in no output of any fault, format or verbosity.
func TestTheCanaryIsInNoOutput(t *testing.T) {
	for _, f := range sandbox.Shown() {
		t.Run(f.ID, func(t *testing.T) {
			t.Parallel()
			b := box(t, f.ID)
			m := newMachine(t).with(b.Env)
			dir := t.TempDir()
			args := checkIn(b, "--verbose", "--timeout", "1s")
			for _, name := range report.Names() {
				args = append(args, "--output", name+"="+filepath.Join(dir, name))
			}
			m.run(t.Context(), args...)
			texts := map[string][]byte{"standard output": m.out.Bytes(), "standard error": m.err.Bytes()}
			for _, name := range report.Names() {
				text, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatalf("%v\n%s", err, &m.err)
				}
				texts[name] = text
			}
			for where, text := range texts {
				if form := leaks(text, b.ClientSecret); form != "" {
					t.Errorf("%s holds the secret: %s", where, form)
				}
			}
		})
	}
}

// Nor does it stand in what is said of a wrong command line, wherever it was put.
func TestTheCanaryIsInNoError(t *testing.T) {
	const secret = "cAnary-8aQ3vL0xZ7pW2rT6yU1iO5sD9fG4hJ_kB3nM8cX2vR6tY1uE5wQ9zA7dF0gH4jK"
	for _, args := range [][]string{
		{"check", "--client-secret", secret},
		{"check", "--client-secret=" + secret},
		{"check", "--secret", secret},
		{"check", "--password", secret},
		{"--token", secret, "check"},
		{"check", secret},
		{"check", "-s" + secret},
		{"check", "--timeout", secret},
		{"check", "--secret-file", secret},
		{"check", "--credentials", secret},
		{"check", "--backend", "https://me:" + secret + "@openeo.example.org"},
		{"check", "--issuer", "https://me:" + secret + "@idp.example.org/"},
		{"check", "--backend", "https://me:" + secret + "@openeo.cloud"},
		{"check", "--environment", "--client-secret", secret},
		{"check", "--environment", secret},
		{"check", "--backend", secret},
		{"check", "--ca-file", secret},
		{"check", "--all", secret},
		{"check", "--from", secret},
		{"check", "--catalog", secret},
		{"check", "--catalog", secret[:40] + "/" + secret[40:]},
		{"check", "--output", "json=" + secret},
		{"check", "--resume-from", secret},
		{"man", "--dir", secret},
		{"accounts", "--catalog", secret},
		{"serve", "--state", secret},
		{"snippet", "python", "--provider-id", secret},
		{"snippet", "ticket", "--entitlement", "x", "--entitlement", secret},
		{"snippet", "ticket", "--entitlement", "\u200b" + secret},
		{"check", "--output", secret},
		{secret},
		{"try", secret},
		{"request", "validate", secret},
	} {
		m := newMachine(t)
		if code := m.run(t.Context(), args...); code != app.ExitUsage {
			t.Errorf("%q: exit code %d", args[:2], code)
		}
		if form := leaks(append(m.out.Bytes(), m.err.Bytes()...), secret); form != "" {
			t.Errorf("%q: the error holds the secret: %s", args[:2], form)
		}
		if !strings.HasPrefix(m.err.String(), "error: ") {
			t.Errorf("%q: %s", args[:2], &m.err)
		}
	}
	m := newMachine(t) // a text, of which nothing is repeated
	if code := m.run(t.Context(), "explain", secret); code != app.ExitCannotTell || leaks(append(m.out.Bytes(), m.err.Bytes()...), secret) != "" {
		t.Errorf("explain: exit code %d\n%s%s", code, &m.out, &m.err)
	}
}

// A request and answers may have a secret in any field, and the library that reads them repeats what
// it does not understand.
func TestTheCanaryIsInNoRequest(t *testing.T) {
	const secret = "cAnary-8aQ3vL0xZ7pW2rT6yU1iO5sD9fG4hJ_kB3nM8cX2vR6tY1uE5wQ9zA7dF0gH4jK"
	for _, field := range []string{"service_name", "client_id", "contacts", "grant_types", "environment", "token_endpoint_auth_method", "nosuch"} {
		for _, value := range []string{"%s", "[%s]", "*%s", "!!float %s", "{x: %s}", "x\n%s: y\n%[1]s: z"} {
			file := write(t, field+": "+fmt.Sprintf(strings.ReplaceAll(value, "%s: y", "%[1]s: y"), secret)+"\n")
			page := filepath.Join(t.TempDir(), "page")
			for _, args := range [][]string{
				{"request", "validate", file},
				{"request", "validate", "--output", "json", file},
				{"request", "show", file},
				{"request", "show", file, "--html", page},
				{"register", "--offline", "--answers", file},
			} {
				m := newMachine(t)
				m.run(t.Context(), args...)
				html, _ := os.ReadFile(page) // most are not shown
				if form := leaks(slices.Concat(m.out.Bytes(), m.err.Bytes(), html), secret); form != "" {
					t.Errorf("%q with %s: %s: %s\n%s%s", args[:2], field, value, form, &m.out, &m.err)
				}
			}
		}
	}
}

// The secret of the environment, or of another file, is known also where the check uses a third one:
// it is neither shown nor sent, whatever it was given as.
func TestTheCanaryOfAnotherSource(t *testing.T) {
	b := box(t)
	for _, secret := range []string{"7f3a9c1e-52b8-4d06-9e7a-c41b80d2f365", "walrus-kettle-plinth-amber", "cAnary-8aQ3vL0xZ7pW2rT6yU1iO5sD9fG4hJ_kB3nM8cX2vR6tY1uE5wQ9zA7dF0gH4jK"} {
		variables := map[string]string{"OPENEO_AUTH_CLIENT_SECRET": secret}
		another := write(t, "an-other-one-altogether")
		dotenv := write(t, "OPENEO_AUTH_CLIENT_SECRET="+secret+"\n")
		for _, args := range [][]string{
			checkIn(b, "--client-id", secret, "--secret-file", another),
			checkIn(b, "--client-id", "id-"+strings.ToUpper(secret), "--secret-file", another),
			checkIn(b, "--client-id", "x", "--secret-file", another, "--provider-id", secret),
			checkIn(b, "--credentials", secret),
			checkIn(b, "--client-id", secret, "--secret-file", another, "--credentials", dotenv),
			{"wait", "--catalog", b.Dir, "--environment", "sandbox", "--client-id", secret, "--secret-file", another, "--timeout", "1s"},
		} {
			for _, format := range []string{"text", "json", "html", "sarif"} {
				m := newMachine(t)
				if !slices.Contains(args, dotenv) {
					m.with(variables)
				}
				m.run(t.Context(), append(slices.Clip(args), "--verbose", "--output", format)...)
				if form := leaks(append(m.out.Bytes(), m.err.Bytes()...), secret); form != "" {
					t.Errorf("%q as %s: %s\n%s%s", args, format, form, &m.out, &m.err)
				}
			}
		}
	}
}

// A defect anywhere is told by its place; its words may hold the secret.
func TestAPanicTellsOnlyItsPlace(t *testing.T) {
	m := newMachine(t)
	m.Lookup = func(string) (string, bool) { panic("hunter2-in-a-panic") }
	if code := m.run(t.Context(), "check", "--client-id", "x", "--environment", "demo"); code != app.ExitUsage {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(m.err.String(), "hunter2") {
		t.Errorf("the panic's words are shown: %s", &m.err)
	}
	if !regexp.MustCompile(`^error: internal: the program failed at canary_test.go:\d+\n`).MatchString(m.err.String()) {
		t.Errorf("the place is not told: %s", &m.err)
	}
}

// A report that would hold the secret is written without it, in every format.
func TestTheGuardRedactsAReport(t *testing.T) {
	b := box(t)
	m := newMachine(t).with(b.Env)
	overlay := t.TempDir()
	if err := os.CopyFS(overlay, os.DirFS(b.Dir)); err != nil {
		t.Fatal(err)
	}
	diagnosis := filepath.Join(overlay, "diagnoses", "leak.yaml")
	if err := os.MkdirAll(filepath.Dir(diagnosis), 0o700); err != nil {
		t.Fatal(err)
	}
	// A diagnosis that somebody wrote with the secret in it.
	text := fmt.Sprintf(`id: leak
title: A leak of the secret
layer: account
severity: note
party: you
means: ["The secret is %s."]
fix: [Nothing.]
rules:
  - {when: {secret.present: true}, certainty: certain}
refs: [this test]
examples:
  - {name: one, facts: {secret.present: true}, expect: certain}
  - {name: other, facts: {secret.present: false}, expect: "no"}
  - {name: nothing, facts: {}, expect: unknown}
`, b.ClientSecret)
	if err := os.WriteFile(diagnosis, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range report.Names() {
		if code := m.run(t.Context(), checkIn(b, "--catalog", overlay, "--output", format)...); code != app.ExitHealthy {
			t.Errorf("%s: exit code %d\n%s%s", format, code, &m.out, &m.err)
		}
		if form := leaks(m.out.Bytes(), b.ClientSecret); form != "" {
			t.Errorf("%s holds the secret: %s", format, form)
		}
		if !strings.Contains(m.out.String(), "The secret is") && format != "prometheus" {
			t.Errorf("%s does not say it:\n%s", format, &m.out)
		}
	}
}
