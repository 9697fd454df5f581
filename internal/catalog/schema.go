package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"gopkg.in/yaml.v3"
)

type schema struct{ compiled *jsonschema.Schema }

// compiled keeps the schemas by their text: a list of accounts may name a file in each entry.
var compiled sync.Map

// compile reads a JSON Schema (draft 2020-12). The schema is our own data, so an error here is a
// defect of ours.
func compile(data []byte) (*schema, error) {
	if data == nil {
		return nil, nil
	}
	if s, ok := compiled.Load(string(data)); ok {
		return s.(*schema), nil
	}
	s, err := compileAnew(data)
	if err == nil {
		compiled.Store(string(data), s)
	}
	return s, err
}

// schemaURL is absolute: the library would look for a relative one in the working folder, which may
// be gone.
const schemaURL = "urn:credguide:schema"

func compileAnew(data []byte) (*schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, doc); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	s, err := c.Compile(schemaURL)
	if err != nil {
		return nil, fmt.Errorf("compile the schema: %w", err)
	}
	return &schema{s}, nil
}

// check validates the plain value and reports the first violation at the line of the node it is
// about.
func (s *schema) check(name string, root *yaml.Node, plain any) error {
	err := s.compiled.Validate(plain)
	if err == nil {
		return nil
	}
	var ve *jsonschema.ValidationError
	if !errors.As(err, &ve) {
		return fmt.Errorf("%s: %w", name, err)
	}
	leaf := deepest(ve)
	node := at(root, leaf.InstanceLocation)
	where := ""
	if len(leaf.InstanceLocation) > 0 {
		where = strings.Join(leaf.InstanceLocation, ".") + ": "
	}
	text := wordsOf(leaf.ErrorKind)
	if extra, ok := leaf.ErrorKind.(*kind.AdditionalProperties); ok {
		if k := firstKey(node, extra.Properties); k != nil {
			node, text = k, fmt.Sprintf("unknown field %q", k.Value)
		}
	}
	return fmt.Errorf("%s:%d: %s%s", name, node.Line, where, text)
}

// wordsOf says what is wrong without the value, which may be a secret or a password in an address.
func wordsOf(wrong jsonschema.ErrorKind) string {
	switch k := wrong.(type) {
	case *kind.Pattern:
		return fmt.Sprintf("does not match pattern '%s'", k.Want)
	case *kind.Format:
		return "is not a valid " + k.Want
	}
	return wrong.LocalizedString(message.NewPrinter(language.English))
}

// deepest finds the most specific cause: a validator reports "oneOf failed" around the sentence a
// person needs.
func deepest(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	best := e
	for _, c := range e.Causes {
		if d := deepest(c); best == e || len(d.InstanceLocation) > len(best.InstanceLocation) {
			best = d
		}
	}
	return best
}

// at follows a JSON pointer, already split, and stops at the last node that exists.
func at(n *yaml.Node, pointer []string) *yaml.Node {
	for _, step := range pointer {
		next := child(n, step)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// firstKey finds the first of the names, in the order of the file, as a key of a mapping.
func firstKey(n *yaml.Node, names []string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if slices.Contains(names, n.Content[i].Value) {
			return n.Content[i]
		}
	}
	return nil
}

func child(n *yaml.Node, step string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}
