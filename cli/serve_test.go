package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
)

// freePort is an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// page asks for a page until it has the wanted status, or the test's time ends.
func page(t *testing.T, address string, want int) string {
	t.Helper()
	for range 600 {
		if res, err := http.Get(address); err == nil { //nolint:noctx // bounded by the loop
			text, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if res.StatusCode == want {
				return string(text)
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s never answered %d", address, want)
	return ""
}

func TestServe(t *testing.T) {
	b := box(t)
	entry := "- {name: %s, environment: sandbox, client_id: " + b.ClientID + ", secret_variable: %s, labels: {team: eo}}\n"
	file := write(t, fmt.Sprintf(entry+entry, "good", "GOOD", "bad", "WRONG"))
	state := t.TempDir()
	serve := func() (base string, stop func()) {
		m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": "another-secret-of-17"})
		ctx, cancel := context.WithCancel(t.Context())
		address := freePort(t)
		ended := make(chan int, 1)
		go func() {
			ended <- m.run(ctx, "serve", file, "--catalog", b.Dir, "--ca-file", b.Dir+"/ca.pem", "--listen", address, "--every", "1h", "--state", state)
		}()
		return "http://" + address, func() {
			cancel()
			if code := <-ended; code != app.ExitHealthy && code != app.ExitInterrupted {
				t.Errorf("exit code %d: %s", code, &m.err)
			}
		}
	}
	base, stop := serve()
	page(t, base+"/-/ready", http.StatusOK)
	metrics := page(t, base+"/metrics", http.StatusOK)
	for _, want := range []string{
		`credguide_up{backend="sandbox-openeo",client_id="` + b.ClientID + `",environment="sandbox",label_team="eo",name="good"} 1`,
		`name="bad"} 0`, `credguide_finding{`, `id="client-secret-wrong"`, "credguide_state_since_timestamp_seconds{", "credguide_checks_total{", "credguide_token_lifetime_seconds{",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("%s is missing in\n%s", want, metrics)
		}
	}
	overview := page(t, base+"/", http.StatusOK)
	if !strings.Contains(overview, "2 accounts: 1 work, 1 misconfigured") || strings.Contains(overview, "<script") {
		t.Errorf("%s", overview)
	}
	if one := page(t, base+"/accounts/bad", http.StatusOK); !strings.Contains(one, "<h1>") {
		t.Errorf("%s", one)
	}
	if probe := page(t, base+"/probe?name=good", http.StatusOK); strings.Contains(probe, `name="bad"`) || !strings.Contains(probe, `name="good"`) {
		t.Errorf("%s", probe)
	}
	page(t, base+"/probe?name=other", http.StatusNotFound)
	page(t, base+"/accounts/other", http.StatusNotFound)
	stop()
	for _, text := range []string{metrics, overview} {
		if strings.Contains(text, b.ClientSecret) || strings.Contains(text, "another-secret") {
			t.Error("a secret stands in a page")
		}
	}
	// After a restart, what was known is there before anything was checked.
	base, stop = serve()
	defer stop()
	page(t, base+"/-/ready", http.StatusOK)
	if again := page(t, base+"/metrics", http.StatusOK); !strings.Contains(again, `name="good"`) {
		t.Errorf("%s", again)
	}
}

func TestServeRefuses(t *testing.T) {
	m := newMachine(t)
	list := write(t, "- {name: a, environment: production, secret_variable: A}\n")
	m.refused(t, "--every must be at least one second", "serve", list, "--every", "1ms")
	m.refused(t, "--listen must be an address", "serve", list, "--listen", "nonsense")
	m.refused(t, "--shard is not understood", "serve", list, "--shard", "4/3")
	m.refused(t, "already", "serve", write(t, "- {name: a, environment: production, secret_variable: A}\n- {name: a, environment: demo, secret_variable: A}\n"))
}
