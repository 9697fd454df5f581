package javascript

import "strings"

// Space reports whether JavaScript counts r as white space: more than Go does, a byte order mark
// included.
func Space(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

// Trim removes white space at both ends.
func Trim(s string) string { return strings.TrimFunc(s, Space) }

// WithoutSpace removes white space everywhere.
func WithoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if Space(r) {
			return -1
		}
		return r
	}, s)
}

// Length counts UTF-16 units: a letter outside the basic plane, such as an emoji, counts twice.
func Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// Characters counts as the server's validator library does: a surrogate pair is one character, and
// a variation selector (U+FE0E, U+FE0F) belongs to the character before it.
func Characters(s string) int {
	n, free := 0, false // free: a character stands before that no selector has taken yet
	for _, r := range s {
		if (r == 0xFE0E || r == 0xFE0F) && free {
			free = false
			continue
		}
		n++
		free = r != 0xFE0E && r != 0xFE0F
	}
	return n
}

// Lower is toLowerCase. Of all letters in lower case, JavaScript and Go differ on one: the dotted
// capital I keeps its dot.
func Lower(s string) string { return strings.ToLower(strings.ReplaceAll(s, "İ", "i\u0307")) }
