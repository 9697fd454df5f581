// Command tally reads what `go test -json` says and keeps it short: the closing line of each package, all that a failed
// test printed, and at the end how many tests passed, failed and were skipped.
//
//	go test -json ./... | go run ./internal/dev/tally
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := tally(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
}

// event is a line of go test -json (go doc cmd/test2json); of a build it has the import path in place of the package.
type event struct {
	Action, Package, ImportPath, Test, Output string
}

// test names a test of a package; an empty name is the package itself.
type test struct{ of, name string }

func tally(in io.Reader, out io.Writer) error {
	said := map[test]*strings.Builder{} // what is not yet known to be of interest
	count := map[string]int{}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			if err := take(line, said, count, out); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", count["pass"], count["fail"], count["skip"])
	return err
}

func take(line string, said map[test]*strings.Builder, count map[string]int, out io.Writer) error {
	var e event
	if json.Unmarshal([]byte(line), &e) != nil { // go itself speaks, for example of a file that it cannot read
		_, err := io.WriteString(out, line)
		return err
	}
	key := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		_, err := io.WriteString(out, e.Output)
		return err
	case "output":
		if said[key] == nil {
			said[key] = &strings.Builder{}
		}
		said[key].WriteString(e.Output)
	case "pass", "skip", "fail":
		if e.Test == "" {
			return endPackage(e, said, out)
		}
		count[e.Action]++
		defer delete(said, key)
		if e.Action == "fail" {
			return show(said[key], out)
		}
	}
	return nil
}

// endPackage shows the closing line of a package that passed; of one that failed everything that is left, also of tests
// that never came to an end.
func endPackage(e event, said map[test]*strings.Builder, out io.Writer) error {
	mine := slices.SortedFunc(maps.Keys(said), func(a, b test) int { return strings.Compare(b.name, a.name) }) // the package comes last
	for _, key := range mine {
		if key.of != e.Package {
			continue
		}
		text := said[key]
		delete(said, key)
		if e.Action != "fail" {
			text = closing(text.String())
		}
		if err := show(text, out); err != nil {
			return err
		}
	}
	return nil
}

// closing keeps the line in which go test sums a package up.
func closing(text string) *strings.Builder {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "ok ") {
			kept.WriteString(line)
		}
	}
	return &kept
}

func show(text *strings.Builder, out io.Writer) error {
	if text == nil {
		return nil
	}
	_, err := io.WriteString(out, text.String())
	return err
}
