// Package shared reads the folder testdata at the top, which holds what the tests of several rooms
// use: scripts of command lines, error texts of programs, and what the registry's software says.
package shared

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Path is where a file or folder of testdata is.
func Path(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return filepath.Join(dir, "testdata", filepath.FromSlash(name))
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	t.Fatalf("testdata/%s: not inside of the module: %v", name, err)
	return ""
}

// Read reads a file of testdata.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Lines reads a file of JSON Lines.
func Lines[T any](t testing.TB, name string) (list []T) {
	t.Helper()
	data := Read(t, name)
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("testdata/%s: %v", name, err)
		}
		list = append(list, one)
	}
	if lines.Err() != nil || len(list) == 0 {
		t.Fatalf("testdata/%s: %d lines, %v", name, len(list), lines.Err())
	}
	return list
}
