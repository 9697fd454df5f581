package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// ValueKind is the sort of a Value.
type ValueKind int

// The kinds. Null is also what a Value that was never set is.
const (
	Null ValueKind = iota
	Text
	Number
	Bool
	List
	Map
)

// Value is a part of a YAML or JSON document that still knows its line, for a reader whose errors
// name the line and never repeat a value: a list of accounts is where people paste a secret into
// the wrong field.
type Value struct {
	Kind   ValueKind
	Line   int
	Text   string  // of Text, Number and Bool, as it is written
	Items  []Value // of a List
	Fields []Field // of a Map, in the order of the document
}

// Field is a name with its value in a Map.
type Field struct {
	Name  string
	Line  int
	Value Value
}

// TextValue is a text.
func TextValue(text string) Value { return Value{Kind: Text, Text: text} }

// Fault is an error with its place in a document.
type Fault struct {
	File string
	Line int // 0: unknown
	Text string
}

// Error has the form that editors and terminals make clickable.
func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return f.File + ":" + strconv.Itoa(f.Line) + ": " + f.Text
}

// valueOf turns a node into a Value; offset is added to its lines. Where a part has a fault, the
// other parts come with the error.
func valueOf(name string, n *yaml.Node, offset, depth int) (Value, error) {
	v := Value{Line: n.Line + offset}
	fault := func(text string) (Value, error) { return v, &Fault{name, v.Line, text} }
	switch {
	case depth > maxDepth:
		return fault(fmt.Sprintf("nested more than %d levels deep", maxDepth))
	case n.Kind == yaml.AliasNode:
		return fault(noAliases)
	case strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		return fault("YAML tags such as !secret are not read here; write the value out")
	case n.Kind == yaml.ScalarNode:
		v.Kind, v.Text = scalarKind(n), n.Value
		return v, nil
	case n.Kind == yaml.SequenceNode:
		v.Kind = List
		for _, c := range n.Content {
			item, err := valueOf(name, c, offset, depth+1)
			if err != nil {
				return v, err
			}
			v.Items = append(v.Items, item)
		}
		return v, nil
	}
	return mapOf(name, n, offset, depth, v)
}

func mapOf(name string, n *yaml.Node, offset, depth int, v Value) (Value, error) {
	v.Kind = Map
	var first error
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			first = cmp.Or(first, error(&Fault{name, k.Line + offset, "a key must be plain text"}))
			continue
		}
		value, err := valueOf(name, n.Content[i+1], offset, depth+1)
		if err == nil {
			err = v.add(name, Field{k.Value, k.Line + offset, value})
		}
		first = cmp.Or(first, err)
	}
	return v, first
}

// standIn puts the value and all its parts in one line.
func (v *Value) standIn(line int) {
	v.Line = line
	for i := range v.Items {
		v.Items[i].standIn(line)
	}
	for i := range v.Fields {
		v.Fields[i].Line = line
		v.Fields[i].Value.standIn(line)
	}
}

// noAliases also says what to do with a value that only looks like one.
const noAliases = "YAML aliases are not used here; write the value out, and quote a value that begins with *"

// add refuses a key that is there already. The key is not repeated in the error: it may be
// anything.
func (v *Value) add(name string, f Field) error {
	for _, other := range v.Fields {
		if other.Name == f.Name {
			return &Fault{name, f.Line, fmt.Sprintf("the same key is already in line %d", other.Line)}
		}
	}
	v.Fields = append(v.Fields, f)
	return nil
}

func scalarKind(n *yaml.Node) ValueKind {
	switch n.ShortTag() {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return Text
}

// date is written without quotes: every reader of ours takes it as text.
var date = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// wordOfOldYAML is read as true or false by YAML 1.1, which many tools still use.
var wordOfOldYAML = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$`)

// node is the value as YAML; what is nested stands on one line.
func (v Value) node(nested bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: v.Text}
	switch v.Kind {
	case Null:
		n.Tag, n.Value = "!!null", "null"
	case Text:
		n.Tag = "!!str"
		switch {
		case date.MatchString(v.Text):
			n.Tag = "!!timestamp"
		case wordOfOldYAML.MatchString(v.Text):
			n.Style = yaml.DoubleQuotedStyle
		}
	case Number, Bool: // plain, as it was read
	case List:
		n.Kind = yaml.SequenceNode
		for _, item := range v.Items {
			n.Content = append(n.Content, item.node(true))
		}
	case Map:
		n.Kind = yaml.MappingNode
		for _, f := range v.Fields {
			n.Content = append(n.Content, TextValue(f.Name).node(true), f.Value.node(true))
		}
	}
	if nested && n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	return n
}

// syntaxFault is the library's error with its line moved by offset.
func syntaxFault(name string, err error, offset int) error {
	if _, ok := errors.AsType[*Fault](err); ok {
		return err
	}
	line, text := lineOf(err)
	if line > 0 {
		line += offset
	}
	return &Fault{name, line, text}
}
