package wire

import (
	"net"
	"sync"
	"time"
)

// acceptRaw takes connections below HTTP: each is handed to then, or held open in silence where
// then is nil, until Close.
func (n *Network) acceptRaw(l net.Listener, then func(*net.TCPConn)) {
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	n.busy.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			if then == nil {
				continue
			}
			n.busy.Go(func() {
				then(c.(*net.TCPConn))
				mu.Lock()
				delete(open, c)
				mu.Unlock()
			})
		}
	})
	n.closers = append(n.closers, func() error {
		err := l.Close()
		mu.Lock()
		defer mu.Unlock()
		for c := range open {
			_ = c.Close()
		}
		return err
	})
}

// resetAfterFirstBytes reads the start of what the peer says and then resets the connection, as
// some middleboxes do.
func resetAfterFirstBytes(c *net.TCPConn) {
	_ = c.SetReadDeadline(time.Now().Add(headerTimeout))
	_, _ = c.Read(make([]byte, 512))
	_ = c.SetLinger(0) // closing with unsent data discarded sends RST instead of FIN
	_ = c.Close()
}
