// Package phrases knows the words in which identity providers and openEO back-ends refuse. The code
// of a refusal is the same for many causes (RFC 6749 section 5.2); the words beside it often name
// the one. They are data, one line a wording, each with the public address where it was read. What
// they say is evidence on every server, and never proof: a server may word things as it likes.
package phrases

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/catalog"
)

// Kind is what a refusal is about.
type Kind string

// Kinds of refusals at the token endpoint.
const (
	SecretExpired      Kind = "secret-expired"
	SecretWrong        Kind = "secret-wrong"
	SecretIsItsID      Kind = "secret-is-its-id" // the name of the secret was sent in place of its value
	ClientUnknown      Kind = "client-unknown"
	ClientDisabled     Kind = "client-disabled"     // or suspended
	CredentialsRefused Kind = "credentials-refused" // the server does not say whether id or secret
	GrantNotAllowed    Kind = "grant-not-allowed"
	ClientIsPublic     Kind = "client-is-public"
	MethodRefused      Kind = "method-refused"     // the client must authenticate in another way
	AssertionRequired  Kind = "assertion-required" // a plain secret is not enough
	ScopeRefused       Kind = "scope-refused"
	OpenIDRefused      Kind = "openid-refused" // openid is never given with this grant
	AccountDisabled    Kind = "account-disabled"
	AccountIncomplete  Kind = "account-incomplete"
	IssuerUnknown      Kind = "issuer-unknown" // a tenant or realm that is not there
	IssuerDisabled     Kind = "issuer-disabled"
	HTTPSRequired      Kind = "https-required"
	ProofRequired      Kind = "proof-required" // the client must prove that it holds a key
	WrongProtocol      Kind = "wrong-protocol"
	BearerOnly         Kind = "bearer-only"
	Audience           Kind = "audience"
	Locked             Kind = "locked"
	Rate               Kind = "rate"
)

// Kinds of refusals at a back-end.
const (
	TokenRefused     Kind = "token-refused"
	HeaderMissing    Kind = "header-missing"
	SchemeRefused    Kind = "scheme-refused"
	Enrollment       Kind = "enrollment"
	NotAllowed       Kind = "not-allowed" // the account is known and may not
	NotMapped        Kind = "not-mapped"
	Payment          Kind = "payment"
	ProviderUnusable Kind = "provider-unusable" // the back-end could not use the identity provider
	TokenCheck       Kind = "token-check"
)

// Place is who speaks.
type Place string

// Places.
const (
	Token   Place = "token"   // the token endpoint
	Backend Place = "backend" // the openEO back-end, at /me
	Log     Place = "log"     // the log of an identity provider, which its operators may pass on
)

// Phrase is one wording.
type Phrase struct {
	Kind Kind `yaml:"kind"`
	// Says is the wording as it was read; where it names something of the moment, an example of
	// that.
	Says string `yaml:"says"`
	// Text is the part of it that matters; all of it where there is none. "…" stands for anything
	// of at most 120 bytes.
	Text string `yaml:"text"`
	// Code is the error code beside which the wording means this; any where there is none.
	Code string `yaml:"code"`
	// At is the public address where the wording was read, On the day.
	At string `yaml:"at"`
	On string `yaml:"on"`

	// Server is whose words these are, and Place who speaks.
	Server string `yaml:"-"`
	Place  Place  `yaml:"-"`

	parts []string
	tight []string // the same without blanks
}

// Wording is the part of the phrase that is looked for.
func (p Phrase) Wording() string { return cmp.Or(p.Text, p.Says) }

type file struct {
	Server  string   `yaml:"server"`
	Place   Place    `yaml:"place"`
	Phrases []Phrase `yaml:"phrases"`
}

//go:embed *.yaml
var builtIn embed.FS

//go:embed schema.json
var schema []byte

// Catalog is a set of phrases, the most telling first.
type Catalog struct{ all []Phrase }

var kind = catalog.Kind[file]{
	Schema: schema, FS: builtIn, Dir: ".", Folder: "phrases",
	Entry: func(f *file, _ string) (string, error) { return "", f.prepare() },
}

var loadBuiltIn = sync.OnceValues(func() (*Catalog, error) { return load() })

// Load reads the built-in phrases and, over them, DIR/phrases/*.yaml of each overlay folder.
func Load(overlays ...string) (*Catalog, error) {
	if len(overlays) == 0 {
		return loadBuiltIn()
	}
	return load(overlays...)
}

func load(overlays ...string) (*Catalog, error) {
	list, err := kind.Load(overlays...)
	if err != nil {
		return nil, err
	}
	c := &Catalog{}
	for _, f := range list {
		c.all = append(c.all, f.Phrases...)
	}
	// The longer text is the more telling: it is the answer where two fit.
	slices.SortStableFunc(c.all, func(a, b Phrase) int {
		return cmp.Or(vague(a)-vague(b), cmp.Compare(weight(b), weight(a)), strings.Compare(a.Server, b.Server))
	})
	return c, nil
}

// prepare tells the phrases whose they are, and splits their texts.
func (f *file) prepare() error {
	for i := range f.Phrases {
		p := &f.Phrases[i]
		p.Server, p.Place = f.Server, f.Place
		p.parts = split(p.Wording())
		for _, part := range p.parts {
			p.tight = append(p.tight, tightened(part))
		}
		if len(p.parts) == 0 || !within(fold(p.Says), p.parts) {
			return fmt.Errorf("phrase %d: its text is not part of what it says", i+1)
		}
	}
	return nil
}

// vague is 1 for kinds that leave the cause open. Servers put such a sentence in front of the one
// that names it.
func vague(p Phrase) int {
	if p.Kind == CredentialsRefused || p.Kind == TokenRefused {
		return 1
	}
	return 0
}

// weight prefers what stands beside its error code, then the longer text.
func weight(p Phrase) int {
	n := 0
	for _, part := range p.parts {
		n += len(part)
	}
	if p.Code != "" {
		n += maxGap
	}
	return n
}

// All lists the phrases, the most telling first.
func (c *Catalog) All() []Phrase { return slices.Clone(c.all) }

// Find returns the phrases that a refusal holds, the most telling first. Code is its error code,
// empty where it is not known.
func (c *Catalog) Find(place Place, code, words string) []Phrase {
	folded := fold(words)
	if folded == "" {
		return nil
	}
	var found []Phrase
	for _, p := range c.all {
		if p.Place == place && (p.Code == "" || p.Code == code) && within(folded, p.parts) {
			found = append(found, p)
		}
	}
	return found
}

// FindBroken is Find for words that something on the way broke in the middle: white space does not
// count.
func (c *Catalog) FindBroken(place Place, code, words string) []Phrase {
	if found := c.Find(place, code, words); len(found) > 0 {
		return found
	}
	tight := tightened(fold(words))
	var found []Phrase
	for _, p := range c.all {
		if p.Place == place && (p.Code == "" || p.Code == code) && tight != "" && within(tight, p.tight) {
			found = append(found, p)
		}
	}
	return found
}

func tightened(folded string) string { return strings.ReplaceAll(folded, " ", "") }

// Kind is what the words of a refusal are about: by the phrases, and at a token endpoint by plain
// words where no phrase names the cause. It is empty where neither does.
func (c *Catalog) Kind(place Place, code, words string) Kind {
	found := c.Find(place, code, words)
	switch {
	case place == Token && leavesOpen(words):
		return CredentialsRefused
	case len(found) > 0 && vague(found[0]) == 0:
		return found[0].Kind
	case place == Token && plain(words) != "":
		return plain(words)
	case len(found) > 0:
		return found[0].Kind
	}
	return ""
}

// shortestCut is how much of a sentence must be there, in bytes, to tell how it goes on.
const shortestCut = 20

// Completed is the sentence that begins with words whose end was cut off, as a server says it. It is
// empty where no sentence begins so, or sentences about different things do.
func (c *Catalog) Completed(place Place, code, words string) string {
	folded := strings.TrimRight(fold(words), " .…'")
	if len(folded) < shortestCut {
		return ""
	}
	var first *Phrase
	for i, p := range c.all {
		if p.Place != place || p.Code != "" && p.Code != code || !strings.HasPrefix(fold(p.Says), folded) {
			continue
		}
		if first == nil {
			first = &c.all[i]
		} else if p.Kind != first.Kind {
			return ""
		}
	}
	if first == nil {
		return ""
	}
	return first.Says
}

// Of is what the words of a refusal are about, by the built-in phrases; empty where none is found
// in them. It is pure: the phrases are part of the program, and a test reads them all.
func Of(place Place, code, words string) Kind {
	c, err := loadBuiltIn()
	if err != nil {
		return ""
	}
	return c.Kind(place, code, words)
}
