// Package crew runs functions side by side on goroutines that stay for the next ones. A check needs
// a deep stack, and that of a new goroutine would grow anew each time.
package crew

import (
	"sync"
	"sync/atomic"
)

// Crew is such goroutines. There are as many as functions run at a time. Without a crew (nil), each
// function has a new one.
type Crew struct {
	next    chan func()
	over    chan struct{}
	waiting atomic.Int32
}

// mostWaiting bounds the goroutines that have nothing to do.
const mostWaiting = 64

// New is a crew that waits for work until it is closed.
func New() *Crew { return &Crew{next: make(chan func()), over: make(chan struct{})} }

// Close ends those that wait, and the others as soon as they have ended their work.
func (c *Crew) Close() { close(c.over) }

// Run runs a function as one of a group.
func (c *Crew) Run(group *sync.WaitGroup, f func()) {
	if c == nil {
		group.Go(f)
		return
	}
	group.Add(1)
	task := func() {
		defer group.Done()
		f()
	}
	select {
	case c.next <- task:
	default:
		go c.work(task)
	}
}

func (c *Crew) work(task func()) {
	for {
		task()
		if c.waiting.Add(1) > mostWaiting {
			c.waiting.Add(-1)
			return
		}
		select {
		case task = <-c.next:
			c.waiting.Add(-1)
		case <-c.over:
			return
		}
	}
}
