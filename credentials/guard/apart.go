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
			if strict.table[text[i]]&uint64(hasLetterOrDigit) != 0 {
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
	r.leaving(from, to, func(c byte) bool { return strict.table[c]&uint64(hasLetterOrDigit) == 0 })
	r.leaving(from, to, func(c byte) bool { return c <= ' ' || strings.IndexByte(`.,;:|'"()[]{}\`, c) >= 0 })
}

// leaving goes on with a part of the view that has no such characters.
func (r *encodings) leaving(from, to int, left func(byte) bool) {
	d := decoding{upTo: from}
	for i := from; i < to; i++ {
		if left(r.of.text[i]) {
			d.keep(r.of, i)
			d.upTo = i + 1
		}
	}
	d.keep(r.of, to)
	if d.text.Len() < to-from {
		r.made(view{text: d.text.String(), runs: d.runs}, r.deep)
	}
}

// rest goes on with the view without its line ends, of which some only break what is long to fit,
// and with what else is seen in it.
func (r *encodings) rest(seen kindSet) {
	if seen&hasLine != 0 {
		r.undone(noLine)
	}
	if r.soft {
		r.undone(unquoted)
	}
	if seen&hasOdd != 0 {
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
