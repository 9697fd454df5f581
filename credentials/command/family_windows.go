package command

import (
	"os/exec"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"
)

// family is the program with all that it starts: a job, which ends as a whole. Where no job can be
// made, only the program itself is ended.
type family struct {
	cmd *exec.Cmd
	job atomic.Uintptr // a windows.Handle; the time limit may look at it at any moment
}

func newFamily(cmd *exec.Cmd) *family { return &family{cmd: cmd} }

func (f *family) started() {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return
	}
	f.job.Store(uintptr(job))
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		return
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(f.cmd.Process.Pid))
	if err != nil {
		return
	}
	defer func() { _ = windows.CloseHandle(process) }()
	_ = windows.AssignProcessToJobObject(job, process)
}

// close ends what the program left behind.
func (f *family) close() {
	if job := f.job.Load(); job != 0 {
		_ = windows.CloseHandle(windows.Handle(job))
	}
}

func (f *family) kill() error {
	if job := f.job.Load(); job != 0 {
		_ = windows.TerminateJobObject(windows.Handle(job), 1)
	}
	return f.cmd.Process.Kill()
}
