// Package guard keeps secrets out of what is written.
package guard

import (
	"bytes"
	"errors"
	"strings"
	"sync"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
)

// ErrSecretInOutput is what Check answers; it never holds the secret.
var ErrSecretInOutput = errors.New("the document holds a secret or a token, so it is not written")

const (
	// minRaw is the length in bytes from which a value is searched for
	// anywhere. Shorter ones occur by chance in any report; they are found
	// only where they stand as the value of client_secret, or behind the
	// colon of an encoded `id:secret`. The registry's own have 87.
	minRaw = 6
	// minPair is the shortest value that is looked for behind such a colon.
	minPair = 3
)

// Guard searches whole documents for secrets and tokens before they are
// written: as they are; percent-, form-, HTML- and JSON-escaped (also only
// in part, or twice over); in Base64 of either alphabet at any alignment;
// in hexadecimal; and as lists of byte values. It decodes the document
// rather than encoding the secret, because one secret has many encodings
// and a document has few. It is safe for concurrent use.
//
// Of what a generator made, any longer piece is searched for too: servers
// cut what they repeat to length, and most of a secret is as good as all.
//
// A value that is public anyway is only searched for in exact places, as a
// short one is: template words such as "changeme" and masks, which our own
// explanations name, and what Public was told.
type Guard struct {
	mu      sync.RWMutex
	secrets []credentials.Secret
	public  []string
	ready   *needles // nil: to be made anew
}

// New starts with some secrets; tokens are added as they are minted.
func New(secrets ...credentials.Secret) *Guard {
	g := &Guard{}
	for _, secret := range secrets {
		g.Add(secret)
	}
	return g
}

// Add adds a secret or token to search for. An empty one is ignored. One
// with white space or quotes around it is searched for without them too.
func (g *Guard) Add(secret credentials.Secret) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, text := range []string{secret.Reveal(), lint.Bare(secret.Reveal())} {
		if strings.TrimSpace(text) != "" && !g.has(text) {
			g.secrets, g.ready = append(g.secrets, credentials.NewSecret(text)), nil
		}
	}
}

func (g *Guard) has(text string) bool {
	for _, known := range g.secrets {
		if known.Equal(credentials.NewSecret(text)) {
			return true
		}
	}
	return false
}

// Public names texts that a document shows by right, such as the client id
// and the names of environments: a secret that is part of one of them cannot
// be told from it. What a generator made is searched for nevertheless: an id
// that holds it, as after pasting `id:secret`, must not be shown.
func (g *Guard) Public(texts ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.public, g.ready = append(g.public, texts...), nil
}

// Check refuses a document that holds a secret.
func (g *Guard) Check(document []byte) error {
	if g.Find(document) {
		return ErrSecretInOutput
	}
	return nil
}

// Find reports whether the document holds one of the secrets in any form.
func (g *Guard) Find(document []byte) bool {
	n := g.needles()
	if len(document) < n.shortest {
		return false
	}
	if n.in(view{text: document}) {
		return true
	}
	found := false
	eachView(document, func(v view) bool {
		found = n.in(v)
		return !found
	})
	return found || n.asByteList(document)
}

// needles makes what is searched for, once for each change: a check searches
// thousands of short texts, which a hostile server may have made.
func (g *Guard) needles() *needles {
	g.mu.RLock()
	n := g.ready
	g.mu.RUnlock()
	if n != nil {
		return n
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	n = newNeedles()
	for _, secret := range g.secrets {
		text := secret.Reveal()
		exact := len(text) < minRaw || lint.TemplateSecret(text) != "" || lint.Masked(text)
		for _, public := range g.public {
			exact = exact || strings.Contains(public, text) && !lint.SecretShaped(text)
		}
		n.add(text, exact, g.public)
	}
	g.ready = n
	return n
}

// exactly looks for a short or public value as the value of client_secret,
// and in decoded Base64 as the second half of `id:secret`.
func exactly(value []byte, v view) bool {
	for from := 0; ; from++ {
		i := bytes.Index(v.text[from:], value)
		if i < 0 {
			return false
		}
		from += i
		before, after := v.text[:from], v.text[from+len(value):]
		if namesSecret(before) && ends(after) {
			return true
		}
		if v.decoded && len(value) >= minPair && bytes.HasSuffix(before, []byte(":")) && (len(after) == 0 || after[0] == '\n') {
			return true
		}
	}
}

// namesSecret: the text ends in client_secret= or the like.
func namesSecret(before []byte) bool {
	start := max(0, len(before)-32)
	tail := strings.ToLower(string(before[start:]))
	tail = strings.TrimRight(tail, " \t\"'")
	trimmed := strings.TrimRight(tail, "=:")
	if trimmed == tail {
		return false
	}
	return strings.HasSuffix(strings.TrimRight(trimmed, " \t\"'"), "client_secret")
}

func ends(after []byte) bool {
	return len(after) == 0 || bytes.IndexByte([]byte("\"'&;,<>}) \t\r\n"), after[0]) >= 0
}
