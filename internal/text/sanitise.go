package text

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Option changes what Sanitise leaves.
type Option int

const (
	// KeepLines keeps line feeds, and the blanks at both ends. Without it a text becomes one line.
	KeepLines Option = 1 << iota
	// MarkRemoved leaves U+FFFD in the place of each character that is taken out, so that a reader
	// sees that something was there: for names that people typed. Without it nothing is left: for
	// the words of servers.
	MarkRemoved
)

// terminalSequence matches what a terminal would obey: CSI, OSC, DCS and the two-byte escapes of
// ECMA-48, in their 7-bit and 8-bit forms. One that does not end takes nothing along: a server must
// not be able to hide the rest of a text.
var terminalSequence = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]" +
	"|(?:\x1b[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\x07\x1b\u009c]*(?:\x07|\x1b\\\\|\u009c)" +
	"|\x1b[ -/]*[0-~]")

// logCommand matches what a CI system obeys in a log: GitHub's ::error:: at the start of a line
// (which wrapping may bring about) and ##[error], Azure's ##vso[…] and TeamCity's ##teamcity[…]
// anywhere.
var logCommand = regexp.MustCompile(`(^|\s)::[A-Za-z]|##[A-Za-z]*\[`)

// Sanitise makes a text of foreign origin safe to show: valid UTF-8 without terminal sequences,
// control characters, invisible characters, those that turn the writing direction, and commands to
// a CI system. White space becomes blanks.
func Sanitise(s string, options ...Option) string {
	var set Option
	for _, o := range options {
		set |= o
	}
	if Plain(s) {
		return trimmed(withoutCommands(s), set)
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	if set&MarkRemoved == 0 && strings.ContainsFunc(s, unicode.IsControl) { // each sequence begins with one
		s = terminalSequence.ReplaceAllString(s, "")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && set&KeepLines != 0:
			return r
		case unicode.IsSpace(r):
			return ' '
		case !Hidden(r):
			return r
		case set&MarkRemoved != 0:
			return unicode.ReplacementChar
		}
		return -1
	}, s)
	if strings.Contains(s, "://") {
		s = addressHost.ReplaceAllStringFunc(s, func(found string) string {
			host := strings.LastIndexAny(found, "/@") + 1
			return found[:host] + Host(found[host:])
		})
	}
	return trimmed(withoutCommands(s), set)
}

// Plain tells a text of nothing but printable ASCII, as most are. With KeepLines it may have line
// feeds.
func Plain[T string | []byte](s T, options ...Option) bool {
	lines := slices.Contains(options, KeepLines)
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && (c != '\n' || !lines) {
			return false
		}
	}
	return true
}

func withoutCommands(s string) string {
	if !strings.Contains(s, "::") && !strings.Contains(s, "##") {
		return s
	}
	return logCommand.ReplaceAllStringFunc(s, func(found string) string {
		return strings.NewReplacer("##", "# #", "::", ": :").Replace(found)
	})
}

func trimmed(s string, set Option) string {
	if set&KeepLines != 0 {
		return s
	}
	return strings.TrimSpace(s)
}

// Line makes a text of foreign origin safe to show within a line, and cuts it to a number of runes.
// The work is bounded as well: nothing beyond is looked at.
func Line(s string, limit int) string {
	if len(s) <= limit && harmless(s) {
		return s
	}
	const most = 32 // bytes for each rune that is shown; what is taken out may be longer than what stays
	return Cut(Sanitise(Cut(s, most*limit, Bytes)), limit, Runes)
}

// harmless tells a text that Sanitise would leave as it is, as most are.
func harmless(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || (c == ':' || c == '#') && i > 0 && s[i-1] == c { // perhaps a command to a CI system
			return false
		}
	}
	return strings.Trim(s, " ") == s
}

// Hidden reports a character that shows as nothing, or acts on what stands around it: controls,
// format characters such as zero-width and bidirectional ones, fillers, private and unassigned
// characters, and every white space but the blank.
func Hidden(r rune) bool {
	const blankPattern = '\u2800' // BRAILLE PATTERN BLANK
	switch {
	case ' ' <= r && r <= '~': // most of all text
		return false
	case !unicode.IsPrint(r), r == blankPattern, unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return true
	case unicode.Is(unicode.Variation_Selector, r):
		return r != '\uFE0E' && r != '\uFE0F' // these two choose between a sign and its emoji
	}
	return false
}

// Printable tells that a text can be shown as it is, on one line.
func Printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r == unicode.ReplacementChar || Hidden(r) })
}

// Visible is a text as it is where that can be shown, and quoted with escapes where not: for file
// names and identifiers, which nobody could tell apart otherwise.
func Visible(s string) string {
	if Printable(s) {
		return s
	}
	return strconv.QuoteToASCII(s)
}

// Quote writes a text in quotes, cut to a number of runes, with what cannot be seen as escapes.
func Quote(s string, limit int) string {
	s = Cut(s[:min(len(s), 8*limit)], limit, Runes)
	var b strings.Builder
	for _, r := range strconv.Quote(s) {
		if Hidden(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// ASCII spells the characters that the texts of this program use, for terminals without UTF-8.
func ASCII(s string) string { return asciiOf.Replace(s) }

var asciiOf = strings.NewReplacer(
	"→", "->", "‹", "<", "›", ">", "·", "-", "…", "...", "–", "-", "—", "-", "‑", "-", "─", "-", "“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'",
	"√", "[ok]", "‼", "[!!]", "×", "x", "□", "[ ]", "≥", ">=", "≤", "<=", "\u00a0", " ",
)
