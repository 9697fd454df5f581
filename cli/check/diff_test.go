package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
)

// Of each report only its place and what it is compared by stays in memory.
func TestADiffKeepsLittleOfAReport(t *testing.T) {
	const many = 1000
	var list []checks.Report
	for i := range many {
		r := checks.Report{Schema: checks.Schema, Evidence: checks.Evidence{
			Tool: app.Tool(), Started: time.Unix(1e9, 0), Subject: checks.Subject{Name: fmt.Sprintf("a%d", i)},
			Facts: checks.Facts{}, Checks: []checks.Check{}, Requests: []checks.Request{},
		}}
		r.Facts.Set(checks.EntryFault, fmt.Sprintf("%d%s", i, strings.Repeat(" words", 300)))
		list = append(list, r)
	}
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	for _, r := range list {
		if err := lines.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "reports.jsonl")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &app.App{Sys: app.System{Stdout: &b, Stderr: &b, Home: t.TempDir(), Now: time.Now, Lookup: func(string) (string, bool) { return "", false }}}
	c, err := NewChecker(t.Context(), a, &Flags{})
	if err != nil {
		t.Fatal(err)
	}
	before := inUse()
	all, err := c.byName(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer all.close()
	if each := (inUse() - before) / many; each > 700 {
		t.Errorf("%d bytes for each report", each)
	}
	if r, ok := all.of(c, "a7"); !ok || len(all.names) != many || !strings.HasPrefix(r.Facts.Text(checks.EntryFault), "7 words") {
		t.Error("a report cannot be read again")
	}
}

func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // of this process
}
