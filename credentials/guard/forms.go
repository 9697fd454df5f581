package guard

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// addSecret takes in every form of a secret. It is found by its pieces: a generator's by any, a phrase by
// those that go over more than a word. A word is found only where a client secret must stand: it says
// nothing anywhere else, and is everywhere.
func (x *index) addSecret(text string) {
	const most = 4 << 10
	text = text[:min(len(text), most)]
	if ordinary(text) || len(text) < leastRaw {
		x.words = append(x.words, folded(text))
		return
	}
	made := generated(text)
	if x.places == nil { // as many as the forms of a usual secret have, so that the table need not grow
		x.heads, x.places = make(map[uint64]int32, usualWindows), make([]place, 0, usualWindows)
	}
	for _, spelling := range []string{text, strings.ToLower(text), strings.ToUpper(text), canonical(text)} {
		x.addForm(spelling, window, made, x.pieces(spelling, made))
	}
	x.addEncoded(text, made)
}

// addToken takes in a token's signature, or an opaque token.
func (x *index) addToken(text string) {
	const leastPiece, leastToken = 16, 16
	parts := strings.Split(strings.TrimSpace(text), ".")
	switch {
	case !lint.IsToken(text):
		if len(text) >= leastToken && !wordy(text) {
			x.addForm(text, len(text), true, nil)
		}
		return
	case len(parts) == 3:
		parts = parts[2:]
	default: // encrypted: all but the header is random
		parts = parts[1:]
	}
	for _, part := range parts {
		if len(part) >= leastPiece && !wordy(part) {
			x.addForm(part, leastPiece, true, x.pieces(part, true))
		}
	}
}

// usualWindows is how many windows the forms of a generated secret have, about.
const usualWindows = 4096

// leastRaw is the length from which what is no word is searched for.
const leastRaw = 5

func (x *index) addForm(text string, least int, sure bool, may func(int) bool) {
	f := form{text: folded(text), least: least, sure: sure}
	if n := len(f.text); leastRaw <= n && n < window {
		x.shorter = append(x.shorter, f.text)
	}
	x.add(f, may)
}

// addEncoded takes in what a secret becomes in Base64, behind any text, in hexadecimal and as a list of
// numbers. The pieces are those of eight bytes, of a phrase of sixteen: half a word is in many words.
func (x *index) addEncoded(text string, made bool) {
	written := []string{text}
	quoted, _ := json.Marshal(text)
	for _, other := range []string{url.QueryEscape(text), strings.Trim(string(quoted), `"`)} {
		if other != text {
			written = append(written, other)
		}
	}
	everywhere, piece := func(int) bool { return true }, 2*window
	if made {
		piece = window
	}
	for _, inner := range written {
		for before := range 3 {
			whole := base64.StdEncoding.EncodeToString(append(make([]byte, before), inner...))
			exact := whole[(before*8+5)/6 : (before+len(inner))*8/6]
			x.addForm(exact, piece*4/3, made, everywhere)
			if other := strings.NewReplacer("+", "-", "/", "_").Replace(exact); other != exact {
				x.addForm(other, piece*4/3, made, everywhere)
			}
		}
	}
	x.addForm(hex.EncodeToString([]byte(text)), 2*piece, made, everywhere)
	for _, list := range []struct {
		format, between string
		wide            int // what a byte takes at least
	}{
		{"", " ", 3}, {"", ":", 3}, {"0x", " ", 4}, {"0x", ", ", 5}, {decimal, " ", 2}, {decimal, ",", 2}, {decimal, ", ", 3},
	} {
		x.addForm(listed(text, list.format, list.between), piece*list.wide-1, made, everywhere)
	}
}

// decimal is the list of bytes as numbers; any other is hexadecimal behind a prefix.
const decimal = "decimal"

func listed(text, format, between string) string {
	var out []byte
	for i, b := range []byte(text) {
		if i > 0 {
			out = append(out, between...)
		}
		if format == decimal { // a check writes each byte of its secret many times
			out = strconv.AppendUint(out, uint64(b), 10)
		} else {
			out = hex.AppendEncode(append(out, format...), []byte{b})
		}
	}
	return string(out)
}

// pieces tells which windows of a text only it can hold. Of a generated one those in its words cannot, as in
// OPENEO_AUTH_CLIENT_SECRET=…; of a phrase those within a word; and never those of public texts, unless one
// of them holds the whole.
func (x *index) pieces(text string, made bool) func(at int) bool {
	whole := folded(text)
	for _, public := range x.texts {
		if strings.Contains(public, string(whole)) {
			x = &index{}
		}
	}
	plain := plainBytes(text)
	return func(at int) bool {
		if x.public[keyOf(whole[at:])] {
			return false
		}
		if made {
			return slices.Contains(plain[at:at+window], false)
		}
		return len(bytes.FieldsFunc(whole[at:at+window], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })) > 1
	}
}

var (
	words = regexp.MustCompile(`[A-Z]?[a-z]{2,}|[A-Z]{3,}`)
	uuid  = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// names stand around secrets that were copied with too much, and in our own texts.
var names = strings.ToLower(credentials.EnvClientSecret + " " + credentials.EnvClientID + ` "client_secret" "client_id": client_credentials`)

// plainBytes tells of each byte that it stands in a word or is punctuation.
func plainBytes(text string) []bool {
	const long = 5 // shorter words occur in what is random
	plain := make([]bool, len(text))
	for _, at := range words.FindAllStringIndex(text, -1) {
		for i := at[0]; at[1]-at[0] >= long && i < at[1]; i++ {
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
	for _, word := range words.FindAllString(text, -1) {
		if len(word) > 2 {
			inWords += len(word)
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

func folded(text string) []byte {
	out := []byte(text)
	for i, c := range out {
		out[i] = lower[c]
	}
	return out
}
