package forms

import (
	"maps"
	"slices"
)

// field replaces what the configuration says of one field.
func (t *tenant) field(f Field) Field {
	f.Labels = maps.Clone(f.Labels)
	t.options(&f)
	t.requirement(&f)
	t.limits(&f)
	if disabled, _ := t.list(t.form.Live.Disabled); slices.Contains(disabled, f.Name) {
		f.Input = "none"
	}
	if defaults, ok := t.at(t.form.Live.Defaults).(map[string]any); ok {
		if v, there := defaults[f.Name]; there && plainDefault(v) {
			f.Default = v
		}
	}
	return f
}

func (t *tenant) options(f *Field) {
	list, _ := t.list(f.Live.Options)
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" }) // the entry that means none
	if len(list) == 0 {
		return
	}
	f.Options = list
	labels, _ := t.list(f.Live.Labels)
	if len(labels) != len(list) {
		return
	}
	if f.Labels == nil {
		f.Labels = map[string]string{}
	}
	for i, o := range list {
		f.Labels[o] = labels[i]
	}
}

// requirement says in which environments a field must be filled, and in which it is not there at
// all.
func (t *tenant) requirement(f *Field) {
	if label := t.text(f.Live.Label); label != "" {
		f.Label = label
	}
	required, known := t.list(f.Live.RequiredIn)
	if !known {
		return
	}
	hidden, _ := t.list(f.Live.HiddenIn)
	environment := t.form.Roles.Environment
	f.Server.RequiredIn = slices.DeleteFunc(slices.Clone(required), func(e string) bool { return slices.Contains(hidden, e) })
	switch {
	case f.Live.WhereRequired == nil:
		f.Form.RequiredIn = required
	case len(required) == 0:
		f.Form = Rule{}
	default:
		f.Form = *f.Live.WhereRequired
		f.Form.When = append([]Test{{Field: environment, Is: anyList(required)}}, f.Form.When...)
	}
	if f.Live.HiddenIn == "" {
		return
	}
	f.ShownWhen = slices.DeleteFunc(slices.Clone(f.ShownWhen), func(test Test) bool { return test.Field == environment })
	if len(hidden) > 0 {
		f.ShownWhen = append(f.ShownWhen, Test{Field: environment, Not: anyList(hidden)})
	}
}

// limits follow the software's own order: the detailed setting, the general one, its built-in
// number.
func (t *tenant) limits(f *Field) {
	low, high, by := t.first(f.Live.Min), t.first(f.Live.Max), t.maxBy(f.Live.MaxBy)
	for _, r := range []*Rule{&f.Form, &f.Server} {
		if low != nil {
			r.Min = low
		}
		switch {
		case by != nil:
			r.Max, r.MaxBy = nil, by
		case high != nil:
			r.Max, r.MaxBy = high, nil
		}
	}
}

func (t *tenant) first(n Numbers) *int {
	for _, place := range n.At {
		if found := wholeNumber(t.at(place)); found != nil {
			return found
		}
	}
	return n.Else
}

func (t *tenant) maxBy(by *LiveMaxBy) *MaxBy {
	if by == nil {
		return nil
	}
	limits, ok := t.at(by.At).(map[string]any)
	if !ok {
		return nil
	}
	out := &MaxBy{Field: by.Field, Max: map[string]int{}, Else: by.Else}
	for value, limit := range limits {
		if n := wholeNumber(limit); n != nil {
			out.Max[value] = *n
		}
	}
	if _, ok := out.Max[by.Else]; !ok {
		return nil
	}
	return out
}

func wholeNumber(v any) *int {
	f, ok := v.(float64)
	if !ok || f != float64(int(f)) {
		return nil
	}
	n := int(f)
	return &n
}

func plainDefault(v any) bool {
	switch v := v.(type) {
	case string, bool:
		return true
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { _, ok := item.(string); return !ok })
	}
	return false
}

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
