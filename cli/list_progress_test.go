package cli

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/credguide/credguide/internal/sandbox"
)

// On a terminal the person sees how far a list is; nothing of it stays.
func TestProgressOfAList(t *testing.T) {
	t.Parallel()
	seen := &recorder{}
	l := newListed(t, sandbox.Options{Delay: 100 * time.Millisecond})
	l.StderrIsTerminal, l.Stderr = true, seen
	var list strings.Builder
	for i := range 12 {
		list.WriteString(l.entry(fmt.Sprintf("a%d", i), "sandbox", "GOOD", ""))
	}
	file := write(t, list.String())
	l.run(t.Context(), l.args(file)...)
	if text := seen.String(); !strings.Contains(text, " of 12") || !strings.HasSuffix(text, "\r\x1b[K") {
		t.Errorf("%q", text)
	}
	seen.reset()
	l.StdoutIsTerminal, l.Stdout = true, seen // rows and progress share the screen
	l.run(t.Context(), l.args(file)...)
	for row := range strings.Lines(seen.String()) {
		shown := row[strings.LastIndex(row, "\r\x1b[K")+len("\r\x1b[K"):]
		if !strings.Contains(row, "\r\x1b[K") {
			shown = row
		}
		if strings.Contains(shown, "Works") && !strings.HasPrefix(shown, "a") || strings.Contains(shown, " of 12") {
			t.Errorf("%q", row)
		}
	}
	if !strings.Contains(seen.String(), " of 12") || strings.Count(seen.String(), "Works") != 12 {
		t.Errorf("%q", seen)
	}
	seen.reset()
	l.Stdout = &l.out
	l.run(t.Context(), l.args(file, "--quiet")...)
	if text := seen.String(); text != "" || l.out.Len() > 0 {
		t.Errorf("with --quiet: %q %q", text, &l.out)
	}
}

// recorder takes what several goroutines write.
type recorder struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Write(b)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.String()
}

func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all.Reset()
}
