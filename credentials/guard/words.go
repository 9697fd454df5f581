package guard

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// pieces tells which windows of a text only it can hold. Of a generated one those in its words
// cannot, as in OPENEO_AUTH_CLIENT_SECRET=…; of a phrase those within a word, and those that are
// nearly made of words that every text has.
func pieces(text string, made bool) func(at int) bool {
	if made {
		plain := plainBytes(text)
		return func(at int) bool { return slices.Contains(plain[at:at+window], false) }
	}
	own := ownBytes(folded(text))
	return func(at int) bool {
		parts, letters, before := 0, 0, inNone
		for _, where := range own[at : at+window] {
			if where != inNone && before == inNone {
				parts++
			}
			if before = where; where == inOwn {
				letters++
			}
		}
		return parts > 1 && letters >= leastOwn
	}
}

// leastOwn is how much of a piece has to be of words that not every text in this trade has: as much
// of client-secret stands in what servers say about any secret.
const leastOwn = 3

// Where a byte of a phrase stands: between words, in one that many texts have, or in another one.
const (
	inNone = iota
	inCommon
	inOwn
)

// ownBytes tells of each byte where it stands.
func ownBytes(text string) []int {
	own := make([]int, len(text))
	for from := 0; from < len(text); {
		size := strings.IndexFunc(text[from:], isBetween)
		if size < 0 {
			size = len(text) - from
		}
		word, where := text[from:from+size], inOwn
		if common[word] || lint.TemplateWord(word) {
			where = inCommon
		}
		for i := range size {
			own[from+i] = where
		}
		_, next := utf8.DecodeRuneInString(text[from+size:])
		from += size + next
	}
	return own
}

func isBetween(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// common are words of the trade, beside those of template values.
var common = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq("access admin basic bearer check checkin com copernicus cz data demo dev development error eu example " +
		"http https identity invalid localhost oauth org platform refresh scope server space test tests unauthorized url user " +
		"username web www as at be by has no on was wrong") {
		words[word] = true
	}
	return words
}()

var uuid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// names stand around secrets that were copied with too much, and in our own texts.
var names = strings.ToLower(credentials.EnvClientSecret + " " + credentials.EnvClientID + ` "client_secret" "client_id": client_credentials`)

// words are the parts of a text that look like words or parts of some: two small letters or more,
// perhaps behind a capital one, and three capital letters or more. Nearly every text that a server
// says is taken apart by it.
func words(text string) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := 0; i < len(text); {
			start, end := i, runOf(text, i, small)
			if end == i && kinds[text[i]] == capital {
				end = runOf(text, i+1, small)
				if end-i < 3 {
					end = runOf(text, i, capital)
				}
			}
			switch n := end - start; {
			case n >= 3, n == 2 && kinds[text[start]] == small:
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

// kinds tells small letters, capital ones and punctuation of ASCII from the rest.
var kinds = func() (table [256]kind) {
	for i := range table {
		switch c := rune(i); {
		case 'a' <= c && c <= 'z':
			table[i] = small
		case 'A' <= c && c <= 'Z':
			table[i] = capital
		case c < utf8.RuneSelf && !unicode.IsDigit(c):
			table[i] = punctuation
		}
	}
	return table
}()

type kind byte

const (
	other kind = iota
	small
	capital
	punctuation
)

// runOf is where bytes of a kind end.
func runOf(text string, from int, k kind) int {
	for from < len(text) && kinds[text[from]] == k {
		from++
	}
	return from
}

// plainBytes tells of each byte that it stands in a word or is punctuation.
func plainBytes(text string) []bool {
	const long = 5 // shorter words occur in what is random
	plain := make([]bool, len(text))
	for from, to := range words(text) {
		spoken := to-from >= long && !unspeakable(text[from:to])
		for i := from; spoken && i < to; i++ {
			plain[i] = true
		}
	}
	for i := range len(text) {
		plain[i] = plain[i] || kinds[text[i]] == punctuation
	}
	return plain
}

// wordy tells a text that is mostly words, as nothing random is: they are spelled as words are too.
func wordy(text string) bool {
	inWords := 0
	for from, to := range words(text) {
		if to-from > 2 {
			inWords += to - from
		}
	}
	return 2*inWords >= len(text) && !unspeakable(text)
}

// unspeakable tells a text whose letters follow on each other as in no language. Most of the secrets
// that are made of letters alone are told by it from 8 letters on, and one English word in a hundred.
func unspeakable(text string) bool {
	const leastPairs, tenfold = 5, 42 // a word has 2 to 3, what is random has 5 to 6
	pairs, sum := 0, 0
	for i := 1; i < len(text); i++ {
		a, b := lower[text[i-1]], lower[text[i]]
		if a < 'a' || a > 'z' || b < 'a' || b > 'z' || a == text[i-1] && b != text[i] { // the next word begins
			continue
		}
		pairs++
		sum += int(rareness[a-'a'][b-'a'] - '0')
	}
	return pairs >= leastPairs && 10*sum >= tenfold*pairs
}

// rareness tells of two letters in a row how much rarer they are in English words than they would be
// by chance, in bits above a common pair: a row for the first letter, a column for the second.
var rareness = [26]string{
	"53238637385131938121456657", "46673778468377479446489958",
	"29452672393367168352488958", "36641668277566368446477969",
	"25213346586231535012644247", "49764479299477379455499969",
	"48672754499564479346578978", "38982989398667389564698869",
	"33233338886230237322738594", "69776899799999679969698999",
	"58873879488676779747697979", "27641678186276259634469939",
	"25762789397547339847489969", "27222416375564368621457867",
	"54336547575321439133344677", "28662874397387348243497949",
	"99999999999799999879499999", "15340547195434249423457949",
	"37361673295466336621376849", "26451562197456259223366937",
	"44454559498342549333889797", "38792999499988599877999999",
	"48874895499695589568999999", "69685998599778749984999779",
	"77686879699665639755977998", "69994998599999799988999987",
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
	parts := strings.FieldsFunc(text, isBetween)
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
