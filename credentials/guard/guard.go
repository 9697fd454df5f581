// Package guard keeps secrets and tokens out of what is shown. A text from outside (an answer of a
// server, a file, something pasted) is redacted where it comes in; the bytes of a report are
// searched once more before they are written. What is found is replaced and never a reason to write
// nothing.
package guard

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// Redacted stands where a secret or a token stood.
const Redacted = "[redacted]"

// Guard searches texts for some secrets and tokens: in any case, backwards and in ROT13; percent-,
// form-, HTML-, JSON-, shell- and MIME-escaped, also in part; in Base64, Base32 and Base85 of any
// alphabet behind any text, in hexadecimal and as lists of byte values; in UTF-16; compressed; with
// its characters set apart; and in several of these at once. Of what a generator made, any piece of
// eight bytes in a row is searched for too: servers cut what they repeat to length. The cost is
// linear in the text. A Guard is safe for concurrent use.
type Guard struct {
	mu     sync.Mutex
	known  []known
	public []string              // in lower case
	others *Others               // what is known beside; nil: nothing
	told   int                   // so many of known
	ready  atomic.Pointer[index] // nil: to be made anew
}

// known is a secret or a token, with its forms: they are worked out once, when a text is searched
// for them.
type known struct {
	secret credentials.Secret
	token  bool
	forms  func() *forms
	lossy  func() *forms // in Base64 without its case
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
			g.remember(known{
				credentials.NewSecret(text), false, sync.OnceValue(func() *forms { return formsOf(text) }), sync.OnceValue(func() *forms { return casedOf(text) }),
			})
		}
	}
}

// Token adds a token. What its payload says is public; it counts by its signature, or whole if it
// is opaque. A server may call anything a token: what is made of words is none.
func (g *Guard) Token(token credentials.Secret) {
	none := func() *forms { return &forms{} }
	g.remember(known{token, true, sync.OnceValue(func() *forms { return formsOfToken(token.Reveal()) }), none})
}

func (g *Guard) remember(k known) {
	g.mu.Lock()
	defer g.mu.Unlock()
	same := func(other known) bool { return other.token == k.token && other.secret.Equal(k.secret) }
	if !slices.ContainsFunc(g.known, same) {
		g.known = append(g.known, k)
		g.ready.Store(nil)
	}
}

// Copy is a guard that knows the same so far. What was worked out for the one is not worked out
// again for the other.
func (g *Guard) Copy() *Guard {
	g.mu.Lock()
	defer g.mu.Unlock()
	return &Guard{known: slices.Clone(g.known), public: slices.Clone(g.public)}
}

// Beside makes what the guard knows known to the guards of other checks, whose texts it may stand in,
// and what they know to it.
func (g *Guard) Beside(o *Others) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.others, g.told = o, 0
	g.tell()
	g.ready.Store(nil)
}

// tell tells the others what is new.
func (g *Guard) tell() {
	if g.others != nil {
		for _, k := range g.known[g.told:] {
			g.others.take(k)
		}
		g.told = len(g.known)
	}
}

// Knows tells that there is anything to search for.
func (g *Guard) Knows() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.known) > 0
}

// Public names texts that are shown by right, such as the client ID and the issuer: a piece of a
// secret that stands in one of them cannot be told from it. A text that holds a whole secret is not
// public.
func (g *Guard) Public(texts ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, text := range texts {
		text = folded(text)
		g.public = append(g.public, text, alnum(text))
	}
	g.ready.Store(nil)
}

// Text redacts a text from outside: secrets, tokens, and whatever has the form of a token or stands
// in an Authorization header, whoever's it is.
func (g *Guard) Text(s string) string { return replaced(s, g.outside(s, shapes(s))) }

// Find tells that Text would redact something.
func (g *Guard) Find(text string) bool { return len(g.outside(text, shapes(text))) > 0 }

// Looked is a text that many guards look at, such as a public document that many checks share: what
// does not depend on a secret is worked out once.
type Looked struct {
	text   string
	layers []string // what is left of it without each layer of escapes and encodings
	shaped bool     // something in it has the form of a token
	unsure bool     // what is in it is not worked out without a secret
}

// lookedAround is how much around an escape is looked at with it: more than most secrets take.
const lookedAround = 1 << 9

// Look works out what FindIn needs of a text.
func Look(text string) Looked {
	w := walk{around: lookedAround, left: madeOfByte*len(text) + spare}
	w.text(view{text: text}, deepest)
	return Looked{text: text, layers: fewer(w.layers), shaped: len(shapes(text)) > 0, unsure: w.unsure}
}

// fewer puts short layers together: most are what a key decodes to.
func fewer(layers []string) (out []string) {
	const short = 256
	var together strings.Builder
	for _, layer := range layers {
		if len(layer) < short {
			together.WriteString(layer + "\n")
		} else {
			out = append(out, layer)
		}
	}
	return append(out, together.String())
}

// FindIn tells that Text would redact something in the text that was looked at.
func (g *Guard) FindIn(p Looked) bool {
	x := g.index()
	if p.unsure || x.loose || x.around > lookedAround {
		return g.Find(p.text)
	}
	return p.shaped || slices.ContainsFunc(p.layers, func(layer string) bool { return len(x.inLayer(view{text: layer}, nil)) > 0 })
}

// Holds tells that a text holds one of the secrets and tokens that were added, in any form.
func (g *Guard) Holds(text string) bool { return len(g.outside(text, nil)) > 0 }

func (g *Guard) outside(text string, spans []span) []span {
	spans, _ = g.index().outside(text, spans, spare)
	return spans
}

// Longest is how many bytes in a row of a text belong to one of them, at most.
func (g *Guard) Longest(text string) int { return longestOf(g.outside(text, nil)) }

func longestOf(spans []span) (n int) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var run span
	for _, s := range spans {
		if s.from > run.to {
			run = s
		}
		run.to = max(run.to, s.to)
		n = max(n, run.to-run.from)
	}
	return n
}

// Own redacts what this program says itself, into which others' texts were filled. Only what a
// generator made is searched for: a secret that is a word stands in our own words by right.
func (g *Guard) Own(s string) string { return replaced(s, g.index().written(s, search{sure: true})) }

// Document does the same to a document of a format with a syntax, and leaves the syntax as it is:
// nothing that is found crosses a quote, an angle bracket or a line end that is not escaped.
func (g *Guard) Document(document string) string {
	return replaced(document, g.index().written(document, search{sure: true, syntax: true}))
}

// Page redacts a page whose values come from outside, and so also what a person chose, if it is
// whole. With a syntax, that is left as it is.
func (g *Guard) Page(page []byte, syntax bool) []byte {
	text := string(page)
	if spans := g.index().written(text, search{whole: true, syntax: syntax}); len(spans) > 0 {
		return []byte(replaced(text, spans))
	}
	return page
}

// index is what is searched for, made anew where that has changed: a check searches thousands of
// short texts.
func (g *Guard) index() *index {
	if x := g.ready.Load(); x != nil {
		return x
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if x := g.ready.Load(); x != nil { // another one was first
		return x
	}
	x := newIndex(g.known, append(slices.Clip(g.public), names))
	x.others = g.others
	g.tell()
	g.ready.Store(x)
	return x
}

// span is a part of a text.
type span struct{ from, to int }

// replaced writes the text anew with each span redacted; those that touch are redacted as one.
func replaced(text string, spans []span) string {
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
	return string(append(out, text[end:]...))
}
