//go:build !unix

package wire

import (
	"errors"
	"net"
)

// closedPort is a port that was free a moment ago. Unlike on Unix it cannot be held without
// listening.
func (n *Network) closedPort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// fullPort needs a system that drops connections beyond the accept queue; this one refuses them.
func (n *Network) fullPort() (int, error) {
	return 0, errors.New("a connection that is dropped cannot be shown on this system")
}
