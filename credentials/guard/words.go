package guard

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// pieces tells which windows of a text only it can hold. Of a generated one those in its words
// cannot, as in OPENEO_AUTH_CLIENT_SECRET=…; of a phrase those within a word.
func pieces(text string, made bool) func(at int) bool {
	if made {
		plain := plainBytes(text)
		return func(at int) bool { return slices.Contains(plain[at:at+window], false) }
	}
	whole := folded(text)
	return func(at int) bool {
		return len(strings.FieldsFunc(whole[at:at+window], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })) > 1
	}
}

var uuid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// names stand around secrets that were copied with too much, and in our own texts.
var names = strings.ToLower(credentials.EnvClientSecret + " " + credentials.EnvClientID + ` "client_secret" "client_id": client_credentials`)

// words are the parts of a text that look like words or parts of some: two small letters or more,
// perhaps behind a capital one, and three capital letters or more. Nearly every text that a server
// says is taken apart by it.
func words(text string) iter.Seq2[int, int] {
	small := func(c byte) bool { return 'a' <= c && c <= 'z' }
	capital := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	run := func(from int, kind func(byte) bool) int {
		for from < len(text) && kind(text[from]) {
			from++
		}
		return from
	}
	return func(yield func(int, int) bool) {
		for i := 0; i < len(text); {
			start, end := i, run(i, small)
			if end == i && capital(text[i]) {
				end = run(i+1, small)
				if end-i < 3 {
					end = run(i, capital)
				}
			}
			switch n := end - start; {
			case n >= 3, n == 2 && small(text[start]):
				if !yield(start, end) {
					return
				}
				i = end
			default:
				i++
			}
		}
	}
}

// plainBytes tells of each byte that it stands in a word or is punctuation.
func plainBytes(text string) []bool {
	const long = 5 // shorter words occur in what is random
	plain := make([]bool, len(text))
	for from, to := range words(text) {
		for i := from; to-from >= long && i < to; i++ {
			plain[i] = true
		}
	}
	for i, c := range []byte(text) {
		if c < 0x80 && !unicode.IsLetter(rune(c)) && !unicode.IsDigit(rune(c)) {
			plain[i] = true
		}
	}
	return plain
}

// wordy tells a text that is mostly words, as nothing random is.
func wordy(text string) bool {
	inWords := 0
	for from, to := range words(text) {
		if to-from > 2 {
			inWords += to - from
		}
	}
	return 2*inWords >= len(text)
}

// generated tells a secret that no person chose.
func generated(text string) bool {
	const least = 12
	return lint.SecretShaped(text) || uuid.MatchString(text) || len(text) >= least && !wordy(text)
}

// ordinary tells a secret that is a word or two, a template or a mask, as they stand in any text.
func ordinary(text string) bool {
	const mostLength, mostWords = 20, 2
	if lint.TemplateSecret(text) != "" || lint.Masked(text) {
		return true
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, part := range parts {
		if strings.ContainsFunc(part, unicode.IsDigit) || len(part) > 2 && !wordy(part) {
			return false
		}
	}
	return len(parts) <= mostWords && len(text) <= mostLength
}

// folded is a text with its ASCII in lower case.
func folded(text string) string {
	out := []byte(text)
	fold(out)
	return string(out)
}

// fold is folded in place.
func fold(text []byte) {
	for i, c := range text {
		text[i] = lower[c]
	}
}
