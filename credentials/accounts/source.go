package accounts

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/catalog"
)

// sourceKey is a key that names the source; there is one in each entry.
func sourceKey(kind SourceKind, read func(r *entryReader, kind SourceKind, v catalog.Value) (Source, string)) key {
	return key{
		name: string(kind),
		read: func(r *entryReader, v catalog.Value) string {
			source, wrong := read(r, kind, v)
			switch {
			case wrong != "" || source.Kind == "":
				return wrong
			case r.account.Source.Kind != "":
				return fmt.Sprintf("%s names the secret's source already; keep one of the two", r.account.Source.Kind)
			}
			r.account.Source = source
			return ""
		},
		get: func(a Account) catalog.Value {
			if a.Source.Kind != kind {
				return catalog.Value{}
			}
			return a.Source.value()
		},
	}
}

func (r *entryReader) fileSource(kind SourceKind, v catalog.Value) (Source, string) {
	source := Source{Kind: kind}
	wrong := r.path(&source.Name, v)
	return source, wrong
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *entryReader) variableSource(kind SourceKind, v catalog.Value) (Source, string) {
	if !isText(v) {
		return Source{}, expectedText
	}
	return Source{Kind: kind, Name: v.Text}, CheckVariable(v.Text)
}

// CheckVariable says what is wrong with the name of a variable; empty if nothing.
func CheckVariable(name string) string {
	switch {
	case lint.SecretShaped(name) && !variableLike(name):
		return "expected the name of a variable, but this looks like the secret itself; replace the secret, since this file may have been seen"
	case !variableName.MatchString(name):
		return "expected the name of an environment variable, without $"
	}
	return ""
}

// variableLike tells a long name of a variable from a secret: it has underscores and no lower-case
// letters.
func variableLike(name string) bool {
	return strings.Contains(name, "_") && name == strings.ToUpper(name)
}

func (r *entryReader) commandSource(kind SourceKind, v catalog.Value) (Source, string) {
	const form = "expected the program and its arguments as a list, such as [vault, kv, get, -field=secret, kv/nightly]"
	if v.Kind != catalog.List || len(v.Items) == 0 {
		return Source{}, form
	}
	words := make([]string, len(v.Items))
	for i, item := range v.Items {
		if !isText(item) {
			return Source{}, form
		}
		words[i] = item.Text
	}
	return Source{Kind: kind, Command: words}, CheckCommand(words)
}

// CheckCommand says what is wrong with the words of a command; empty if nothing.
func CheckCommand(words []string) string {
	switch {
	case len(words) == 0 || words[0] == "":
		return "the command is empty"
	case lint.InPlaceOfFile(words[0]):
		return "expected a program, but this looks like the secret itself; replace the secret, since this file may have been seen"
	}
	return ""
}

func (r *entryReader) flagSource(kind SourceKind, v catalog.Value) (Source, string) {
	switch {
	case v.Kind == catalog.Bool && v.Text == "false":
		return Source{}, "" // as if it were absent
	case v.Kind != catalog.Bool || v.Text != "true":
		return Source{}, "expected true"
	}
	return Source{Kind: kind}, ""
}

// value is the source as the file has it.
func (s Source) value() catalog.Value {
	switch s.Kind {
	case Keyring, AuthConfig:
		return catalog.Value{Kind: catalog.Bool, Text: "true"}
	case SecretCommand:
		v := catalog.Value{Kind: catalog.List}
		for _, word := range s.Command {
			v.Items = append(v.Items, catalog.TextValue(word))
		}
		return v
	}
	return textValue(s.Name)
}

func sourceNames() string {
	names := make([]string, len(sourceKinds))
	for i, kind := range sourceKinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

// textValue is a text of the file; an empty one is none.
func textValue(s string) catalog.Value {
	if s == "" {
		return catalog.Value{}
	}
	return catalog.TextValue(s)
}

func mapValue(m map[string]string) catalog.Value {
	if len(m) == 0 {
		return catalog.Value{}
	}
	v := catalog.Value{Kind: catalog.Map}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		v.Fields = append(v.Fields, catalog.Field{Name: name, Value: catalog.TextValue(m[name])})
	}
	return v
}
