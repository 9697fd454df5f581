package guard

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"sync"
)

// whole decodes what only a whole run can be: something turned, compressed, or one number.
func (r *encodings) whole(run span) {
	const least = 16
	text := r.of.text[run.from:run.to]
	switch {
	case len(text) < least || r.tried >= mostTried || r.of.of != nil && r.of.of.turned:
	case mixed(text):
		r.tried++
		r.compressed(run)
		r.turned(reversed(text), base64Values, encoded{outer: r.of, from: run.from, bytes: len(text), backwards: true})
		r.turned(rot13(text), base64Values, encoded{outer: r.of, from: run.from, chars: 1, bytes: 1})
		if number := numberOf(text, base58); number != nil {
			r.read(number, encoded{outer: r.of, from: run.from, chars: len(text), bytes: mostInflated, grouped: true})
		}
	case strings.Trim(text, digits) == "":
		r.read(numberOf(text, decimals), encoded{outer: r.of, from: run.from, chars: len(text), bytes: mostInflated, grouped: true})
	case strings.Trim(text, hexBoth) == "":
		r.turned(reversed(text), hexValues, encoded{outer: r.of, from: run.from, bytes: len(text), backwards: true})
		if begins(text, "1f8b08") || begins(text, "78") { // gzip, zlib
			r.compressed(run)
		}
	case !r.joined && cased(text):
		r.casedly(run)
	}
}

// turned goes on with a run backwards or in ROT13, if something may be encoded in it then.
func (r *encodings) turned(text string, of values, from encoded) {
	chars, bits := 4, 6
	if of == hexValues {
		chars, bits = 2, 4
	}
	from.turned = true
	for skip := range chars {
		if mayBeASCII(text[skip:], of, bits) {
			r.made(view{text: text, of: &from}, r.deep)
			return
		}
	}
}

// longText is from where on a compressed text has a table of its own.
const longText = 120

// cased tells a text of letters in one case, and digits among them: it may be Base64 that lost the
// other case. Numbers in hexadecimal are everywhere.
func cased(text string) bool {
	const least, leastLength, long = 3, 12, 20
	if text != strings.ToLower(text) && text != strings.ToUpper(text) {
		return false
	}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !onlyAlnum[byte(r)] }) {
		n := 0
		for i := 1; i < len(part); i++ {
			if changesAt[kinds[part[i-1]]][kinds[part[i]]] {
				n++
			}
		}
		if (n >= least && len(part) >= leastLength || n > 0 && len(part) >= long) && strings.Trim(part, hexBoth) != "" {
			return true
		}
	}
	return false
}

// casedly looks for the secrets in Base64 without its case.
func (r *encodings) casedly(run span) {
	if r.x == nil {
		r.unsure = true
		return
	}
	part := view{text: r.of.text[run.from:run.to], of: &encoded{outer: r.of, from: run.from, chars: 1, bytes: 1}}
	if lossy := r.x.lossy(); len(lossy.sets) > 0 {
		r.spans = lossy.search(part, search{}, r.spans)
	}
}

var (
	base58   = valuesOf("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
	decimals = valuesOf(digits)
)

// numberOf is the bytes of a number that is written in some alphabet, nothing if it is none.
func numberOf(text string, of values) []byte {
	const most = 256
	if len(text) > most {
		return nil
	}
	base := uint(0)
	for _, v := range of {
		base = max(base, uint(v+1))
	}
	var out []byte // the lowest first
	for i := range len(text) {
		if of[text[i]] < 0 {
			return nil
		}
		carry := uint(of[text[i]])
		for n := range out {
			carry += base * uint(out[n])
			out[n] = byte(carry)
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			out = append(out, byte(carry))
		}
	}
	slices.Reverse(out)
	return out
}

// mostTried is how often a walk takes something for compressed.
const mostTried = 32

// compressed decompresses what is a compressed text in Base64 or in hexadecimal.
func (r *encodings) compressed(run span) {
	text := r.of.text[run.from:run.to]
	of, chars, size := base64Values, 4, 3
	switch {
	case (begins(text, "1f8b08") || begins(text, "78")) && !strings.ContainsFunc(text, func(c rune) bool { return hexValues[c] < 0 }):
		of, chars, size = hexValues, 2, 1
	case strings.HasPrefix(text, "H4sI"), strings.HasPrefix(text, "eJ"), strings.HasPrefix(text, "eN"), strings.HasPrefix(text, "eA"), strings.HasPrefix(text, "eF"): // gzip, zlib
	case len(text) < longText && (base64Values[text[1]]&(1<<5) == 0 || base64Values[text[0]]&1 != 0): // not bare either, in the block of short texts, RFC 1951 section 3.2.3
		return
	}
	packed := r.decoded(text, of, 8*size/chars)
	if plain := decompressed(packed, min(mostInflated, r.left/2)); len(plain) >= leastRaw { // so that it is looked into
		r.made(view{text: string(plain), of: &encoded{outer: r.of, from: run.from, chars: len(text), bytes: mostInflated, grouped: true}}, r.deep)
	}
}

// mixed tells of a run that it has small and capital letters and digits, as a compressed text has.
func mixed(text string) bool {
	var seen [punctuation + 1]bool
	for i := range len(text) {
		seen[kinds[text[i]]] = true
	}
	return seen[small] && seen[capital] && seen[other]
}

const mostInflated = 64 << 10

var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// decompressed is what can be read of a text in gzip, zlib or bare, so many bytes at most: one that
// was cut short holds something too.
func decompressed(packed []byte, most int) []byte {
	switch {
	case len(packed) < 4:
		return nil
	case packed[0] == 0x1f && packed[1] == 0x8b: // RFC 1952 section 2.3
		in, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil
		}
		plain, _ := io.ReadAll(io.LimitReader(in, int64(most)))
		return plain
	case packed[0]&0xF == 8 && (int(packed[0])<<8|int(packed[1]))%31 == 0: // RFC 1950 section 2.2
		packed = packed[2:]
	}
	in := inflaters.Get().(io.ReadCloser)
	defer inflaters.Put(in)
	_ = in.(flate.Resetter).Reset(bytes.NewReader(packed), nil)
	plain, _ := io.ReadAll(io.LimitReader(in, int64(most)))
	return plain
}
