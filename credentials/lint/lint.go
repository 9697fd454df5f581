// Package lint says what is odd about a client ID or a secret, without a part of it.
package lint

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/credguide/credguide/credentials"
)

// Lint is what can be told about a value from its text alone, before
// anything is sent. It holds lengths, positions and code points, never a
// part of the value.
type Lint struct {
	Characters int
	Core       int  // characters without the white space, invisible characters and quotes around it
	Blank      bool // empty, or only white space
	Leading    []Mark
	Trailing   []Mark
	Invisible  []Mark // at any position; disjoint from Leading and Trailing
	// Quoted names the pair of quotes around the value ("double quotes"); empty
	// if there is none. StrayQuote: a quote at one end only. That can be a
	// true part of a secret, so it is worth a try after a refusal and no more.
	Quoted      string
	StrayQuote  bool
	Placeholder string // the sort of template value; empty if it is none
	Masked      bool   // a display mask was copied
	Token       bool   // a JSON Web Token
	NonASCII    bool   // outside 0x20-0x7E and not listed above (RFC 6749 A.1, A.2)
	// Dollar: holds `$`, which Compose files and shells rewrite silently.
	Dollar  bool
	Classes Classes
}

// Classes are the classes of characters that a value is made of.
type Classes struct{ Lower, Upper, Digit, Punctuation, Space, Other bool }

// IDLint is the lint of a client ID.
type IDLint struct {
	Lint
	Inner        []Mark // white space between other characters
	SecretShaped bool
}

// SecretLint is the lint of a client secret.
type SecretLint struct{ Lint }

// ClientID looks at a client ID.
func ClientID(id string) IDLint {
	lint := IDLint{Lint: lintText(id, templateID)}
	_, body, _ := cutSpace(id)
	lint.Inner = innerSpace(id, body)
	lint.Invisible = slices.DeleteFunc(lint.Invisible, func(m Mark) bool { return trimmable(m.Rune) })
	lint.SecretShaped = SecretShaped(Bare(id))
	return lint
}

// HasWhitespace reports white space anywhere in the id.
func (l IDLint) HasWhitespace() bool { return len(l.Leading)+len(l.Inner)+len(l.Trailing) > 0 }

// Secret looks at a client secret.
func Secret(secret credentials.Secret) SecretLint {
	return SecretLint{lintText(secret.Reveal(), TemplateSecret)}
}

// HasWhitespace reports white space at an end of the secret. Spaces inside
// are allowed (RFC 6749 A.2).
func (l SecretLint) HasWhitespace() bool { return len(l.Leading)+len(l.Trailing) > 0 }

// lintText is what ids and secrets have in common. Placeholders, masks and
// tokens are recognised inside quotes and white space, so that one fault
// does not hide the other.
func lintText(text string, template func(string) string) Lint {
	lint := Lint{
		Characters: utf8.RuneCountInString(text),
		Blank:      strings.TrimSpace(text) == "",
		Dollar:     strings.Contains(text, "$"),
		Classes:    ClassesOf(text),
	}
	if lint.Blank {
		return lint
	}
	lead, body, _ := cutSpace(text)
	lint.Leading = marks(text, 0, len(lead))
	lint.Trailing = marks(text, len(lead)+len(body), len(text))
	lint.Invisible = invisibleIn(text, len(lead), len(lead)+len(body))
	lint.NonASCII = visibleNonASCII(body)
	visible := withoutInvisible(body)
	lint.Quoted, lint.StrayQuote = quotesAround(visible)
	core := Bare(text)
	lint.Core = utf8.RuneCountInString(core)
	lint.Masked = Masked(core)
	lint.Token = IsToken(core)
	if !lint.Masked && !lint.Token {
		lint.Placeholder = template(core)
	}
	return lint
}

// Bare is the value without the white space, invisible characters and
// quotes around it.
func Bare(text string) string {
	body := visibleBody(text)
	if inner, ok := unquote(body); ok {
		body = visibleBody(inner)
	}
	return body
}

// visibleBody drops white space at the ends, also behind a byte order mark.
func visibleBody(text string) string {
	_, body, _ := cutSpace(text)
	_, body, _ = cutSpace(withoutInvisible(body))
	return body
}
