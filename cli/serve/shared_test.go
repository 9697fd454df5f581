package serve

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory. Its connections hold nothing: a write waits until somebody reads.
type pipes struct {
	made   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{made: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.made:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9877} }

// ask sends a request, and leaves the answer to its caller.
func (p *pipes) ask(t *testing.T, path, header string) net.Conn {
	t.Helper()
	mine, its := net.Pipe()
	p.made <- its
	if _, err := fmt.Fprintf(mine, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", path, header); err != nil {
		t.Fatal(err)
	}
	return mine
}

// answered serves a monitor's pages on pipes.
func answered(t *testing.T, m *monitor, most int) (p *pipes, stop func()) {
	t.Helper()
	p = newPipes()
	server := m.server(p.Addr())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(&bounded{Listener: p, most: most})
	}()
	return p, func() { _ = server.Close(); <-ended }
}

// Whoever asks for pages and does not read them keeps no scrape waiting, and is sent away after a
// while.
func TestSlowReadersStarveNobody(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, numbered(200)...))
	for _, header := range []string{"", "Accept-Encoding: gzip\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			m, _ := start(t, newWorld(), &flags{}, list)
			stop := running(t, m, nil)
			time.Sleep(time.Minute)
			stop()
			p, end := answered(t, m, mostConnections)
			defer end()
			var slow []net.Conn
			for i := range mostConnections - 8 {
				slow = append(slow, p.ask(t, []string{"/metrics", "/", "/accounts/a0007", "/probe?name=a0007"}[i%4], header))
			}
			synctest.Wait()
			began := time.Now()
			for _, path := range []string{"/metrics", "/"} {
				c := p.ask(t, path, "Connection: close\r\n")
				answer, err := http.ReadResponse(bufio.NewReader(c), nil)
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(answer.Body)
				if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), "a0199") {
					t.Errorf("%s: %s, %d bytes, %v", path, answer.Status, len(text), err)
				}
				_ = c.Close()
			}
			if waited := time.Since(began); waited > 0 { // the bubble's time goes on only where everybody waits
				t.Errorf("a scrape waited for %s", waited)
			}
			time.Sleep(readWithin + time.Second)
			for _, c := range slow {
				if _, err := io.Copy(io.Discard, c); err != nil {
					t.Errorf("a connection that nobody read from is still open: %v", err)
				}
				_ = c.Close()
			}
		})
	}
}

// Connections that are left open take no place from others.
func TestOpenConnectionsKeepNobodyOut(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	synctest.Test(t, func(t *testing.T) {
		m, _ := start(t, newWorld(), &flags{}, list)
		p, end := answered(t, m, 8)
		defer end()
		scraper := p.ask(t, "/metrics", "")
		read := bufio.NewReader(scraper)
		for range 50 {
			if answer, err := http.ReadResponse(read, nil); err != nil {
				t.Fatal(err)
			} else if _, err := io.Copy(io.Discard, answer.Body); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
			for range 5 {
				mine, its := net.Pipe()
				p.made <- its
				defer func() { _ = mine.Close() }()
			}
			time.Sleep(time.Millisecond)
			if _, err := io.WriteString(scraper, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); err != nil {
				t.Fatalf("the connection that is in use was closed: %v", err)
			}
		}
		_ = scraper.Close()
	})
}

// from is a connection of another machine.
type from struct {
	net.Conn
	address string
}

func (f from) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(f.address), Port: 1} }

// However fast somebody opens connections, those of others stay.
func TestAFloodClosesItsOwnConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		b := &bounded{Listener: p, most: 8}
		dial := func(address string) (mine, its net.Conn) {
			mine, its = net.Pipe()
			go func() { p.made <- from{its, address} }()
			its, err := b.Accept()
			if err != nil {
				t.Fatal(err)
			}
			return mine, its
		}
		idle, _ := dial("192.0.2.1")
		time.Sleep(time.Hour)
		var flood []net.Conn
		for range 100 {
			mine, _ := dial("192.0.2.66")
			flood = append(flood, mine)
		}
		if len(b.open) != b.most {
			t.Errorf("%d connections are open", len(b.open))
		}
		_ = idle.SetReadDeadline(time.Now())
		if _, err := idle.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the other's connection: %v", err)
		}
		closed := 0
		for _, c := range flood {
			_ = c.SetReadDeadline(time.Now())
			if _, err := c.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
				closed++
			}
		}
		if closed != 93 {
			t.Errorf("%d of the flood are closed", closed)
		}
		_ = p.Close()
	})
}

// A storm costs as much as one request a second, in work and in memory.
func TestAStormMakesAPageOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		page := &shared{kind: pageKind, make: func(w io.Writer) error {
			made++
			time.Sleep(300 * time.Millisecond)
			_, err := fmt.Fprintf(w, "version %d", made)
			return err
		}}
		var all sync.WaitGroup
		for range 10 {
			for range 100 {
				all.Go(func() {
					answer := httptest.NewRecorder()
					page.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
					if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Body.String(), "version ") {
						t.Errorf("%d %s", answer.Code, answer.Body)
					}
				})
			}
			time.Sleep(100 * time.Millisecond)
		}
		all.Wait()
		if made != 1 {
			t.Errorf("made %d times within a second", made)
		}
		time.Sleep(2 * asOld)
		answer := httptest.NewRecorder()
		page.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
		if answer.Body.String() != "version 2" {
			t.Errorf("later, it is %s", answer.Body)
		}
	})
}

// A defect while a page is made is that request's, and those that waited with it are told.
func TestAPageThatCannotBeMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fails := true
		page := &shared{kind: pageKind, make: func(io.Writer) error {
			time.Sleep(time.Second)
			if fails {
				panic("a defect")
			}
			return nil
		}}
		codes := make(chan int, 2)
		ask := func() {
			defer func() { _ = recover() }() // as net/http does
			answer := httptest.NewRecorder()
			page.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
			codes <- answer.Code
		}
		go ask()
		time.Sleep(time.Millisecond)
		ask()
		if code := <-codes; code != http.StatusInternalServerError {
			t.Errorf("the other one is answered %d", code)
		}
		fails = false
		ask()
		if code := <-codes; code != http.StatusOK {
			t.Errorf("afterwards: %d", code)
		}
	})
}

func TestPagesAreCompressedForThoseWhoTakeIt(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one"))
	m, _ := start(t, newWorld(), &flags{}, list)
	for accept, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "deflate, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=x": false, "br": false, "identity": false,
	} {
		request := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		request.Header.Set("Accept-Encoding", accept)
		answer := httptest.NewRecorder()
		m.handler().ServeHTTP(answer, request)
		if got := answer.Header().Get("Content-Encoding") == "gzip"; got != want {
			t.Errorf("%q: compressed: %t", accept, got)
		}
		var text io.Reader = answer.Body
		if want {
			var err error
			if text, err = gzip.NewReader(answer.Body); err != nil {
				t.Fatal(err)
			}
		}
		if page, err := io.ReadAll(text); err != nil || !strings.Contains(string(page), "credguide_list_accounts 1") {
			t.Errorf("%q: %s, %v", accept, page, err)
		}
	}
}
