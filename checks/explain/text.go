package explain

import (
	"encoding/binary"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/text"
)

// MaxText is how much of an error text is read, in bytes. Of a longer one the end counts: that is
// where a program stopped.
const MaxText = 16 << 20

// plainText is an error text made comparable. The two strings have the same length, so that a place
// in one is the same place in the other.
type plainText struct {
	text string // without control sequences, mail quotes and time stamps; white space folded, line ends kept
	flat string // the same in lower case, with one sort of quotation mark and blanks for line ends
}

// plainly makes a text comparable, whatever it went through on its way: a terminal, a mail, a
// ticket, a log, UTF-16.
func plainly(data []byte) plainText { return plainTextOf(textOf(data)) }

// textOf is the text that the bytes stand for: in which characters it arrived, as mail or as a page.
func textOf(data []byte) string {
	s := decoded(data[max(0, len(data)-MaxText):])
	s = unquotedPrintable(s)
	if strings.Contains(s, "<span") {
		s = spans.ReplaceAllLiteralString(s, "")
	}
	if strings.Contains(s, "<http") {
		s = links.ReplaceAllString(s, "$1")
	}
	if strings.Contains(s, `"":""`) { // a field of a table
		s = strings.ReplaceAll(s, `""`, `"`)
	}
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	return s
}

// links are addresses as chats mark them: <address> and <address|words>.
var links = regexp.MustCompile(`<(https?://[^\s<>|]+)(\|[^<>\n]*)?>`)

// spans are the tags that give a page's text its colours. A notebook has one around every word.
var spans = regexp.MustCompile(`</?span\b[^<>]{0,300}>`)

// plainTextOf makes a text comparable.
func plainTextOf(s string) plainText {
	w := writer{text: make([]byte, 0, len(s))}
	w.newline = true
	for i := 0; i < len(s); {
		if !w.newline && s[i] > ' ' && s[i] < utf8.RuneSelf && s[i] != '\\' {
			w.put(s[i])
			i++
			continue
		}
		if w.newline {
			if n := linePrefix(s[i:]); n > 0 {
				i += n
				continue
			}
		}
		i += w.take(s[i:])
	}
	return plainText{text: string(w.text), flat: flatten(w.text)}
}

// writer collects the text and folds white space on the way.
type writer struct {
	text           []byte
	blank, newline bool // what the white space since the last character amounts to
}

func (w *writer) put(b ...byte) {
	switch {
	case w.newline && len(w.text) > 0:
		w.text = append(w.text, '\n')
	case w.blank && len(w.text) > 0:
		w.text = append(w.text, ' ')
	}
	w.blank, w.newline = false, false
	w.text = append(w.text, b...)
}

// take reads what a terminal, a string literal or a typesetter made of one character, and returns
// its length.
func (w *writer) take(s string) int {
	if s[0] == '\\' && len(s) > 1 {
		return w.takeEscape(s)
	}
	if s[0] == 0x1b {
		return escapeSequence(s)
	}
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == '\n', r == '\r':
		w.newline = true
	case unicode.IsSpace(r):
		w.blank = true
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
	case r == utf8.RuneError && size < 2:
		w.put('?')
	case strings.ContainsRune("‘’‚‛′", r):
		w.put('\'')
	case strings.ContainsRune("“”„‟″«»", r):
		w.put('"')
	default:
		w.put([]byte(s[:size])...)
	}
	return size
}

// takeEscape reads an escaped character of a string literal: logs and client errors quote what a
// server said.
func (w *writer) takeEscape(s string) int {
	switch s[1] {
	case 'n', 'r':
		w.newline = true
	case 't':
		w.blank = true
	case '"', '\'', '/':
		w.put(s[1])
	case '\\': // escaped twice
		return 1
	case '_', '*', '[', ']', '{', '}', '|': // for Markdown, and for the trackers that are like it
		w.put(s[1])
	case '\n': // a line that was too long for an editor
	default:
		w.put('\\')
		return 1
	}
	return 2
}

// escapeSequence is the length of a terminal's control sequence (ECMA-48), colours for the most
// part.
func escapeSequence(s string) int {
	if len(s) < 2 {
		return 1
	}
	const longest = 4096
	end := min(len(s), longest)
	switch s[1] {
	case '[':
		for i := 2; i < end; i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
		}
	case ']', 'P', '^', '_':
		for i := 2; i < end; i++ {
			if s[i] == 0x07 {
				return i + 1
			}
			if s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
		}
	}
	return 2
}

// linePrefix is the length of what a mail or a log puts in front of a line: a mark of quotation, a
// time stamp.
func linePrefix(s string) int {
	if s[0] == '>' && len(s) > 1 && (s[1] == ' ' || s[1] == '>' || s[1] == '\n' || s[1] == '\r') {
		return 1 // "> " of a mail; curl's "> POST" is no loss
	}
	const stamp = "dddd-dd-ddTdd:dd:dd"
	if len(s) <= len(stamp) {
		return 0
	}
	for i := range len(stamp) {
		if digit := s[i] >= '0' && s[i] <= '9'; digit != (stamp[i] == 'd') || !digit && s[i] != stamp[i] {
			return 0
		}
	}
	end := strings.IndexAny(s[:min(len(s), 40)], " \t")
	if end < 0 {
		return 0
	}
	return end
}

func flatten(text []byte) string {
	flat := make([]byte, len(text))
	for i, b := range text {
		switch {
		case b >= 'A' && b <= 'Z':
			b += 'a' - 'A'
		case b == '"', b == '`':
			b = '\''
		case b == '\n':
			b = ' '
		}
		flat[i] = b
	}
	return string(flat)
}

// decoded reads UTF-8, and UTF-16 as PowerShell writes it.
func decoded(data []byte) string {
	big, little := 0, 0 // how many of the first bytes are the zero halves of ASCII characters
	head := data[:min(len(data), 512)]
	for i, b := range head {
		if b == 0 && i%2 == 0 {
			big++
		} else if b == 0 {
			little++
		}
	}
	switch marked := len(data) >= 2; {
	case marked && data[0] == 0xff && data[1] == 0xfe, little > len(head)/4 && big == 0:
		return text.FromUTF16(data, binary.LittleEndian)
	case marked && data[0] == 0xfe && data[1] == 0xff, big > len(head)/4 && little == 0:
		return text.FromUTF16(data, binary.BigEndian)
	}
	return string(data)
}

// unquotedPrintable undoes what mail programs do to long lines (RFC 2045 section 6.7), where they did.
func unquotedPrintable(s string) string {
	if !strings.Contains(s, "=3D") && !strings.Contains(s, "=20\n") && !strings.Contains(s, "=20\r\n") {
		return s
	}
	return strings.NewReplacer("=\r\n", "", "=\n", "", "=3D", "=", "=20", " ", "=22", `"`, "=27", "'").Replace(s)
}
