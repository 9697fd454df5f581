package socket

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2
var (
	refused     = []syscall.Errno{windows.WSAECONNREFUSED}
	unreachable = []syscall.Errno{windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETDOWN}
	brokenOff   = []syscall.Errno{windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAESHUTDOWN, windows.ERROR_BROKEN_PIPE, windows.ERROR_NETNAME_DELETED}
	timedOut    = []syscall.Errno{windows.WSAETIMEDOUT, windows.ERROR_SEM_TIMEOUT}
	exhausted   = []syscall.Errno{windows.WSAEMFILE, windows.WSAENOBUFS, windows.ERROR_NOT_ENOUGH_MEMORY}
	forbidden   = []syscall.Errno{windows.WSAEACCES}
)
