package catalog

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Append adds an entry at the end.
func (l *ListText) Append(fields []Field) error {
	fields = slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Value.Kind == Null })
	body, err := l.render(Value{Kind: Map, Fields: fields}.node(false), fields)
	if err != nil {
		return err
	}
	l.entries = append(l.entries, listEntry{body: body})
	return nil
}

// Set changes fields of an entry and leaves its others, and their comments, as they are. Null takes
// a field away; a field that is not there yet goes to the end.
func (l *ListText) Set(i int, fields []Field) error {
	element := l.Element(i)
	switch {
	case element.Err != nil:
		return element.Err
	case element.Value.Kind != Map:
		return &Fault{l.name, element.Line, "expected keys and values"}
	}
	var node *yaml.Node
	if !l.json {
		node, _ = l.node(i) // Element has read it without a fault
	}
	merged := element.Value.Fields
	for _, f := range fields {
		if node != nil {
			setNode(node, f)
		}
		at := slices.IndexFunc(merged, func(old Field) bool { return old.Name == f.Name })
		switch {
		case at < 0 && f.Value.Kind != Null:
			merged = append(merged, f)
		case at >= 0 && f.Value.Kind == Null:
			merged = slices.Delete(merged, at, at+1)
		case at >= 0:
			merged[at].Value = f.Value
		}
	}
	body, err := l.render(node, merged)
	if err == nil {
		l.entries[i].body = body
	}
	return err
}

// setNode changes one field of a mapping; the comment behind its value stays.
func setNode(node *yaml.Node, f Field) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value != f.Name {
			continue
		}
		if f.Value.Kind == Null {
			node.Content = slices.Delete(node.Content, i, i+2)
			return
		}
		changed := f.Value.node(true)
		changed.LineComment = node.Content[i+1].LineComment
		node.Content[i+1] = changed
		return
	}
	if f.Value.Kind != Null {
		node.Content = append(node.Content, TextValue(f.Name).node(true), f.Value.node(true))
	}
}

// Remove takes an entry away, with the comment that stands directly above it.
func (l *ListText) Remove(i int) {
	gone := l.entries[i]
	l.entries = slices.Delete(l.entries, i, i+1)
	if len(bytes.TrimSpace(gone.tail)) == 0 {
		return
	}
	if i == 0 {
		l.head = append(bytes.Clone(l.head), gone.tail...)
		return
	}
	before := &l.entries[i-1]
	before.tail = append(bytes.Clone(before.tail), gone.tail...)
}

// render writes one entry in the form of its list.
func (l *ListText) render(node *yaml.Node, fields []Field) ([]byte, error) {
	if l.json {
		var out bytes.Buffer
		Value{Kind: Map, Fields: fields}.encodeJSON(&out, "  ")
		return out.Bytes(), nil
	}
	node.Style &^= yaml.FlowStyle
	text, err := Encode(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{node}})
	if err != nil {
		return nil, err
	}
	end := "\n"
	if l.crlf {
		end = "\r\n"
	}
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			out.WriteString(strings.Repeat(" ", max(l.indent, 0)) + line)
		}
		out.WriteString(end)
	}
	return []byte(out.String()), nil
}

// Bytes is the whole text.
func (l *ListText) Bytes() ([]byte, error) {
	if l.json {
		return l.jsonBytes(), nil
	}
	var out bytes.Buffer
	part := func(text []byte) {
		if n := out.Len(); n > 0 && len(text) > 0 && out.Bytes()[n-1] != '\n' {
			out.WriteByte('\n')
		}
		out.Write(text)
	}
	part(l.head)
	for _, e := range l.entries {
		part(e.lead)
		part(e.body)
		part(e.tail)
	}
	part(l.rest)
	if again, err := OpenList(l.name, out.Bytes()); err != nil || again.Len() != len(l.entries) {
		return nil, &Fault{File: l.name, Text: "the changed list could not be read again, so the file stays as it is"}
	}
	return out.Bytes(), nil
}

func (l *ListText) jsonBytes() []byte {
	var out bytes.Buffer
	out.WriteByte('[')
	for i, e := range l.entries {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n  ")
		out.Write(bytes.TrimSpace(e.body))
	}
	out.WriteString("\n]\n")
	return out.Bytes()
}
