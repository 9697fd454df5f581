package lint

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/credentials"
)

var (
	uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	// registrySecret: 87 characters, made in the browser at Submit (facts:
	// registry).
	registrySecret = regexp.MustCompile(`^[A-Za-z0-9_-]{87}$`)
	keycloakSecret = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
	wordyID        = regexp.MustCompile(`^[A-Za-z][a-z]*[0-9]{0,4}([-_.][A-Za-z]?[a-z]*[0-9]{0,4}){1,7}$`)
)

// SecretShaped reports text that looks made by a generator of secrets. A
// UUID does not count: generated client IDs are UUIDs, as were the secrets
// of old Keycloaks, so its shape says nothing.
func SecretShaped(text string) bool {
	classes := ClassesOf(text)
	switch {
	case !classes.Lower, !classes.Upper, !classes.Digit, isUUID(text), strings.ContainsAny(text, " \t\r\n"):
		return false
	case len(text) == 87 && registrySecret.MatchString(text), len(text) == 32 && keycloakSecret.MatchString(text):
		return entropy(text) > 3.5
	}
	return len(text) >= 28 && entropy(text) > 4.2 && !wordyID.MatchString(text)
}

// extension is what the name of a file ends with.
var extension = regexp.MustCompile(`\.[A-Za-z][A-Za-z0-9]{0,7}$`)

// InPlaceOfFile reports a secret where the name of a file is expected. Names with folders or an
// ending look random too, and are names; Base64 has slashes, and some generators use points.
func InPlaceOfFile(name string) bool {
	switch {
	case !SecretShaped(name):
		return false
	case !strings.ContainsAny(name, `/\.`):
		return true
	case strings.ContainsAny(name[:1], `/\.~`) || strings.Contains(name, `\`) || extension.MatchString(name):
		return false
	}
	return mixed(name)
}

func isUUID(text string) bool { return len(text) == 36 && uuid.MatchString(text) }

// IDShaped reports text that looks like a client ID: a UUID, or a short name
// of words.
func IDShaped(text string) bool {
	return isUUID(text) || len(text) >= 2 && len(text) <= 64 && wordyID.MatchString(text)
}

// Swapped reports that the two values look as if each stood in the other's
// place. It is certain only when the identity provider says more.
func Swapped(id string, secret credentials.Secret) bool {
	other := Bare(secret.Reveal())
	return SecretShaped(Bare(id)) && !SecretShaped(other) && IDShaped(other)
}

// entropy is Shannon's, in bits a character, of the letters in the text.
func entropy(text string) float64 {
	var ascii [utf8.RuneSelf]int
	var others map[rune]int
	total := 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			ascii[r]++
		case others == nil:
			others = map[rune]int{r: 1}
		default:
			others[r]++
		}
		total++
	}
	bits := 0.0
	add := func(n int) {
		if share := float64(n) / float64(total); n > 0 {
			bits -= share * math.Log2(share)
		}
	}
	for _, n := range ascii {
		add(n)
	}
	for _, n := range others {
		add(n)
	}
	return bits
}

// Guessable reports a secret with so few possible values that somebody with a fingerprint of it and
// its key could find it by trying: a short one, or one made of words. What generators make passes.
func Guessable(secret credentials.Secret) bool {
	const enough = 80 // bits
	text := strings.TrimSpace(secret.Reveal())
	if SecretShaped(text) {
		return false
	}
	bits := entropy(text) * float64(utf8.RuneCountInString(text))
	return bits < enough || !mixed(text)
}

// mixed tells what a generator made from words and numbers: words have few digits, numbers no
// letters, and neither mixes them.
func mixed(text string) bool {
	var digits, letters, turns int
	inDigits := false
	for _, r := range text {
		digit := unicode.IsDigit(r)
		if !digit && !unicode.IsLetter(r) {
			continue
		}
		if digits+letters > 0 && digit != inDigits {
			turns++
		}
		if inDigits = digit; digit {
			digits++
		} else {
			letters++
		}
	}
	return digits >= 4 && letters >= 4 && turns >= 8
}
