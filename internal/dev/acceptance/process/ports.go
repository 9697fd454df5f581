//go:build acceptance

package process

import "net"

// FreePorts asks the system for unused ports of the loopback interface.
// Another program might take one before the server does; the start then
// fails and says so.
func FreePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close() // held until all are found: no port twice
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
