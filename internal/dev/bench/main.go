// Command bench shows how fast credguide is, as ratios that mean the same on every machine: the wall time of a healthy
// check beside its critical path of round trips, beside the same work by the Python openEO client and by a shell script
// that asks with curl, one request after the other; a list beside a plain loop that makes the same requests; what starting
// up takes; how soon a dead host is reported; the size of the program and the memory that it needs. Everything runs against
// a sandbox on this machine, in whole processes that take turns. It prints medians and asserts nothing: machines differ.
//
//	go run ./internal/dev/bench -runs 15
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// longest bounds the whole run, whatever happens.
const longest = 30 * time.Minute

func main() {
	if len(os.Args) > 2 && os.Args[1] == measureCommand {
		os.Exit(measureOne(os.Args[2:]))
	}
	if len(os.Args) > 2 && os.Args[1] == loopCommand {
		os.Exit(plainLoop(os.Args[2:]))
	}
	runs := flag.Int("runs", 15, "how often each command is run")
	delay := flag.Duration("delay", 50*time.Millisecond, "held back from every answer, as a stand-in for a round trip")
	python := flag.String("python", "", "a Python interpreter that has the openeo package (default: the acceptance laboratory's, else python3)")
	entries := flag.Int("entries", 1000, "how many entries the list has that is compared with a plain loop; 0: no list")
	formats := flag.Bool("formats", false, "measure the memory of a list in every format")
	only := flag.Bool("lists", false, "measure lists and nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	if err := run(ctx, options{runs: min(max(*runs, 1), 100), delay: *delay, python: *python, entries: *entries, formats: *formats, only: *only}); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

type options struct {
	runs   int
	delay  time.Duration
	python string

	entries       int // of a list
	formats, only bool
}

func run(ctx context.Context, o options) error {
	s, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Printf("%d runs of each command, which take turns; medians. %s\n\n", o.runs, machine())
	if err := s.lists(ctx); err != nil || s.only {
		return err
	}
	if err := s.logins(ctx); err != nil {
		return err
	}
	if err := s.starts(ctx); err != nil {
		return err
	}
	if err := s.deadHosts(ctx); err != nil {
		return err
	}
	return s.size()
}
