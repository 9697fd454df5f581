package check

import (
	"errors"
	"math"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/credguide/credguide/cli/app"
)

// ListFlags bound what many checks ask of the servers, and how long they take.
type ListFlags struct {
	PerHost      int
	Rate         Rate
	listDeadline time.Duration
	resumeFrom   string
	only         []string
}

// DefaultPerHost is how many requests one host gets at once. More would look like an attack to an
// identity provider.
const DefaultPerHost = 4

// AddTo adds the flags to a command.
func (f *ListFlags) AddTo(set *pflag.FlagSet) {
	set.IntVar(&f.PerHost, "per-host", DefaultPerHost, "for lists: at most `N` requests at once to one host")
	set.Var(&f.Rate, "rate", "for lists: at most `N/s` requests a second to one host (also N/m)")
}

func (f *ListFlags) addMore(set *pflag.FlagSet) {
	f.AddTo(set)
	set.DurationVar(&f.listDeadline, "list-deadline", 0, "`TIME` limit for a whole list")
	set.StringVar(&f.resumeFrom, "resume-from", "", "`FILE` with the JSON reports of an interrupted run of the same list: these are kept, and only the rest is checked")
	set.StringArrayVar(&f.only, "only", nil, "for lists: check only the entry `NAME`; repeatable, or NAME,NAME")
}

// Valid refuses limits that nothing could be done within.
func (f *ListFlags) Valid() error {
	switch {
	case f.PerHost < 1:
		return app.WithHint(errors.New("--per-host must be at least 1"), "for example --per-host 4")
	case f.listDeadline < 0:
		return errors.New("--list-deadline must not be negative")
	}
	return nil
}

// Rate is a number of requests in a time, as a flag; the zero value is no limit.
type Rate struct {
	PerSecond float64
	text      string
}

func (r *Rate) String() string { return r.text }

// Type is for help texts.
func (r *Rate) Type() string { return "N/s" }

// Set reads N, N/s or N/m.
func (r *Rate) Set(text string) error {
	number, unit, _ := strings.Cut(text, "/")
	n, err := strconv.ParseFloat(number, 64)
	seconds, known := map[string]float64{"": 1, "s": 1, "m": 60, "h": 3600}[unit]
	if err != nil || !known || !(n > 0) || n > 1e6 {
		return errors.New("expected a number of requests such as 10/s or 30/m")
	}
	r.PerSecond, r.text = n/seconds, text
	return nil
}

// The memory of a run. Reports come and go, so that much of it is garbage: with a bound, a longer
// list takes no more of it.
const (
	memoryOfList  = 36 << 20
	memoryOfEntry = 1 << 10 // what the list itself keeps of an entry, and more for the collector
	usualEntries  = 10_000
	lazyGC        = 400 // percent; the bound is what makes the collector run
)

// frugal bounds the memory of a run of so many entries until the end that it returns, unless
// GOMEMLIMIT does.
func frugal(entries int) (end func()) {
	before := debug.SetMemoryLimit(-1)
	if before != math.MaxInt64 {
		return func() {}
	}
	debug.SetMemoryLimit(memoryOfList + int64(max(entries-usualEntries, 0))*memoryOfEntry)
	percent := debug.SetGCPercent(lazyGC)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(before)
	}
}
