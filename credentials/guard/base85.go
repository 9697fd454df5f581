package guard

import "encoding/binary"

// The alphabets of Base85: Adobe's, that of RFC 1924 as of Git and Python, and that of ZeroMQ.
var base85 = []values{
	valuesOf("!\"#$%&'()*+,-./" + digits + ":;<=>?@" + capitals + "[\\]^_`" + smalls[:21]),
	valuesOf(digits + capitals + smalls + "!#$%&()*+-;<=>?@^_`{|}~"),
	valuesOf(digits + smalls + capitals + ".-:+=^!/*?&<>()[]{}@%$#"),
}

// base85 decodes the parts of the view that have what words have not.
func (r *encodings) base85() {
	const least, leastOdd, rarest = 12, 2, 16 // of three and a half characters one is odd
	text := r.of.text
	for from := 0; from < len(text); from++ {
		to, odd := from, 0
		for to < len(text) && ' ' < text[to] && text[to] <= '~' {
			if strict.table[text[to]]&uint64(hasOdd) != 0 {
				odd++
			}
			to++
		}
		if odd >= leastOdd && odd*rarest >= to-from && to-from >= least {
			for _, of := range base85 {
				r.groups(span{from, to}, of)
			}
		}
		from = to
	}
}

// groups decodes groups of five characters.
func (r *encodings) groups(run span, of values) {
	for skip := range group85 {
		for i := run.from + skip; i < run.to; i += group85 {
			first := i
			out := r.room[:0]
			for ; i < run.to && r.mayBegin(i, run.to, of, len(out) > 0); i += group85 {
				group := r.of.text[i:min(i+group85, run.to)]
				value, ok := decoded85(group, of)
				if !ok {
					break
				}
				out = binary.BigEndian.AppendUint32(out, value)
				out = out[:len(out)-group85+len(group)]
			}
			r.room = out
			if len(out) >= window || r.loose && len(out) > 0 {
				r.read(out, encoded{outer: r.of, from: first, chars: group85, bytes: 4, grouped: true})
			}
		}
	}
}

// group85 is how many characters make four bytes.
const group85 = 5

// mayBegin tells of a group that it and the next one begin with ASCII; of one behind others, that it
// does.
func (r *encodings) mayBegin(at, end int, of values, behind bool) bool {
	const most = 1 << 31 / (85 * 85 * 85 * 85)
	is := func(at int) bool { return uint8(of[r.of.text[at]]) <= most }
	return r.loose || is(at) && (behind || at+group85 < end && is(at+group85))
}

// decoded85 is a group, of which the last one may be short.
func decoded85(group string, of values) (uint32, bool) {
	var value uint64
	for n := range group85 {
		c := int8(84)
		if n < len(group) {
			c = of[group[n]]
		}
		if c < 0 {
			return 0, false
		}
		value = value*85 + uint64(c)
	}
	return uint32(value), value < 1<<32 && len(group) > 1
}
