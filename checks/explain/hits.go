package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
)

// hit is a place in the text where something known stands.
type hit struct {
	reading
	wording *wording        // one of these three
	phrase  *phrases.Phrase // what a server says
	says    string          // the id of a diagnosis that quotes this text
	fixed   int             // the bytes of it that are the same in every text
}

// reader finds everything known in a text at one go.
type reader struct {
	known     []known
	automaton *automaton
	byKey     [][]int // indices of known, by the automaton's word
}

type known struct {
	hit
	pattern pattern
}

func newReader(c *checks.Catalog, p *phrases.Catalog, overlays ...string) (*reader, error) {
	words, err := loadWordings(overlays...)
	if err != nil {
		return nil, err
	}
	r := &reader{}
	for i := range words {
		r.known = append(r.known, known{hit{wording: &words[i]}, words[i].pattern})
	}
	for _, phrase := range p.All() {
		if phrase.Code != "" || len(phrase.Wording()) < minPhrase {
			continue // such words mean something only in their place: see kindOf
		}
		pat, err := compile(phrase.Wording())
		if err != nil {
			return nil, err
		}
		r.known = append(r.known, known{hit{phrase: &phrase}, pat})
	}
	for _, d := range c.All() {
		for _, text := range d.Says {
			pat, err := compile(text)
			if err != nil {
				return nil, err
			}
			pat.closed = strings.Contains(text, "_") // a code
			r.known = append(r.known, known{hit{says: d.ID}, pat})
		}
	}
	r.index()
	return r, nil
}

// minPhrase is how long a server's words must be to tell something wherever they stand.
const minPhrase = 11

func (r *reader) index() {
	ids := map[string]int{}
	var keys []string
	for i, k := range r.known {
		for _, part := range k.pattern.parts {
			r.known[i].fixed += len(part)
		}
		key := k.pattern.parts[k.pattern.key]
		id, seen := ids[key]
		if !seen {
			id = len(keys)
			ids[key] = id
			keys = append(keys, key)
			r.byKey = append(r.byKey, nil)
		}
		r.byKey[id] = append(r.byKey[id], i)
	}
	r.automaton = newAutomaton(keys)
}

// maxHits bounds what is kept of a text that repeats itself. The last ones count.
const maxHits = 4000

// read finds the last places, in their order.
func (r *reader) read(t plainText) []hit {
	var hits []hit
	r.automaton.find(t.flat, func(word, end int) {
		for _, i := range r.byKey[word] {
			if found, ok := r.known[i].pattern.read(t, end); ok {
				h := r.known[i].hit
				h.reading = found
				hits = append(hits, h)
			}
		}
		if len(hits) > 2*maxHits {
			hits = slices.Delete(hits, 0, len(hits)-maxHits)
		}
	})
	hits = hits[max(0, len(hits)-maxHits):]
	// Where two begin at one place, the longer knows more and has the last word.
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	return hits
}

// weight is how much of a text is known by heart, and how much of it is addresses, in bytes.
func weight(hits []hit) (known, addresses int) {
	for _, h := range hits {
		known += h.fixed
		addresses += len(h.slots["url"]) + len(h.slots["path"])
	}
	return known, addresses
}
