// Package socket tells what an error of a connection means. The systems have numbers of their own for
// these errors, and the names that package syscall has for them on Windows stand for none of those.
package socket

import (
	"errors"
	"net"
	"slices"
	"strings"
	"syscall"
)

// Refused tells that nothing listens at the address.
func Refused(err error) bool { return isOne(err, refused) }

// Unreachable tells that no route leads to the address.
func Unreachable(err error) bool { return isOne(err, unreachable) }

// BrokenOff tells that the other side, or something in between, ended the connection before its time.
func BrokenOff(err error) bool { return errors.Is(err, net.ErrClosed) || isOne(err, brokenOff) }

// TimedOut tells that the system gave up waiting for the other side. A deadline of this program is
// another thing.
func TimedOut(err error) bool { return isOne(err, timedOut) }

// Exhausted tells that this machine cannot make a connection at the moment, whatever the address.
func Exhausted(err error) bool { return isOne(err, exhausted) }

// SaysExhausted tells the same by the words of an error, where a library has kept nothing else of it.
func SaysExhausted(words string) bool {
	return slices.ContainsFunc(exhausted, func(n syscall.Errno) bool { return strings.Contains(words, n.Error()) })
}

// Forbidden tells that a rule of this machine does not allow the connection.
func Forbidden(err error) bool { return isOne(err, forbidden) }

// Words are what the system says of the error; empty where it was not the system.
func Words(err error) string {
	number, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return ""
	}
	return number.Error()
}

func isOne(err error, among []syscall.Errno) bool {
	number, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains(among, number)
}
