package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// Shared is what many checks have in common: their connections, the public documents, which are
// asked for once, and the gates that bound what one host is asked at a time. The zero value is not
// usable; NewShared makes one.
type Shared struct {
	limits Limits
	crew   *crew

	mu         sync.Mutex
	transports map[*x509.CertPool]*http.Transport
	documents  map[documentKey]*publicDocument
	order      []documentKey // by age
	size       int           // bytes of the documents
	gates      map[string]*gate
	registries map[*environments.Registry]registryRules
}

// Limits bound what the checks of one Shared ask of each host together.
type Limits struct {
	PerHost int           // requests at once; 0: no limit
	Rate    float64       // requests a second; 0: no limit
	MaxAge  time.Duration // of a document; 0: as long as the Shared lives
}

// NewShared is what a run of many checks starts with.
func NewShared(l Limits) *Shared {
	return &Shared{
		limits: l, crew: newCrew(), transports: map[*x509.CertPool]*http.Transport{},
		documents: map[documentKey]*publicDocument{}, gates: map[string]*gate{},
		registries: map[*environments.Registry]registryRules{},
	}
}

// Close ends the idle connections, and what waits for work.
func (s *Shared) Close() {
	s.crew.close()
	s.closeIdle()
}

func (s *Shared) closeIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.transports {
		t.CloseIdleConnections()
	}
}

// Forget drops connections and documents, so that none outlives the authorities that it was checked
// with. The gates stay: a host that asked for a pause is still owed it.
func (s *Shared) Forget() {
	s.closeIdle()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.transports)
	clear(s.documents)
	clear(s.registries)
	s.order, s.size = nil, 0
}

// rules are those of a registry, which read makes where they are not known yet.
func (s *Shared) rules(r *environments.Registry, read func() registryRules) registryRules {
	s.mu.Lock()
	rules, known := s.registries[r]
	s.mu.Unlock()
	if !known {
		rules = read()
		s.mu.Lock()
		if len(s.registries) >= maxRegistries { // entries may each name a file of their own
			clear(s.registries)
		}
		s.registries[r] = rules
		s.mu.Unlock()
	}
	return rules
}

// transport is the one for these authorities, which fresh makes where there is none. All checks of
// a run have the same proxies.
func (s *Shared) transport(roots *x509.CertPool, fresh func() *http.Transport) *http.Transport {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.transports[roots]
	if !ok {
		t = fresh()
		if n := s.limits.PerHost; n == 0 || n > maxConnsEvery { // the gate bounds them; who waited here would wait in the host's time
			t.MaxConnsPerHost = n
		}
		t.MaxIdleConnsPerHost = max(maxConnsEvery, t.MaxConnsPerHost)
		s.transports[roots] = t
	}
	return t
}

const (
	maxDocuments = 8 << 20          // bytes of all documents; the oldest go first
	failureAge   = 30 * time.Second // a failure that was seen twice may be over by then

	maxRegistries = 1000
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

	failed bool // there is no document, or an error in its place
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
				s.size -= len(before.body) // nothing before it has ended
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
// seen twice in a row. What the asking check alone suffered from, its interruption or the end of its
// time, is not kept.
func (s *Shared) keep(d *publicDocument, body []byte, frame answer, state *tls.ConnectionState, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(d.done)
	if mine {
		return
	}
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
	if s.documents[d.key] != d { // forgotten meanwhile, or asked for anew
		return
	}
	s.size += len(body)
	for s.size > maxDocuments && len(s.order) > 1 {
		oldest := s.order[0]
		s.order = s.order[1:]
		s.size -= len(s.documents[oldest].body)
		delete(s.documents, oldest)
	}
}

// read is the document as one check sees it.
func (d *publicDocument) read(c *client) answer {
	a := d.frame
	if a.ok() {
		a = d.answerFor(c.guard)
	}
	c.meet(a.host, d.tls, a.failure.shown)
	return a
}

func (d *publicDocument) answerFor(g *guard.Guard) answer {
	if p := d.plain(); !g.FindIn(p.text) {
		return p.answer
	}
	a := d.frame
	a.header = a.header.Clone()
	a.interpret(d.body)
	a.scrub(g)
	return a
}

// plainly is the document for all checks but those whose secret is in it.
func plainly(body []byte, frame answer) plainAnswer {
	frame.interpret(body)
	frame.keys = sync.OnceValue(func() keySet { return readKeys(frame.document) })
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
	switch {
	case d == nil:
		return answer{url: shownURL(req.URL), host: text.Line(req.URL.Host, 253), failure: c.ended()}
	case !lead:
		return d.read(c)
	}
	var body []byte
	var state *tls.ConnectionState
	mine := true
	var frame answer
	defer func() { c.shared.keep(d, body, frame, state, mine) }() // also where this check fails
	a := c.exchangeKeeping(req, k, func(raw []byte, s *tls.ConnectionState) { body, state = raw, s })
	frame = answer{
		url: a.url, host: a.host, status: a.status, header: a.header.Clone(), redirect: a.redirect, redirectHost: a.redirectHost,
		failure: a.failure, phase: a.phase, via: a.via, viaScheme: a.viaScheme, asked: a.asked, received: a.received,
	}
	mine = c.caller.Err() != nil || req.Context().Err() != nil || a.failure.kind == unpaid.kind
	return a
}

// ended says why there was no answer to wait for any longer.
func (c *client) ended() failure {
	if c.caller.Err() != nil {
		return failure{kind: "interrupted", detail: "interrupted"}
	}
	return failure{kind: unpaid.kind, detail: "not asked: the deadline passed"}
}
