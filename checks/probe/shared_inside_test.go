package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/gate"
	"github.com/credguide/credguide/environments"
)

// A program that runs for long forgets documents with the authorities that they were checked with,
// and no pause that it owes.
func TestForgetting(t *testing.T) {
	s := NewShared(Limits{PerHost: 4})
	defer s.Close()
	s.gates.At("idp.example.org").Heed(gate.Answer{Status: http.StatusTooManyRequests, Received: time.Now()}, "")
	key := documentKey{address: "https://idp.example.org/"}
	running, lead := s.document(t.Context(), key, false)
	if !lead {
		t.Fatal("nobody asks")
	}
	s.Forget()
	s.keep(running, []byte("of an old check"), answer{status: http.StatusOK}, nil, false)
	if s.size != 0 || len(s.documents) != 0 || len(s.order) != 0 {
		t.Errorf("%d bytes of %d documents are left", s.size, len(s.documents))
	}
	if s.gates.At("idp.example.org").Pause() <= 0 {
		t.Error("the pause is forgotten")
	}
	for range 3 { // asked for anew while the one before is still asked for
		before, _ := s.document(t.Context(), key, true)
		now, _ := s.document(t.Context(), key, true)
		s.keep(before, []byte("old"), answer{status: http.StatusOK}, nil, false)
		s.keep(now, []byte("new one"), answer{status: http.StatusOK}, nil, false)
	}
	if d, lead := s.document(t.Context(), key, false); lead || string(d.body) != "new one" || s.size != d.size || d.size <= len(d.body) || len(s.order) != 1 {
		t.Errorf("%d bytes, %d in order", s.size, len(s.order))
	}
}

// A server that leads each check to another address, where nothing is, fills no memory.
func TestDocumentsAreBounded(t *testing.T) {
	s := NewShared(Limits{})
	defer s.Close()
	for i := range 3 * maxDocuments / eachDocument {
		d, lead := s.document(t.Context(), documentKey{address: fmt.Sprint("http://host/", i)}, false)
		if !lead {
			t.Fatal("it was asked for already")
		}
		s.keep(d, nil, answer{status: http.StatusNotFound}, nil, i%2 == 0)
	}
	if n, most := len(s.documents), maxDocuments/eachDocument; n > most || len(s.order) != n || s.size > maxDocuments {
		t.Errorf("%d documents of %d bytes, %d in order", n, s.size, len(s.order))
	}
}

// The time of a check is its own: what it waits for its turn at a host is not taken from it.
func TestTheClockOfACheckStandsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, c, stop := startClock(t.Context(), 10*time.Second)
		defer stop()
		time.Sleep(4 * time.Second)
		first := c.pause()
		second := c.pause()
		time.Sleep(time.Hour)
		first()
		time.Sleep(time.Hour) // the second one waits still
		second()
		time.Sleep(5 * time.Second)
		if ctx.Err() != nil {
			t.Fatal("the clock went on")
		}
		time.Sleep(2 * time.Second)
		if !errors.Is(timeUp(ctx), context.DeadlineExceeded) {
			t.Errorf("the time is not over: %v", ctx.Err())
		}
		c.pause()() // of a request that ends later
	})
	ctx, _, stop := startClock(t.Context(), time.Hour)
	stop()
	if ctx.Err() == nil || timeUp(ctx) != nil {
		t.Error("an end before its time is taken for the end of the time")
	}
}

func TestWhatIsReadOfThisMachineIsSharedForAWhile(t *testing.T) {
	s := NewShared(Limits{})
	defer s.Close()
	reads := 0
	read := func() int { reads++; return reads }
	ended, end := context.WithCancel(t.Context())
	end()
	if got := sharedly(ended, s, netrcKey("a"), read); got != 1 {
		t.Errorf("the first read gives %d", got)
	}
	for range 2 {
		if got := sharedly(t.Context(), s, netrcKey("a"), read); got != 2 {
			t.Errorf("%d, though the first one had no time to read and the second one did", got)
		}
	}
	if got := sharedly(t.Context(), s, netrcKey("b"), read); got != 3 {
		t.Errorf("another key gives %d", got)
	}
	s.known[netrcKey("a")] = known{2, time.Now().Add(-time.Second)}
	if got := sharedly(t.Context(), s, netrcKey("a"), read); got != 4 {
		t.Errorf("what is too old is not read again: %d", got)
	}
	for i := range 2 * mostKnown {
		sharedly(t.Context(), s, i, read)
	}
	if len(s.known) > mostKnown {
		t.Errorf("%d things are kept", len(s.known))
	}
}

// What is kept for all checks must be found again by each, or it grows with the list.
func TestAListKeepsAsMuchAsOneEntry(t *testing.T) {
	s := NewShared(Limits{})
	defer s.Close()
	registry := &environments.Registry{SecretLength: 40}
	for i := range 20 {
		subject := Subject{Environment: environments.Environment{ID: "fuzz", Issuer: "https://idp.example.org", Registry: registry}, Catalog: &environments.Catalog{}}
		p := newPass(t.Context(), subject, Options{Shared: s}.withDefaults(), nil)
		p.registryFacts(t.Context())
		if n, _ := seen[int](p, checks.SecretRegistryLength); n != 40 || len(s.known) != 1 {
			t.Fatalf("entry %d: a length of %d, %d things kept", i, n, len(s.known))
		}
	}
}

// TestTheClockIsTenMinutesOffAndNotNine: the Date of an answer is older than the answer by the way
// here, and has no fractions of a second.
func TestTheClockIsTenMinutesOffAndNotNine(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 700_000_000, time.UTC)
	for date, want := range map[time.Time]string{
		now.Add(10*time.Minute - time.Second): "10 minutes behind",
		now.Add(-2*time.Hour + time.Second):   "2 hours ahead of",
		now.Add(-3 * time.Minute):             "3 minutes ahead of",
	} {
		p := &pass{facts: checks.Facts{}}
		p.clock(answer{header: http.Header{"Date": {date.UTC().Format(http.TimeFormat)}}, asked: now, received: now, host: "idp.example.org"}, true)
		if got := p.facts.Text(checks.ClockWords); got != want {
			t.Errorf("%s: %q, want %q", date, got, want)
		}
	}
}
