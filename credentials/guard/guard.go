// Package guard keeps secrets and tokens out of what is shown. A text from outside (an answer of a
// server, a file, something pasted) is redacted where it comes in; the bytes of a report are searched
// once more before they are written. What is found is replaced and never a reason to write nothing.
package guard

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// Redacted stands where a secret or a token stood.
const Redacted = "[redacted]"

// Guard searches texts for some secrets and tokens: in any case; percent-, form-, HTML-, JSON- and
// shell-escaped, also in part and several times over; in Base64 of either alphabet and Base32 behind any
// text; in hexadecimal and as lists of byte values; in UTF-16; backwards. Of what a generator made, any
// piece of eight bytes in a row is searched for too: servers cut what they repeat to length. The cost is
// linear in the text. A Guard is safe for concurrent use.
type Guard struct {
	mu     sync.RWMutex
	known  []known
	public []string
	ready  *index // nil: to be made anew
}

// known is a secret or a token, with its forms: they are worked out once, when a text is searched for them.
type known struct {
	secret credentials.Secret
	token  bool
	forms  func() *forms
}

// New starts with some secrets; tokens are added as they are minted.
func New(secrets ...credentials.Secret) *Guard {
	g := &Guard{}
	for _, secret := range secrets {
		g.Add(secret)
	}
	return g
}

// Add adds a secret. One with white space or quotes around it is searched for without them too.
func (g *Guard) Add(secret credentials.Secret) {
	for _, text := range []string{secret.Reveal(), lint.Bare(secret.Reveal())} {
		if strings.TrimSpace(text) != "" {
			g.remember(known{credentials.NewSecret(text), false, sync.OnceValue(func() *forms { return formsOf(text) })})
		}
	}
}

// Token adds a token. What its payload says is public; it counts by its signature, or whole if it is
// opaque. A server may call anything a token: what is made of words is none.
func (g *Guard) Token(token credentials.Secret) {
	g.remember(known{token, true, sync.OnceValue(func() *forms { return formsOfToken(token.Reveal()) })})
}

func (g *Guard) remember(k known) {
	g.mu.Lock()
	defer g.mu.Unlock()
	same := func(other known) bool { return other.token == k.token && other.secret.Equal(k.secret) }
	if !slices.ContainsFunc(g.known, same) {
		g.known, g.ready = append(g.known, k), nil
	}
}

// Copy is a guard that knows the same so far. What was worked out for the one is not worked out again for the other.
func (g *Guard) Copy() *Guard {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return &Guard{known: slices.Clone(g.known), public: slices.Clone(g.public)}
}

// Public names texts that are shown by right, such as the client ID and the issuer: a piece of a
// secret that stands in one of them cannot be told from it. A text that holds a whole secret is not
// public.
func (g *Guard) Public(texts ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.public, g.ready = append(g.public, texts...), nil
}

// Text redacts a text from outside: secrets, tokens, and whatever has the form of a token or stands in
// an Authorization header, whoever's it is.
func (g *Guard) Text(s string) string {
	return g.redact(s, func(x *index, text []byte) []span { return x.outside(text, shapes(text)) })
}

// Find tells that Text would redact something.
func (g *Guard) Find(text []byte) bool {
	return len(g.search(func(x *index) []span { return x.outside(text, shapes(text)) })) > 0
}

// Holds tells that a text holds one of the secrets and tokens that were added, in any form.
func (g *Guard) Holds(text []byte) bool {
	return len(g.search(func(x *index) []span { return x.outside(text, nil) })) > 0
}

// Own redacts what this program says itself, into which others' texts were filled. Only what a
// generator made is searched for: a secret that is a word stands in our own words by right.
func (g *Guard) Own(s string) string {
	return g.redact(s, func(x *index, text []byte) []span { return x.written(text, search{sure: true}) })
}

// Document does the same to a document of a format with a syntax, and leaves the syntax as it is:
// nothing that is found crosses a quote, an angle bracket or a line end that is not escaped.
func (g *Guard) Document(document []byte) []byte {
	return replaced(document, g.search(func(x *index) []span { return x.written(document, search{sure: true, syntax: true}) }))
}

// Page redacts a page whose values come from outside, and so also what a person chose, if it is
// whole. With a syntax, that is left as it is.
func (g *Guard) Page(page []byte, syntax bool) []byte {
	return replaced(page, g.search(func(x *index) []span { return x.written(page, search{whole: true, syntax: syntax}) }))
}

func (g *Guard) redact(s string, find func(*index, []byte) []span) string {
	text := []byte(s)
	spans := g.search(func(x *index) []span { return find(x, text) })
	if len(spans) == 0 {
		return s
	}
	return string(replaced(text, spans))
}

// search makes what is searched for where it has changed: a check searches thousands of short texts.
func (g *Guard) search(find func(*index) []span) []span {
	g.mu.RLock()
	for g.ready == nil {
		g.mu.RUnlock()
		g.prepare()
		g.mu.RLock()
	}
	defer g.mu.RUnlock()
	return find(g.ready)
}

func (g *Guard) prepare() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ready = newIndex(g.known, g.public)
}

// span is a part of a text.
type span struct{ from, to int }

// replaced writes the text anew with each span redacted; those that touch are redacted as one.
func replaced(text []byte, spans []span) []byte {
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out, end := make([]byte, 0, len(text)), -1
	for _, s := range spans {
		if s.from > end {
			out = append(append(out, text[max(end, 0):s.from]...), Redacted...)
		}
		end = max(end, s.to)
	}
	return append(out, text[end:]...)
}
