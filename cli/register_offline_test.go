package cli

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments"
)

// silentHost accepts connections, says nothing, and counts them.
func silentHost(t *testing.T) (address string, connections *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	connections = new(atomic.Int32)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = listener.Close(); serving.Wait() })
	return "http://" + listener.Addr().String(), connections
}

// dashboardAt is a catalog of one environment, as that of Copernicus, all of whose addresses are of
// one host.
func dashboardAt(t *testing.T, address string) (catalog string) {
	t.Helper()
	known, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, _ := known.Lookup("cdse")
	way := *e.Registration
	way.URL = address + "/dashboard"
	e.ID, e.Aliases, e.Registration, e.Issuer = "mine", nil, &way, address+"/realms/mine"
	e.Backends = []environments.Backend{{ID: "mine-openeo", URL: address, ProviderID: "mine", Default: true}}
	data, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	catalog = t.TempDir()
	if err := os.MkdirAll(filepath.Join(catalog, "environments"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(catalog, "environments", "mine.yaml"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return catalog
}

// A guide that is walked with --offline keeps the account and asks nobody: neither a host that
// would count it, nor one of the real world, whose name the guard of these tests would report.
func TestOfflineAsksNobody(t *testing.T) {
	address, connections := silentHost(t)
	catalog := dashboardAt(t, address)
	const secret = "qv7Lr2mXo9TzYb4KcJ1nWd8sHf5GpE3u"
	for _, environment := range []string{"mine", "cdse"} {
		m := answering(t, []string{secret}, "nightly run", "yes", "sh-6f1c0b52-93d4-4f6e-8a57-2f0f4be0d1a3", "-", "in a file of its own")
		args := []string{"register", "--offline", "--catalog", catalog, "--environment", environment}
		if environment == "cdse" {
			args = append(args, "--backend", "openeo.dataspace.copernicus.eu")
		}
		code := m.run(t.Context(), args...)
		told := m.told()
		if code != app.ExitHealthy || !strings.Contains(told, "Nothing was sent: with --offline") || !strings.Contains(told, "credguide wait nightly-run") {
			t.Errorf("%s: exit code %d\n%s", environment, code, told)
		}
		if strings.Contains(told, secret) || m.out.Len() > 0 {
			t.Errorf("%s: standard output, or the secret:\n%s", environment, told)
		}
		m.must(t, "accounts")
		if !strings.Contains(m.told(), "nightly-run") {
			t.Errorf("%s: the account is not kept:\n%s", environment, m.told())
		}
		if code := m.run(t.Context(), "register", "--offline", "--resume", "--catalog", catalog); code != app.ExitHealthy || !strings.Contains(m.told(), "Without --offline: credguide wait nightly-run") {
			t.Errorf("%s: resumed: exit code %d\n%s", environment, code, m.told())
		}
	}
	if n := connections.Load(); n > 0 {
		t.Errorf("%d connections", n)
	}
}
