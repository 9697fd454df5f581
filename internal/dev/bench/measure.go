package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// command is a program with its arguments, its whole environment and what it reads.
type command struct {
	name  string
	argv  []string
	env   []string
	stdin string
	exit  int // the exit code that it must end with
}

// measurement is one whole process, from its start to its end.
type measurement struct {
	Wall   time.Duration // of the process, its start included
	CPU    time.Duration // user and system
	Peak   int64         // resident memory at its most, in bytes; 0 where the system does not tell
	Exit   int
	Output []byte
	Talk   []byte
}

// measureCommand is the argument by which this program runs itself to measure one process. A
// child's peak memory counts from its parent's when it was forked; so the parent must be small, and
// the sandbox must not live in it.
const measureCommand = "measure-one-process"

// measure runs the command once, in a measuring process of its own.
func measure(ctx context.Context, c command) (measurement, error) {
	self, err := os.Executable()
	if err != nil {
		return measurement{}, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{measureCommand}, c.argv...)...)
	cmd.Env, cmd.Stdin, cmd.Stderr = c.env, bytes.NewReader([]byte(c.stdin)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return measurement{}, fmt.Errorf("measure %s: %w", c.name, err)
	}
	var m measurement
	if err := json.Unmarshal(out, &m); err != nil {
		return m, fmt.Errorf("measure %s: %w", c.name, err)
	}
	if m.Exit != c.exit {
		return m, fmt.Errorf("%s ended with exit code %d, not %d:\n%s", c.name, m.Exit, c.exit, m.Talk)
	}
	return m, nil
}

// measureOne is the measuring process: it runs argv and writes the measurement to standard output.
func measureOne(argv []string) int {
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:gosec // the commands of this program
	var out, talk bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, &out, &talk
	if in, err := io.ReadAll(os.Stdin); err == nil {
		cmd.Stdin = bytes.NewReader(in)
	}
	began := time.Now()
	err := cmd.Run()
	m := measurement{Wall: time.Since(began), Output: out.Bytes(), Talk: talk.Bytes()}
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	m.Exit = cmd.ProcessState.ExitCode()
	m.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	m.Peak = peakOf(cmd.ProcessState)
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		return 1
	}
	return 0
}
