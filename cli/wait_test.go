package cli

import (
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

const (
	newClient = "freshly-registered"
	newSecret = "a-secret-for-the-fresh-client-0123456789"
)

// submitted hands a registration in, to be deployed after the given time, and returns the check's
// arguments for it.
func submitted(t *testing.T, environment string, after time.Duration) (*machine, []string) {
	t.Helper()
	b := sandboxtest.Box(t, sandbox.Options{ApproveAfter: time.Millisecond, DeployAfter: after})
	off := false
	p, err := b.Submit(sandbox.Request{
		ServiceName: "Fresh", IntegrationEnvironment: environment, Protocol: "oidc", ClientID: newClient, ClientSecret: newSecret,
		GenerateClientSecret: &off, GrantTypes: []string{"client_credentials"}, TokenEndpointAuthMethod: "client_secret_basic",
		Scope: []string{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.SelfReview() {
		if _, err := b.Approve(p.ID); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(b.Dir, "secret")
	if err := os.WriteFile(file, []byte(newSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t)
	m.FirstPause = 50 * time.Millisecond
	return m, []string{
		"wait", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox",
		"--client-id", newClient, "--secret-file", file,
	}
}

func TestWaitSeesTheDeploymentAndChecks(t *testing.T) {
	t.Parallel()
	m, args := submitted(t, "production", 1500*time.Millisecond) // later than the first question, also on a slow machine
	code := m.run(t.Context(), args...)
	if code != app.ExitHealthy {
		t.Fatalf("exit %d\n%s\n%s", code, &m.out, &m.err)
	}
	for _, want := range []string{"is deployed", "Waiting for"} {
		if !strings.Contains(m.err.String(), want) {
			t.Errorf("standard error lacks %q:\n%s", want, &m.err)
		}
	}
	if !strings.Contains(m.out.String(), "Works") {
		t.Errorf("no report:\n%s", &m.out)
	}
	if strings.Contains(m.out.String()+m.err.String(), newSecret) {
		t.Error("the secret was printed")
	}
}

type writerFunc func(string)

func (f writerFunc) Write(p []byte) (int, error) { f(string(p)); return len(p), nil }

func TestWaitTellsNotYetFromElsewhere(t *testing.T) {
	t.Run("elsewhere", func(t *testing.T) {
		m, args := submitted(t, "development", time.Millisecond)
		time.Sleep(20 * time.Millisecond)
		if code := m.run(t.Context(), args...); code != app.ExitMisconfigured || !strings.Contains(m.err.String(), "will not turn up here") {
			t.Errorf("exit %d\n%s", code, &m.err)
		}
	})
	t.Run("elsewhere, with commands that run as printed", func(t *testing.T) {
		m, args := submitted(t, "development", time.Millisecond)
		time.Sleep(20 * time.Millisecond)
		m.run(t.Context(), args...)
		want := "registered: credguide check --environment sandbox-dev --catalog " + args[2]
		if !strings.Contains(m.err.String(), want) || !strings.Contains(m.err.String(), "--client-id "+newClient) {
			t.Errorf("%q is not said:\n%s", want, &m.err)
		}
	})
	t.Run("not yet", func(t *testing.T) {
		m, args := submitted(t, "production", time.Hour)
		if code := m.run(t.Context(), append(args, "--timeout", "200ms")...); code != app.ExitCannotTell || !strings.Contains(m.err.String(), "not yet") {
			t.Errorf("exit %d\n%s", code, &m.err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		m, args := submitted(t, "production", time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		m.Stderr = io.MultiWriter(&m.err, writerFunc(func(text string) {
			if strings.Contains(text, "Waiting for") {
				cancel()
			}
		}))
		if code := m.run(ctx, args...); code != app.ExitInterrupted || !strings.Contains(m.err.String(), "nothing is lost") {
			t.Errorf("exit %d\n%s", code, &m.err)
		}
	})
	t.Run("the secret in place of the client ID", func(t *testing.T) {
		b := box(t)
		for _, id := range []string{newSecret, "id " + newSecret, "id:" + newSecret, "Basic " + base64.StdEncoding.EncodeToString([]byte("id:"+newSecret))} {
			m, args := submitted(t, "production", time.Hour)
			args[slices.Index(args, newClient)] = id
			args[slices.Index(args, "--catalog")+1] = b.Dir // another one, which must not be asked
			code := m.run(t.Context(), args...)
			if code != app.ExitMisconfigured || !strings.Contains(m.err.String(), "nobody was asked") || strings.Contains(m.out.String()+m.err.String(), newSecret[:8]) {
				t.Errorf("%q: exit %d\n%s%s", id, code, &m.out, &m.err)
			}
		}
	})
	t.Run("without a client ID", func(t *testing.T) {
		m := newMachine(t)
		if code := m.run(t.Context(), "wait", "--environment", "development"); code != app.ExitUsage || !strings.Contains(m.err.String(), "needs the client ID") {
			t.Errorf("exit %d\n%s", code, &m.err)
		}
	})
}

// With --quiet, a client that is known and works needs no words, wherever its environment is from.
func TestWaitQuietly(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.must(t, boxAccount(b, "nightly", "--credentials", filepath.Join(b.Dir, "openeo.env"))...)
	for _, args := range [][]string{
		{"nightly"}, {}, {"--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox", "--client-id", b.ClientID},
	} {
		if len(args) > 1 {
			m = newMachine(t) // without an account, so that there is no secret
		}
		if code := m.run(t.Context(), append([]string{"wait", "--quiet"}, args...)...); code != app.ExitHealthy || m.out.Len()+m.err.Len() > 0 {
			t.Errorf("%v: exit code %d: %s%s", args, code, &m.out, &m.err)
		}
	}
}

// A server that did not answer has not said that it does not know the client.
func TestWaitTellsAnOutageFromAnUnknownClient(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{"connection-refused": "cannot tell: ", "": "/egi/services\nTo wait longer, now or later: credguide wait "} {
		var faults []string
		if fault != "" {
			faults = []string{fault}
		}
		b := box(t, faults...)
		m := newMachine(t)
		m.FirstPause = 50 * time.Millisecond
		code := m.run(t.Context(), "wait", "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox",
			"--client-id", "nobody-knows-it", "--timeout", "2s")
		if code != app.ExitCannotTell || !strings.Contains(m.err.String(), want) || fault == "" && !strings.HasSuffix(m.err.String(), " --client-id nobody-knows-it --timeout 8h\n") {
			t.Errorf("%q: exit code %d, want %q in:\n%s", fault, code, want, &m.err)
		}
	}
}

// Where there is no secret, the command for later has all that is in force.
func TestWaitWithoutASecret(t *testing.T) {
	m, args := submitted(t, "production", time.Millisecond)
	args = args[:slices.Index(args, "--secret-file")]
	code := m.run(t.Context(), args...)
	want := "when there is: credguide check --environment sandbox --catalog " + args[2] + " --ca-file " + args[4] + " --client-id " + newClient
	if code != app.ExitHealthy || !strings.Contains(m.err.String(), want) {
		t.Errorf("exit %d, %q is not said:\n%s", code, want, &m.err)
	}
}

// The flags of a check that have no meaning for one client are refused, and not in the help.
func TestWaitTakesOneClient(t *testing.T) {
	for _, flag := range []string{"--all", "--plan", "--public", "--from=x.json", "--seen=x.log"} {
		m := newMachine(t)
		if code := m.run(t.Context(), "wait", "--client-id", "nightly", flag); code != app.ExitUsage || !strings.Contains(m.err.String(), "wait takes one client") {
			t.Errorf("%s: exit %d\n%s", flag, code, &m.err)
		}
		name, _, _ := strings.Cut(flag, "=")
		if m.must(t, "wait", "--help"); regexp.MustCompile(name + `\b`).MatchString(strings.ReplaceAll(m.out.String(), "--allow-", "")) {
			t.Errorf("the help of wait has %s", name)
		}
	}
}

// With --anonymise, what is said beside the report goes into a ticket too.
func TestWaitAnonymously(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	m.FirstPause = 50 * time.Millisecond
	m.must(t, boxAccount(b, b.ClientID, "--credentials", filepath.Join(b.Dir, "openeo.env"))...) // it is called as its client
	at := []string{"--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--environment", "sandbox"}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"wait", b.ClientID}, "knows \"client-"},
		{[]string{"wait"}, "for your account client-"},
		{append([]string{"wait", "--client-id", "nobody-knows-it", "--timeout", "1s"}, at...), "--client-id client-"},
		{append([]string{"check", "--verbose", "--client-id", "nobody-knows-it", "--secret-file", filepath.Join(b.Dir, "registry.token")}, at...), ""},
	} {
		m.run(t.Context(), append(tc.args, "--anonymise")...)
		if said := m.out.String() + m.err.String(); strings.Contains(said, b.ClientID) || strings.Contains(said, "nobody-knows-it") || !strings.Contains(said, tc.want) {
			t.Errorf("%q, want %q:\n%s", tc.args, tc.want, said)
		}
	}
}
