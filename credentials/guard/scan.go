package guard

import (
	"math/bits"
	"strings"
)

// A text is gone through once, byte by byte, for all that may be decoded in it. Each kind of encoding
// has a pattern of a few bytes that any eight bytes of ASCII leave in it wherever they begin: in
// Base64, two groups of four characters that have the highest bit of none of their six bytes. A
// pattern is a part of a word of bits, one for each of its bytes, moved on with each byte of the text.

// pattern is the sets of characters that follow on each other.
type pattern []string

const (
	digits   = "0123456789"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	smalls   = "abcdefghijklmnopqrstuvwxyz"
	hexBoth  = digits + "abcdefABCDEF"
	between  = " ,;:|-./\t\r\n"
)

// kindSet is a set of what stands in a text: of patterns whose last byte was met, or of characters.
type kindSet uint64

// The characters that count by themselves.
const (
	hasLetterOrDigit kindSet = 1 << (63 - iota)
	hasOdd                   // as Base85 has, and words have not
	hasLine                  // a line end
	hasDigit                 // as what a generator made, nearly always
)

// patterns are the kinds, and the bits at which they begin and end.
type patterns struct {
	table       [256]uint64
	first, ends uint64
	used        int // bits
	escapes     kindSet
	base64, hex kindSet
	base32      kindSet // letters and digits: also of what is compressed
	numbers     kindSet
	quoted      kindSet // quoted-printable
}

// strict and loose are the patterns for secrets of eight bytes of ASCII and more, and for any.
var strict, loose = newPatterns(false), newPatterns(true)

func newPatterns(shorter bool) *patterns {
	p := &patterns{}
	var escaping []byte
	for i := range 256 {
		c := byte(i)
		if onlyAlnum[c] {
			p.table[i] |= uint64(hasLetterOrDigit)
		}
		if special[c] && c != ' ' {
			escaping = append(escaping, c)
		}
		if strings.IndexByte("!#$&()*;<>?@^`{|}~", c) >= 0 {
			p.table[i] |= uint64(hasOdd)
		}
		if c == '\n' {
			p.table[i] |= uint64(hasLine)
		}
		if '0' <= c && c <= '9' {
			p.table[i] |= uint64(hasDigit)
		}
	}
	group := pattern{sixBits(1 << 5), sixBits(1 << 3), sixBits(1 << 1), sixBits(0)}
	octet := pattern{"01234567", hexBoth}
	enough := map[bool]struct{ base64, hex, base32 int }{false: {8, 12, 13}, true: {6, 10, 8}}[shorter]
	if shorter {
		all := sixBits(0)
		group, octet = pattern{all, all, all, all}, pattern{hexBoth, hexBoth}
	}
	p.escapes = p.add(pattern{string(escaping)}) | p.add(pattern{" ", " "})
	p.base64 = p.add(repeated(group, enough.base64))
	p.hex = p.add(repeated(octet, enough.hex))
	p.base32 = p.add(repeated(pattern{digits + capitals + smalls}, enough.base32))
	p.numbers = p.add(pattern{digits, digits, between, digits, digits}) |
		p.add(pattern{digits, digits, between, between, digits, digits}) |
		p.add(pattern{"0", "xX", hexBoth, hexBoth}) | p.add(repeated(pattern{"01"}, 6))
	p.quoted = p.add(pattern{"=", hexBoth + "\r\n"})
	return p
}

// sixBits are the characters of Base64, of both alphabets, whose value has a bit of six not set.
func sixBits(bit byte) string {
	var out strings.Builder
	for i := range 256 {
		if v := base64Values[i]; v >= 0 && byte(v)&bit == 0 {
			out.WriteByte(byte(i))
		}
	}
	return out.String()
}

func repeated(p pattern, length int) (out pattern) {
	for i := range length {
		out = append(out, p[i%len(p)])
	}
	return out
}

// add takes in a pattern and returns the bit that tells its end.
func (p *patterns) add(one pattern) kindSet {
	p.first |= 1 << p.used
	for _, set := range one {
		for i := range len(set) {
			p.table[set[i]] |= 1 << p.used
		}
		p.used++
	}
	if 1<<p.used > hasDigit {
		panic("the patterns are longer than a word")
	}
	end := uint64(1) << (p.used - 1)
	p.ends |= end
	return kindSet(end)
}

// scan goes through the view for what may be decoded in it.
func (r *encodings) scan(p *patterns) kindSet {
	if r.kept.syntax {
		r.scanDocument(p)
		return 0
	}
	var state, seen uint64
	var alnum uint32
	text := r.of.text
	for i := 0; i < len(text); i++ {
		c := p.table[text[i]]
		state = (state<<1 | p.first) & c
		seen |= c
		alnum = alnum<<1 | uint32(c>>63)
		if state&p.ends != 0 {
			if next := r.found(i, kindSet(state&p.ends)); next > i+1 {
				i, state, alnum = next-1, 0, 0
				continue
			}
		}
		if i&7 == 7 && standApart(alnum) {
			r.apart(i)
		}
	}
	if len(text) >= 2*window-1 && standApart(alnum) {
		r.apart(len(text) - 1)
	}
	return kindSet(seen)
}

// scanDocument does the same where nothing is put together across a syntax.
func (r *encodings) scanDocument(p *patterns) {
	text, first, ends, state := r.of.text, p.first, p.ends, uint64(0)
	for i := 0; i < len(text); i++ {
		if state = (state<<1 | first) & p.table[text[i]]; state&ends != 0 {
			if next := r.found(i, kindSet(state&ends)); next > i+1 {
				i, state = next-1, 0
			}
		}
	}
}

// plain tells that there is nothing for scan to find, as in most of the short texts of a check.
func (p *patterns) plain(text string) bool {
	var state, seen uint64
	var alnum uint32
	for i := range len(text) {
		c := p.table[text[i]]
		state = (state<<1 | p.first) & c
		seen |= c
		alnum = alnum<<1 | uint32(c>>63)
		if state&p.ends != 0 {
			return false
		}
		if i&7 == 7 && standApart(alnum) {
			return false
		}
	}
	return kindSet(seen)&hasOdd == 0 && (kindSet(seen)&hasDigit == 0 || !grouped(text)) && !(len(text) >= 2*window-1 && standApart(alnum))
}

// inPieces is the next part of a text that has short words with letters beside digits, or capitals
// behind small ones, in a row: they may be what a generator made, in groups.
func inPieces(text string, from int) (part span, ok bool) {
	const mostTogether, mostQuiet, leastChanges, least = 7, 2, 3, 15
	changes, length, quiet := 0, 0, 0
	for start := from; start <= len(text); {
		end, here := start, 0
		for ; end < len(text) && kinds[text[end]] != punctuation; end++ {
			if end > start && changesAt[kinds[text[end-1]]][kinds[text[end]]] {
				here++
			}
		}
		switch n := end - start; {
		case n == 0:
		case n > mostTogether || here == 0 && quiet == mostQuiet:
			if changes >= leastChanges && length >= least || changes >= 2 && here > 0 && text[start-1] != '-' { // the rest may be in one piece
				return part, true
			}
			changes, length, quiet = 0, 0, 0
		case here == 0:
			if quiet++; length > 0 {
				length, part.to = length+n, end
			}
		default:
			if length == 0 {
				part.from = start
			}
			changes, length, quiet, part.to = changes+here, length+n, 0, end
		}
		start = end + 1
	}
	return part, changes >= leastChanges && length >= least
}

// changes tells that there is such a change in a text.
func changes(text string) bool {
	for i := 1; i < len(text); i++ {
		if changesAt[kinds[text[i-1]]][kinds[text[i]]] {
			return true
		}
	}
	return false
}

func grouped(text string) bool {
	const least = 15
	if len(text) < least {
		return false
	}
	_, ok := inPieces(text, 0)
	return ok
}

// changesAt tells which kinds follow on each other in what is no word.
var changesAt = [punctuation + 1][punctuation + 1]bool{other: {small: true, capital: true}, small: {other: true, capital: true}, capital: {other: true}}

// standApart tells of the last sixteen bytes, of which each letter and digit is a bit, that they are
// of words of one or two alone, as no language is.
func standApart(alnum uint32) bool {
	const least = 4
	alnum &= 1<<16 - 1
	return alnum&(alnum<<1)&(alnum<<2) == 0 && bits.OnesCount32(alnum&^(alnum<<1)) >= least
}
