package guard

import (
	"encoding/base64"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
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
	text     string
	least    int  // so many bytes in a row count
	sure     bool // a generator made it, so that it stands nowhere by chance
	spelling bool // the text itself: what of it stands in a public text cannot be told from that
	half     bool // of what a person chose: much of it, also within a word
}

// whole is how many bytes in a row are as good as all.
func (f form) whole() int { return min(len(f.text), mostCompared) }

// forms are those of one secret or token, with the windows by which they are found.
type forms struct {
	list    []form
	texts   strings.Builder // of all forms: one piece of memory instead of one for each
	places  []place
	heads   []int32 // by a window's hash: the last of its places, plus one
	filter  *filter // of their windows; nil where they are few
	words   []string
	shorter []string
	longest int  // of the forms, in bytes
	loose   bool // not all of it is ASCII
}

// known in Base64 without the case of its letters, which no decoding undoes.
func casedOf(text string) *forms {
	x := &forms{heads: make([]int32, usualPieces)}
	for before := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte("abc"[:before] + text))
		encoded = encoded[(before*8+5)/6 : len("abc"[:before]+text)*8/6]
		for _, form64 := range []string{encoded, strings.NewReplacer("+", "-", "/", "_").Replace(encoded)} {
			x.addForm([]byte(form64), form{least: 2 * window, sure: true})
		}
	}
	return x
}

// place is where a window stands in a form. The next one is of a window with the same hash.
type place struct {
	form, at uint16 // mostBytes fit
	next     int32
}

// key is the window at a place.
func (x *forms) key(p place) uint64 { return keyOf(x.list[p.form].text[p.at:]) }

// formsOf are all forms of a secret. It is found by its pieces: a generator's by any, a phrase by
// those that go over more than a word. A word is found only where a client secret must stand: it
// says nothing anywhere else, and is everywhere.
func formsOf(text string) *forms {
	const most = 4 << 10
	text = text[:min(len(text), most)]
	if ordinary(text) || len(text) < leastRaw {
		return &forms{words: []string{folded(text)}}
	}
	x := formsFor(len(text))
	x.loose = len(text) < window || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 || !inText[r] })
	made := generated(text)
	spellings := []string{text}
	if x.loose { // ASCII is in lower case anyway
		spellings = append(spellings, strings.ToLower(text), strings.ToUpper(text))
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > '~' || special[r] }) {
		spellings = append(spellings, canonical(text))
	}
	for _, spelling := range spellings {
		x.addForm([]byte(spelling), form{least: window, sure: made, spelling: true})
	}
	if least := max(leastHalf, (len(text)+1)/2); !made && len(text) > least && changes(text) {
		x.addForm([]byte(text), form{least: least, spelling: true, half: true})
	}
	x.addTurned(text, made)
	x.longest *= 3 // as long as in Base32, twice encoded
	x.filter = x.markIn(&nothing)
	return x
}

// nothing is the filter of no windows.
var nothing filter

// markIn is a filter and the windows of these forms besides. It may be the forms' own.
func (x *forms) markIn(f *filter) *filter {
	if x.filter != nil && f == &nothing {
		return x.filter
	}
	both := *f
	if x.filter != nil {
		both.merge(x.filter)
		return &both
	}
	form, upTo := -1, 0 // the grams up to which are in it
	for _, p := range x.places {
		if int(p.form) != form {
			form, upTo = int(p.form), 0
		}
		upTo = both.add(x.list[form].text, max(upTo, int(p.at)), int(p.at)+stride)
	}
	return &both
}

// formsOfToken are those of a token's signature, or of an opaque token.
func formsOfToken(text string) *forms {
	const leastPiece, leastToken = 16, 16
	x := &forms{heads: make([]int32, usualPieces), places: make([]place, 0, usualPieces/2)}
	parts := strings.Split(strings.TrimSpace(text), ".")
	switch {
	case !lint.IsToken(text):
		if len(text) < leastToken || wordy(text) {
			return x
		}
		if !generated(text) { // as a server's own words may be
			x.addForm([]byte(text), form{least: len(text), sure: true})
			return x
		}
		parts = []string{text}
	case len(parts) == 3:
		parts = parts[2:]
	default: // encrypted: all but the header is random
		parts = parts[1:]
	}
	for _, part := range parts {
		if len(part) >= leastPiece && !wordy(part) {
			const ways = 3
			x.texts.Grow(ways * len(part))
			x.addForm([]byte(part), form{least: leastPiece, sure: true, spelling: true})
			x.addForm([]byte(reversed(part)), form{least: leastPiece, sure: true})
			x.addForm([]byte(rot13(part)), form{least: leastPiece, sure: true})
		}
	}
	return x
}

// formsFor has the room that a generated secret of so many bytes takes, about.
func formsFor(length int) *forms {
	const (
		usual          = 5 // forms
		bytesOfByte    = 5 // in all of them, of one byte of the secret
		windowsForByte = 4
	)
	windows := windowsForByte * length
	x := &forms{heads: make([]int32, 1<<bits.Len(uint(windows-1))), places: make([]place, 0, windows), list: make([]form, 0, usual)}
	x.texts.Grow(bytesOfByte * length)
	return x
}

// usualPieces is twice as many windows as a token's signature has in its forms, about; a power of
// two.
const usualPieces = 1 << 8

// leastHalf is how much of what a person chose says something without the rest: it may stand in two
// fields.
const leastHalf = 10

// leastRaw is the length from which what is no word is searched for.
const leastRaw = 5

// addForm takes in one way to write a secret; the bytes are put in lower case. They are copied
// only where they are kept.
func (x *forms) addForm(text []byte, f form) {
	text = text[:min(len(text), mostBytes)]
	spelled := ""
	if f.spelling {
		spelled = string(text)
	}
	fold(text)
	if n := len(text); leastRaw <= n && n < window {
		x.shorter = append(x.shorter, string(text))
	}
	known := func(other form) bool { return other.text == string(text) && !f.half }
	if len(text) < window || slices.ContainsFunc(x.list, known) {
		return
	}
	from := x.texts.Len()
	x.texts.Write(text)
	f.text, f.least = x.texts.String()[from:], min(f.least, len(text))
	x.list, x.longest = append(x.list, f), max(x.longest, len(f.text))
	may := func(int) bool { return true }
	switch {
	case f.half:
		may = func(at int) bool { return changes(spelled[at : at+window]) }
	case f.spelling:
		may = pieces(spelled, f.sure)
	}
	if f.least == len(f.text) || !x.addPlaces(f, may) { // counts only whole, so that its first window is enough
		x.list[len(x.list)-1].least = f.whole()
		x.addPlace(0)
	}
}

// addPlaces takes in so many windows that any piece which counts has one, of those that may be
// looked for. It tells whether there are any.
func (x *forms) addPlaces(f form, may func(at int) bool) bool {
	last, stride, chosen := len(f.text)-window, f.least-window+1, -1
	is := func(at int) bool { return may(at) && !x.has(keyOf(f.text[at:])) }
	for chosen < last {
		at := min(chosen+stride, last) // the farthest that leaves no piece without one
		for at > chosen && !is(at) {
			at--
		}
		if at == chosen { // there is none, so the next
			at = chosen + stride + 1
			for at <= last && !is(at) {
				at++
			}
		}
		if at > last {
			break
		}
		x.addPlace(at)
		chosen = at
	}
	return chosen >= 0
}

// has tells that the form taken in last has a window already.
func (x *forms) has(key uint64) bool {
	for n := x.heads[x.bucket(key)]; n > 0; n = x.places[n-1].next { // the last ones first
		p := x.places[n-1]
		if int(p.form) < len(x.list)-1 {
			return false
		}
		if x.key(p) == key {
			return true
		}
	}
	return false
}

// placesOf are those of a window, the last one first.
func (x *forms) placesOf(key uint64) iter.Seq[place] {
	return func(yield func(place) bool) {
		for n := x.heads[x.bucket(key)]; n > 0; n = x.places[n-1].next {
			if p := x.places[n-1]; x.key(p) == key && !yield(p) {
				return
			}
		}
	}
}

func (x *forms) bucket(key uint64) int { return int(hash(key) & uint64(len(x.heads)-1)) }

// addPlace takes in a window of the form taken in last, which has none like it.
func (x *forms) addPlace(at int) {
	if len(x.places) >= len(x.heads) {
		x.heads = make([]int32, 2*len(x.heads))
		for i := range x.places {
			x.link(i)
		}
	}
	x.places = append(x.places, place{form: uint16(len(x.list) - 1), at: uint16(at)})
	x.link(len(x.places) - 1)
}

func (x *forms) link(i int) {
	head := &x.heads[x.bucket(x.key(x.places[i]))]
	x.places[i].next, *head = *head, int32(i+1)
}
