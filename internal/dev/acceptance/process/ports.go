//go:build acceptance

package process

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// The system gives outgoing connections ports from 32768 on: one of those that
// is free now may be taken when a server that starts later wants it.
const lowest, highest = 20000, 32000

// FreePorts finds unused ports of the loopback interface. Another program
// might take one before the server does; the start then fails and says so.
func FreePorts(n int) ([]int, error) {
	var ports []int
	for tries := 0; len(ports) < n; tries++ {
		if tries > 1000 {
			return nil, fmt.Errorf("no %d unused ports between %d and %d", n, lowest, highest)
		}
		port := lowest + rand.IntN(highest-lowest)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer listener.Close() // held until all are found: no port twice
		ports = append(ports, port)
	}
	return ports, nil
}
