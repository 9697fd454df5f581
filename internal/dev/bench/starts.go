package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/credguide/credguide/internal/sandbox"
)

// starts measures what there is before the first request: the process itself, and the catalogs that
// a check reads.
func (s *setup) starts(ctx context.Context) error {
	commands := []command{
		{name: "credguide version", argv: []string{s.program, "version"}, env: s.env},
		{name: "credguide environments", argv: []string{s.program, "environments"}, env: s.env},
		{name: "credguide check --plan", argv: []string{s.program, "check", "--plan", "--environment", "development"}, env: s.env},
		{name: "credguide explain", argv: []string{s.program, "explain", "client-unknown"}, env: s.env},
	}
	results, err := rounds(ctx, s.runs, commands)
	if err != nil {
		return err
	}
	fmt.Println("Start-up")
	t := newTable("", "wall", "cpu", "peak memory")
	for i, c := range commands {
		t.row(c.name, ms(median(results[i], wall)), ms(median(results[i], cpu)), mib(median(results[i], peak)))
	}
	t.print()
	fmt.Println()
	return nil
}

// deadHosts measures how soon a host that is not there is reported.
func (s *setup) deadHosts(ctx context.Context) error {
	var commands []command
	for _, fault := range []string{"connection-refused", "dns-failure"} {
		for _, variant := range []string{"", "@backend"} {
			box, check, err := s.play(ctx, sandbox.Options{Faults: []string{fault + variant}, Dir: filepath.Join(s.dir, fault+variant)}, 3)
			if err != nil {
				return err
			}
			defer func() { _ = box.Close() }()
			check.name = fault + variant
			commands = append(commands, check)
		}
	}
	results, err := rounds(ctx, s.runs, commands)
	if err != nil {
		return err
	}
	fmt.Println("A host that is not there, no delay; the name server's own time is in it")
	t := newTable("", "wall", "cpu")
	for i, c := range commands {
		t.row(c.name, ms(median(results[i], wall)), ms(median(results[i], cpu)))
	}
	t.print()
	fmt.Println()
	return nil
}

// size is that of the program as it is released: stripped.
func (s *setup) size() error {
	info, err := os.Stat(s.program)
	if err != nil {
		return err
	}
	fmt.Printf("Stripped program: %.1f MB\n", float64(info.Size())/1e6)
	return nil
}
