package guard

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/credguide/credguide/internal/text"
)

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
		case lookalikes[r] > 0:
			return n, append(room, lookalikes[r])
		default: // wide, bold or in a circle
			if plain := norm.NFKD.PropertiesString(rest).Decomposition(); len(plain) > 0 && !slices.ContainsFunc(plain, func(c byte) bool { return c >= utf8.RuneSelf }) {
				return n, append(room, plain...)
			}
		}
	}
	return 0, nil
}

// lookalikes are the letters and digits that others are read as, which no normal form of Unicode turns
// into them: of Cyrillic, Greek and Armenian, small capitals, and letters in black circles and squares.
var lookalikes = func() map[rune]byte {
	table := map[rune]byte{}
	for _, pairs := range []string{
		"аaеeоoрpсcуyхxіiјjѕsԁdԛqԝwһhӏlгrкkмmтtвbнhпnиuьbАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSԚQԜWҮYԌGЗ3ЬbҺHӀIОO",
		"αaβbγyεeηnιiκkνvοoρpτtυuχxωwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϹCϳjϜFϲcօoոnսuհhցgզqյjՕOՍUԼLՏS",
		"ıiȷjɑaɡgɩiᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz",
	} {
		letters := []rune(pairs)
		for i := 0; i < len(letters); i += 2 {
			table[letters[i]] = byte(letters[i+1])
		}
	}
	for i := range rune(26) {
		for _, first := range []rune{'🅐', '🅰', '🇦'} {
			table[first+i] = byte('A' + i)
		}
	}
	return table
}()

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
