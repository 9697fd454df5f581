package serve

import (
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
)

// This file is about a wall clock that is set while the program runs: a machine without a battery
// starts some years ago, and learns the time from the network later. Nothing is checked sooner or
// later for that. What was found meanwhile was found a while ago, not years ago.

const (
	// adjusted is how far a clock may go back between two looks, as one that runs fast is set.
	adjusted = time.Minute
	// slept is how far it may go ahead: a machine that slept was not counting, and its clock is right.
	slept = 7 * 24 * time.Hour
)

// setBy is by how much a clock was set that went on by wall while the process counted passed.
func setBy(wall, passed time.Duration) time.Duration {
	if by := wall - passed; by < -adjusted || by > slept {
		return by
	}
	return 0
}

// between is the same, of two times that the process took.
func between(before, now time.Time) time.Duration {
	if before.IsZero() {
		return 0
	}
	return setBy(now.Round(0).Sub(before.Round(0)), now.Sub(before))
}

// followClock looks whether the clock was set since the last look.
func (m *monitor) followClock(now time.Time) {
	if by := between(m.clock, now); by != 0 {
		m.clockSet(m.clock.Round(0), by)
	}
	m.clock = now
}

// corrected is the time at which a check started by its report, where the clock was set by so much
// before now. The report may have its time from before or from after that.
func corrected(started time.Time, by time.Duration, now time.Time) time.Time {
	moved := started.Add(by)
	if now.Sub(moved).Abs() < now.Sub(started).Abs() {
		return moved
	}
	return started
}

// clockSet moves the times that this process took by its clock, until it was set. Those that were
// kept by another one stay: nobody knows what its clock said.
func (m *monitor) clockSet(until time.Time, by time.Duration) {
	const rounded = time.Second // the time of a report is
	from := m.born.Add(-rounded)
	move := func(r result) result { return r.moved(from, until, by) }
	for _, a := range slices.AppendSeq(slices.Clone(m.order), maps.Values(m.gone)) {
		a.result = move(a.result)
		for i := range a.past {
			a.past[i].result = move(a.past[i].result)
		}
	}
	m.born, m.read = m.born.Add(by), m.read.Add(by)
}

// moved is a result with its times moved, where they lie in a span.
func (r result) moved(from, until time.Time, by time.Duration) result {
	within := func(t time.Time) bool { return !t.Before(from) && !t.After(until) }
	if !r.Checked {
		return r
	}
	before := sinceWords(r.record)
	if within(r.Since) {
		r.Since = r.Since.Add(by)
	}
	if within(r.Report.Started) {
		r.Report.Started = r.Report.Started.Add(by)
	}
	r.page = replaced(r.page, before, sinceWords(r.record))
	r.series = slices.Clone(r.series) // a scrape may be writing the others
	for i, s := range r.series {
		switch s.family {
		case stateSince:
			r.series[i].metrics = valued(s.metrics, r.Since)
		case checkTime:
			r.series[i].metrics = valued(s.metrics, r.Report.Started)
		}
	}
	return r
}

// valued are samples with a time as their value.
func valued(metrics []*dto.Metric, at time.Time) (out []*dto.Metric) {
	value := float64(at.Unix())
	for _, m := range metrics {
		out = append(out, &dto.Metric{Label: m.Label, Gauge: &dto.Gauge{Value: &value}})
	}
	return out
}

// replaced is a compressed page with another text in the place of its first.
func replaced(page []byte, before, now string) []byte {
	if before == now || page == nil {
		return page
	}
	out, err := compressed(func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Replace(string(expanded(page)), before, now, 1))
		return err
	})
	if err != nil { // into memory
		panic(err)
	}
	return out
}
