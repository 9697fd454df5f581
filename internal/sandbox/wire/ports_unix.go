//go:build unix

package wire

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// closedPort reserves a port at which nothing listens: the socket is bound, so that nobody else can
// take the port, but it does not listen, so connections are refused.
func (n *Network) closedPort() (int, error) {
	_, port, err := n.boundSocket()
	return port, err
}

// fullPort is a port whose accept queue is full: the kernel drops further connection attempts,
// which is what a firewall that drops packets looks like. Nothing leaves the machine.
func (n *Network) fullPort() (int, error) {
	fd, port, err := n.boundSocket()
	if err != nil {
		return 0, err
	}
	if err := syscall.Listen(fd, 0); err != nil {
		return 0, fmt.Errorf("listen with an empty queue: %w", err)
	}
	for range 16 {
		c, err := net.DialTimeout("tcp4", address("", port), 200*time.Millisecond)
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			return port, nil
		}
		if err != nil {
			return 0, fmt.Errorf("fill the accept queue: %w", err)
		}
		n.closers = append(n.closers, c.Close)
	}
	return 0, errors.New("this system takes connections beyond its accept queue, so a dropped connection cannot be shown")
}

func (n *Network) boundSocket() (fd, port int, err error) {
	fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return 0, 0, fmt.Errorf("open a socket: %w", err)
	}
	syscall.CloseOnExec(fd)
	n.closers = append(n.closers, func() error { return syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, 0, fmt.Errorf("bind a socket: %w", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, 0, fmt.Errorf("read the socket's address: %w", err)
	}
	return fd, name.(*syscall.SockaddrInet4).Port, nil
}
