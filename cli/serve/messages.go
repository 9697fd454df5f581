package serve

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// mostMessages bounds those that wait to be written.
const mostMessages = 100

// messages writes lines for whoever reads the log, and keeps nobody waiting: a log that is not read
// any more is no reason to check nothing. What does not fit is counted.
type messages struct {
	to      io.Writer
	waiting chan []byte
	written chan struct{} // closed when the last one is written

	mu     sync.Mutex
	left   int // out, since the last one that was taken
	ended  bool
	unread bool // to the end
}

func newMessages(to io.Writer) *messages {
	m := &messages{to: to, waiting: make(chan []byte, mostMessages), written: make(chan struct{})}
	go func() {
		defer close(m.written)
		for line := range m.waiting {
			_, _ = m.to.Write(line) // there is nobody else to tell
		}
	}()
	return m
}

// Write takes a message. After the end it is written at once.
func (m *messages) Write(line []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.unread:
		return len(line), nil
	case m.ended:
		return m.to.Write(line)
	}
	text := string(line)
	if m.left > 0 {
		text = fmt.Sprintf("%d messages are left out: nobody read them\n%s", m.left, text)
	}
	select {
	case m.waiting <- []byte(text):
		m.left = 0
	default:
		m.left++
	}
	return len(line), nil
}

// end waits for what is not written yet, if somebody reads it.
func (m *messages) end(within time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	close(m.waiting)
	select {
	case <-m.written:
	case <-time.After(within):
		m.unread = true
	}
}
