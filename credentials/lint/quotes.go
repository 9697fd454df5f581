package lint

import (
	"strings"
	"unicode/utf8"
)

// quotePairs are the quotes that files, shells, word processors and chats
// put around a value.
var quotePairs = []struct{ opening, closing, name string }{
	{`"`, `"`, "double quotes"},
	{`'`, `'`, "single quotes"},
	{"`", "`", "backticks"},
	{"“", "”", "typographic double quotes"},
	{"„", "“", "typographic double quotes"},
	{"”", "”", "typographic double quotes"},
	{"‘", "’", "typographic single quotes"},
	{"‚", "‘", "typographic single quotes"},
	{"’", "’", "typographic single quotes"},
	{"«", "»", "guillemets"},
	{"»", "«", "guillemets"},
	{`\"`, `\"`, "escaped double quotes"},
}

const anyQuote = "\"'`“”„‘’‚«»"

// quotesAround names the pair of quotes around the value, and tells of a
// quote that stands at one end only.
func quotesAround(text string) (pair string, stray bool) {
	for _, quotes := range quotePairs {
		if inQuotes(text, quotes.opening, quotes.closing) {
			return quotes.name, false
		}
	}
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return "", text != "" && (strings.ContainsRune(anyQuote, first) || strings.ContainsRune(anyQuote, last))
}

func inQuotes(text, opening, closing string) bool {
	return len(text) >= len(opening)+len(closing) && strings.HasPrefix(text, opening) && strings.HasSuffix(text, closing)
}

// unquote takes one pair of quotes off.
func unquote(text string) (string, bool) {
	for _, quotes := range quotePairs {
		if inQuotes(text, quotes.opening, quotes.closing) {
			return text[len(quotes.opening) : len(text)-len(quotes.closing)], true
		}
	}
	return text, false
}

// unstray takes a quote off that stands at one end only.
func unstray(text string) (string, bool) {
	if _, stray := quotesAround(text); !stray {
		return text, false
	}
	trimmed := strings.TrimLeft(text, anyQuote)
	if trimmed == text {
		trimmed = strings.TrimRight(text, anyQuote)
	}
	return trimmed, trimmed != text
}
