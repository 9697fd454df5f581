//go:build !windows

package command

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// family is the program with all that it starts: a process group of its own.
type family struct{ cmd *exec.Cmd }

func newFamily(cmd *exec.Cmd) *family {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return &family{cmd}
}

func (f *family) started() {}
func (f *family) close()   {}

func (f *family) kill() error {
	err := syscall.Kill(-f.cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}
