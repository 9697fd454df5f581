package offline

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"testing"
)

// runs is a test program.
type runs func() int

func (r runs) Run() int { return r() }

func TestAGuardedProgram(t *testing.T) {
	before := net.DefaultResolver
	defer func() { net.DefaultResolver = before }()
	for name, want := range map[string]int{"registry.example.org": 0, "portal.example": 0, "nowhere.invalid": 0, "aai.egi.eu": 1} {
		code := Guarded(runs(func() int {
			res, err := http.Get("https://" + name + "/")
			if err == nil {
				_ = res.Body.Close()
			}
			var unknown *net.DNSError
			if !errors.As(err, &unknown) || !unknown.IsNotFound {
				t.Errorf("%s: %v", name, err)
			}
			return 0
		})).Run()
		if code != want {
			t.Errorf("%s: exit code %d, want %d", name, code, want)
		}
	}
	if code := Guarded(runs(func() int { return 2 })).Run(); code != 2 {
		t.Errorf("exit code %d", code)
	}
	if addresses, err := net.DefaultResolver.LookupHost(t.Context(), "localhost"); err != nil || len(addresses) == 0 {
		t.Errorf("%q, %v", addresses, err)
	}
}

func TestNamesThatAreTold(t *testing.T) {
	var asked names
	for _, name := range []string{"aai.egi.eu", "aai.egi.eu", "openeo.example.org", "nowhere.invalid.lan", "example.org.evil.eu", "my.example.eu", "host", "x.localhost"} {
		if !reserved(name + ".") {
			asked.add(name)
		}
	}
	if got, want := asked.all(), []string{"aai.egi.eu", "my.example.eu"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
