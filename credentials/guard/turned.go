package guard

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// addTurned takes in what no decoding of a text shows: the secret backwards, in ROT13, and with its
// letters and digits alone. What a person chose counts whole.
func (x *forms) addTurned(text string, made bool) {
	if len(text) < window { // so little stands in other texts by chance
		return
	}
	least := window
	if !made {
		least = len(text)
	}
	turned := []string{reversed(text), rot13(text)}
	if alone := alnum(text); alone != text && len(alone) >= window {
		turned = append(turned, alone)
	}
	for _, spelling := range turned {
		x.addForm([]byte(spelling), form{least: min(least, len(spelling)), sure: made, spelling: true})
	}
}

func reversed(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		runes := []rune(text)
		slices.Reverse(runes)
		return string(runes)
	}
	out := []byte(text)
	slices.Reverse(out)
	return string(out)
}

// rot13 puts each letter thirteen places on.
func rot13(text string) string {
	out := []byte(text)
	for i, c := range out {
		switch low := lower[c]; {
		case 'a' <= low && low <= 'm':
			out[i] += 13
		case 'n' <= low && low <= 'z':
			out[i] -= 13
		}
	}
	return string(out)
}

// alnum is a text without all but the letters and digits of ASCII.
func alnum(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && onlyAlnum[r] {
			return r
		}
		return -1
	}, text)
}
