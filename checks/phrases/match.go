package phrases

import (
	"html"
	"strings"
	"unicode"
)

// maxGap is the largest distance, in bytes, that a "…" in a phrase spans: a name, an address or a
// list of scopes. Beyond that, two halves of a sentence are two sentences.
const maxGap = 120

// maxWords bounds what is looked at. A refusal is a sentence or two.
const maxWords = 8 << 10

// split takes a phrase apart at its gaps.
func split(text string) (parts []string) {
	for part := range strings.SplitSeq(text, "…") {
		if part = fold(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// within tells that the folded words hold the parts, in order and near each other. Each is looked
// for from the end of the one before; where the next is too far away, the search goes on behind the
// first.
func within(words string, parts []string) bool {
	for start := 0; ; {
		i := strings.Index(words[start:], parts[0])
		if i < 0 {
			return false
		}
		if follows(words[start+i+len(parts[0]):], parts[1:]) {
			return true
		}
		start += i + len(parts[0])
	}
}

func follows(words string, parts []string) bool {
	for _, part := range parts {
		near := words[:min(len(words), maxGap+len(part))]
		i := strings.Index(near, part)
		if i < 0 {
			return false
		}
		words = words[i+len(part):]
	}
	return true
}

// quotes are written in many ways on the way from a server to a person: typographic ones, escaped
// ones, entities.
var quotes = strings.NewReplacer(`\"`, "'", `\'`, "'", `"`, "'", "`", "'", "‘", "'", "’", "'", "“", "'", "”", "'", "\u00a0", " ")

// fold makes words comparable: case, white space, quotes and HTML entities are as it happens to be.
func fold(s string) string {
	s = s[:min(len(s), maxWords)]
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	s = quotes.Replace(strings.ToLower(s))
	var b strings.Builder
	b.Grow(len(s))
	blank := true
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			continue
		}
		b.WriteRune(r)
		blank = false
	}
	return strings.TrimSpace(b.String())
}
