package guard

import (
	"slices"
	"strings"
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
	turned := []string{reversed(text), strings.Map(rot13, text)}
	if alone := alnum(text); alone != text && len(alone) >= window {
		turned = append(turned, alone)
	}
	for _, spelling := range turned {
		x.addForm([]byte(spelling), form{least: min(least, len(spelling)), sure: made, spelling: true})
	}
}

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func rot13(r rune) rune {
	switch low := r | 0x20; {
	case 'a' <= low && low <= 'm':
		return r + 13
	case 'n' <= low && low <= 'z':
		return r - 13
	}
	return r
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
