//go:build acceptance

// Package process starts the laboratory's servers so that none outlives the
// tests: each runs in a process group of its own, and a small shell on a
// leash kills that group when the test process is gone, even if it was
// killed itself and could not clean up.
package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Process is a running server.
type Process struct {
	command *exec.Cmd
	leash   *exec.Cmd
	tether  io.Closer
	done    chan struct{}
	err     error
}

// Start runs the command in its own process group and on the leash.
func Start(command *exec.Cmd) (*Process, error) {
	if command.SysProcAttr == nil { // it may name another user
		command.SysProcAttr = &syscall.SysProcAttr{}
	}
	command.SysProcAttr.Setpgid = true
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", command.Path, err)
	}
	p := &Process{command: command, done: make(chan struct{})}
	go func() {
		p.err = command.Wait()
		close(p.done)
	}()
	if err := p.attach(); err != nil {
		p.kill(syscall.SIGKILL)
		<-p.done
		return nil, err
	}
	return p, nil
}

// attach starts the leash: a shell that waits for the end of its standard
// input, which comes when this process ends for whatever reason.
func (p *Process) attach() error {
	p.leash = exec.Command("sh", "-c", `cat >/dev/null; kill -KILL "-$1" 2>/dev/null`, "leash", fmt.Sprint(p.command.Process.Pid))
	p.leash.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	tether, err := p.leash.StdinPipe()
	if err != nil {
		return err
	}
	p.tether = tether
	if err := p.leash.Start(); err != nil {
		return fmt.Errorf("start the leash: %w", err)
	}
	return nil
}

// PID is the server's process id.
func (p *Process) PID() int { return p.command.Process.Pid }

// Done is closed when the server has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Stop asks the server to end, and kills it if it has not done so in time.
func (p *Process) Stop(grace time.Duration) {
	p.kill(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(grace):
		p.kill(syscall.SIGKILL)
		<-p.done
	}
	// Kill the leash before it can act: the group's number is free again.
	_ = p.leash.Process.Kill()
	_ = p.tether.Close()
	_ = p.leash.Wait()
}

func (p *Process) kill(signal syscall.Signal) {
	select {
	case <-p.done: // already reaped: the number may belong to somebody else
	default:
		_ = syscall.Kill(-p.command.Process.Pid, signal)
	}
}

// Ready polls until check succeeds, the server ends, or the limit passes.
// The log's tail is part of the error, because that is where the reason is.
func (p *Process) Ready(limit time.Duration, log string, check func() bool) error {
	deadline := time.Now().Add(limit)
	for time.Now().Before(deadline) {
		if check() {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("ended early (%v):\n%s", p.err, Tail(log)) //nolint:errorlint // nil if it ended well
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("not ready after %s:\n%s", limit, Tail(log))
}

// Tail is the end of a log file.
func Tail(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(end(content))
}

// Run executes a command that ends by itself. What it said is in the error.
func Run(command *exec.Cmd) error {
	_, err := Output(command)
	return err
}

// Output executes a command that ends by itself and returns its standard
// output. It is on the leash too: a client that waits must not stay behind.
func Output(command *exec.Cmd) ([]byte, error) {
	var output, errorOutput bytes.Buffer
	command.Stdout, command.Stderr = &output, &errorOutput
	p, err := Start(command)
	if err != nil {
		return nil, err
	}
	<-p.Done()
	p.Stop(0)
	if p.err != nil {
		return nil, fmt.Errorf("%s: %w\n%s%s", command.Path, p.err, end(output.Bytes()), end(errorOutput.Bytes()))
	}
	return output.Bytes(), nil
}

// end is the part of a text in which the reason of a failure stands.
func end(text []byte) []byte {
	const most = 4000
	if len(text) > most {
		return text[len(text)-most:]
	}
	return text
}
