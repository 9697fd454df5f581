package guard

import "encoding/binary"

// keyOf is a window in lower case as a number.
func keyOf(text string) (key uint64) {
	const each = 0x0101010101010101 // a byte of the same in all eight
	w := binary.BigEndian.Uint64([]byte(text[:window]))
	// Of each byte the highest bit tells that it is a capital letter: at least A, at most Z, ASCII.
	low := w &^ (0x80 * each)
	capital := (low + (0x80-'A')*each) &^ (low + (0x80-'Z'-1)*each) &^ w & (0x80 * each)
	return w | capital>>2
}

const (
	// gram is so much of a window, in bytes, that texts are looked through for. Whatever the window's
	// place, one that begins at every fifth byte of the text stands in it.
	gram   = 4
	stride = window - gram + 1
)

// gramOf is a gram in one case as a number. What differs by that bit alone is told apart by the
// window.
func gramOf(text string) uint32 {
	_ = text[gram-1]
	return (uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24) | 0x20202020
}

// filter tells which grams there may be, by two bits of each, so that few windows are looked up.
type filter [1 << (filterBits - 6)]uint64

const filterBits = 14

func (f *filter) has(gram uint32) bool {
	h := hash(uint64(gram))
	return f.bit(h) && f.bit(h>>filterBits)
}

func (f *filter) bit(h uint64) bool {
	h &= 1<<filterBits - 1
	return f[h>>6]&(1<<(h&63)) != 0
}

// add takes in the grams of a text that begin in a part of it, and returns where that ends.
func (f *filter) add(text string, from, to int) int {
	for i := from; i < to; i++ {
		h := hash(uint64(gramOf(text[i:])))
		f.mark(h)
		f.mark(h >> filterBits)
	}
	return to
}

func (f *filter) mark(h uint64) {
	h &= 1<<filterBits - 1
	f[h>>6] |= 1 << (h & 63)
}

func (f *filter) merge(other *filter) {
	for i, word := range other {
		f[i] |= word
	}
}

// hash spreads a number over 32 bits.
func hash(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 32 }
