package guard

import (
	"bytes"
	"cmp"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/text"
)

// deepest is how often escapes are undone, as of JSON in a form in HTML.
const deepest = 4

// view is a text, or what is left of it without its escapes; runs tell where its bytes come from.
type view struct {
	text []byte
	runs []run // in order; none: it is the text itself
}

// run is a part of a view, up to the next one. Its bytes are those of the text from some place on, or all of them come
// from one escape.
type run struct {
	at, from int
	size     int // of the escape; 0: a byte comes from a byte
}

// source is where a part of the view stands in the text.
func (v view) source(s span) span {
	return span{v.origin(s.from).from, v.origin(s.to - 1).to}
}

// origin is where a byte of the view comes from.
func (v view) origin(i int) span {
	if v.runs == nil {
		return span{i, i + 1}
	}
	r := v.runs[v.runOf(i)]
	if r.size > 0 {
		return span{r.from, r.from + r.size}
	}
	from := r.from + i - r.at
	return span{from, from + 1}
}

func (v view) runOf(i int) int {
	n, found := slices.BinarySearchFunc(v.runs, i, func(r run, i int) int { return cmp.Compare(r.at, i) })
	if !found {
		n--
	}
	return n
}

// keep takes over a part of another view as it is.
func (v *view) keep(other view, from, to int) {
	if from == to {
		return
	}
	at := len(v.text)
	v.text = append(v.text, other.text[from:to]...)
	if other.runs == nil {
		v.runs = append(v.runs, run{at: at, from: from})
		return
	}
	first := other.runOf(from)
	for _, r := range other.runs[first:] {
		if r.at >= to {
			break
		}
		if r.at < from {
			if r.size == 0 {
				r.from += from - r.at
			}
			r.at = from
		}
		r.at += at - from
		v.runs = append(v.runs, r)
	}
}

// replace takes over the meaning of an escape, which stands in another view.
func (v *view) replace(other view, from, to int, means []byte) {
	if len(means) > 0 {
		s := other.source(span{from, to})
		v.runs = append(v.runs, run{at: len(v.text), from: s.from, size: s.to - s.from})
		v.text = append(v.text, means...)
	}
}

// wall tells a character that a document's syntax may need. One that comes out of an escape is text, and
// so is a line end where lines are only broken to fit.
func (v view) wall(i int, s search) bool {
	if !s.syntax {
		return false
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

// single tells that a byte stands in the text as one byte, so that it is no escape.
func (v view) single(i int) bool {
	s := v.origin(i)
	return s.to-s.from == 1
}

// decoded undoes one layer of escapes, of every kind at once, leaves out what shows as nothing, and makes
// one blank of white space, at which texts are broken into lines.
func (v view) decoded() (next view, changed bool) {
	var room [utf8.UTFMax]byte
	kept := 0
	for i := 0; i < len(v.text); i++ {
		if !special[v.text[i]] {
			continue
		}
		size, means := unescape(v.text[i:], room[:0])
		if size == 0 {
			continue
		}
		if next.text == nil {
			next.text = make([]byte, 0, len(v.text))
		}
		next.keep(v, kept, i)
		next.replace(v, i, i+size, means)
		kept = i + size
		i = kept - 1
	}
	if kept == 0 {
		return v, false
	}
	next.keep(v, kept, len(v.text))
	return next, true
}

// canonical is a text without any escapes: what is left of each of its encodings.
func canonical(s string) string {
	v := view{text: []byte(s)}
	for more, deep := true, 0; more && deep < deepest; deep++ {
		v, more = v.decoded()
	}
	return string(v.text)
}

// special tells the bytes at which something may stand for something else.
var special = func() (table [256]bool) {
	for i := range table {
		table[i] = i <= ' ' || i > '~' || strings.IndexByte(`%&\+'`, byte(i)) >= 0
	}
	return table
}()

var (
	shellQuotes   = []byte(`'\''`)
	shellQuotes2  = []byte(`'"'"'`)
	entity        = regexp.MustCompile(`^&#?[0-9A-Za-z]+;`)
	longestEntity = 32
)

// unescape tells how many bytes at the start of the text are an escape, and what it means.
func unescape(rest, room []byte) (size int, means []byte) {
	switch c := rest[0]; {
	case c == '+': // application/x-www-form-urlencoded
		return 1, append(room, ' ')
	case c == '%':
		if b, ok := hexNumber(rest[1:], 2); ok {
			return 3, append(room, byte(b))
		}
	case c == '\\' && len(rest) > 1:
		means, size = unescapeOne(room, rest[1:])
		return size + 1, means
	case c == '\'' && bytes.HasPrefix(rest, shellQuotes):
		return len(shellQuotes), append(room, '\'')
	case c == '\'' && bytes.HasPrefix(rest, shellQuotes2):
		return len(shellQuotes2), append(room, '\'')
	case c == '&':
		if found := entity.Find(rest[:min(len(rest), longestEntity)]); found != nil {
			if plain := html.UnescapeString(string(found)); plain != string(found) {
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
		if r, n := utf8.DecodeRune(rest); r != utf8.RuneError && text.Hidden(r) {
			return n, room
		}
	}
	return 0, nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

var backslashLetters = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f', 'v': '\v', 'a': '\a'}

// unescapeOne appends what stands behind a backslash in JSON, Go, Python and shells: \n, \", \/, \uXXXX
// with pairs of surrogates, \UXXXXXXXX, \xXX and octal. It returns how many bytes that is.
func unescapeOne(out, rest []byte) ([]byte, int) {
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
		if number, err := strconv.ParseUint(string(rest[:3]), 8, 8); err == nil {
			return append(out, byte(number)), 3
		}
	}
	return append(out, c), 1
}

func hexNumber(text []byte, digits int) (rune, bool) {
	if len(text) < digits {
		return 0, false
	}
	value, err := strconv.ParseUint(string(text[:digits]), 16, 32)
	return rune(value), err == nil
}
