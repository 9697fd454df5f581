package probe

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
)

// phase is how far a request came.
type phase int32

// The phases, in the order in which a request passes through them.
const (
	lookupPhase phase = iota
	connectPhase
	proxyPhase // connected to the proxy, which has not opened the way yet
	tlsPhase
	requestPhase
	answerPhase
)

var phaseWords = map[phase]string{
	lookupPhase: "lookup", connectPhase: "connect", proxyPhase: "proxy", tlsPhase: "tls", requestPhase: "request", answerPhase: "answer",
}

// way follows one request to where it ends. What dials may outlive the request, so everything is
// atomic, and nothing goes back.
type way struct {
	reached atomic.Int32
	opened  atomic.Bool // by the proxy
	inTLS   atomic.Bool // a handshake succeeded, with the server or with the proxy
	fresh   atomic.Bool // over a connection of its own
	proxied bool
	tls     bool
}

func (w *way) at() phase     { return phase(w.reached.Load()) }
func (w *way) phase() string { return phaseWords[w.at()] }

func (w *way) reach(p phase) {
	for {
		now := w.reached.Load()
		if int32(p) <= now || w.reached.CompareAndSwap(now, int32(p)) {
			return
		}
	}
}

// connected is called when there is a connection, to the server or to the proxy in front of it.
func (w *way) connected() {
	switch {
	case w.proxied && w.tls && !w.opened.Load():
		w.reach(proxyPhase)
	case w.tls:
		w.reach(tlsPhase)
	default:
		w.reach(requestPhase)
	}
}

type wayKey struct{}

// watched follows a request that is made with the returned context.
func watched(ctx context.Context, overTLS, proxied bool) (context.Context, *way) {
	w := &way{proxied: proxied, tls: overTLS}
	ctx = context.WithValue(ctx, wayKey{}, w)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(_, _ string) { w.reach(connectPhase) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				w.connected()
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			w.inTLS.Store(w.inTLS.Load() || err == nil)
			if err == nil && (!w.proxied || w.opened.Load()) {
				w.reach(requestPhase)
			}
		},
		GotConn: func(i httptrace.GotConnInfo) {
			w.fresh.Store(!i.Reused)
			w.reach(requestPhase)
			giveSignal(ctx)
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err == nil {
				w.reach(answerPhase)
			}
		},
	}), w
}

// proxyOpened is called when the proxy has opened the way to the server.
func proxyOpened(ctx context.Context) {
	if w, ok := ctx.Value(wayKey{}).(*way); ok {
		w.opened.Store(true)
		w.reach(tlsPhase)
	}
}
