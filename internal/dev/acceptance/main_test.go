//go:build acceptance

package acceptance

import (
	"os"
	"sync"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

// opened holds the laboratories of this test run: one for each version of
// Keycloak, shared by all tests, because a start is dear.
var opened struct {
	sync.Mutex
	laboratories map[string]*Laboratory
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, laboratory := range opened.laboratories {
		laboratory.Close()
	}
	os.Exit(code)
}

// eachVersion runs the test in the laboratory of each version of Keycloak.
func eachVersion(t *testing.T, test func(*testing.T, *Laboratory)) {
	t.Helper()
	for _, version := range keycloak.Versions() {
		t.Run("keycloak-"+version, func(t *testing.T) { test(t, laboratoryOf(t, version)) })
	}
}

// eachMeasured is the same without the one whose answers the sandbox and the
// tables of answers do not follow.
func eachMeasured(t *testing.T, test func(*testing.T, *Laboratory)) {
	t.Helper()
	eachVersion(t, func(t *testing.T, laboratory *Laboratory) {
		if keycloak.AtLeast(laboratory.Keycloak.Version, keycloak.Oldest) {
			test(t, laboratory)
		}
	})
}

func laboratoryOf(t *testing.T, version string) *Laboratory {
	t.Helper()
	opened.Lock()
	defer opened.Unlock()
	if laboratory, ok := opened.laboratories[version]; ok {
		return laboratory
	}
	laboratory, err := Open(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("Keycloak %s prepared in %s, started in %s; oidc-provider in %s", version,
		laboratory.Keycloak.Prepared.Round(1e7), laboratory.Keycloak.Started.Round(1e7), laboratory.Second.Started.Round(1e7))
	if opened.laboratories == nil {
		opened.laboratories = map[string]*Laboratory{}
	}
	opened.laboratories[version] = laboratory
	return laboratory
}
