package guard

import "testing"

func TestAKeyIsTheSameInAnyCase(t *testing.T) {
	for i := range 256 {
		for at := range window {
			text := []byte("Za@[`{09")
			text[at] = byte(i)
			var want uint64
			for _, c := range text {
				want = want<<8 | uint64(lower[c])
			}
			if got := keyOf(string(text)); got != want {
				t.Errorf("%q: %x, not %x", text, got, want)
			}
		}
	}
}
