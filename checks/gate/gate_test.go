package gate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A server that names another host each time fills no memory, and opens no gate that somebody waits
// at.
func TestGatesAreBounded(t *testing.T) {
	s := New(1, 0)
	leave, _, err := s.At("busy").Enter(t.Context(), false, "")
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	busy := s.At("busy")
	s.At("closed").Heed(Answer{Status: http.StatusTooManyRequests, Received: time.Now()}, "")
	for i := range 3 * maxGates {
		s.At(fmt.Sprint(i))
	}
	if len(s.hosts) > maxGates+2 {
		t.Errorf("%d gates", len(s.hosts))
	}
	if s.At("busy") != busy || s.At("closed").Pause() <= 0 {
		t.Error("a gate in use is gone")
	}
}

// Who waits for a turn that comes after the end of the time waits for the end: then it is known why.
func TestATurnThatComesTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, started := New(0, 0.001), time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for i := range 2 {
			leave, _, err := s.At("idp.example.org").Enter(ctx, false, "")
			if late := i > 0; late != errors.Is(err, context.DeadlineExceeded) || late != (leave == nil) || late != (time.Since(started) == time.Second) {
				t.Errorf("request %d: %v after %s", i+1, err, time.Since(started))
			}
		}
	})
}

// The first second has no more requests than any other.
func TestTheRateHoldsFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, started := New(0, 5), time.Now()
		for i := range 11 {
			leave, _, err := s.At("idp.example.org").Enter(t.Context(), false, "")
			if err != nil {
				t.Fatal(err)
			}
			leave()
			if after := time.Since(started); after < time.Duration(i)*time.Second/5 {
				t.Errorf("request %d comes after %s", i+1, after)
			}
		}
	})
}

// Many servers count the requests of each account: what one is told holds for it alone, until a second
// one is told it too.
func TestAPauseOfOneAccount(t *testing.T) {
	tooMany := Answer{Status: http.StatusTooManyRequests, Asks: true, Pause: time.Minute, Received: time.Now()}
	s := New(4, 0)
	g := s.At("idp.example.org")
	closed := func(account string) bool {
		leave, pause, err := g.Enter(t.Context(), false, account)
		if err != nil {
			t.Fatal(err)
		}
		if leave != nil {
			leave()
		}
		return pause > 0
	}
	for i, want := range []map[string]bool{{"a": true, "b": false, "": false}, {"a": true, "b": false, "": false}, {"a": true, "b": true, "c": true, "": true}} {
		g.Heed(tooMany, []string{"a", "a", "b"}[i])
		for account, want := range want {
			if closed(account) != want {
				t.Errorf("after %d answers, %q is closed out: %v", i+1, account, !want)
			}
		}
	}
	if g.idle(4) {
		t.Error("a pause is forgotten")
	}
	other := s.At("other.example.org")
	if other.Heed(tooMany, ""); other.pauseFor("a") <= 0 {
		t.Error("what nobody was told in particular holds for all")
	}
	down := tooMany
	down.Status = http.StatusServiceUnavailable
	third := s.At("third.example.org")
	if third.Heed(down, "a"); third.pauseFor("b") <= 0 {
		t.Error("an outage is of all accounts")
	}
}
