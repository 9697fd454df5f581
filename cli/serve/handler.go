package serve

import (
	"fmt"
	"net/http"
	"time"
)

// handler answers all requests. None of them causes a check.
func (m *monitor) handler() http.Handler {
	all := http.NewServeMux()
	all.Handle("GET /metrics", &shared{kind: metricsKind, make: m.writeMetrics})
	all.Handle("GET /{$}", &shared{kind: pageKind, make: m.writeOverview})
	all.HandleFunc("GET /accounts/{name}", m.one)
	all.HandleFunc("GET /accounts/{$}", m.one)
	all.HandleFunc("GET /probe", m.probe)
	all.HandleFunc("GET /-/healthy", m.healthy)
	all.HandleFunc("GET /-/ready", m.ready)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		all.ServeHTTP(w, r)
	})
}

// standstill is how long the schedule may do nothing before the program is not healthy. It looks
// for what is due several times a second; reading the list again is all that can keep it from that.
const standstill = 2 * time.Minute

// healthy tells whether the schedule still runs.
func (m *monitor) healthy(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	ticked := m.ticked
	m.mu.Unlock()
	if time.Since(ticked) > standstill {
		http.Error(w, "the schedule has stopped", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("healthy\n"))
}

// readyWithin is how long a first round may keep the program from being ready: with many accounts
// it takes long, and those that are checked should be seen.
const readyWithin = time.Minute

// ready tells whether there is something to see: each account was checked once or its result was
// kept, or a minute is over and at least one was. A list that is read again later changes nothing
// about it.
func (m *monitor) ready(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	checked, all := 0, len(m.order)
	for _, a := range m.order {
		if a.Checked {
			checked++
		}
	}
	if checked == all || checked > 0 && time.Since(m.started) > readyWithin {
		m.complete = true
	}
	complete := m.complete
	m.mu.Unlock()
	if !complete {
		http.Error(w, fmt.Sprintf("the first round is under way: %d of %d accounts checked", checked, all), http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}
