package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox"
)

// lists compares `check --all` with a plain loop that makes the same requests, and tells what a
// longer list costs.
func (s *setup) lists(ctx context.Context) error {
	if s.entries == 0 {
		return nil
	}
	for _, delay := range delays {
		if err := s.listAt(ctx, delay); err != nil {
			return err
		}
	}
	return nil
}

// delays are what the network adds to an answer: none, so that a list and the sandbox share the
// processors and the ratio is that of the work alone; the same building; the same country.
var delays = []time.Duration{0, 5 * time.Millisecond, 20 * time.Millisecond}

func (s *setup) listAt(ctx context.Context, delay time.Duration) error {
	box, err := sandbox.Start(ctx, sandbox.Options{Delay: delay, Dir: filepath.Join(s.dir, "list"+delay.String())})
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	check, err := s.listCheck(box, s.entries, "json")
	if err != nil {
		return err
	}
	loop := s.loop(box, s.entries)
	// The loop runs before and after each check, so that neither has the quieter machine.
	results, err := rounds(ctx, s.listRuns(), []command{loop, check})
	if err != nil {
		return err
	}
	asked, err := s.askedBy(ctx, box, check, s.entries)
	if err != nil {
		return err
	}
	plain, mine := median(results[0], wall), median(results[1], wall)
	fmt.Printf("A list of %d entries at one sandbox, four at once, every answer held back by %s; %.2f requests an entry, and the public documents once\n",
		s.entries, delay, asked)
	t := newTable("", "wall", "entries/s", "cpu an entry", "peak memory")
	for i, c := range []command{loop, check} {
		w := median(results[i], wall)
		t.row(c.name, ms(w), fmt.Sprintf("%.0f", float64(s.entries)/w.Seconds()), ms(median(results[i], cpu)/time.Duration(s.entries)), mib(median(results[i], peak)))
	}
	t.print()
	fmt.Printf("Throughput: %.0f %% of the plain loop's.\n\n", 100*float64(plain)/float64(mine))
	if delay > 0 {
		return nil
	}
	return s.listFormats(ctx, box)
}

// listFormats measures what the formats keep in memory, and whether a list ten times as long costs
// ten times as much.
func (s *setup) listFormats(ctx context.Context, box *sandbox.Sandbox) error {
	fmt.Printf("The same list, and one of %d entries, in each format\n", s.entries*10)
	t := newTable("", "peak memory", "ten times as long", "cpu an entry", "ten times as long")
	for _, format := range []string{"json", "text", "prometheus", "junit", "sarif", "markdown", "html", "github"} {
		var row [2]measurement
		for i, n := range []int{s.entries, s.entries * 10} {
			c, err := s.listCheck(box, n, format)
			if err != nil {
				return err
			}
			if row[i], err = measure(ctx, c); err != nil {
				return err
			}
		}
		t.row(format, mib(row[0].Peak), mib(row[1].Peak), ms(row[0].CPU/time.Duration(s.entries)), ms(row[1].CPU/time.Duration(s.entries*10)))
		if !s.formats {
			break // JSON Lines alone
		}
	}
	t.print()
	fmt.Println()
	return nil
}

// listRuns are fewer than those of one check: a list is many checks.
func (s *setup) listRuns() int { return max(1, s.runs/5) }

// listCheck is the check of a list of so many entries, each an account of its own.
func (s *setup) listCheck(box *sandbox.Sandbox, entries int, format string) (command, error) {
	var list strings.Builder
	for i := range entries {
		fmt.Fprintf(&list, "- {name: account%d, environment: sandbox, credentials: %q, labels: {team: eo}}\n", i, filepath.Join(box.Dir, "openeo.env"))
	}
	file := filepath.Join(s.dir, fmt.Sprintf("list%d.yaml", entries))
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		return command{}, err
	}
	argv := []string{
		s.program, "check", "--catalog", box.Dir, "--ca-file", filepath.Join(box.Dir, "ca.pem"), "--all", file,
		"--output", format + "=" + filepath.Join(s.dir, "list."+format), "--quiet",
	}
	return command{name: "credguide check --all", argv: argv, env: s.env}, nil
}

// askedBy counts the requests of the check itself for an entry; those of the back-end are not the
// check's.
func (s *setup) askedBy(ctx context.Context, box *sandbox.Sandbox, c command, entries int) (float64, error) {
	log := filepath.Join(box.Dir, "access.log")
	before, err := os.ReadFile(log)
	if err != nil {
		return 0, err
	}
	if _, err := measure(ctx, c); err != nil {
		return 0, err
	}
	after, err := os.ReadFile(log)
	if err != nil {
		return 0, err
	}
	var shared, own int
	for line := range bytes.Lines(after[len(before):]) {
		switch text := string(line); {
		case strings.Contains(text, "from-backend"):
		case strings.Contains(text, "/token ") || strings.Contains(text, "/userinfo ") || strings.Contains(text, "/me "):
			own++
		default:
			shared++
		}
	}
	if shared > 10 {
		return 0, fmt.Errorf("%d requests for public documents", shared)
	}
	return float64(own) / float64(entries), nil
}
