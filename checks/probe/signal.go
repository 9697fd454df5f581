package probe

import (
	"context"
	"sync"
)

// signal tells that a step's request has its connection, or that the step has ended. A step that yields to another waits
// for it: over HTTP/1.1 only one request at a time goes over a connection, and opening a second one takes round trips that
// the longest chain need not wait for.
type signal struct {
	once sync.Once
	ch   chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

func (s *signal) give() { s.once.Do(func() { close(s.ch) }) }

func (s *signal) wait() { <-s.ch }

type signalKey struct{}

func withSignal(ctx context.Context, s *signal) context.Context {
	return context.WithValue(ctx, signalKey{}, s)
}

// giveSignal is called when a request has its connection.
func giveSignal(ctx context.Context) {
	if s, ok := ctx.Value(signalKey{}).(*signal); ok {
		s.give()
	}
}
