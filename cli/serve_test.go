package cli

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
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
	t.Parallel()
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
			ended <- m.run(ctx, "serve", file, "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--listen", address, "--every", "1h", "--state", state)
		}()
		return "http://" + address, func() {
			cancel()
			if code := <-ended; code != app.ExitHealthy {
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

// serving starts serve in the sandbox, and gives its address and what stops it.
func serving(t *testing.T, m *machine, b *sandbox.Sandbox, list string, more ...string) (base string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	address := freePort(t)
	ended := make(chan int, 1)
	args := append([]string{"serve", list, "--catalog", b.Dir, "--ca-file", filepath.Join(b.Dir, "ca.pem"), "--listen", address}, more...)
	go func() { ended <- m.run(ctx, args...) }()
	return "http://" + address, sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != app.ExitHealthy {
			t.Errorf("exit code %d: %s", code, &m.err)
		}
	})
}

// The secret stands in no page, metric, line or file, wherever the list or a server repeats it.
func TestTheCanaryIsInNothingThatServeShows(t *testing.T) {
	for _, fault := range []string{"healthy", "client-secret-wrong", "backend-error", "token-response-not-json", "backend-rejects-token"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			var b *sandbox.Sandbox
			if fault == "healthy" {
				b = box(t)
			} else {
				b = box(t, fault)
			}
			entry := "- {name: %s, environment: sandbox, client_id: %q, secret_variable: S, owner: %q, labels: {team: %q}}\n"
			list := write(t, fmt.Sprintf(entry+entry+entry, "usual", b.ClientID, "ops", "eo", "label", b.ClientID, b.ClientSecret, b.ClientSecret, "swapped", b.ClientSecret, "ops", "eo"))
			state := t.TempDir()
			m := newMachine(t).with(map[string]string{"S": b.ClientSecret})
			texts := map[string]string{}
			for _, round := range []string{"first", "after a restart"} {
				base, stop := serving(t, m, b, list, "--every", "1h", "--state", state, "--timeout", "2s")
				page(t, base+"/-/ready", http.StatusOK)
				for _, path := range []string{"/", "/metrics", "/accounts/usual", "/accounts/label", "/accounts/swapped", "/probe?name=label", "/probe?name=swapped"} {
					texts[round+" "+path] = page(t, base+path, http.StatusOK)
				}
				stop()
				texts[round+" standard error"] = m.err.String()
			}
			kept, err := filepath.Glob(filepath.Join(state, "*.json"))
			if err != nil || len(kept) != 3 {
				t.Fatalf("%v: %v", kept, err)
			}
			for _, file := range kept {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				texts[file] = string(text)
			}
			for where, text := range texts {
				if form := leaks([]byte(text), b.ClientSecret); form != "" {
					t.Errorf("%s holds the secret: %s", where, form)
				}
			}
			if !strings.Contains(texts["first /metrics"], `name="swapped"`) {
				t.Error("the accounts were not checked")
			}
		})
	}
}

// What somebody writes into the list is shown once a check knows the secret, and not before. What
// is ignored counts at once, and its reason is seen later.
func TestAChangedListShowsNoSecretAndMakesNoToken(t *testing.T) {
	t.Parallel()
	b := box(t)
	const wrong = "quixotic-7-lamprey-zebra"
	entry := "- {name: good, environment: sandbox, client_id: %s, secret_variable: GOOD}\n- {name: bad, environment: sandbox, client_id: %s, secret_variable: WRONG%s}\n"
	list := write(t, fmt.Sprintf(entry, b.ClientID, b.ClientID, ""))
	change := func(more string) {
		t.Helper()
		if err := os.WriteFile(list, fmt.Appendf(nil, entry, b.ClientID, b.ClientID, more), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret, "WRONG": wrong})
	state := t.TempDir()
	base, stop := serving(t, m, b, list, "--every", "1h", "--state", state)
	defer func() { stop() }()
	page(t, base+"/-/ready", http.StatusOK)
	change(", owner: " + wrong + ", labels: {team: " + wrong + "}, ignore: {client-secret-wrong: " + wrong + "}")
	until(t, base+"/", "but not this secret (as the list says)")
	until(t, base+"/metrics", "credguide_ignored{")
	shown := func() {
		t.Helper()
		for _, path := range []string{"/", "/metrics", "/accounts/bad", "/probe?name=bad"} {
			if form := leaks([]byte(page(t, base+path, http.StatusOK)), wrong); form != "" {
				t.Errorf("%s holds the secret: %s", path, form)
			}
		}
		until(t, base+"/probe?name=bad", `credguide_checks_total{backend="sandbox-openeo",client_id="`+b.ClientID+`",environment="sandbox",name="bad"} 1`)
	}
	shown()
	stop()
	base, stop = serving(t, m, b, list, "--every", "1h", "--state", state)
	page(t, base+"/-/ready", http.StatusOK)
	until(t, base+"/", "(as the list says)")
	shown()
	change("")
	until(t, base+"/", "2 accounts: 1 work, 1 misconfigured")
	shown()
}

// A rotated secret is seen without a restart, as a mount changes under a program that runs.
func TestServeReadsTheSecretAnew(t *testing.T) {
	t.Parallel()
	b := box(t)
	secret := write(t, "a-wrong-secret-of-old")
	list := write(t, fmt.Sprintf("- {name: one, environment: sandbox, client_id: %s, secret_file: %s}\n", b.ClientID, secret))
	base, stop := serving(t, newMachine(t), b, list, "--every", "1s")
	defer stop()
	until(t, base+"/metrics", `id="client-secret-wrong"`)
	if err := os.WriteFile(secret, []byte(b.ClientSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, base+"/metrics", `verdict="healthy"} 1`)
}

// until asks for a page until it holds a text, or the test's time ends.
func until(t *testing.T, address, want string) {
	t.Helper()
	text := ""
	for range 600 {
		if text = page(t, address, http.StatusOK); strings.Contains(text, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s never had %q:\n%s", address, want, text)
}

// lines is a standard error that tells when the address was said.
type lines struct {
	mu    sync.Mutex
	all   strings.Builder
	found chan struct{}
	once  sync.Once
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(p)
	if strings.Contains(l.all.String(), "the status page is at ") {
		l.once.Do(func() { close(l.found) })
	}
	return len(p), nil
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// A signal that comes while the list is still read is one to the service: SIGHUP does not end it, and
// the end is no failure.
func TestSignalsWhileServeStarts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := newMachine(t)
	listening := false
	m.Hangups = func() (<-chan os.Signal, func()) {
		listening = true
		return make(chan os.Signal), func() {}
	}
	m.Stdin = readerFunc(func([]byte) (int, error) {
		if !listening {
			t.Error("SIGHUP would end the program")
		}
		cancel()
		<-t.Context().Done()
		return 0, io.EOF
	})
	if code := m.run(ctx, "serve", "-"); code != app.ExitHealthy || m.err.Len() > 0 {
		t.Errorf("exit code %d\n%s", code, &m.err)
	}
}

// An account without a name is another one when a line is put above it, which serve says.
func TestServeSaysHowManyAccountsHaveNoName(t *testing.T) {
	const entry = "issuer: \"http://127.0.0.1:1/\", client_id: x, secret_variable: A}\n"
	for list, want := range map[string]string{
		"- {name: a, " + entry:                                   "",
		"- {name: a, " + entry + "- {" + entry:                   "warning: 1 entry has no name. Each is known by its position in the list,",
		"- {" + entry + "- {name: a b, " + entry + "- {" + entry: "warning: 3 entries have no name. Each",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		m := newMachine(t)
		said := &lines{found: make(chan struct{})}
		m.Stderr = said
		ended := make(chan int, 1)
		go func() { ended <- m.run(ctx, "serve", write(t, list), "--listen", "127.0.0.1:0") }()
		<-said.found
		cancel()
		if code := <-ended; code != app.ExitHealthy || !strings.Contains(said.text(), want) || want == "" && strings.Contains(said.text(), "no name") {
			t.Errorf("%s\nexit code %d, %s\nwant %q", list, code, said.text(), want)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestServeRefuses(t *testing.T) {
	m := newMachine(t)
	list := write(t, "- {name: a, environment: production, secret_variable: A}\n")
	m.refused(t, "--every must be at least one second", "serve", list, "--every", "1ms")
	for _, address := range []string{"nonsense", "unix:/run/credguide.sock", "/run/credguide.sock", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:nosuch", "127.0.0.1:0 ", ""} {
		m.refused(t, "--listen must be an address with a port", "serve", list, "--listen", address)
	}
	m.refused(t, "--shard is not understood", "serve", list, "--shard", "4/3")
	m.refused(t, "already", "serve", write(t, "- {name: a, environment: production, secret_variable: A}\n- {name: a, environment: demo, secret_variable: A}\n"))
}

// A log that nobody reads keeps no list from being read again, and no page from being shown.
func TestServeGoesOnThoughNobodyReadsItsLog(t *testing.T) {
	t.Parallel()
	b := box(t)
	entry := "- {name: %s, environment: sandbox, client_id: " + b.ClientID + ", secret_variable: GOOD}\n"
	file := write(t, fmt.Sprintf(entry, "one"))
	m := newMachine(t).with(map[string]string{"GOOD": b.ClientSecret})
	_, unread := io.Pipe()
	defer unread.Close()
	m.Stderr = unread
	base, stop := serving(t, m, b, file, "--every", "1s", "--state", filepath.Join(file, "no-folder"))
	defer stop()
	page(t, base+"/-/ready", http.StatusOK)
	for _, more := range []string{"two", "three"} { // a message about the first must not keep the second waiting
		list, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(list, fmt.Sprintf(entry, more)...), 0o600); err != nil {
			t.Fatal(err)
		}
		page(t, base+"/probe?name="+more, http.StatusOK)
	}
	page(t, base+"/metrics", http.StatusOK)
}
