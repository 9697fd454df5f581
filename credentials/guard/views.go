package guard

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// view is a document, or what decoding makes of it. decoded: it comes out
// of Base64 or hexadecimal, one run a line.
type view struct {
	text    []byte
	decoded bool
}

// decoding turns a document into a view; nil if there is nothing to decode.
type decoding func([]byte) []byte

var (
	escapings = []decoding{unescapeBackslash, unescapeHTML, unescapePercent, unescapeForm}
	encodings = []decoding{decodeBase64, decodeHex}
)

// eachView visits the decoded views: escapings one or two deep, Base64 and
// hexadecimal inside those, and escapings inside that (OAuth's Basic header
// is Base64 of percent-escaped text). It stops when visit returns false. Each
// view is dropped before the next is made: a hostile document has hundreds.
func eachView(document []byte, visit func(view) bool) {
	escaped(document, 2, func(text []byte) bool {
		if !bytes.Equal(text, document) && !visit(view{text: text}) {
			return false
		}
		for _, decode := range encodings {
			inner := decode(text)
			if len(inner) == 0 {
				continue
			}
			if !escaped(inner, 1, func(text []byte) bool { return visit(view{text: text, decoded: true}) }) {
				return false
			}
		}
		return true
	})
}

// escaped visits the text and what undoing its escapes makes of it, up to so
// many deep.
func escaped(text []byte, deep int, visit func([]byte) bool) bool {
	if !visit(text) {
		return false
	}
	if deep == 0 {
		return true
	}
	for _, unescape := range escapings {
		next := unescape(text)
		if next == nil || bytes.Equal(next, text) {
			continue
		}
		if !escaped(next, deep-1, visit) {
			return false
		}
	}
	return true
}

func unescapeHTML(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return nil
	}
	return []byte(html.UnescapeString(string(text)))
}

func unescapePercent(text []byte) []byte {
	if bytes.IndexByte(text, '%') < 0 {
		return nil
	}
	return percent(text, false)
}

// unescapeForm is application/x-www-form-urlencoded, where + is a space.
func unescapeForm(text []byte) []byte {
	if bytes.IndexByte(text, '+') < 0 {
		return nil
	}
	return percent(text, true)
}

func percent(text []byte, plus bool) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' && i+2 < len(text) && hexDigit(text[i+1]) >= 0 && hexDigit(text[i+2]) >= 0 {
			c = byte(hexDigit(text[i+1])<<4 | hexDigit(text[i+2]))
			i += 2
		} else if c == '+' && plus {
			c = ' '
		}
		out = append(out, c)
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// unescapeBackslash undoes the escapes of JSON, and those of Go, Python and
// shells: \n, \", \/, \uXXXX with pairs of surrogates, \UXXXXXXXX, \xXX and
// octal.
func unescapeBackslash(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return nil
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			i++
			continue
		}
		var size int
		out, size = unescapeOne(out, text[i+1:])
		i += 1 + size
	}
	return out
}

var backslashLetters = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f', 'v': '\v', 'a': '\a'}

// unescapeOne appends what the escape after a backslash means and returns
// how many bytes it has.
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
	value := rune(0)
	for _, c := range text[:digits] {
		d := hexDigit(c)
		if d < 0 || value > 0x0FFFFFF {
			return 0, false
		}
		value = value<<4 | rune(d)
	}
	return value, true
}
