package guard

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// values are what the characters of an encoding stand for; less than zero: nothing.
type values *[256]int8

func valuesOf(alphabets ...string) values {
	var table [256]int8
	for i := range table {
		table[i] = -1
	}
	for _, alphabet := range alphabets {
		for i := range len(alphabet) {
			table[alphabet[i]] = int8(i)
		}
	}
	return &table
}

var (
	base64Values = valuesOf(capitals+smalls+digits+"+/", capitals+smalls+digits+"-_")
	base32Values = valuesOf(capitals+"234567", smalls+"234567")
	base32Hex    = valuesOf(digits+capitals[:22], digits+smalls[:22])
	hexValues    = valuesOf(digits+"abcdef", digits+"ABCDEF")
	bitValues    = valuesOf("01")
)

// encoded tells where the bytes that were decoded come from: so many characters of the outer view
// are so many bytes of the inner one.
type encoded struct {
	outer        view
	from         int
	chars, bytes int
	skipped      int  // bytes before the first one
	turned       bool // backwards or in ROT13; it is not turned again
	backwards    bool
	grouped      bool // the characters of a group make its bytes together
}

func (e *encoded) origin(i int) span {
	i += e.skipped
	if e.backwards {
		i = e.bytes - 1 - i
		return e.outer.source(span{e.from + i, e.from + i + 1})
	}
	from, to := i*e.chars/e.bytes, ((i+1)*e.chars+e.bytes-1)/e.bytes
	if e.grouped {
		from = i / e.bytes * e.chars
		to = from + e.chars
	}
	return e.outer.source(span{min(e.from+from, len(e.outer.text)-1), min(e.from+to, len(e.outer.text))})
}

// digits decodes a run of characters of some bits each, behind each number of characters that may
// not belong to it.
func (r *encodings) digits(run span, of values, chars, size int) {
	text := r.of.text[run.from:run.to]
	for skip := range min(chars, len(text)) {
		if r.loose || mayBeASCII(text[skip:], of, 8*size/chars) {
			r.read(r.decoded(text[skip:], of, 8*size/chars), encoded{outer: r.of, from: run.from + skip, chars: chars, bytes: size})
		}
	}
}

// decoded is the bytes that characters of some bits each are. Their room is used again.
func (r *encodings) decoded(text string, of values, bits int) []byte {
	out, rest, have := r.room[:0], 0, 0
	for i := range len(text) {
		rest, have = rest<<bits|int(of[text[i]]), have+bits
		if have >= 8 {
			have -= 8
			out = append(out, byte(rest>>have))
			rest &= 1<<have - 1
		}
	}
	r.room = out
	return out
}

// mayBeASCII tells that characters of some bits each have eight bytes of ASCII in a row.
func mayBeASCII(text string, of values, bits int) bool {
	places := &highest[bits]
	whole := len(text) * bits / 8
	if whole > len(places) {
		return true
	}
	for end := window - 1; end < whole; {
		n := end
		for n > end-window { // the last one first: where that is none, no other row with it is one
			if p := places[n]; of[text[p.char]]&p.bit != 0 {
				break
			}
			n--
		}
		if n == end-window {
			return true
		}
		end = n + window
	}
	return false
}

// highest tells where the highest bit of a byte is, by how many bits a character has.
var highest = func() (table [7][256]struct {
	char uint16
	bit  int8
},
) {
	for _, bits := range []int{1, 4, 5, 6} {
		for i := range table[bits] {
			table[bits][i].char, table[bits][i].bit = uint16(8*i/bits), 1<<(bits-1-8*i%bits)
		}
	}
	return table
}()

// read goes on with what was decoded: with what is ASCII in it, or with all where anything may be.
func (r *encodings) read(out []byte, from encoded) {
	if r.loose {
		all, from := slices.Clone(out), from
		r.made(view{text: string(out), of: &from}, r.deep)
		r.wide(all, &from)
		return
	}
	text := ""
	for start, i := 0, 0; i <= len(out); i++ {
		if i < len(out) && inText[out[i]] {
			continue
		}
		if i-start >= window {
			if text == "" {
				text, out = string(out), slices.Clone(out) // its room is used again
			}
			part := from
			part.skipped = start
			v := view{text: text[start:i], of: &part}
			r.made(v, r.deep)
			if strings.IndexByte(v.text, 0) >= 0 { // UTF-16 or wider
				narrow := encodings{walk: r.walk, of: v}
				r.made(narrow.leaving(0, len(v.text), anyButNUL), r.deep)
			}
		}
		start = i + 1
	}
}

// inText tells the bytes of ASCII that texts have, and UTF-16 between them.
var inText = func() (table [256]bool) {
	for i := range 0x7f {
		table[i] = i >= ' ' || i == 0 || i == '\t' || i == '\r' || i == '\n'
	}
	return table
}()

// wide goes on with what was decoded as UTF-16, as Windows' shells write it. What is ASCII is found
// without: what shows as nothing stands between.
func (r *encodings) wide(out []byte, from *encoded) {
	if bytes.IndexByte(out, 0) < 0 {
		return
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for odd := range 2 {
			r.made(view{text: text.FromUTF16(out[odd:], order), of: r.wholly(from, len(out))}, r.deep)
		}
	}
}

// wholly is where bytes come from of which it is only known from what together.
func (r *encodings) wholly(from *encoded, size int) *encoded {
	to := (size*from.chars + from.bytes - 1) / from.bytes
	return &encoded{outer: from.outer, from: from.from, chars: to, bytes: mostInflated, grouped: true}
}

// pieces decodes what of a run has letters and digits alone.
func (r *encodings) pieces(run span, isHex, long bool) {
	least := 13
	if r.loose {
		least = 8
	}
	if isHex {
		r.each(run, hexValues, 2*min(window, least), 2, 1)
	}
	if long {
		r.each(run, base32Values, least, 8, 5)
		r.each(run, base32Hex, least, 8, 5)
		r.whole(run)
	}
}

// each decodes the parts of a run that have the characters of an encoding alone.
func (r *encodings) each(run span, of values, least, chars, size int) {
	text := r.of.text
	for from := run.from; from < run.to; from++ {
		to := from
		for to < run.to && of[text[to]] >= 0 {
			to++
		}
		if to-from >= least {
			r.digits(span{from, to}, of, chars, size)
		}
		from = to
	}
}
