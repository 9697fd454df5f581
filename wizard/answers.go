package wizard

import (
	"maps"
	"slices"
)

// Answers is what is known so far. It never changes: With and the others return a new one. A secret
// has no place in it.
type Answers struct {
	texts   map[string]string
	given   map[string]bool // by a flag or a file: not asked, and not gone back to
	fields  map[string]any  // fields of the form in their own shape, from a file
	earlier map[string]string
}

func (a Answers) clone() Answers {
	copied := Answers{texts: map[string]string{}, given: map[string]bool{}, fields: map[string]any{}, earlier: map[string]string{}}
	maps.Copy(copied.texts, a.texts)
	maps.Copy(copied.given, a.given)
	maps.Copy(copied.fields, a.fields)
	maps.Copy(copied.earlier, a.earlier)
	return copied
}

// With adds what a person answered.
func (a Answers) With(id, text string) Answers {
	a = a.clone()
	a.texts[id] = text
	delete(a.earlier, id)
	return a
}

// Given adds an answer that came with a flag or a file.
func (a Answers) Given(id, text string) Answers {
	a = a.With(id, text)
	a.given[id] = true
	delete(a.fields, id)
	return a
}

// WithField adds a field of the form as a file has it, for example a list.
func (a Answers) WithField(name string, value any) Answers {
	a = a.clone()
	a.fields[name] = value
	delete(a.texts, name)
	return a
}

// Without takes an answer back. It is remembered, to be offered when the question comes again.
func (a Answers) Without(id string) Answers {
	a = a.clone()
	if text, ok := a.texts[id]; ok {
		a.earlier[id] = text
	}
	delete(a.texts, id)
	delete(a.given, id)
	delete(a.fields, id)
	return a
}

// Forgetting takes answers back that nobody wants to be reminded of.
func (a Answers) Forgetting(ids ...string) Answers {
	for _, id := range ids {
		a = a.Without(id)
		delete(a.earlier, id)
	}
	return a
}

// Text is the answer to a question.
func (a Answers) Text(id string) (string, bool) {
	text, ok := a.texts[id]
	return text, ok
}

// Has tells whether there is an answer in any shape.
func (a Answers) Has(id string) bool {
	_, text := a.texts[id]
	_, field := a.fields[id]
	return text || field
}

// fixed tells whether going back passes this answer over.
func (a Answers) fixed(id string) bool {
	_, field := a.fields[id]
	return a.given[id] || field
}

// ids lists everything that is answered, in alphabetical order.
func (a Answers) ids() []string {
	ids := slices.AppendSeq(slices.Collect(maps.Keys(a.texts)), maps.Keys(a.fields))
	slices.Sort(ids)
	return ids
}
