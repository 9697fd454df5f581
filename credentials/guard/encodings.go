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
	room := make([]byte, 0, 8*len(text)) // for the longest, a list of numbers
	add := func(text []byte, least int) {
		x.addForm(text, form{least: least, sure: made})
	}
	behind := make([]byte, 0, 4+3*len(text)) // what is encoded, behind bytes of which nothing is looked for
	encoded := func(encode func(dst, src []byte) []byte, text string, before, bits int) []byte {
		behind = append(behind[:before], text...)
		return within(encode(room[:0], behind), before, len(behind), bits)
	}
	wide := utf16le(text)
	for before := range 3 {
		for _, inner := range written {
			add(encoded(base64.StdEncoding.AppendEncode, inner, before, 6), piece*4/3)
			add(encoded(base64.URLEncoding.AppendEncode, inner, before, 6), piece*4/3)
		}
		add(encoded(base64.StdEncoding.AppendEncode, wide, before, 6), 2*piece*4/3)
	}
	for before := range 5 {
		add(encoded(base32.StdEncoding.AppendEncode, text, before, 5), piece*8/5)
	}
	add(hex.AppendEncode(room[:0], []byte(text)), 2*piece)
	add(hex.AppendEncode(room[:0], []byte(wide)), 4*piece)
	add(hex.AppendEncode(room[:0], []byte(swapped(wide))), 4*piece)
	for _, list := range []struct {
		format, between string
		wide            int // what a byte takes at least
	}{
		{"", " ", 3}, {"", ":", 3}, {"0x", " ", 4}, {"0x", ", ", 5}, {decimal, " ", 2}, {decimal, ",", 2}, {decimal, ", ", 3},
	} {
		add(appendList(room[:0], text, list.format, list.between), piece*list.wide-1)
	}
}

// within are the characters, of so many bits each, that hold nothing of the bytes before the text.
func within(encoded []byte, before, end, bits int) []byte {
	return encoded[(before*8+bits-1)/bits : end*8/bits]
}

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

func appendList(out []byte, text, format, between string) []byte {
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
	return out
}
