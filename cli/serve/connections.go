package serve

import (
	"net"
	"sync"
	"time"
)

// mostConnections bounds what those cost that ask for nothing, or read slowly.
const mostConnections = 128

// bounded is a listener with a bound of open connections. One more takes the place of another: of
// the address that has the most, the one that has sent nothing for longest. Who opens many, and
// leaves them or reads slowly, keeps nobody out.
type bounded struct {
	net.Listener
	most int

	mu   sync.Mutex
	open map[*connection]time.Time // with when it was last heard of
}

type connection struct {
	net.Conn
	of   *bounded
	from string // the other side's address, without its port
}

// Accept waits for a connection.
func (b *bounded) Accept() (net.Conn, error) {
	accepted, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: accepted, of: b}
	if from := accepted.RemoteAddr(); from != nil {
		c.from, _, _ = net.SplitHostPort(from.String())
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = map[*connection]time.Time{}
	}
	if len(b.open) >= b.most {
		b.closeOldest()
	}
	b.open[c] = time.Now()
	return c, nil
}

func (b *bounded) closeOldest() {
	count := map[string]int{}
	for c := range b.open {
		count[c.from]++
	}
	var oldest *connection
	for c, heard := range b.open {
		if oldest == nil || count[c.from] > count[oldest.from] || count[c.from] == count[oldest.from] && heard.Before(b.open[oldest]) {
			oldest = c
		}
	}
	delete(b.open, oldest)
	_ = oldest.Conn.Close()
}

// Read notes that the other side sent something.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.of.mu.Lock()
		defer c.of.mu.Unlock()
		if _, ok := c.of.open[c]; ok {
			c.of.open[c] = time.Now()
		}
	}
	return n, err
}

// Close gives the place back.
func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
