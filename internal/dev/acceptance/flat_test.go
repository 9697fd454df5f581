//go:build acceptance

package acceptance

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// figure is a metric of the exporter about itself.
func figure(t *testing.T, metrics, name string) float64 {
	t.Helper()
	for line := range strings.Lines(metrics) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("%s is missing in\n%s", name, metrics)
	return 0
}

// least are the smallest figures of a while: what is left after the garbage
// was collected.
type least struct{ heap, goroutines, files, checks float64 }

// watch reads the exporter's own metrics until each account was checked so
// often, or the time is over.
func (e *exporter) watch(t *testing.T, accounts, rounds int, end time.Time) (seen least) {
	t.Helper()
	first := true
	for time.Now().Before(end) {
		text, err := fetched(t.Context(), "http://"+e.address+"/metrics")
		if err != nil {
			t.Fatal(err)
		}
		now := least{
			figure(t, text, "go_memstats_heap_alloc_bytes"), figure(t, text, "go_goroutines"), figure(t, text, "process_open_fds"), 0,
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "credguide_checks_total{") {
				now.checks += figure(t, "n "+line[strings.LastIndexByte(line, ' ')+1:], "n")
			}
		}
		if first {
			seen, first = now, false
		}
		seen = least{min(seen.heap, now.heap), min(seen.goroutines, now.goroutines), min(seen.files, now.files), now.checks}
		if now.checks >= float64(accounts*rounds) {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	return seen
}

// The program itself, checking some accounts again and again while others
// leave its answers unread, grows neither in memory, nor in goroutines, nor
// in open files. It takes less than a minute.
func TestServeStaysAsSmallAsItIs(t *testing.T) {
	const accounts = 25
	e := newExporter(t)
	var list strings.Builder
	for i := range accounts {
		secret := filepath.Join(filepath.Dir(e.list), "good.secret")
		if i%5 == 4 {
			secret = e.secret
		}
		fmt.Fprintf(&list, "- {name: account%d, environment: sandbox, client_id: %s, secret_file: %s, labels: {team: eo}}\n", i, e.box.ClientID, secret)
	}
	e.write(t, e.list, list.String())
	e.start(t, "1s")
	end := time.Now().Add(45 * time.Second)
	early := e.watch(t, accounts, 6, end)
	stop, stormed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stormed)
		e.unread(stop)
	}()
	late := e.watch(t, accounts, 30, end)
	close(stop)
	<-stormed
	t.Logf("%+v, and then %+v", early, late)
	if late.checks < early.checks+2*accounts {
		t.Fatalf("%v checks became %v", early.checks, late.checks)
	}
	if late.heap > 1.3*early.heap+8<<20 {
		t.Errorf("%.0f bytes became %.0f", early.heap, late.heap)
	}
	last := e.watch(t, accounts, 0, time.Now().Add(time.Minute))
	for range 100 { // the server still has to notice that those connections are closed
		if last.goroutines <= early.goroutines+20 && last.files <= early.files+10 {
			return
		}
		time.Sleep(100 * time.Millisecond)
		last = e.watch(t, accounts, 0, time.Now().Add(time.Minute))
	}
	t.Errorf("%v goroutines and %v files became %v and %v", early.goroutines, early.files, last.goroutines, last.files)
}

// unread asks for pages, more at once than there are places for connections,
// and reads none.
func (e *exporter) unread(stop <-chan struct{}) {
	var open []net.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-time.After(10 * time.Millisecond):
		}
		c, err := net.Dial("tcp", e.address)
		if err != nil {
			continue
		}
		_, _ = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", []string{"/metrics", "/", "/accounts/account1"}[i%3])
		if open = append(open, c); len(open) > 700 {
			_ = open[0].Close()
			open = open[1:]
		}
	}
}
