package guard

import (
	"strings"
)

// apart puts together what stands apart around a place: s.e.c.r.e.t.
func (r *encodings) apart(at int) {
	if at < r.upTo || r.kept.syntax {
		return
	}
	const mostBetween, mostTogether = 9, 2
	text := r.of.text
	reach := func(i, step int) int {
		together, apart := 0, 0
		for ; i >= 0 && i < len(text); i += step {
			if onlyAlnum[text[i]] {
				together, apart = together+1, 0
			} else {
				together, apart = 0, apart+1
			}
			if together > mostTogether || apart > mostBetween {
				break
			}
		}
		return i
	}
	from, to := reach(at, -1)+1, reach(at, 1)
	r.upTo = to
	if to-from < 2*window-1 && !r.loose {
		return
	}
	r.together(from, to)
}

// together goes on with a part of the view without what may stand between: all but letters and
// digits, or all but what encodings have.
func (r *encodings) together(from, to int) {
	if alone := r.leaving(from, to, onlyAlnum); len(alone.text) >= leastRaw {
		r.show(alone)
	}
	r.made(r.leaving(from, to, onlyEncoded), min(r.deep, 2))
}

// leaving is a part of the view with some of its characters alone; nothing if it has no others.
func (r *encodings) leaving(from, to int, only *[256]bool) view {
	d := decoding{upTo: from}
	for i := from; i < to; i++ {
		if !only[r.of.text[i]] {
			d.keep(r.of, i)
			d.upTo = i + 1
		}
	}
	d.keep(r.of, to)
	if d.text.Len() == to-from {
		return view{}
	}
	return view{text: d.text.String(), runs: d.runs}
}

var (
	// onlyAlnum are the letters and digits of ASCII.
	onlyAlnum = tableOf(digits + capitals + smalls)
	// onlyEncoded are what Base64 has besides.
	onlyEncoded = tableOf(digits + capitals + smalls + "+/=-_")
)

// anyButNUL is what UTF-16 has of ASCII.
var anyButNUL = func() *[256]bool {
	var table [256]bool
	for i := range table {
		table[i] = i > 0
	}
	return &table
}()

func tableOf(characters string) *[256]bool {
	var table [256]bool
	for _, c := range []byte(characters) {
		table[c] = true
	}
	return &table
}

// aWord is how much a group and what stands between it and the next one take, at most.
const aWord = 8

// rest goes on with the view without its line ends, of which some only break what is long to fit,
// and with what else is seen in it.
func (r *encodings) rest(seen kindSet) {
	if seen&hasLine != 0 {
		before := r.joined
		r.joined = true
		r.undone(noLine)
		r.joined = before
	}
	if seen&hasDigit != 0 {
		for part, ok := inPieces(r.of.text, 0); ok; part, ok = inPieces(r.of.text, part.to) {
			r.together(max(0, part.from-aWord), min(len(r.of.text), part.to+aWord)) // what has no change may begin and end it
		}
	}
	if r.soft {
		r.undone(unquoted)
	}
	if seen&hasOdd != 0 {
		if strings.IndexByte(r.of.text, '<') >= 0 {
			r.undone(noTag)
		}
		r.base85()
	}
}

func (r *encodings) undone(undo undo) {
	for _, part := range r.of.without(r.of.findEscapes(undo), r.around, undo) {
		r.made(part, r.deep)
	}
}

// noLine leaves out line ends.
func noLine(text string, room []byte) (int, []byte) {
	if text[0] == '\n' || text[0] == '\r' {
		return 1, room
	}
	return 0, nil
}

// noTag leaves out what stands in angle brackets, as browsers do.
func noTag(text string, room []byte) (int, []byte) {
	const most = 64
	if text[0] == '<' {
		if end := strings.IndexByte(text[:min(len(text), most)], '>'); end > 0 {
			return end + 1, room
		}
	}
	return 0, nil
}

// unquoted undoes quoted-printable, RFC 2045 section 6.7.
func unquoted(text string, room []byte) (int, []byte) {
	switch {
	case text[0] != '=':
	case strings.HasPrefix(text, "=\r\n"):
		return 3, room
	case strings.HasPrefix(text, "=\n"):
		return 2, room
	default:
		if b, ok := hexNumber(text[1:], 2); ok {
			return 3, append(room, byte(b))
		}
	}
	return 0, nil
}
