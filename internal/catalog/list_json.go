package catalog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// openBrackets takes a list in square brackets apart: JSON, or YAML's flow style, which looks the
// same at its start.
func openBrackets(l *ListText, data []byte) (*ListText, error) {
	err := l.splitJSON(data)
	switch {
	case err != nil && len(data) <= MaxFile:
		return openFlow(l, data, err)
	case err != nil:
		if fault, ok := errors.AsType[*Fault](err); ok && fault.Text == notJSON {
			fault.Text += "; write YAML with a dash before each entry: a list of this size cannot be in flow style"
		}
		return l, err
	case len(l.entries) == 0 && !strings.HasSuffix(l.name, ".json"):
		l.json, l.head = false, nil // an empty list that may go on as YAML
	}
	return l, nil
}

// openFlow reads a list in YAML's flow style as if it had been written as a block. Where that is
// none either, the error is the given one.
func openFlow(l *ListText, data []byte, otherwise error) (*ListText, error) {
	root, err := parse(l.name, data)
	if err != nil || root.Kind != yaml.SequenceNode || len(root.Content) == 0 {
		return l, otherwise
	}
	lines := make([]int, len(root.Content))
	for i, n := range root.Content {
		lines[i] = n.Line
	}
	root.Style = 0
	for _, n := range root.Content {
		n.Style &^= yaml.FlowStyle
	}
	block, err := Encode(root)
	if err != nil {
		return l, err
	}
	flow := &ListText{name: l.name, flow: true}
	if err := flow.splitBlock(block); err != nil || len(flow.entries) != len(lines) {
		return l, otherwise
	}
	for i := range flow.entries {
		flow.entries[i].line = lines[i]
	}
	return flow, nil
}

// splitJSON cuts a JSON array into its elements.
func (l *ListText) splitJSON(data []byte) error {
	l.json = true
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return jsonFault(l.name, data, dec, err)
	}
	line, counted := 1, 0
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return jsonFault(l.name, data, dec, err)
		}
		end := int(dec.InputOffset())
		start := end - len(raw)
		line += bytes.Count(data[counted:start], []byte("\n"))
		counted = start
		l.entries = append(l.entries, listEntry{line: line, body: data[start:end]})
	}
	if _, err := dec.Token(); err != nil {
		return jsonFault(l.name, data, dec, err)
	}
	if rest := data[dec.InputOffset():]; len(bytes.TrimSpace(rest)) > 0 {
		return jsonFault(l.name, data, dec, errors.New("there is text after the end of the list"))
	}
	return nil
}

const notJSON = "this is not valid JSON"

// jsonFault names the line and no content.
func jsonFault(name string, data []byte, dec *json.Decoder, err error) error {
	offset, text := int(dec.InputOffset()), err.Error()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		offset, text = len(data), "the list is cut off"
	case errors.As(err, &syntax):
		offset, text = int(syntax.Offset), notJSON
	}
	offset = min(max(offset, 0), len(data))
	return &Fault{name, 1 + bytes.Count(data[:offset], []byte("\n")), text}
}

// jsonReader reads the tokens of one JSON value and keeps count of the lines.
type jsonReader struct {
	name    string
	data    []byte
	dec     *json.Decoder
	line    int
	counted int
}

// jsonValue reads one JSON value whose first line has the given number. What stands before a fault
// comes with the error.
func jsonValue(name string, data []byte, line int) (Value, error) {
	r := &jsonReader{name: name, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: line}
	r.dec.UseNumber()
	return r.value(0)
}

func (r *jsonReader) token() (json.Token, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, &Fault{r.name, r.line, notJSON}
	}
	end := int(r.dec.InputOffset())
	r.line += bytes.Count(r.data[r.counted:end], []byte("\n"))
	r.counted = end
	return token, nil
}

func (r *jsonReader) value(depth int) (Value, error) {
	token, err := r.token()
	v := Value{Line: r.line}
	switch {
	case err != nil:
		return v, err
	case depth > maxDepth:
		return v, &Fault{r.name, r.line, fmt.Sprintf("nested more than %d levels deep", maxDepth)}
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return r.list(v, depth)
		}
		return r.object(v, depth)
	case string:
		v.Kind, v.Text = Text, t
	case json.Number:
		v.Kind, v.Text = Number, t.String()
	case bool:
		v.Kind, v.Text = Bool, fmt.Sprint(t)
	}
	return v, nil
}

func (r *jsonReader) list(v Value, depth int) (Value, error) {
	v.Kind = List
	for r.dec.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.Items = append(v.Items, item)
	}
	_, err := r.token()
	return v, err
}

func (r *jsonReader) object(v Value, depth int) (Value, error) {
	v.Kind = Map
	var first error
	for r.dec.More() {
		key, err := r.token()
		if err != nil {
			return v, err
		}
		f := Field{Line: r.line}
		f.Name, _ = key.(string)
		if f.Value, err = r.value(depth + 1); err != nil {
			return v, cmp.Or(first, err)
		}
		first = cmp.Or(first, v.add(r.name, f))
	}
	_, err := r.token()
	return v, cmp.Or(first, err)
}

// encodeJSON writes a value with its fields in their order; nested ones stand on one line.
func (v Value) encodeJSON(out *bytes.Buffer, indent string) {
	text := func(s string) {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(s) // a text can always be written
		out.Truncate(out.Len() - 1)
	}
	switch v.Kind {
	case Null:
		out.WriteString("null")
	case Text:
		text(v.Text)
	case Number, Bool:
		out.WriteString(v.Text)
	case List:
		out.WriteByte('[')
		for i, item := range v.Items {
			if i > 0 {
				out.WriteString(", ")
			}
			item.encodeJSON(out, "")
		}
		out.WriteByte(']')
	case Map:
		separator := ", "
		if indent != "" {
			separator = ",\n" + indent + "  "
		}
		out.WriteByte('{')
		for i, f := range v.Fields {
			if i > 0 {
				out.WriteString(separator)
			} else {
				out.WriteString(strings.TrimLeft(separator, ", "))
			}
			text(f.Name)
			out.WriteString(": ")
			f.Value.encodeJSON(out, "")
		}
		if indent != "" && len(v.Fields) > 0 {
			out.WriteString("\n" + indent)
		}
		out.WriteByte('}')
	}
}
