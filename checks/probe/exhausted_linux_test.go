package probe_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
)

// A machine that cannot make a connection says nothing of the server.
func TestAMachineThatCannotConnect(t *testing.T) {
	s := login(t, nil)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
			t.Error(err)
		}
	})
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	// One that is less than any that is open leaves room for none.
	none := syscall.Rlimit{Cur: min(3, uint64(len(open))), Max: before.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	f := checks.Derive(probe.Run(t.Context(), s, probe.Options{}, nil).Evidence.Facts)
	holds(t, f, checks.Facts{"idp.failure": "exhausted", "backend.failure": "exhausted", "discovery.failure_detail": "too many open files"})

	for _, proxy := range []string{"http://127.0.0.1:3128", "socks5://127.0.0.1:1080"} { // nor of a proxy
		lookup := func(name string) (string, bool) { return proxy, name == "HTTPS_PROXY" }
		f := checks.Derive(probe.Run(t.Context(), hostileSubject("https://idp.example.org/realms/x"), probe.Options{Lookup: lookup}, nil).Evidence.Facts)
		if f.Text(checks.AtDiscovery.Failure) != "exhausted" || f.Text(checks.AtDiscovery.Via) != "HTTPS_PROXY" {
			t.Errorf("%s: %s (%s), via %q", proxy, f.Text(checks.AtDiscovery.Failure), f.Text(checks.AtDiscovery.FailureDetail), f.Text(checks.AtDiscovery.Via))
		}
	}
}

// The system may forbid a connection, as a packet filter does; here it is to all of a network.
func TestAConnectionThatTheSystemForbids(t *testing.T) {
	f := checks.Derive(probe.Run(t.Context(), hostileSubject("https://255.255.255.255"), probe.Options{}, nil).Evidence.Facts)
	if got := f.Text(checks.AtDiscovery.Failure); got != "unreachable" {
		t.Errorf("%s (%s)", got, f.Text(checks.AtDiscovery.FailureDetail))
	}
}
