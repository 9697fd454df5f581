//go:build !windows

package socket

import "syscall"

var (
	refused     = []syscall.Errno{syscall.ECONNREFUSED}
	unreachable = []syscall.Errno{syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN}
	brokenOff   = []syscall.Errno{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE}
	timedOut    = []syscall.Errno{syscall.ETIMEDOUT}
	exhausted   = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}
	forbidden   = []syscall.Errno{syscall.EACCES, syscall.EPERM}
)
