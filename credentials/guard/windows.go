package guard

// keyOf is a window as a number.
func keyOf(text string) (key uint64) {
	for i := range window {
		key = key<<8 | uint64(text[i])
	}
	return key
}

// filter tells which windows there may be, by two bits of each, so that few are looked up.
type filter [1 << 9]uint64

const filterBits = 15

func (f *filter) has(key uint64) bool {
	h := hash(key)
	return f.bit(h) && f.bit(h>>filterBits)
}

func (f *filter) bit(h uint64) bool {
	h &= 1<<filterBits - 1
	return f[h>>6]&(1<<(h&63)) != 0
}

func (f *filter) add(key uint64) {
	for h, n := hash(key), 0; n < 2; h, n = h>>filterBits, n+1 {
		at := h & (1<<filterBits - 1)
		f[at>>6] |= 1 << (at & 63)
	}
}

// hash spreads a window over 32 bits.
func hash(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 32 }
