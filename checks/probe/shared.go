package probe

import (
	"context"
	"crypto/x509"
	"net/http"
	"sync"
	"time"

	"github.com/credguide/credguide/checks/gate"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/crew"
)

// Shared is what many checks have in common: their connections, the public documents, which are
// asked for once, and the gates that bound what one host is asked at a time. The zero value is not
// usable; NewShared makes one.
type Shared struct {
	gates  *gate.Gates
	limits Limits
	crew   *crew.Crew
	others guard.Others // the secrets and tokens of all checks

	mu         sync.Mutex
	transports map[*x509.CertPool]*http.Transport
	documents  map[documentKey]*publicDocument
	order      []documentKey // by age
	size       int           // of the documents
	known      map[any]known // of this machine, by key
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
		limits: l, crew: crew.New(), transports: map[*x509.CertPool]*http.Transport{},
		documents: map[documentKey]*publicDocument{}, gates: gate.New(l.PerHost, l.Rate), known: map[any]known{},
	}
}

// Beside makes what a guard knows known to all checks, and what they know to it: a server, or a file
// with earlier reports, may have the secret of one account in the texts about another.
func (s *Shared) Beside(g *guard.Guard) { g.Beside(&s.others) }

// Close ends the idle connections, and what waits for work.
func (s *Shared) Close() {
	s.crew.Close()
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
	clear(s.known)
	s.order, s.size = nil, 0
}

// known is something of this machine that each check would work out anew, such as what a file says.
type known struct {
	value any
	until time.Time
}

const (
	knownAge  = 5 * time.Second
	mostKnown = 1000
)

// sharedly is what read says, or said a moment ago for another check. What is read while the time of
// a check ends is its own.
func sharedly[T any](ctx context.Context, s *Shared, key any, read func() T) T {
	if s == nil {
		return read()
	}
	s.mu.Lock()
	k, ok := s.known[key]
	s.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.value.(T)
	}
	value := read()
	if ctx.Err() != nil {
		return value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= mostKnown {
		clear(s.known)
	}
	s.known[key] = known{value, time.Now().Add(knownAge)}
	return value
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
