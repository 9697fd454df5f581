package credentials

import (
	"regexp"
	"slices"
	"strings"
)

// A credentials file is read by these rules, which are those that dotenv
// readers agree on, and where they do not, the ones that change a value
// least:
//
//   - UTF-8, a line a setting; lines end in LF; CRLF, CR and a byte order mark
//     at the start are taken too, and noted.
//   - `NAME=value`, with blanks and `export ` allowed before the name. The
//     blanks around `=` belong to the syntax if there is one before it
//     (`NAME = value`), otherwise what follows `=` is the value.
//   - An empty line and a line that starts with `#` are comments. After an
//     unquoted value a comment starts with a blank and `#`; the blanks before
//     it are not part of the value. All other blanks are.
//   - 'single' quotes keep everything as it is, and '\'' among them is one
//     of them; in "double" quotes \" \\ \$ \n \r \t stand for one character.
//     They may span lines, but not over another of our settings, and only a
//     comment may follow them. Anything else is no quoting: the quotes are
//     then part of the value, as are typographic quotes and backticks.
//   - Nothing is expanded: `$NAME` stays as it is.
//   - A name that is set twice has its last value.

// setting is one assignment of a credentials file.
type setting struct {
	name     string
	value    Secret
	line     int
	odd      bool // a shell that sources the file reads another value
	from, to int  // where it stands, from its name to its line end
}

// dotenv is a parsed credentials file.
type dotenv struct {
	settings []setting
	notes    []string
}

// last returns the assignment that counts.
func (d dotenv) last(name string) (setting, bool) {
	for _, v := range slices.Backward(d.settings) {
		if v.name == name {
			return v, true
		}
	}
	return setting{}, false
}

const byteOrderMark = "\uFEFF"

// parseDotenv never fails: a line that is no setting is none of ours.
func parseDotenv(data []byte) dotenv {
	var parsed dotenv
	text := string(data)
	if rest, found := strings.CutPrefix(text, byteOrderMark); found {
		text = rest
		parsed.notes = append(parsed.notes, "the file starts with a byte order mark (U+FEFF); many programs then miss its first name")
	}
	if strings.Contains(text, "\r\n") {
		parsed.notes = append(parsed.notes, "lines end in CRLF; a shell that sources the file adds U+000D to each value")
	}
	if crAlone(text) {
		text = strings.ReplaceAll(text, "\r", "\n")
		parsed.notes = append(parsed.notes, "lines end in CR alone, which other programs do not take for line breaks; save the file with LF")
	}
	for number := 1; text != ""; number++ {
		at := len(data) - len(text)
		line, rest, _ := strings.Cut(text, "\n")
		if name, raw, ok := splitSetting(line); ok {
			value, more := dotenvValue(raw, rest)
			rest, number = rest[len(more):], number+strings.Count(more, "\n")
			first := number - strings.Count(more, "\n")
			parsed.settings = append(parsed.settings, setting{
				name: name, value: NewSecret(value), line: first, odd: more == "" && shellReadsOther(strings.TrimSuffix(raw, "\r")),
				from: at + strings.Index(line, name), to: len(data) - len(rest),
			})
		}
		text = rest
	}
	return parsed
}

// crAlone tells a file of an old Mac: CR ends each of its lines.
func crAlone(text string) bool { return strings.Contains(text, "\r") && !strings.Contains(text, "\n") }

// splitSetting separates the name from everything after the equals sign.
func splitSetting(line string) (name, raw string, ok bool) {
	left, raw, found := strings.Cut(line, "=")
	if !found {
		return "", "", false
	}
	left = strings.TrimLeft(left, " \t")
	if rest := strings.TrimPrefix(left, "export"); rest != left && strings.TrimLeft(rest, " \t") != rest {
		left = strings.TrimLeft(rest, " \t")
	}
	name = strings.TrimRight(left, " \t")
	if !settingName(name) {
		return "", "", false
	}
	if name != left { // NAME = value
		raw = strings.TrimLeft(raw, " \t")
	}
	return name, raw, true
}

func settingName(name string) bool {
	for i, r := range name {
		letter := r == '_' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
		later := i > 0 && (r == '.' || r == '-' || '0' <= r && r <= '9')
		if !letter && !later {
			return false
		}
	}
	return name != ""
}

// dotenvValue takes quotes and a trailing comment off, if that is what they
// are. more is how much of the following lines belongs to the value.
func dotenvValue(raw, following string) (value, more string) {
	start, bare := strings.TrimLeft(raw, " \t"), withoutComment(strings.TrimSuffix(raw, "\r"))
	if start == "" || start[0] != '\'' && start[0] != '"' {
		return bare, ""
	}
	if value, rest, closed := quoted(start); closed && onlyComment(strings.TrimSuffix(rest, "\r")) {
		return value, ""
	}
	const longest = 16 << 10
	following = following[:min(len(following), longest)]
	if ours := ourLine.FindStringIndex(following); ours != nil {
		following = following[:ours[0]]
	}
	value, rest, closed := quoted(start + "\n" + following)
	end, left, _ := strings.Cut(rest, "\n")
	if !closed || len(rest) > len(following) || !onlyComment(strings.TrimSuffix(end, "\r")) {
		return bare, ""
	}
	return value, following[:len(following)-len(left)]
}

// ourLine matches a line that sets one of our variables.
var ourLine = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+)?OPENEO_AUTH_[A-Z_]+[ \t]*=`)

// quoted reads a quoted text up to its closing quote.
func quoted(text string) (value, rest string, closed bool) {
	const quoteInQuotes = `'\''`
	quote, body := text[0], text[1:]
	var plain strings.Builder
	for i := 0; i < len(body); i++ {
		switch {
		case quote == '\'' && strings.HasPrefix(body[i:], quoteInQuotes):
			plain.WriteByte('\'')
			i += len(quoteInQuotes) - 1
		case body[i] == quote:
			return plain.String(), body[i+1:], true
		case quote == '"' && body[i] == '\\' && i+1 < len(body) && unescaped(body[i+1]) != 0:
			i++
			plain.WriteByte(unescaped(body[i]))
		default:
			plain.WriteByte(body[i])
		}
	}
	return "", "", false
}

// unescaped is the character that a backslash and letter stand for in double
// quotes, or 0 if the backslash is an ordinary character there.
func unescaped(letter byte) byte {
	switch letter {
	case '"', '\\', '$':
		return letter
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return 0
}

func onlyComment(rest string) bool {
	trimmed := strings.TrimLeft(rest, " \t")
	return trimmed == "" || trimmed[0] == '#' && trimmed != rest
}

func withoutComment(raw string) string {
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i > 0 && (raw[i-1] == ' ' || raw[i-1] == '\t') {
			return strings.TrimRight(raw[:i], " \t")
		}
	}
	return raw
}
