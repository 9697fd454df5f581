// Command bench shows how fast credguide is, as ratios that mean the same on every machine: the
// wall time of a healthy check beside its critical path of round trips, beside the same work by the
// Python openEO client and by a shell script that asks with curl, one request after the other; a
// list beside a plain loop that makes the same requests; what starting up takes; how soon a dead
// host is reported; the size of the program and the memory that it needs; with -serve instead, the
// memory of the exporter over many rounds and the work of a scrape. Everything runs against a
// sandbox on this machine, in whole processes that take turns. It prints medians and asserts
// nothing: machines differ.
//
//	go run ./internal/dev/bench -runs 15
//	go run ./internal/dev/bench -serve -accounts 1000 -rounds 100
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// The whole run is bounded, whatever happens; that of serve makes many checks.
const (
	longest      = 30 * time.Minute
	longestServe = time.Hour
)

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
	serve := flag.Bool("serve", false, "measure serve, and nothing else")
	accounts := flag.Int("accounts", 1000, "of -serve: how many accounts")
	rounds := flag.Int("rounds", 10, "of -serve: how often each is checked")
	entries := flag.Int("entries", 1000, "how many entries the list has that is compared with a plain loop; 0: no list")
	formats := flag.Bool("formats", false, "measure the memory of a list in every format")
	only := flag.Bool("lists", false, "measure lists and nothing else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	limit, what := longest, run
	if *serve {
		limit, what = longestServe, runServe
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	o := options{
		runs: min(max(*runs, 1), 100), delay: *delay, python: *python, accounts: max(*accounts, 1), rounds: max(*rounds, 1),
		entries: *entries, formats: *formats, only: *only,
	}
	if err := what(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

type options struct {
	runs   int
	delay  time.Duration
	python string

	accounts, rounds int // of serve
	entries          int // of a list
	formats, only    bool
}

func runServe(ctx context.Context, o options) error {
	s, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Println(machine())
	return s.serving(ctx)
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
