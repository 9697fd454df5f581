package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox"
)

// scrapes is how many requests for the metrics are measured. Each waits until the page is made
// anew.
const (
	scrapes = 20
	anew    = 1100 * time.Millisecond
)

// serving measures `credguide serve` with many accounts of one sandbox: its memory while it checks
// all of them again and again, and then, while nothing is due, the work of a scrape. The program
// tells both of itself, in its own metrics.
func (s *setup) serving(ctx context.Context) error {
	box, err := sandbox.Start(ctx, sandbox.Options{Dir: filepath.Join(s.dir, "serve-box")})
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	list, err := s.listOf(box)
	if err != nil {
		return err
	}
	fmt.Printf("serve with %d accounts, %d rounds\n", s.accounts, s.rounds)
	if err := s.memory(ctx, box, list); err != nil {
		return err
	}
	return s.work(ctx, box, list)
}

// listOf writes accounts of the same client, a tenth of which have a wrong secret.
func (s *setup) listOf(box *sandbox.Sandbox) (string, error) {
	var b strings.Builder
	for i := range s.accounts {
		variable := "GOOD"
		if i%10 == 9 {
			variable = "WRONG"
		}
		fmt.Fprintf(&b, "- {name: account-%06d, environment: sandbox, client_id: %s, secret_variable: %s, owner: ops, labels: {team: eo}}\n", i, box.ClientID, variable)
	}
	s.env = append(s.env, "GOOD="+box.ClientSecret, "WRONG=another-secret-of-another-client")
	file := filepath.Join(s.dir, "accounts.yaml")
	return file, os.WriteFile(file, []byte(b.String()), 0o600)
}

// memory shows the most that the program held during each tenth of the rounds, beside that of the
// first tenth after which all accounts are known.
func (s *setup) memory(ctx context.Context, box *sandbox.Sandbox, list string) error {
	base, stop, err := s.serve(ctx, box, list, "1s")
	if err != nil {
		return err
	}
	defer stop()
	began := time.Now()
	t := newTable("rounds", "resident, at most", "beside the first", "heap, at most", "beside the first", "goroutines", "open files", "cpu for each check")
	resident, heap := make([]float64, 10), make([]float64, 10)
	first := max(0, (10+s.rounds-1)/s.rounds-1)
	for part := range 10 {
		want := float64(s.accounts*s.rounds) * float64(part+1) / 10
		now, err := until(ctx, base, func(m map[string]float64) bool {
			resident[part] = max(resident[part], m["process_resident_memory_bytes"])
			heap[part] = max(heap[part], m["go_memstats_heap_inuse_bytes"])
			return m["credguide_checks_total"] >= want
		})
		if err != nil {
			return err
		}
		checked := now["credguide_checks_total"]
		cpu := time.Duration(now["process_cpu_seconds_total"] / checked * float64(time.Second))
		t.row(fmt.Sprintf("%.1f", checked/float64(s.accounts)), mib(int64(resident[part])), times(resident[part], resident[min(first, part)]), mib(int64(heap[part])), times(heap[part], heap[min(first, part)]),
			fmt.Sprintf("%.0f", now["go_goroutines"]), fmt.Sprintf("%.0f", now["process_open_fds"]), ms(cpu))
	}
	t.print()
	fmt.Printf("%.0f s in all\n\n", time.Since(began).Seconds())
	return nil
}

// times is a figure beside another one.
func times(a, b float64) string { return fmt.Sprintf("%.2f", a/b) }

// work shows what a scrape costs the program while no check is due.
func (s *setup) work(ctx context.Context, box *sandbox.Sandbox, list string) error {
	base, stop, err := s.serve(ctx, box, list, "24h")
	if err != nil {
		return err
	}
	defer stop()
	before, err := until(ctx, base, func(m map[string]float64) bool { return m["credguide_list_accounts"] == float64(s.accounts) })
	if err != nil {
		return err
	}
	var walls []measurement
	size := 0
	for range scrapes {
		time.Sleep(anew)
		began := time.Now()
		text, err := fetch(ctx, base+"/metrics")
		if err != nil {
			return err
		}
		walls, size = append(walls, measurement{Wall: time.Since(began)}), len(text)
	}
	after, err := until(ctx, base, func(map[string]float64) bool { return true })
	if err != nil {
		return err
	}
	each := time.Duration((after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]) / (scrapes + 1) * float64(time.Second))
	t := newTable("/metrics", "wall", "cpu", "size", "checks meanwhile")
	t.row("", ms(median(walls, wall)), ms(each), mib(int64(size)), fmt.Sprintf("%.0f", after["credguide_checks_total"]-before["credguide_checks_total"]))
	t.print()
	fmt.Printf("work of a scrape / 50 ms: %s\n\n", ratio(each, 50*time.Millisecond))
	return nil
}

// serve starts the program and waits for its address.
func (s *setup) serve(ctx context.Context, box *sandbox.Sandbox, list, every string) (base string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, s.program, "serve", list, "--catalog", box.Dir, "--ca-file", filepath.Join(box.Dir, "ca.pem"), //nolint:gosec // our own
		"--listen", "127.0.0.1:0", "--every", every, "--state", filepath.Join(s.dir, "state"))
	cmd.Env = s.env
	said, err := cmd.StderrPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	in := bufio.NewScanner(said)
	for in.Scan() {
		if _, address, ok := strings.Cut(in.Text(), "the status page is at "); ok {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			return strings.TrimSuffix(address, "/"), stop, nil
		}
	}
	stop()
	return "", nil, errors.New("serve did not start")
}

// until asks for the metrics until they are as wanted.
func until(ctx context.Context, base string, ready func(map[string]float64) bool) (map[string]float64, error) {
	for {
		text, err := fetch(ctx, base+"/metrics")
		if err != nil {
			return nil, err
		}
		if sums := sumsOf(text); ready(sums) {
			return sums, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// sumsOf adds up the series of each metric.
func sumsOf(text string) map[string]float64 {
	sums := map[string]float64{}
	for line := range strings.Lines(text) {
		end := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(strings.TrimSpace(line[end+1:]), 64)
		if err != nil || strings.HasPrefix(line, "#") {
			continue
		}
		name, _, _ := strings.Cut(line[:end], "{")
		sums[name] += value
	}
	return sums
}

func fetch(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}
