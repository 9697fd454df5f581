package guard

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// deepest is how often escapes are undone, as of JSON in a form in HTML.
const deepest = 4

// view is a text, or a part of it without its escapes; runs tell where its bytes come from.
type view struct {
	text    string
	runs    []run    // in order; none: it is the text itself
	of      *encoded // or: it was decoded
	cut     bool     // the text goes on behind it
	escapes []span   // of a document as it is: nothing is looked for in them
}

// run is a part of a view, up to the next one. Its bytes are those of the text from some place on,
// or all of them come from one escape.
type run struct {
	at, from int32
	size     int32 // of the escape; 0: a byte comes from a byte
}

// source is where a part of the view stands in the text.
func (v view) source(s span) span {
	first, last := v.origin(s.from), v.origin(s.to-1)
	return span{min(first.from, last.from), max(first.to, last.to)} // it may be backwards
}

// origin is where a byte of the view comes from.
func (v view) origin(i int) span {
	switch {
	case v.of != nil:
		return v.of.origin(i)
	case v.runs == nil:
		return span{i, i + 1}
	}
	r := v.runs[v.runOf(i)]
	if r.size > 0 {
		return span{int(r.from), int(r.from + r.size)}
	}
	from := int(r.from) + i - int(r.at)
	return span{from, from + 1}
}

func (v view) runOf(i int) int {
	n, found := slices.BinarySearchFunc(v.runs, i, func(r run, i int) int { return cmp.Compare(int(r.at), i) })
	if !found {
		n--
	}
	return n
}

// wall tells a character that a document's syntax may need. One that comes out of an escape is
// text, and so is a line end where lines are only broken to fit.
func (v view) wall(i int, s search) bool {
	if !s.syntax {
		return false
	}
	if len(v.escapes) > 0 && v.escaped(i) {
		return true
	}
	switch v.text[i] {
	case '"', '<', '>':
		return v.single(i)
	case '\n':
		return s.sure
	case ' ':
		return s.sure && !v.single(i)
	}
	return false
}

// escaped tells that a byte of a document belongs to an escape.
func (v view) escaped(i int) bool {
	n, found := slices.BinarySearchFunc(v.escapes, i, func(e span, i int) int { return cmp.Compare(e.from, i) })
	return found || n > 0 && i < v.escapes[n-1].to
}

// single tells that a byte stands in the text as one byte, so that it is no escape.
func (v view) single(i int) bool {
	s := v.origin(i)
	return s.to-s.from == 1
}

// everything is as much text around an escape as there is.
const everything = math.MaxInt32

// undo tells how many bytes at the start of a text are an escape, and what it means.
type undo func(text string, room []byte) (size int, means []byte)

// without undoes escapes. It gives the parts of the text that have some, each with so much around
// them: what is farther away stands there as it stood, and was looked at already.
func (v view) without(escapes []span, around int, undo undo) (parts []view) {
	for len(escapes) > 0 {
		n := 1
		for n < len(escapes) && escapes[n].from-escapes[n-1].to <= 2*around {
			n++
		}
		end := min(len(v.text), escapes[n-1].to+around)
		parts = append(parts, v.part(escapes[:n], max(0, escapes[0].from-around), end, undo))
		escapes = escapes[n:]
	}
	return parts
}

func (v view) findEscapes(undo undo) (escapes []span) {
	var room [utf8.UTFMax]byte
	for i := 0; i < len(v.text); i++ {
		if size, _ := undo(v.text[i:], room[:0]); size > 0 {
			escapes = append(escapes, span{i, i + size})
			i += size - 1
		}
	}
	return escapes
}

// part is a part of a view without the escapes in it.
func (v view) part(escapes []span, from, to int, undo undo) view {
	var room [utf8.UTFMax]byte
	d := decoding{upTo: from}
	d.text.Grow(to - from)
	for _, e := range escapes {
		_, means := undo(v.text[e.from:], room[:0])
		d.keep(v, e.from)
		d.replace(v, e.to, means)
	}
	d.keep(v, to)
	return view{text: d.text.String(), runs: d.runs, cut: v.cut || to < len(v.text)}
}

// decoding is a view in the making, out of another one.
type decoding struct {
	text strings.Builder
	runs []run
	upTo int // of the other one
}

// keep takes over a part of the other view as it is.
func (d *decoding) keep(v view, to int) {
	from, at := d.upTo, d.text.Len()
	d.upTo = to
	d.text.WriteString(v.text[from:to])
	switch {
	case from == to:
	case v.of != nil:
		for i := from; i < to; i++ {
			s := v.of.origin(i)
			d.runs = append(d.runs, run{at: int32(at + i - from), from: int32(s.from), size: int32(s.to - s.from)})
		}
	case v.runs == nil:
		d.runs = append(d.runs, run{at: int32(at), from: int32(from)})
	default:
		for _, r := range v.runs[v.runOf(from):] {
			if int(r.at) >= to {
				break
			}
			if skipped := int32(from) - r.at; skipped > 0 {
				if r.size == 0 {
					r.from += skipped
				}
				r.at = int32(from)
			}
			r.at += int32(at - from)
			d.runs = append(d.runs, r)
		}
	}
}

// replace takes over the meaning of an escape in the other view.
func (d *decoding) replace(v view, to int, means []byte) {
	if len(means) > 0 {
		s := v.source(span{d.upTo, to})
		d.runs = append(d.runs, run{at: int32(d.text.Len()), from: int32(s.from), size: int32(s.to - s.from)})
		d.text.Write(means)
	}
	d.upTo = to
}

// canonical is a text without any escapes: what is left of each of its encodings.
func canonical(s string) string {
	for range deepest {
		v := view{text: s}
		parts := v.without(v.findEscapes(unescape), everything, unescape)
		if len(parts) == 0 {
			break
		}
		s = parts[0].text
	}
	return s
}
