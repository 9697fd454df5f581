package guard

import (
	"slices"
	"unicode/utf8"
)

// walk goes through a text, and through what is left of it without each layer of escapes and of
// encodings. What is decoded does not depend on a secret, but for how short that may be.
type walk struct {
	x      *index // what is looked for; nil: the layers are kept
	spans  []span // where it was found
	layers []string
	kept   search // a document's syntax is, and nothing is decoded across it
	theirs bool   // the text comes from outside
	around int    // an escape, that what holds it may reach
	loose  bool   // also what is shorter than a window, or not ASCII
	left   int    // bytes that may still be made of the text: it may be made to decode into more and more
	room   []byte // for what is decoded
	unsure bool   // what has lost its case was met, without anything to look for
	joined bool   // the lines are
	tried  int    // texts that were taken for compressed ones
}

// A walk may make some times its length of a text, and a little more: what is short can be much in
// few bytes, as a secret is in several encodings.
const (
	madeOfByte = 4
	spare      = 1 << 18
)

// Together redacts texts that came together, such as the values of a document: what may be made of
// them beyond their lengths is bounded for all of them. A document of a few bytes a value could else
// keep this program busy for minutes.
type Together struct {
	guard *Guard
	left  int
}

// Together starts with texts of which none was seen yet.
func (g *Guard) Together() *Together { return &Together{g, 4 * spare} }

// Text is the guard's for one of the texts.
func (t *Together) Text(s string) string { return replaced(s, t.outside(s, shapes(s))) }

// Longest is the guard's for one of the texts.
func (t *Together) Longest(s string) int { return longestOf(t.outside(s, nil)) }

func (t *Together) outside(s string, spans []span) []span {
	allowed := min(t.left, spare)
	spans, rest := t.guard.index().outside(s, spans, allowed)
	t.left -= allowed - min(rest, allowed)
	return spans
}

func (w *walk) show(v view) {
	switch {
	case v.of != nil && v.of.turned: // a secret has forms that are
	case w.x == nil:
		if len(v.text) >= window && !slices.Contains(w.layers, v.text) {
			w.layers = append(w.layers, v.text)
		}
	case w.theirs:
		w.spans = w.x.theirs(v, w.spans)
	default:
		w.spans = w.x.search(v, w.kept, w.spans)
	}
}

// text looks at a view and at what is in it, so many layers deep.
func (w *walk) text(v view, deep int) {
	if deep == 0 {
		w.show(v)
		return
	}
	r := encodings{walk: w, of: v, deep: deep - 1}
	seen := r.scan(w.patterns())
	if w.kept.syntax && v.runs == nil && v.of == nil { // the document as it is
		v.escapes = r.escapes
	}
	w.show(v)
	for _, part := range v.without(r.escapes, w.around, unescape) {
		if v.of == nil { // of the text itself: there are no more than its layers
			w.text(part, deep-1)
		} else {
			w.made(part, deep-1)
		}
	}
	if !w.kept.syntax {
		r.rest(seen)
	}
}

func (w *walk) patterns() *patterns {
	if w.loose {
		return loose
	}
	return strict
}

// made goes on with a text that was made of another one.
func (w *walk) made(v view, deep int) {
	if w.left -= len(v.text); w.left > 0 && v.text != "" {
		w.text(v, deep)
	}
}

// encodings are the parts of a view that may be decoded.
type encodings struct {
	*walk
	of   view
	deep int

	escapes []span
	upTo    int // where letters and digits that stand apart were put together
	lists   int // the numbers up to which were read
	soft    bool
}

// found decodes what stands around the end of a pattern, and returns where that ends.
func (r *encodings) found(at int, kind kindSet) int {
	p := r.patterns()
	if kind&p.escapes != 0 {
		r.escape(at)
	}
	if kind&p.numbers != 0 && at >= r.lists && !r.kept.syntax {
		r.lists = r.numbers(at)
	}
	if kind&p.quoted != 0 {
		r.soft = true
	}
	if kind&(p.base64|p.hex|p.base32) == 0 {
		return at + 1
	}
	run := r.run(at)
	if run.from == run.to {
		return at + 1
	}
	// What else is in the run: its kinds are looked for once.
	text, all, state := r.of.text[run.from:run.to], kind, uint64(0)
	for i := range len(text) {
		state = (state<<1 | p.first) & p.table[text[i]]
		all |= kindSet(state & p.ends)
		if text[i] == '+' {
			r.escape(run.from + i)
		}
	}
	if all&p.base64 != 0 {
		r.digits(run, base64Values, 4, 3)
	}
	if all&(p.hex|p.base32) != 0 {
		r.pieces(run, all&p.hex != 0, all&p.base32 != 0)
	}
	return run.to
}

// run is the characters of Base64 around a place; none if they are no text of a document.
func (r *encodings) run(at int) span {
	text := r.of.text
	from, to := at, at+1
	for from > 0 && base64Values[text[from-1]] >= 0 {
		from--
	}
	for to < len(text) && base64Values[text[to]] >= 0 {
		to++
	}
	for _, e := range slices.Backward(r.escapes) { // of one before them, they may be the end
		if e.to <= from {
			break
		}
		if e.to-e.from > 1 && r.kept.syntax { // it is looked at without it too
			from = e.to
		}
	}
	return span{min(from, to), to}
}

// escape remembers what stands for something else at a place, if anything does.
func (r *encodings) escape(at int) {
	text, end := r.of.text, 0
	if len(r.escapes) > 0 {
		end = r.escapes[len(r.escapes)-1].to
	}
	if at < end || text[at] == '+' && at > 0 && text[at-1] == ' ' { // and no form's: blanks would be too
		return
	}
	for at > end && isBlank(text[at]) && isBlank(text[at-1]) {
		at--
	}
	var room [utf8.UTFMax]byte
	if size, _ := unescape(text[at:], room[:0]); size > 0 {
		r.escapes = append(r.escapes, span{at, at + size})
	}
}
