package catalog

import (
	"bytes"
	"regexp"
	"slices"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// legible is what can still be read of an entry of which the YAML library reads nothing: the keys
// with a single value each on a line of its own, or the first ones between braces. A tab or a
// missing bracket is a matter of one line, and the entry should not lose its name for it: who
// watches that name would see the account vanish instead of failing.
func legible(name string, body []byte, line int) Value {
	v := Value{Kind: Map, Line: line}
	column := -1 // of the keys
	number := line - 1
	for text := range bytes.Lines(body) {
		number++
		if column < 0 {
			first := afterDash.Find(text)
			column = len(first)
			if rest := bytes.TrimSpace(text[column:]); bytes.HasPrefix(rest, []byte("{")) {
				v.takeBraces(name, rest[1:], number)
				return v
			}
			text = text[column:]
		} else if len(text) <= column || len(bytes.TrimLeft(text[:column], " ")) > 0 {
			continue
		} else {
			text = text[column:]
		}
		v.takeLine(name, text, number)
	}
	return v
}

var (
	afterDash = regexp.MustCompile(`^ *-? *`)
	// inBraces is a key with a plain value, up to what separates it from the next.
	inBraces = regexp.MustCompile(`^\s*"?([A-Za-z_]+)"?\s*:\s+"?([^\s,{}\[\]"'#&*!|>]+)"?\s*[,}]`)
	passed   = regexp.MustCompile(`^[^,{}\[\]"'#]*,`)
)

func (v *Value) takeBraces(name string, text []byte, line int) {
	for {
		found := inBraces.FindSubmatchIndex(text)
		if found != nil {
			v.takeLine(name, slices.Concat(text[found[2]:found[3]], []byte(": "), text[found[4]:found[5]]), line)
		} else if found = passed.FindIndex(text); found == nil {
			return
		}
		text = text[found[1]:]
	}
}

// takeLine takes a line that is a key with a single value by itself.
func (v *Value) takeLine(name string, text []byte, line int) {
	if !utf8.Valid(text) || len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		return
	}
	root, err := parse(name, text)
	if err != nil || root.Kind != yaml.MappingNode || len(root.Content) != 2 || root.Content[1].Kind != yaml.ScalarNode {
		return
	}
	part, err := valueOf(name, root, line-1, 0)
	if err != nil || part.Fields[0].Value.Kind == Null {
		return
	}
	_ = v.add(name, part.Fields[0]) // of two, the first
}
