package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/text"
)

const (
	maxDocuments = 8 << 20          // bytes of all documents; the oldest go first
	eachDocument = 1 << 10          // bytes that one takes beside its text, also where there is none
	failureAge   = 30 * time.Second // a failure that was seen twice may be over by then
)

type documentKey struct {
	roots   *x509.CertPool
	address string
}

// publicDocument is one public document, or that it could not be had. Each check reads it anew,
// because each has a secret of its own that must not stand in what it reads.
type publicDocument struct {
	key   documentKey
	done  chan struct{}
	kept  bool // after done: others may take it over
	body  []byte
	frame answer
	plain func() plainAnswer
	tls   *tls.ConnectionState
	until time.Time // zero: no end
	size  int       // once it has ended

	failed bool // there is no document, or an error in its place, or a check could not go on with it
	second bool // asked for again after that
}

// plainAnswer is a public document as every check reads it whose secret is not in it. Nobody
// changes it.
type plainAnswer struct {
	answer answer
	text   guard.Looked
}

// document returns what another check has asked already, and waits while it does. Where there is
// nothing, lead is true, and the caller must call keep or drop.
func (s *Shared) document(ctx context.Context, key documentKey, anew bool) (d *publicDocument, lead bool) {
	for {
		s.mu.Lock()
		d, known := s.documents[key]
		if !known || anew || d.ended() && !d.usable() {
			before := d
			d = &publicDocument{key: key, done: make(chan struct{})}
			if known {
				s.size -= before.size
				d.second = before.ended() && before.failed
			} else {
				s.order = append(s.order, key)
			}
			s.documents[key] = d
			s.mu.Unlock()
			return d, true
		}
		s.mu.Unlock()
		select {
		case <-d.done:
			if d.kept {
				return d, false
			}
		case <-ctx.Done():
			return nil, false
		}
	}
}

// has tells that a document is there to be read.
func (s *Shared) has(key documentKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, known := s.documents[key]
	return known && d.usable()
}

// usable tells that a check may take the document over.
func (d *publicDocument) usable() bool {
	return d.ended() && d.kept && (d.until.IsZero() || time.Now().Before(d.until))
}

func (d *publicDocument) ended() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

// keep gives a document to the checks that wait for it and to later ones; a failure only once it was
// seen twice in a row. What the asking check alone suffered from, its interruption, the end of its
// time or a machine that could not connect, is not kept.
func (s *Shared) keep(d *publicDocument, body []byte, frame answer, state *tls.ConnectionState, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(d.done)
	if !mine {
		s.fill(d, body, frame, state)
	}
	if s.documents[d.key] != d { // forgotten meanwhile, or asked for anew
		return
	}
	d.size = eachDocument + len(d.body) + headerSize(d.frame.header)
	s.size += d.size
	for s.size > maxDocuments && len(s.order) > 1 {
		oldest := s.order[0]
		s.order = s.order[1:]
		s.size -= s.documents[oldest].size
		delete(s.documents, oldest)
	}
}

// fill puts into a document what came of it. The lock is held.
func (s *Shared) fill(d *publicDocument, body []byte, frame answer, state *tls.ConnectionState) {
	d.kept, d.body, d.frame, d.tls = true, body, frame, state
	d.plain = sync.OnceValue(func() plainAnswer { return plainly(body, frame) })
	age := s.limits.MaxAge
	d.failed = frame.failure.kind != "" || frame.status == http.StatusTooManyRequests || frame.status >= 500
	if d.failed && (age == 0 || age > failureAge) {
		age = failureAge
	}
	switch {
	case d.failed && !d.second: // a hiccup must not decide for the whole list
		d.until = time.Now()
	case age > 0:
		d.until = time.Now().Add(age)
	}
}

func headerSize(h http.Header) (n int) {
	for name, values := range h {
		n += len(name)
		for _, v := range values {
			n += len(v)
		}
	}
	return n
}

// doubt is for a document with which a check could not go on: a node that is not ready may answer
// that there is nothing, and a proxy with a page of its own. The next check asks again, and what was
// seen twice in a row holds for a while.
func (s *Shared) doubt(d *publicDocument) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !d.ended() || !d.kept || d.failed {
		return
	}
	d.failed = true
	until := time.Now()
	if d.second {
		until = until.Add(failureAge)
	}
	if d.until.IsZero() || until.Before(d.until) {
		d.until = until
	}
}

// once tells that a document was asked for once only, and doubts it: who waited for it and got none
// asks again too.
func (s *Shared) once(d *publicDocument) bool {
	s.doubt(d)
	return !d.second
}

// read is the document as one check sees it.
func (d *publicDocument) read(c *client) answer {
	a := d.frame
	if a.ok() {
		a = d.answerFor(c)
	}
	c.meet(a.host, d.tls, a.failure.shown)
	return a
}

func (d *publicDocument) answerFor(c *client) answer {
	if p := d.plain(); !c.guard.FindIn(p.text) {
		return p.answer
	}
	a := d.frame
	a.header = a.header.Clone()
	a.interpret(d.body)
	a.scrub(c.guard, c.least)
	return a
}

// plainly is the document for all checks but those whose secret is in it.
func plainly(body []byte, frame answer) plainAnswer {
	frame.interpret(body)
	frame.keys, frame.frames = sync.OnceValue(func() keySet { return readKeys(frame.document) }), &sync.Map{}
	var seen strings.Builder // all that scrub looks at
	seen.Write(body)
	for name, values := range frame.header {
		if name != locationHeader {
			seen.WriteString("\n" + strings.Join(values, "\n"))
		}
	}
	return plainAnswer{frame, guard.Look(seen.String())}
}

// askedFor gets a public document that every check of a run may share.
func (c *client) askedFor(req *http.Request, k call) answer {
	goOn := c.clock.pause()
	d, lead := c.shared.document(req.Context(), documentKey{c.roots, req.URL.String()}, k.anew)
	goOn()
	c.took(k.step, d)
	switch {
	case d == nil:
		return answer{url: shownURL(req.URL), host: text.Line(req.URL.Host, 253), failure: c.ended()}
	case !lead:
		a := d.read(c)
		if a.ok() && a.redirect == "" && !usableDocument(a) && c.shared.once(d) {
			return c.askedFor(req, k)
		}
		return a
	}
	var body []byte
	var state *tls.ConnectionState
	mine := true
	var frame answer
	defer func() { c.shared.keep(d, body, frame, state, mine) }() // also where this check fails
	a := c.exchangeKeeping(req, k, func(raw []byte, s *tls.ConnectionState) { body, state = raw, s })
	frame = answer{
		url: a.url, host: a.host, status: a.status, header: a.header.Clone(), redirect: a.redirect, redirectHost: a.redirectHost,
		failure: a.failure, phase: a.phase, via: a.via, viaScheme: a.viaScheme, trips: a.trips, deep: a.deep, asked: a.asked, received: a.received,
	}
	mine = c.caller.Err() != nil || req.Context().Err() != nil || a.failure.kind == unpaid.kind || a.failure.kind == "exhausted"
	return a
}

// took remembers which documents a step has rested on.
func (c *client) took(step string, d *publicDocument) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d != nil {
		c.taken = append(c.taken, taken{step, d})
	}
}

type taken struct {
	step string
	*publicDocument
}

// restsOn are the steps whose documents another one goes by.
var restsOn = map[string][]string{
	"grant": {"discovery"}, "token": {"discovery", "providers"}, "keys": {"discovery"}, "signature": {"keys"}, "userinfo": {"discovery"},
	"capabilities": {"well-known"}, "providers": {"well-known"}, "me": {"well-known", "providers"},
}

// doubt is for the documents of a step that did not pass, and for those that it went by.
func (c *client) doubt(step string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.taken {
		if t.step == step || slices.Contains(restsOn[step], t.step) {
			c.shared.doubt(t.publicDocument)
		}
	}
}

// ended says why there was no answer to wait for any longer.
func (c *client) ended() failure {
	if c.caller.Err() != nil {
		return failure{kind: "interrupted", detail: "interrupted"}
	}
	return failure{kind: unpaid.kind, detail: "not asked: the deadline passed"}
}
