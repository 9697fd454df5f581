package guard

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/text"
)

// deepest is how often escapes are undone, as of JSON in a form in HTML.
const deepest = 4

// view is a text, or what is left of it without its escapes; from tells where each byte comes from.
type view struct {
	text []byte
	from []spot // nil: the text itself
}

// spot is a span of few bytes.
type spot struct{ from, to int32 }

// source is where a part of the view stands in the text.
func (v view) source(s span) span {
	if v.from == nil {
		return s
	}
	return span{int(v.from[s.from].from), int(v.from[s.to-1].to)}
}

// wall tells a character that a document's syntax may need. One that comes out of an escape is text, and
// so is a line end where lines are only broken to fit.
func (v view) wall(i int, s search) bool {
	if !s.syntax {
		return false
	}
	single := v.from == nil || v.from[i].to-v.from[i].from == 1
	switch v.text[i] {
	case '"', '<', '>':
		return single
	case '\n', ' ':
		return s.sure && (v.text[i] == '\n' || !single)
	}
	return false
}

// decoded undoes one layer of escapes, of every kind at once, leaves out what shows as nothing, and makes
// one blank of white space, at which texts are broken into lines.
func (v view) decoded() (next view, changed bool) {
	var room [utf8.UTFMax]byte
	first := slices.IndexFunc(v.text, special)
	for ; first >= 0 && first < len(v.text); first++ { // most texts have blanks and no escape
		if special(v.text[first]) {
			if size, _ := unescape(v.text[first:], room[:0]); size > 0 {
				break
			}
		}
	}
	if first < 0 || first == len(v.text) {
		return v, false
	}
	next.text = append(make([]byte, 0, len(v.text)), v.text[:first]...)
	next.from = make([]spot, 0, len(v.text))
	of := func(from, to int) spot {
		s := v.source(span{from, to})
		return spot{int32(s.from), int32(s.to)}
	}
	for i := range next.text {
		next.from = append(next.from, of(i, i+1))
	}
	for i := len(next.text); i < len(v.text); {
		size, means := 0, []byte(nil)
		if special(v.text[i]) {
			size, means = unescape(v.text[i:], room[:0])
		}
		if size == 0 {
			size, means = 1, v.text[i:i+1]
		} else {
			changed = true
		}
		for _, c := range means {
			next.text, next.from = append(next.text, c), append(next.from, of(i, i+size))
		}
		i += size
	}
	return next, changed
}

// canonical is a text without any escapes: what is left of each of its encodings.
func canonical(s string) string {
	v := view{text: []byte(s)}
	for more, deep := true, 0; more && deep < deepest; deep++ {
		v, more = v.decoded()
	}
	return string(v.text)
}

// special tells a byte at which something may stand for something else.
func special(c byte) bool {
	return c <= ' ' || c > '~' || c == '%' || c == '&' || c == '\\' || c == '+' || c == '\''
}

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
		blanks := len(rest) - len(bytes.TrimLeft(rest, " \t\r\n"))
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
