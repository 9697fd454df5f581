// Package text is how this program measures, breaks, shortens and cleans what it shows, and how it
// reads hosts, issuers and headers. There is one way for each, so that no room has to remember what a
// terminal, a CI log or a reader of mixed scripts would obey, or when two issuers are one.
package text

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of terminal cells that a text takes up. Marks such as √ take one, whatever
// the locale.
func Width(s string) int { return ansi.StringWidth(s) }

// Pad fills a text with blanks up to a width in cells.
func Pad(s string, width int) string { return s + strings.Repeat(" ", max(0, width-Width(s))) }

// Unit is what Cut counts.
type Unit int

// A line on a screen is counted in cells, a text for people in runes, a field of a format in bytes.
const (
	Cells Unit = iota
	Runes
	Bytes
)

const ellipsis = "…"

// Cut shortens a sanitised text to at most limit units, its ellipsis counted among them. A limit
// that has no room for the ellipsis leaves nothing.
func Cut(s string, limit int, unit Unit) string {
	switch {
	case unit == Cells && Width(s) > limit:
		if limit < 1 {
			return ""
		}
		return ansi.Truncate(s, limit, ellipsis)
	case unit == Runes && len(s) > limit:
		return cut(s, limit, 1, func(string) int { return 1 })
	case unit == Bytes && len(s) > limit:
		return cut(s, limit, len(ellipsis), func(r string) int { return len(r) })
	}
	return s
}

// cut walks over the runes of s and remembers where the ellipsis would still fit.
func cut(s string, limit, tail int, size func(string) int) string {
	used, end := 0, 0
	for i, r := range s {
		if used+tail <= limit {
			end = i
		}
		if used += size(string(r)); used > limit {
			if tail > limit {
				return ""
			}
			return s[:end] + ellipsis
		}
	}
	return s
}

// Plural counts things: "1 second", "2 seconds", "3 entries". Where the plural is neither, it is
// given.
func Plural(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		one = many[0]
	case strings.HasSuffix(one, "y") && !strings.HasSuffix(one, "ay") && !strings.HasSuffix(one, "ey"):
		one = strings.TrimSuffix(one, "y") + "ies"
	default:
		one += "s"
	}
	return strconv.Itoa(n) + " " + one
}

// FromUTF16 is what bytes in UTF-16 say, a byte order mark included. A byte too many at the end is
// left out, and what is no character becomes U+FFFD.
func FromUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}
