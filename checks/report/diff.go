package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
)

// Change is what is different between two reports of one account.
type Change struct {
	Name   string       `json:"name"`
	Before string       `json:"before"` // the verdicts; empty: it was not checked
	After  string       `json:"after"`
	From   time.Time    `json:"from,omitzero"`
	To     time.Time    `json:"to,omitzero"`
	New    []string     `json:"new"`  // findings
	Gone   []string     `json:"gone"` // findings
	Facts  []FactChange `json:"facts"`
	title  string       // of the cause now
	notes  []string     // those of the findings that are notes
	brief  bool         // Facts are those that a text shows
	more   int          // which it only counts
}

// FactChange is an observation that is another one now.
type FactChange struct {
	Fact   string `json:"fact"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// passing are facts that differ from check to check and say nothing.
var passing = regexp.MustCompile(`(^|[._])(skew|skewed|clock|age_s|iat|exp|nbf|jti|expires_in_days|pause|retry_after_s|via)|^jwt\.(id|issued|expires)`)

// Compare says what changed from one report to another.
func Compare(name string, before, after checks.Report) Change {
	c := Change{
		Name: name, Before: string(before.Verdict), After: string(after.Verdict), From: before.Started, To: after.Started,
		New: []string{}, Gone: []string{}, Facts: []FactChange{},
	}
	old, now := findingIDs(before), findingIDs(after)
	for _, id := range now {
		if !slices.Contains(old, id) {
			c.New = append(c.New, id)
		}
	}
	for _, id := range old {
		if !slices.Contains(now, id) {
			c.Gone = append(c.Gone, id)
		}
	}
	for _, f := range slices.Concat(before.BySeverity(checks.Note), after.BySeverity(checks.Note)) {
		c.notes = append(c.notes, f.ID)
	}
	if first, ok := after.First(); ok && first.Severity == checks.Error {
		c.title = first.Title
	}
	names := maps.Clone(before.Facts)
	if names == nil {
		names = checks.Facts{}
	}
	maps.Copy(names, after.Facts)
	for _, fact := range slices.Sorted(maps.Keys(names)) {
		a, b := before.Facts[fact], after.Facts[fact]
		if !passing.MatchString(fact) && !sameValue(a, b) {
			c.Facts = append(c.Facts, FactChange{fact, a, b})
		}
	}
	return c
}

// sameValue compares two values of a fact. In which order a list stands says nothing: what the order
// decides has a fact of its own.
func sameValue(a, b any) bool {
	one, ok := a.([]string)
	other, both := b.([]string)
	if !ok || !both {
		return fmt.Sprint(a) == fmt.Sprint(b)
	}
	return slices.Equal(slices.Sorted(slices.Values(one)), slices.Sorted(slices.Values(other)))
}

func findingIDs(r checks.Report) (ids []string) {
	for _, f := range r.Diagnoses {
		ids = append(ids, f.ID)
	}
	return ids
}

// Matters tells whether somebody would want to know: the verdict or the findings changed.
func (c Change) Matters() bool { return c.Before != c.After || len(c.New)+len(c.Gone) > 0 }

// telling are the findings that a person has to read. Notes come and go with the verdict.
func (c Change) telling(ids []string) []string {
	if c.Before == c.After {
		return ids
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(c.notes, id) })
}

// maxFacts bounds what is shown of the facts that changed.
const maxFacts = 6

// Brief is a change with what a text shows of the facts. A fact that only one of the reports has is
// a step that only one of them took, so it is left to JSON.
func (c Change) Brief() Change {
	if c.brief {
		return c
	}
	var known []FactChange
	for _, f := range c.Facts {
		if f.Before != nil && f.After != nil {
			known = append(known, FactChange{f.Fact, clean(shownValue(f.Before)), clean(shownValue(f.After))})
		}
	}
	if len(known) > maxFacts {
		c.more = len(known) - maxFacts + 1
		known = known[:maxFacts-1]
	}
	c.Facts, c.brief = slices.Clone(known), true
	return c
}

// WriteChange writes a change in words.
func WriteChange(w io.Writer, c Change, o TextOptions) error {
	p := newPage(o)
	show := func(s string) string { return p.shown(s) }
	line := show(c.Name) + ": " + cmp.Or(c.Before, "not checked") + " before, " + cmp.Or(c.After, "not checked") + " now"
	if !c.Matters() {
		line = show(c.Name) + ": nothing changed; " + cmp.Or(c.After, "not checked")
	}
	p.prose("", line+".")
	if c.title != "" && c.Matters() {
		p.prose("  ", show(c.title))
	}
	if list := c.telling(c.New); len(list) > 0 {
		p.prose("  new:  ", show(strings.Join(list, ", ")))
	}
	if list := c.telling(c.Gone); len(list) > 0 && c.After != "" {
		p.prose("  gone: ", show(strings.Join(list, ", ")))
	}
	c = c.Brief()
	for _, f := range c.Facts {
		p.prose("  "+show(f.Fact)+": ", show(fmt.Sprintf("%s, was %s", f.After, f.Before)))
	}
	if c.more > 0 {
		p.prose("  ", fmt.Sprintf("and %d more facts (--output json lists them)", c.more))
	}
	_, err := io.WriteString(w, p.out.String())
	return err
}

func shownValue(v any) string {
	if s := fmt.Sprint(v); s != "" {
		return s
	}
	return "empty"
}
