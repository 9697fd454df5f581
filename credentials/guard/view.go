package guard

import (
	"cmp"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/credguide/credguide/internal/text"
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

// special tells the bytes at which something may stand for something else.
var special = func() (table [256]bool) {
	for i := range table {
		table[i] = i <= ' ' || i > '~' || strings.IndexByte(`%&\+'`, byte(i)) >= 0
	}
	return table
}()

var (
	shellQuotes   = `'\''`
	shellQuotes2  = `'"'"'`
	entity        = regexp.MustCompile(`^&(?:#[xX][0-9A-Fa-f]+;?|#[0-9]+;?|[0-9A-Za-z]+;)`)
	longestEntity = 32
)

// unescape undoes escapes of every kind, leaves out what shows as nothing, and makes one blank of
// white space, at which texts are broken into lines.
func unescape(rest string, room []byte) (size int, means []byte) {
	switch c := rest[0]; {
	case c == '+': // application/x-www-form-urlencoded
		return 1, append(room, ' ')
	case c == '%':
		if b, ok := hexNumber(rest[1:], 2); ok {
			return 3, append(room, byte(b))
		}
		if digits, ok := strings.CutPrefix(rest, "%u"); ok { // JavaScript's escape
			if r, ok := hexNumber(digits, 4); ok {
				return 6, utf8.AppendRune(room, r)
			}
		}
	case c == '\\' && len(rest) > 1:
		means, size = unescapeOne(room, rest[1:])
		return size + 1, means
	case c == '\'' && strings.HasPrefix(rest, shellQuotes):
		return len(shellQuotes), append(room, '\'')
	case c == '\'' && strings.HasPrefix(rest, shellQuotes2):
		return len(shellQuotes2), append(room, '\'')
	case c == '&':
		if found := entity.FindString(rest[:min(len(rest), longestEntity)]); found != "" {
			if plain := html.UnescapeString(found); plain != found {
				return len(found), []byte(plain)
			}
		}
	case c <= ' ':
		blanks := 0
		for blanks < len(rest) && isBlank(rest[blanks]) {
			blanks++
		}
		if blanks > 1 || blanks == 1 && c != ' ' {
			return blanks, append(room, ' ')
		}
		fallthrough
	case c > '~':
		switch r, n := utf8.DecodeRuneInString(rest); {
		case r == utf8.RuneError:
		case text.Hidden(r), unicode.Is(unicode.Mn, r): // also what sits on the letter before
			return n, room
		default: // wide, bold or in a circle
			if plain := norm.NFKD.PropertiesString(rest).Decomposition(); len(plain) > 0 && !slices.ContainsFunc(plain, func(c byte) bool { return c >= utf8.RuneSelf }) {
				return n, append(room, plain...)
			}
		}
	}
	return 0, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

var backslashLetters = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f', 'v': '\v', 'a': '\a'}

// unescapeOne appends what stands behind a backslash in JSON, Go, Python and shells: \n, \", \/,
// \uXXXX with pairs of surrogates, \UXXXXXXXX, \xXX and octal. It returns how many bytes that is.
func unescapeOne(out []byte, rest string) ([]byte, int) {
	c := rest[0]
	if letter, ok := backslashLetters[c]; ok {
		return append(out, letter), 1
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	if digits > 0 {
		r, ok := hexNumber(rest[1:], digits)
		switch {
		case !ok:
			return append(out, c), 1
		case c == 'x':
			return append(out, byte(r)), 3
		case 0xD800 <= r && r < 0xDC00 && len(rest) > 10 && rest[5] == '\\' && rest[6] == 'u':
			if low, ok := hexNumber(rest[7:], 4); ok && 0xDC00 <= low && low < 0xE000 {
				return utf8.AppendRune(out, (r-0xD800)<<10+(low-0xDC00)+0x10000), 11
			}
		}
		return utf8.AppendRune(out, r), 1 + digits
	}
	if len(rest) >= 3 {
		if number, err := strconv.ParseUint(rest[:3], 8, 8); err == nil {
			return append(out, byte(number)), 3
		}
	}
	return append(out, c), 1
}

func hexNumber(text string, digits int) (rune, bool) {
	if len(text) < digits {
		return 0, false
	}
	value, err := strconv.ParseUint(text[:digits], 16, 32)
	return rune(value), err == nil
}
