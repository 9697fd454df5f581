//go:build !windows

package credentials

import "syscall"

// openNonblocking keeps an open of a named pipe without a writer from
// waiting; the reads after it wait in the runtime's poller and can be ended.
const openNonblocking = syscall.O_NONBLOCK
