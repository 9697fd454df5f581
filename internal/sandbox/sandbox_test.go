package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestHealthyLogin(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	token := b.AccessToken()
	info := b.Get(b.Issuer(world.Production)+"/protocol/openid-connect/userinfo", "Authorization", "Bearer "+token)
	if info.Status != http.StatusOK {
		t.Fatalf("userinfo: %d %v", info.Status, info.Header)
	}
	me := b.Me(token)
	if me.Status != http.StatusOK {
		t.Fatalf("/me: %d %s", me.Status, me.Body)
	}
	if got, want := me.Object(t)["user_id"], info.Object(t)["sub"]; got != want {
		t.Errorf("user_id %v, want the sub %v", got, want)
	}
}

func TestFilesAreACatalog(t *testing.T) {
	b := sandboxtest.Start(t, sandbox.Options{})
	c, err := environments.Load(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := c.Lookup(world.Production)
	if !ok || e.Issuer != b.Issuer(world.Production) {
		t.Fatalf("environment sandbox: found %v, issuer %q", ok, e.Issuer)
	}
	if n := len(c.Sisters(e)); n != 2 {
		t.Errorf("%d sisters, want 2", n)
	}
	backend, ok := e.DefaultBackend()
	if !ok || backend.URL != b.BackendURL() || backend.ProviderID != "egi" {
		t.Errorf("default back-end %+v", backend)
	}
	info, err := os.Stat(filepath.Join(b.Dir, "openeo.env"))
	if err != nil || files.Permissions(info.Mode()) != 0o600 {
		t.Errorf("openeo.env: %v %v", info, err)
	}
	if got := strings.Join(b.Args, " "); !strings.Contains(got, "--environment sandbox --ca-file ") || strings.Contains(got, b.ClientSecret) {
		t.Errorf("arguments: %s", got)
	}
}

// The folder may be one in which somebody works; that of an earlier sandbox is taken again.
func TestASecretOfSomebodysOwnStays(t *testing.T) {
	const mine = "OPENEO_AUTH_CLIENT_ID=a\nOPENEO_AUTH_CLIENT_SECRET=walrus-kettle-plinth\n"
	dir := t.TempDir()
	file := filepath.Join(dir, "openeo.env")
	mayReplace := func(file string) error {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "SECRET=") {
			return errors.New("holds a secret")
		}
		return nil
	}
	start := func(dir string) error {
		box, err := sandbox.Start(t.Context(), sandbox.Options{Dir: dir, PlainHTTP: true, MayReplace: mayReplace})
		if err == nil {
			err = box.Close()
		}
		return err
	}
	if err := os.WriteFile(file, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := start(dir); err == nil || !strings.Contains(err.Error(), "holds a secret") {
			t.Error(err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != mine {
		t.Errorf("%v: %s", err, text)
	}
	again := t.TempDir()
	for range 2 {
		if err := start(again); err != nil {
			t.Error(err)
		}
	}
}

func TestUnknownFaultNamesTheNearMiss(t *testing.T) {
	_, err := sandbox.Start(context.Background(), sandbox.Options{Faults: []string{"client-disabeld"}})
	if err == nil || !strings.Contains(err.Error(), `did you mean "client-disabled"?`) {
		t.Errorf("error: %v", err)
	}
}

func TestContextEndsTheSandbox(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sandbox.Start(ctx, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Dir); !os.IsNotExist(err) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
}

// Every fault starts, and two copies of the tables do not collide.
func TestEveryFaultStarts(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range sandbox.Shown() {
		if seen[f.ID] {
			t.Errorf("%s is there twice", f.ID)
		}
		seen[f.ID] = true
		t.Run(f.ID, func(t *testing.T) {
			s, err := sandbox.Start(t.Context(), sandbox.Options{Dir: t.TempDir(), Faults: []string{f.ID}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := environments.Load(s.Dir); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
