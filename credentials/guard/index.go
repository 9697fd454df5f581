package guard

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
)

const (
	// window is the least that is searched for, in bytes. What is shorter occurs by chance.
	window = 8
	// mostBytes of a secret are searched for piece by piece; nothing longer is one.
	mostBytes = 16 << 10
	// mostCompared bounds the work on a text that nearly repeats what is only searched for whole.
	mostCompared = 128
)

// form is one way to write a secret, in lower case.
type form struct {
	text  []byte
	least int  // so many bytes in a row count
	sure  bool // a generator made it, so that it stands nowhere by chance
}

// whole is how many bytes in a row are as good as all.
func (f form) whole() int { return min(len(f.text), mostCompared) }

// index finds forms by their windows of eight bytes.
type index struct {
	forms   []form
	places  []place
	heads   map[uint64]int32 // window -> the first of its places, plus one
	filter  [1 << 10]uint64  // which windows there may be, so that few are looked up
	public  map[uint64]bool  // windows of public texts
	texts   []string         // the public texts, in lower case
	words   [][]byte         // secrets that are words: only where a client secret must stand
	shorter [][]byte         // secrets shorter than a window
}

// place is where a window stands in a form.
type place struct{ form, at, next int32 }

func newIndex(public []string) *index {
	x := &index{heads: map[uint64]int32{}, public: map[uint64]bool{}}
	for _, text := range append(public, names) {
		text = strings.ToLower(text)
		x.texts = append(x.texts, text)
		for i := 0; i+window <= len(text); i++ {
			x.public[keyOf([]byte(text[i:]))] = true
		}
	}
	return x
}

func keyOf(text []byte) uint64 { return binary.BigEndian.Uint64(text) }

// bit is the place of a window in the filter.
func bit(key uint64) (word, mask uint64) {
	h := key * 0x9E3779B97F4A7C15 >> 48
	return h >> 6, 1 << (h & 63)
}

// add takes in a form. One that counts only whole is found by its first window, any other by each
// window that may be looked for.
func (x *index) add(f form, may func(at int) bool) {
	f.text = f.text[:min(len(f.text), mostBytes)]
	f.least = min(f.least, len(f.text))
	known := func(other form) bool { return bytes.Equal(other.text, f.text) }
	if len(f.text) < window || slices.ContainsFunc(x.forms, known) {
		return
	}
	number := int32(len(x.forms))
	x.forms = append(x.forms, f)
	last := len(f.text) - window
	if f.least == len(f.text) || may == nil {
		x.forms[number].least = f.whole()
		last, may = 0, func(int) bool { return true }
	}
	for at := 0; at <= last; at++ {
		key := keyOf(f.text[at:])
		head := x.heads[key]
		if !may(at) || head > 0 && x.places[head-1].form == number {
			continue
		}
		x.places = append(x.places, place{number, int32(at), head})
		x.heads[key] = int32(len(x.places))
		word, mask := bit(key)
		x.filter[word] |= mask
	}
}

// outside adds the spans of a text of others that must not be shown.
func (x *index) outside(text []byte, spans []span) []span {
	v := view{text: text}
	for more, deep := true, 0; more && deep <= deepest; deep++ {
		spans = x.search(v, search{}, spans)
		for _, short := range x.shorter {
			spans = v.each(spans, short, func(int, int) bool { return true })
		}
		for _, word := range x.words {
			spans = v.each(spans, word, v.namesSecret)
		}
		v, more = v.decoded()
	}
	return spans
}

// written are the spans of what is about to be written. With a syntax, escapes are undone before anything
// is looked for: a span must not end inside one.
func (x *index) written(text []byte, s search) (spans []span) {
	v := view{text: text}
	if s.syntax {
		v, _ = v.decoded()
	}
	for more, deep := true, 0; more && deep <= deepest; deep++ {
		spans = x.search(v, s, spans)
		v, more = v.decoded()
	}
	return spans
}

// search says which forms count, whether what a person chose counts only whole, and whether a document's
// syntax is kept.
type search struct{ sure, whole, syntax bool }

func (x *index) search(v view, s search, spans []span) []span {
	if len(x.forms) == 0 {
		return spans
	}
	var key uint64
	for i, have := 0, 0; i < len(v.text); i++ {
		if v.wall(i, s) {
			have = 0
			continue
		}
		key = key<<8 | uint64(lower[v.text[i]])
		have++
		word, mask := bit(key)
		if have < window || x.filter[word]&mask == 0 {
			continue
		}
		if found := x.longest(v, s, key, i+1-window); found.to > 0 {
			spans = append(spans, v.source(found))
			i, have = found.to-1, 0
		}
	}
	return spans
}

// longest is the longest form, or piece of one, around a window; none if nothing counts.
func (x *index) longest(v view, s search, key uint64, from int) (best span) {
	for p := x.heads[key]; p > 0; p = x.places[p-1].next {
		at := int(x.places[p-1].at)
		f := x.forms[x.places[p-1].form]
		if s.sure && !f.sure {
			continue
		}
		a, b := from, from+window
		for i := at; i > 0 && a > 0 && lower[v.text[a-1]] == f.text[i-1] && !v.wall(a-1, s); i-- {
			a--
		}
		for i := at + window; i < len(f.text) && b < len(v.text) && lower[v.text[b]] == f.text[i] && !v.wall(b, s); i++ {
			b++
		}
		least := f.least
		if s.whole && !f.sure {
			least = f.whole()
		}
		if b-a >= least && b-a > best.to-best.from && !(s.syntax && !hasLetter(v.text[a:b])) { // a number is no text
			best = span{a, b}
		}
	}
	return best
}

// each finds every place of a word for which a condition on it holds.
func (v view) each(spans []span, word []byte, holds func(from, to int) bool) []span {
	lowered := folded(string(v.text))
	for from := 0; ; from++ {
		i := bytes.Index(lowered[from:], word)
		if i < 0 {
			return spans
		}
		from += i
		if holds(from, from+len(word)) {
			spans = append(spans, v.source(span{from, from + len(word)}))
		}
	}
}

// secretNamed matches what stands in front of a client secret: client_secret= or the like.
var secretNamed = regexp.MustCompile(`(?i)(?:client[ _-]?)?secret["'\s]*[=:]["'\s]*$`)

// namesSecret: the text calls what stands there a secret.
func (v view) namesSecret(from, to int) bool {
	const enough = 32
	return (to == len(v.text) || bytes.IndexByte([]byte("\"'&;,<>}) \t\r\n"), v.text[to]) >= 0) &&
		secretNamed.Match(v.text[max(0, from-enough):from])
}

var (
	// tokenText matches a JSON Web Token, also one that was cut off: a server may show the token of
	// another session, or one of this check before the check knows it.
	tokenText = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.(?:eyJ|[A-Za-z0-9_-]{16,})[A-Za-z0-9_.-]*`)
	// authorization matches what an Authorization header holds.
	authorization = regexp.MustCompile(`(?i)\b(?:basic|bearer)[ +]+([A-Za-z0-9._~+/=-]{12,})`)
)

// shapes finds what is secret by its form alone.
func shapes(text []byte) (spans []span) {
	if bytes.Contains(text, []byte("eyJ")) {
		for _, at := range tokenText.FindAllIndex(text, -1) {
			spans = append(spans, span{at[0], at[1]})
		}
	}
	if !bytes.ContainsFunc(text, func(r rune) bool { return r == 'b' || r == 'B' }) {
		return spans
	}
	for _, at := range authorization.FindAllSubmatchIndex(text, -1) {
		if slices.Contains(plainBytes(string(text[at[2]:at[3]])), false) {
			spans = append(spans, span{at[2], at[3]})
		}
	}
	return spans
}

func hasLetter(text []byte) bool {
	for _, c := range text {
		if c = lower[c]; 'a' <= c && c <= 'z' {
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
