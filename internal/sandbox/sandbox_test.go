package sandbox

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox/world"
)

func TestHealthyLogin(t *testing.T) {
	b := start(t, Options{})
	token := b.accessToken()
	info := b.get(b.Issuer(world.Production)+"/protocol/openid-connect/userinfo", "Authorization", "Bearer "+token)
	if info.status != http.StatusOK {
		t.Fatalf("userinfo: %d %v", info.status, info.header)
	}
	me := b.me(token)
	if me.status != http.StatusOK {
		t.Fatalf("/me: %d %s", me.status, me.body)
	}
	if got, want := me.object(t)["user_id"], info.object(t)["sub"]; got != want {
		t.Errorf("user_id %v, want the sub %v", got, want)
	}
}

func TestFilesAreACatalog(t *testing.T) {
	b := start(t, Options{})
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
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("openeo.env: %v %v", info, err)
	}
	if got := strings.Join(b.Args, " "); !strings.Contains(got, "--environment sandbox --ca-file ") || strings.Contains(got, b.ClientSecret) {
		t.Errorf("arguments: %s", got)
	}
}

func TestUnknownFaultNamesTheNearMiss(t *testing.T) {
	_, err := Start(context.Background(), Options{Faults: []string{"client-disabeld"}})
	if err == nil || !strings.Contains(err.Error(), `did you mean "client-disabled"?`) {
		t.Errorf("error: %v", err)
	}
}

func TestContextEndsTheSandbox(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Start(ctx, Options{})
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
	for _, f := range Faults() {
		if seen[f.ID] {
			t.Errorf("%s is there twice", f.ID)
		}
		seen[f.ID] = true
		t.Run(f.ID, func(t *testing.T) {
			s, err := Start(t.Context(), Options{Dir: t.TempDir(), Faults: []string{f.ID}})
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
