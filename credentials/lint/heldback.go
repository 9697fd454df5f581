package lint

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
)

// Holding says why a client ID is held back.
type Holding string

// The reasons.
const (
	HoldsSecret     Holding = "it is the client secret, or contains it"
	HoldsAnother    Holding = "it is the client secret of another source, or contains it"
	HoldsToken      Holding = "it contains a token or an Authorization header"
	LooksLikeSecret Holding = "a part of it looks like a client secret"
)

// HeldBack decides whether a client ID may be shown, or put into an address that is no token
// endpoint: people paste the secret in its place, or both together. Everything that shows a client
// ID or asks for one goes by this. The secret is that of the same credentials, and others may be
// known beside; without one, the shape of the ID alone decides.
func HeldBack(id string, secret credentials.Secret, beside ...credentials.Secret) (why Holding, held bool) {
	if id == "" {
		return "", false
	}
	forms := formsOf(id)
	if HeldIn(secret, id) {
		return HoldsSecret, true
	}
	if slices.ContainsFunc(beside, func(other credentials.Secret) bool { return heldBeside(other, id) }) {
		return HoldsAnother, true
	}
	filledIn := templateID(Bare(id)) == ""
	for _, form := range forms {
		if authorization.MatchString(strings.TrimSpace(form)) || IsToken(Bare(form)) {
			return HoldsToken, true
		}
		if assigns(form) {
			return LooksLikeSecret, true
		}
		for i, part := range partsOf(form) {
			switch {
			case IsToken(part):
				return HoldsToken, true
			case SecretShaped(part), i > 0 && filledIn && mayBeSecret(part):
				return LooksLikeSecret, true
			}
		}
	}
	return "", false
}

// heldBeside is HeldIn for a secret that this login does not use. A short one is often a stand-in for
// tests and a word of the client ID by chance, so it counts only alone.
func heldBeside(other credentials.Secret, id string) bool {
	return HeldIn(other, id) && (other.Len() >= pieceLength || strings.EqualFold(Bare(other.Reveal()), Bare(id)))
}

// Suspect is HeldBack where no secret is known: what was typed may be one.
func Suspect(id string) bool {
	_, held := HeldBack(id, credentials.Secret{})
	return held
}

// HeldIn tells that one of the texts that a person gave contains the secret in any form that this
// program knows of either: as it is, without white space, quotes or a wrapping, in other letter
// case, in percent or HTML escapes, or in Base64. (What servers make of a secret, and in long texts,
// is what a guard searches for.)
func HeldIn(secret credentials.Secret, texts ...string) bool {
	values := valuesOf(secret)
	return len(values) > 0 && slices.ContainsFunc(texts, func(text string) bool { return holds(text, values) || holdsPiece(text, secret) })
}

func holds(text string, values []string) bool {
	if !slices.ContainsFunc(values, func(value string) bool { return len(value) <= 2*len(text) }) { // no escape stands for twice as much
		return false
	}
	for _, form := range formsOf(text) {
		low, parts := strings.ToLower(form), partsOf(strings.ToLower(form))
		for _, value := range values {
			if low == value || strings.Contains(low, value) && longEnough(value) || contains(parts, value) {
				return true
			}
		}
	}
	return false
}

// enough is the length in bytes from which a value is looked for anywhere. Shorter ones are parts
// of words by chance.
const enough = 6

func longEnough(value string) bool {
	return len(value) >= enough && TemplateSecret(value) == "" && !Masked(value)
}

func contains(list []string, value string) bool {
	return slices.Contains(list, value)
}

// valuesOf are the forms of the secret that are looked for, in lower case.
func valuesOf(secret credentials.Secret) (values []string) {
	add := func(text string) {
		if text = strings.ToLower(text); text != "" && !contains(values, text) {
			values = append(values, text)
		}
	}
	text := secret.Reveal()
	add(strings.TrimSpace(text))
	add(Bare(text))
	if cleaned, ok := Cleaned(secret); ok {
		add(cleaned.Reveal())
	}
	if inner, _, ok := Unwrapped(secret, ""); ok {
		add(inner.Reveal())
	}
	return values
}

// formsOf are a text and what its escapes and encodings stand for.
func formsOf(text string) []string {
	forms := []string{text}
	add := func(form string) {
		if form != "" && !contains(forms, form) {
			forms = append(forms, form)
		}
	}
	add(withoutInvisible(text))
	for i := 0; i < len(forms) && i < 8; i++ { // one escape may stand inside another
		form := forms[i]
		add(html.UnescapeString(form))
		if plain, err := url.PathUnescape(form); err == nil {
			add(plain)
		}
		if plain, err := url.QueryUnescape(form); err == nil {
			add(plain)
		}
		add(ofBackslash(form))
		for _, part := range append(partsOf(form), form) {
			if base64Text(part) {
				add(decodedBase64(part))
			}
		}
	}
	return forms
}

// partsOf splits where people put a secret beside something else. The colon of an address separates
// nothing.
func partsOf(text string) []string {
	text = strings.ReplaceAll(text, "://", "//")
	return strings.FieldsFunc(text, func(r rune) bool {
		if r < utf8.RuneSelf {
			return separates[r]
		}
		return unicode.IsSpace(r) || strings.ContainsRune(anyQuote, r)
	})
}

// separates are the ASCII characters at which partsOf splits.
var separates = func() (table [utf8.RuneSelf]bool) {
	for _, r := range " \t\n\v\f\r\"'`:=,;|&{}()[]<>" {
		table[r] = true
	}
	return table
}()

// mayBeSecret judges what stands behind something else in a client ID. An ID has no such parts, so
// little is needed.
func mayBeSecret(part string) bool {
	if isUUID(part) {
		return true
	}
	c := ClassesOf(part)
	return len(part) >= 8 && c.Digit && (c.Lower || c.Upper) && entropy(part) > 2.5 || len(part) >= 16
}

// pieceLength is how much of a secret that a generator made is as good as the secret.
const pieceLength = 12

// holdsPiece finds a piece of a generator's secret: half of one, pasted, is a secret too.
func holdsPiece(where string, secret credentials.Secret) bool {
	whole := secret.Reveal()
	if text.Plain(whole) && !strings.Contains(whole, `\`) && !sharesPiece(whole, where) { // whatever is inside it is a part of it
		return false
	}
	value := Bare(whole)
	// What stands beside the secret there is no part of it, and often the client ID.
	if inner, form, ok := Unwrapped(secret, where); ok && (form == InJSON || form == InLine || form == InPair && IDShaped(Bare(where))) {
		value = Bare(inner.Reveal())
	}
	return (SecretShaped(value) || isUUID(value)) && sharesPiece(value, where)
}

func sharesPiece(value, text string) bool {
	low, value := strings.ToLower(text), strings.ToLower(value)
	if !sharesHalf(value, low) {
		return false
	}
	for i := 0; i+pieceLength <= len(value); i++ {
		if piece := value[i : i+pieceLength]; strings.Contains(low, piece) && entropy(piece) > 2.5 {
			return true
		}
	}
	return false
}

// sharesHalf is false where no piece is shared, and soon known: a piece of the value, wherever it
// begins, has within it a half that begins at a multiple of its length.
func sharesHalf(value, text string) bool {
	const half = pieceLength / 2
	for i := 0; i+half <= len(value); i += half {
		if strings.Contains(text, value[i:i+half]) {
			return true
		}
	}
	return false
}
