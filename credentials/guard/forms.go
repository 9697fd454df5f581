package guard

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

const (
	// window is the least that is searched for, in bytes. What is shorter occurs by chance.
	window = 8
	// mostBytes of a secret are searched for piece by piece; nothing longer is one.
	mostBytes = 16 << 10
	// mostCompared bounds the work on a text that nearly repeats what is only searched for whole.
	mostCompared = 128
)

// form is one way to write a secret, in lower case.
type form struct {
	text     string
	least    int  // so many bytes in a row count
	sure     bool // a generator made it, so that it stands nowhere by chance
	spelling bool // the text itself: what of it stands in a public text cannot be told from that
}

// whole is how many bytes in a row are as good as all.
func (f form) whole() int { return min(len(f.text), mostCompared) }

// forms are those of one secret or token, with the windows by which they are found.
type forms struct {
	list    []form
	places  []place
	heads   []int32 // by a window's hash: the last of its places, plus one
	filter  filter
	words   []string
	shorter []string
}

// place is where a window stands in a form. The next one is of a window with the same hash.
type place struct {
	key            uint64
	form, at, next int32
}

// formsOf are all forms of a secret. It is found by its pieces: a generator's by any, a phrase by those that go
// over more than a word. A word is found only where a client secret must stand: it says nothing anywhere else, and is
// everywhere.
func formsOf(text string) *forms {
	const most = 4 << 10
	text = text[:min(len(text), most)]
	if ordinary(text) || len(text) < leastRaw {
		return &forms{words: []string{folded(text)}}
	}
	x := &forms{heads: make([]int32, usualWindows), places: make([]place, 0, usualWindows)}
	made := generated(text)
	spellings := []string{text, strings.ToLower(text), strings.ToUpper(text), canonical(text)}
	if made {
		spellings = append(spellings, reversed(text))
	}
	for _, spelling := range spellings {
		x.addForm(spelling, form{least: window, sure: made, spelling: true})
	}
	x.addEncoded(text, made)
	return x
}

// formsOfToken are those of a token's signature, or of an opaque token.
func formsOfToken(text string) *forms {
	const leastPiece, leastToken = 16, 16
	x := &forms{}
	parts := strings.Split(strings.TrimSpace(text), ".")
	switch {
	case !lint.IsToken(text):
		if len(text) >= leastToken && !wordy(text) {
			x.addForm(text, form{least: len(text), sure: true})
		}
		return x
	case len(parts) == 3:
		parts = parts[2:]
	default: // encrypted: all but the header is random
		parts = parts[1:]
	}
	for _, part := range parts {
		if len(part) >= leastPiece && !wordy(part) {
			x.addForm(part, form{least: leastPiece, sure: true, spelling: true})
		}
	}
	return x
}

// usualWindows is how many windows the forms of a generated secret have, about; a power of two.
const usualWindows = 1 << 10

// leastRaw is the length from which what is no word is searched for.
const leastRaw = 5

func (x *forms) addForm(text string, f form) {
	f.text = folded(text)
	if n := len(f.text); leastRaw <= n && n < window {
		x.shorter = append(x.shorter, f.text)
	}
	f.text = f.text[:min(len(f.text), mostBytes)]
	f.least = min(f.least, len(f.text))
	known := func(other form) bool { return other.text == f.text }
	if len(f.text) < window || slices.ContainsFunc(x.list, known) {
		return
	}
	x.list = append(x.list, f)
	may := func(int) bool { return true }
	if f.spelling {
		may = pieces(text, f.sure)
	}
	if f.least == len(f.text) || !x.addPlaces(f, may) { // counts only whole, so that its first window is enough
		x.list[len(x.list)-1].least = f.whole()
		x.addPlace(f, 0)
	}
}

// addPlaces takes in so many windows that any piece which counts has one, of those that may be looked for. It tells whether
// there are any.
func (x *forms) addPlaces(f form, may func(at int) bool) bool {
	last, stride, chosen := len(f.text)-window, f.least-window+1, -1
	is := func(at int) bool { return may(at) && !x.has(keyOf(f.text[at:])) }
	for chosen < last {
		at := min(chosen+stride, last) // the farthest that leaves no piece without one
		for at > chosen && !is(at) {
			at--
		}
		if at == chosen { // there is none, so the next
			at = chosen + stride + 1
			for at <= last && !is(at) {
				at++
			}
		}
		if at > last {
			break
		}
		x.addPlace(f, at)
		chosen = at
	}
	return chosen >= 0
}

// has tells that the form taken in last has a window already.
func (x *forms) has(key uint64) bool {
	for p := range x.placesOf(key) {
		if int(p.form) == len(x.list)-1 {
			return true
		}
	}
	return false
}

// placesOf are those of a window, the last one first.
func (x *forms) placesOf(key uint64) iter.Seq[place] {
	return func(yield func(place) bool) {
		if len(x.heads) == 0 {
			return
		}
		for n := x.heads[x.bucket(key)]; n > 0; n = x.places[n-1].next {
			if p := x.places[n-1]; p.key == key && !yield(p) {
				return
			}
		}
	}
}

func (x *forms) bucket(key uint64) int { return int(hash(key) & uint64(len(x.heads)-1)) }

// addPlace takes in a window of the form taken in last.
func (x *forms) addPlace(f form, at int) {
	key := keyOf(f.text[at:])
	if x.has(key) {
		return
	}
	if len(x.places) >= len(x.heads) {
		x.heads = make([]int32, max(1<<6, 2*len(x.heads)))
		for i := range x.places {
			x.link(i)
		}
	}
	x.places = append(x.places, place{key: key, form: int32(len(x.list) - 1), at: int32(at)})
	x.link(len(x.places) - 1)
	x.filter.add(key)
}

func (x *forms) link(i int) {
	head := &x.heads[x.bucket(x.places[i].key)]
	x.places[i].next, *head = *head, int32(i+1)
}

// addEncoded takes in what a secret becomes in Base64 and Base32, behind any text, in hexadecimal and as a list of
// numbers. The pieces are those of eight bytes, of a phrase of sixteen: half a word is in many words.
func (x *forms) addEncoded(text string, made bool) {
	quoted, _ := json.Marshal(text)
	escaped := []string{url.QueryEscape(text), strings.Trim(string(quoted), `"`)}
	written := slices.Compact(append([]string{text}, slices.DeleteFunc(escaped, func(s string) bool { return s == text })...))
	piece := 2 * window
	if made {
		piece = window
	}
	add := func(text string, least int) {
		x.addForm(text, form{least: least, sure: made})
	}
	wide := utf16le(text)
	for before := range 3 {
		for _, inner := range written {
			exact := within(base64.StdEncoding.EncodeToString, inner, before, 6)
			add(exact, piece*4/3)
			add(urlAlphabet.Replace(exact), piece*4/3)
		}
		add(within(base64.StdEncoding.EncodeToString, wide, before, 6), 2*piece*4/3)
	}
	for before := range 5 {
		add(within(base32.StdEncoding.EncodeToString, text, before, 5), piece*8/5)
	}
	add(hex.EncodeToString([]byte(text)), 2*piece)
	add(hex.EncodeToString([]byte(wide)), 4*piece)
	add(hex.EncodeToString([]byte(swapped(wide))), 4*piece)
	for _, list := range []struct {
		format, between string
		wide            int // what a byte takes at least
	}{
		{"", " ", 3}, {"", ":", 3}, {"0x", " ", 4}, {"0x", ", ", 5}, {decimal, " ", 2}, {decimal, ",", 2}, {decimal, ", ", 3},
	} {
		add(listed(text, list.format, list.between), piece*list.wide-1)
	}
}

// within is what a text becomes behind so many other bytes: the characters of so many bits that hold nothing else.
func within(encode func([]byte) string, text string, before, bits int) string {
	whole := encode(append(make([]byte, before), text...))
	return whole[(before*8+bits-1)/bits : (before+len(text))*8/bits]
}

var urlAlphabet = strings.NewReplacer("+", "-", "/", "_")

// utf16le is a text in UTF-16, as of Windows' shells.
func utf16le(text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return string(out)
}

// swapped is UTF-16 in the other order of bytes.
func swapped(wide string) string {
	out := []byte(wide)
	for i := 0; i+1 < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return string(out)
}

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

// decimal is the list of bytes as numbers; any other is hexadecimal behind a prefix.
const decimal = "decimal"

const hexDigits = "0123456789abcdef"

func listed(text, format, between string) string {
	out := make([]byte, 0, len(text)*6)
	for i, b := range []byte(text) {
		if i > 0 {
			out = append(out, between...)
		}
		if format == decimal { // a check writes each byte of its secret many times
			out = strconv.AppendUint(out, uint64(b), 10)
		} else {
			out = append(append(out, format...), hexDigits[b>>4], hexDigits[b&0xF])
		}
	}
	return string(out)
}

// pieces tells which windows of a text only it can hold. Of a generated one those in its words cannot, as in
// OPENEO_AUTH_CLIENT_SECRET=…; of a phrase those within a word.
func pieces(text string, made bool) func(at int) bool {
	whole, plain := folded(text), plainBytes(text)
	return func(at int) bool {
		if made {
			return slices.Contains(plain[at:at+window], false)
		}
		return len(strings.FieldsFunc(whole[at:at+window], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })) > 1
	}
}

var uuid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// names stand around secrets that were copied with too much, and in our own texts.
var names = strings.ToLower(credentials.EnvClientSecret + " " + credentials.EnvClientID + ` "client_secret" "client_id": client_credentials`)

// words are the parts of a text that look like words or parts of some: two small letters or more, perhaps behind a capital
// one, and three capital letters or more. Nearly every text that a server says is taken apart by it.
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
	out := make([]byte, len(text))
	for i := range len(text) {
		out[i] = lower[text[i]]
	}
	return string(out)
}
