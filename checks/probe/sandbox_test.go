package probe_test

import (
	"context"
	"crypto/x509"
	"os"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// start runs a sandbox and returns the subject and options that a check of it has.
func start(t testing.TB, o sandbox.Options) (probe.Subject, probe.Options) {
	t.Helper()
	box := sandboxtest.Box(t, o)
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		t.Fatal(err)
	}
	env, ok := catalog.Lookup("sandbox")
	if !ok {
		t.Fatal("the sandbox has no environment")
	}
	s := probe.Subject{Environment: env, Catalog: catalog, BackendInCatalog: true}
	if b, ok := env.DefaultBackend(); ok {
		s.Backend, s.ProviderID, s.ProviderBy = &b, b.ProviderID, probe.ByCatalog
		_, accepts := catalog.BackendByName(b.ID, env)
		for _, a := range accepts {
			s.AcceptedEnvironments = append(s.AcceptedEnvironments, a.ID)
		}
	}
	file := box.Dir + "/openeo.env"
	s.Credentials, err = credentials.Resolve(context.Background(), credentials.Query{CredentialsFile: credentials.Flag{Text: file, Given: true}})
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if pem, err := os.ReadFile(box.Dir + "/ca.pem"); err == nil {
		pool.AppendCertsFromPEM(pem)
	}
	return s, probe.Options{RootCAs: pool, Tool: checks.Tool{Name: "credguide", Version: "test"}}
}

// observedOnly fails when a probe draws conclusions, which checks.Conclude would keep.
func observedOnly(t *testing.T, f checks.Facts) {
	t.Helper()
	for _, def := range checks.Vocabulary() {
		if _, known := f[def.Name]; known && def.Derived {
			t.Errorf("the probes concluded %s", def.Name)
		}
	}
}

func TestAHealthyLoginTakesEightRequests(t *testing.T) {
	s, o := start(t, sandbox.Options{})
	e := probe.Run(t.Context(), s, o, nil).Evidence
	if len(e.Requests) > 8 {
		t.Errorf("%d requests, at most 8", len(e.Requests))
	}
	observedOnly(t, e.Facts)
	f := checks.Derive(e.Facts)
	if !f.Is(checks.LoginWorks) {
		for _, c := range e.Checks {
			t.Logf("%-14s %-8s %s", c.ID, c.Status, c.Because)
		}
		t.Errorf("the login does not work: %v", f)
	}
	if f.Text(checks.JWTSignature) != "verified" {
		t.Errorf("signature %q", f.Text(checks.JWTSignature))
	}
	for _, r := range e.Requests {
		t.Logf("%-14s %s %s %d %s new=%v", r.Step, r.Method, r.URL, r.Status, r.Failure, r.NewConnection)
	}
}
