package guard

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Others is what the checks of a list know together: a server may give one account back what it got
// from another. The windows of their secrets and of opaque tokens are marked in a set of bits, from
// which nobody can read them. The zero value is ready to use.
type Others struct {
	mu     sync.Mutex
	made   markSets // by a generator
	chosen markSets // by a person
	short  wholes   // too short for their pieces to say anything
}

// markSets are a few sets, the newest one last.
type markSets struct {
	sets atomic.Pointer[[]*marks]
}

// marks is a Bloom filter.
type marks struct {
	bits []atomic.Uint64
	room int // for so many windows
}

const (
	leastMarks, mostMarks = 1 << 20, 1 << 23 // bits, powers of two
	mostSets              = 4                // what was marked long ago is forgotten
	bitsEach              = 3
	leastMade             = 16 // bytes: each window in them is marked, which does not happen by chance
	leastChosen           = 20 // what a person chose says less
	leastShort            = 12 // what is shorter still may be a part of any check's addresses
)

func newMarks(size int) *marks {
	return &marks{bits: make([]atomic.Uint64, size/64), room: size / (10 * bitsEach)} // one in ten is set
}

// spread is the numbers of a window's bits: the first one, and what is added for the next.
func spread(key uint64) (at, step uint64) {
	h := key * 0x9E3779B97F4A7C15
	return h >> 20, h>>41 | 1
}

func (m *marks) has(key uint64) bool {
	at, step := spread(key)
	last := uint64(64*len(m.bits) - 1)
	for range bitsEach {
		if n := at & last; m.bits[n/64].Load()>>(n%64)&1 == 0 {
			return false
		}
		at += step
	}
	return true
}

func (m *marks) add(key uint64) {
	at, step := spread(key)
	last := uint64(64*len(m.bits) - 1)
	for range bitsEach {
		n := at & last
		m.bits[n/64].Or(1 << (n % 64))
		at += step
	}
}

// take marks the windows of a secret or a token. A signature is worth nothing without the token that
// it is of, and that is found by its form.
func (o *Others) take(k known) {
	f := k.forms()
	if len(f.list) == 0 || k.token && len(f.list[0].text) < len(strings.TrimSpace(k.secret.Reveal())) {
		return
	}
	first, sets, keys := f.list[0], &o.made, []uint64(nil)
	if n := len(first.text); n < leastMade || !first.sure && n < leastChosen {
		if n >= leastShort && !k.token {
			o.short.add(first.text)
		}
		return
	}
	if first.sure && !k.token { // what may be looked for
		for _, p := range f.places {
			if p.form == 0 {
				keys = append(keys, f.key(p))
			}
		}
	} else {
		for i := 0; i+window <= len(first.text); i++ {
			keys = append(keys, keyOf(first.text[i:]))
		}
	}
	if !first.sure {
		sets = &o.chosen
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if sets.keep(keys) {
		return
	}
	m := sets.newest(len(keys))
	for _, key := range keys {
		m.add(key)
	}
}

// keep tells that all windows are marked already, as by an earlier check of the same account, in a set
// that is not the next one to be forgotten.
func (o *markSets) keep(keys []uint64) bool {
	s := o.sets.Load()
	if s == nil {
		return false
	}
	stay := (*s)[max(0, len(*s)-mostSets+1):]
	return !slices.ContainsFunc(keys, func(key uint64) bool {
		return !slices.ContainsFunc(stay, func(m *marks) bool { return m.has(key) })
	})
}

// newest is the set with room for so many windows more. A list may have ten thousand accounts, and a
// program that runs for long sees many tokens.
func (o *markSets) newest(windows int) *marks {
	var sets []*marks
	if s := o.sets.Load(); s != nil {
		sets = *s
	}
	if n := len(sets); n == 0 || sets[n-1].room < windows {
		size := leastMarks
		if n > 0 {
			size = min(8*64*len(sets[n-1].bits), mostMarks)
		}
		sets = append(sets[max(0, n-mostSets+1):n:n], newMarks(size))
		o.sets.Store(&sets)
	}
	m := sets[len(sets)-1]
	m.room -= windows
	return m
}

// find adds what another check knows, but for what is public in this one.
func (o *Others) find(v view, public func(string) bool, spans []span) []span {
	return o.short.find(v, public, o.chosen.find(v, leastChosen, public, o.made.find(v, leastMade, public, spans)))
}

// wholes are short secrets, of which each is looked for as a whole. What is kept of them is what a
// random key makes of them.
type wholes struct {
	some atomic.Bool // most lists have none
	mu   sync.RWMutex
	seed maphash.Seed
	now  map[uint64][]ending // by how they begin
	past map[uint64][]ending // what was kept before; it is forgotten next
}

// ending is how long a secret is, and what the key makes of it.
type ending struct {
	size int
	sum  uint64
}

// mostShort bounds what a program that runs for long remembers, twice.
const mostShort = 1 << 14

func (w *wholes) add(secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.now == nil:
		w.seed, w.now = maphash.MakeSeed(), map[uint64][]ending{}
		w.some.Store(true)
	case len(w.now) >= mostShort:
		w.past, w.now = w.now, map[uint64][]ending{}
	}
	first, e := maphash.String(w.seed, secret[:leastShort]), ending{len(secret), maphash.String(w.seed, secret)}
	if list := w.now[first]; !slices.Contains(list, e) && len(list) < mostCompared {
		w.now[first] = append(list, e)
	}
}

func (w *wholes) find(v view, public func(string) bool, spans []span) []span {
	if len(v.text) < leastShort || !w.some.Load() {
		return spans
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	text := folded(v.text)
	for i := 0; i+leastShort <= len(text); i++ {
		first := maphash.String(w.seed, text[i:i+leastShort])
		for _, kept := range [...]map[uint64][]ending{w.now, w.past} {
			for _, e := range kept[first] {
				if end := i + e.size; end <= len(text) && maphash.String(w.seed, text[i:end]) == e.sum && !public(text[i:end]) {
					spans = append(spans, v.source(span{i, end}))
				}
			}
		}
	}
	return spans
}

func (o *markSets) find(v view, least int, public func(string) bool, spans []span) []span {
	s := o.sets.Load()
	if s == nil {
		return spans
	}
	last := len(v.text) - window
	for i := 0; i <= last; i += least - window + 1 {
		if !have(*s, v.text[i:]) {
			continue
		}
		from, to := i, i
		for from > 0 && have(*s, v.text[from-1:]) {
			from--
		}
		for to < last && have(*s, v.text[to+1:]) {
			to++
		}
		if i = to; to+window-from >= least && !public(folded(v.text[from:to+window])) {
			spans = append(spans, v.source(span{from, to + window}))
		}
	}
	return spans
}

// have tells that one of the sets has the window at the start of a text.
func have(sets []*marks, text string) bool {
	key := keyOf(text)
	for _, m := range sets {
		if m.has(key) {
			return true
		}
	}
	return false
}
