package guard

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// index finds the forms of all that a guard knows by their windows of eight bytes.
type index struct {
	sets    []set
	filter  *filter
	texts   []string               // the public texts, in lower case
	windows func() map[uint64]bool // those of public texts
	words   []string               // secrets that are words: only where a client secret must stand
	shorter []string               // secrets shorter than a window
	least   int                    // bytes that a text must have for anything to be found in it
	around  int                    // an escape, that what holds it may reach
	others  *Others                // what is known beside; nil: nothing
	lossy   func() *index          // of the same in Base64 without its case
	loose   bool                   // some are shorter than a window, or not ASCII
}

// set is the forms of one secret or token. Of each it is told whether a window that stands in a
// public text says nothing.
type set struct {
	*forms
	shared []bool
}

func newIndex(list []known, public []string) *index {
	x := &index{texts: public, filter: &nothing}
	x.windows = sync.OnceValue(x.publicWindows)
	x.lossy = sync.OnceValue(func() *index { return lossyIndex(list) })
	for _, k := range list {
		f := k.forms()
		x.words, x.shorter = append(x.words, f.words...), append(x.shorter, f.shorter...)
		x.loose = x.loose || f.loose || len(f.shorter) > 0
		if len(f.list) == 0 {
			continue
		}
		s := set{f, make([]bool, len(f.list))}
		for i, form := range f.list {
			s.shared[i] = form.spelling && !x.holds(form.text)
		}
		x.sets = append(x.sets, s)
		x.filter = f.markIn(x.filter)
	}
	const words = 64 // a word and what names it
	x.least, x.around = window, words
	for _, s := range x.sets {
		x.around = max(x.around, s.longest)
	}
	for _, few := range slices.Concat(x.words, x.shorter) {
		x.least = min(x.least, len(few))
	}
	if len(x.sets)+len(x.words)+len(x.shorter) == 0 {
		x.least = math.MaxInt
	}
	return x
}

func lossyIndex(list []known) *index {
	x := &index{filter: &nothing}
	for _, k := range list {
		if f := k.lossy(); len(f.list) > 0 {
			x.sets = append(x.sets, set{f, make([]bool, len(f.list))})
			x.filter = f.markIn(x.filter)
		}
	}
	return x
}

// holds tells that a public text holds the whole of a form.
func (x *index) holds(form string) bool {
	return slices.ContainsFunc(x.texts, func(public string) bool { return strings.Contains(public, form) })
}

func (x *index) publicWindows() map[uint64]bool {
	windows := map[uint64]bool{}
	for _, text := range x.texts {
		for i := 0; i+window <= len(text); i++ {
			windows[keyOf(text[i:])] = true
		}
	}
	return windows
}

// outside adds the spans of a text of others that must not be shown. It returns what is left of the
// bytes that may be made of it beyond its length.
func (x *index) outside(text string, spans []span, spare int) (found []span, left int) {
	if len(text) < x.least && (x.others == nil || len(text) < leastShort) { // undone, escapes are shorter still
		return spans, spare
	}
	if !x.loose && strict.plain(text) {
		return x.theirs(view{text: text}, spans), spare
	}
	w := x.walk(text, spare)
	w.spans, w.theirs = spans, true
	w.text(view{text: text}, deepest)
	left = max(w.left, 0)
	return w.ended(), left
}

// walks are used again: most texts are short, and there are hundreds in a check.
var walks = sync.Pool{New: func() any { return new(walk) }}

// walk is how far a text is looked into for what the index has.
func (x *index) walk(text string, spare int) *walk {
	w := walks.Get().(*walk)
	*w = walk{x: x, around: x.around, loose: x.loose, left: madeOfByte*len(text) + spare, room: w.room[:0]}
	return w
}

// ended is what a walk has found.
func (w *walk) ended() []span {
	spans := w.spans
	w.x, w.spans = nil, nil
	walks.Put(w)
	return spans
}

// theirs adds those of one layer, and what other checks know.
func (x *index) theirs(v view, spans []span) []span {
	spans = x.inLayer(v, spans)
	if x.others != nil {
		spans = x.others.find(v, x.holds, spans)
	}
	return spans
}

// inLayer adds those of one layer of escapes.
func (x *index) inLayer(v view, spans []span) []span {
	spans = x.search(v, search{}, spans)
	if len(x.shorter)+len(x.words) > 0 {
		spans = x.few(v, spans)
	}
	return spans
}

// written are the spans of what is about to be written. With a syntax, an escape is looked at
// without it alone: a span must not end inside one.
func (x *index) written(text string, s search) []span {
	if len(x.sets) == 0 || len(text) < window {
		return nil
	}
	v, deep := view{text: text}, deepest
	if s.syntax {
		deep = deepest + 1
	}
	w := x.walk(text, spare)
	w.kept = s
	w.text(v, deep)
	return w.ended()
}

// search says which forms count, whether what a person chose counts only whole, and whether a
// document's syntax is kept.
type search struct{ sure, whole, syntax bool }

func (x *index) search(v view, s search, spans []span) []span {
	if len(x.sets) == 0 {
		return spans
	}
	for i, free := 0, 0; i+gram <= len(v.text); i += stride { // from free on, nothing is found yet
		if !x.filter.has(gramOf(v.text[i:])) {
			continue
		}
		for at := max(free, i+gram-window); at <= min(i, len(v.text)-window); at++ {
			if !x.known(keyOf(v.text[at:])) || s.syntax && v.walled(at, at+window, s) {
				continue
			}
			if found := x.longest(v, s, at); found.to > 0 {
				spans = append(spans, v.source(found))
				free, i = found.to, found.to-stride
				break
			}
		}
	}
	return spans
}

// known tells that a window may be in a form.
func (x *index) known(key uint64) bool {
	for i := range x.sets {
		if f := x.sets[i].forms; f.heads[f.bucket(key)] > 0 {
			return true
		}
	}
	return false
}

// walled tells that a wall stands in a part of a view.
func (v view) walled(from, to int, s search) bool {
	for i := from; i < to; i++ {
		if v.wall(i, s) {
			return true
		}
	}
	return false
}

// longest is the longest form, or piece of one, around a window; none if nothing counts.
func (x *index) longest(v view, s search, from int) (best span) {
	key := keyOf(v.text[from:])
	for _, set := range x.sets {
		for place := range set.placesOf(key) {
			f := set.list[place.form]
			if s.sure && !f.sure {
				continue
			}
			found := v.around(f.text, int(place.at), from, s)
			least := f.least
			if s.whole && !f.sure || set.shared[place.form] && x.windows()[key] {
				least = f.whole()
			}
			if n := found.to - found.from; n >= least && n > best.to-best.from && !(s.syntax && !hasLetter(v.text[found.from:found.to])) { // a number is no text
				best = found
			}
		}
	}
	return best
}

// around is how far a text and a form are the same around a window of both.
func (v view) around(form string, at, from int, s search) span {
	a, b := from, from+window
	for i := at; i > 0 && a > 0 && lower[v.text[a-1]] == form[i-1] && !v.wall(a-1, s); i-- {
		a--
	}
	for i := at + window; i < len(form) && b < len(v.text) && lower[v.text[b]] == form[i] && !v.wall(b, s); i++ {
		b++
	}
	return span{a, b}
}

// few finds what is too short for the index, and the words.
func (x *index) few(v view, spans []span) []span {
	lowered := folded(v.text)
	each := func(word string, holds func(from, to int) bool) {
		for from := 0; ; from++ {
			i := strings.Index(lowered[from:], word)
			if i < 0 {
				return
			}
			from += i
			if holds(from, from+len(word)) {
				spans = append(spans, v.source(span{from, from + len(word)}))
			}
		}
	}
	for _, short := range x.shorter {
		each(short, func(int, int) bool { return true })
	}
	for _, word := range x.words {
		each(word, v.namesSecret)
	}
	return spans
}

// secretNamed matches what stands in front of a client secret: client_secret= or the like.
var secretNamed = regexp.MustCompile(`(?i)(?:client[ _-]?)?secret["'\s]*[=:]["'\s]*$`)

// namesSecret: the text calls what stands there a secret.
func (v view) namesSecret(from, to int) bool {
	const enough = 32
	return (to == len(v.text) && !v.cut || to < len(v.text) && strings.IndexByte("\"'&;,<>}) \t\r\n", v.text[to]) >= 0) &&
		secretNamed.MatchString(v.text[max(0, from-enough):from])
}

func hasLetter(text string) bool {
	for i := range len(text) {
		if c := lower[text[i]]; 'a' <= c && c <= 'z' {
			return true
		}
	}
	return false
}

// lower folds the case of ASCII.
var lower = func() (table [256]byte) {
	for i := range table {
		table[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			table[i] += 'a' - 'A'
		}
	}
	return table
}()
