package forms

import (
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/text"
)

// Limits is what the registry takes for the two values of a login. What they refuse, no client of
// this registry can have.
type Limits struct{ ClientID, Secret Limit }

// Limit bounds one value. The zero Limit takes everything.
type Limit struct {
	Min, Max int // characters; 0: no limit
	Takes    string
	pattern  *regexp.Regexp
}

// Limits are the stricter of the form's and the server's, in its default profile or the one that it
// has: what either refuses cannot be registered.
func (f Form) Limits() Limits {
	var line []string
	if f.Profile == "" && len(f.Profiles) > 0 {
		line = f.line(f.Profiles[0].ID)
	}
	if f.Profile == "" && len(line) == 0 {
		return Limits{}
	}
	limit := func(name string) (l Limit) {
		// A check asks for two fields; the whole form in a profile would be a copy of it.
		for _, t := range f.Tabs {
			for i := range t.Fields {
				if field := &t.Fields[i]; field.called(name) && (f.Profile != "" || field.in(line)) {
					return field.changed(line).limit()
				}
			}
		}
		return l
	}
	return Limits{ClientID: limit(f.Roles.ClientID), Secret: limit(f.Roles.Secret)}
}

func (f Field) limit() Limit {
	l := Limit{Takes: f.Takes}
	for _, r := range []Rule{f.Form, f.Server} {
		if r.Min != nil {
			l.Min = max(l.Min, *r.Min)
		}
		if r.Max != nil && (l.Max == 0 || *r.Max < l.Max) {
			l.Max = *r.Max
		}
	}
	if f.Takes != "" {
		// JavaScript's dialect and Go's agree on what a class of characters needs; of another
		// pattern nothing is claimed.
		l.pattern = compiled(f.Form.Pattern)
	}
	return l
}

// patterns are the compiled ones; there are as many as the forms have.
var patterns sync.Map

func compiled(pattern string) *regexp.Regexp {
	if known, ok := patterns.Load(pattern); ok {
		return known.(*regexp.Regexp)
	}
	re, _ := regexp.Compile(pattern)
	patterns.Store(pattern, re)
	return re
}

// Refusal says why a value cannot have been registered, or nothing.
func (l Limit) Refusal(value string) string {
	switch n := utf8.RuneCountInString(value); {
	case l.Short(n), l.Long(n):
		return fmt.Sprintf("it has %s, and the registry accepts %d to %d", text.Plural(n, "character"), l.Min, l.Max)
	case l.pattern != nil && !l.pattern.MatchString(value):
		return "besides " + l.Takes + " the registry accepts no characters"
	}
	return ""
}

// Short tells a length under the limit.
func (l Limit) Short(characters int) bool { return characters < l.Min }

// Long tells a length over the limit.
func (l Limit) Long(characters int) bool { return l.Max > 0 && characters > l.Max }
