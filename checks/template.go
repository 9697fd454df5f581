package checks

import (
	"fmt"
	"regexp"
	"strings"
)

// A sentence may name facts in braces: "{discovery.host} answered {discovery.status}". A sentence
// that names a fact which was not observed, or is empty, is left out: nothing is said that was not
// seen.
var placeholder = regexp.MustCompile(`\{([a-z_0-9]+(?:\.[a-z_0-9]+)+)\}`)

// Sentences is a text given as one string or as a list of them.
type Sentences []string

// paragraph is what of the sentences can be said, one after the other. One that ends with a
// server's words ends there.
func (s Sentences) paragraph(f Facts) string {
	said := s.render(f)
	for i, sentence := range said {
		said[i] = ended(sentence)
	}
	return strings.Join(said, " ")
}

// ended ends a sentence whose last words are quoted, unless they end one themselves.
func ended(sentence string) string {
	if words, quoted := strings.CutSuffix(sentence, `"`); quoted && !strings.HasSuffix(strings.TrimSpace(words), ".") {
		return sentence + "."
	}
	return sentence
}

// render fills in the facts and drops the sentences that cannot be said.
func (s Sentences) render(f Facts) []string {
	var out []string
	for _, text := range s {
		if full, ok := fill(text, f); ok {
			out = append(out, full)
		}
	}
	return out
}

func fill(text string, f Facts) (string, bool) {
	return fillWith(text, f, func(value string) string { return value })
}

// fillWith fills in the facts, each value as write writes it.
func fillWith(text string, f Facts, write func(string) string) (string, bool) {
	if !strings.Contains(text, "{") { // as most
		return text, true
	}
	complete := true
	full := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		v, ok := show(f[m[1:len(m)-1]])
		complete = complete && ok
		return write(v)
	})
	return full, complete
}

// check refuses a sentence that names an undeclared fact.
func (s Sentences) check() error {
	for _, text := range s {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if _, ok := vocabulary[m[1]]; !ok {
				return fmt.Errorf("unknown fact {%s} in %q", m[1], text)
			}
		}
	}
	return nil
}

// filled writes the place with its value, which may name a fact, for example the scopes that are
// missing. A value that cannot be said is left out: the field still helps.
func (w *Where) filled(f Facts) *Where {
	if w == nil {
		return nil
	}
	out := *w
	value, complete := fill(w.Value, f)
	if !complete {
		value = ""
	}
	out.Value = value
	if named, _ := f.Bool(EntryNamed); named && w.System == "command-line" {
		out = inEntry(out)
	}
	return &out
}

// flagName is that of a flag in the place of a finding.
var flagName = regexp.MustCompile(`--[a-z-]+`)

// inEntry is the place in the entry of an account that stands for a flag: nobody typed the flag.
func inEntry(w Where) Where {
	key := func(s string) string {
		return flagName.ReplaceAllStringFunc(s, func(f string) string { return strings.ReplaceAll(strings.TrimPrefix(f, "--"), "-", "_") })
	}
	w.System, w.Field, w.Label = "accounts-file", key(w.Field), key(w.Label)
	return w
}

func (w *Where) check() error {
	if w == nil {
		return nil
	}
	return Sentences{w.Value}.check()
}
