package guard

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// addEncoded takes in what a secret becomes in Base64 and Base32, behind any text, in hexadecimal
// and as a list of numbers. The pieces are those of eight bytes, of a phrase of sixteen: half a
// word is in many words.
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

// within is what a text becomes behind so many other bytes: the characters of so many bits that
// hold nothing else.
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
