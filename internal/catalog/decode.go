package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// maxDepth bounds nesting: no catalog file needs more, and a hostile one must not exhaust the
// stack.
const maxDepth = 64

// decodeChecked parses the document and decodes it strictly into T. With a schema, it is the schema
// that allows no unknown field (each of ours is closed, which a test keeps true), and the text need
// not be parsed a second time: that halves the time that the catalogs take.
func decodeChecked[T any](sch *schema, name string, data []byte) (T, error) {
	var v T
	root, err := parse(name, data)
	if err != nil {
		return v, err
	}
	if sch != nil {
		plain, err := toPlain(name, root, 0)
		if err != nil {
			return v, err
		}
		if err := sch.check(name, root, plain); err != nil {
			return v, err
		}
		if err := root.Decode(&v); err != nil {
			return v, yamlError(name, err)
		}
		return v, nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&v); err != nil {
		return v, yamlError(name, err)
	}
	return v, nil
}

// decodeOwn decodes a file of the program. That it fits its schema is tested, and not seen to again
// in each run: that is a third of the time that the catalogs take.
func decodeOwn[T any](name string, data []byte) (v T, err error) {
	root, err := parse(name, data)
	if err != nil {
		return v, err
	}
	if err := root.Decode(&v); err != nil {
		return v, yamlError(name, err)
	}
	return v, nil
}

// without cuts a key at the top of a document out, with all that is below it: up to the next line
// that begins with a letter.
func without(key string, data []byte) []byte {
	rest := data
	for key != "" && len(rest) > 0 {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		if !bytes.HasPrefix(line, []byte(key+":")) {
			rest = after
			continue
		}
		end := after
		for len(end) > 0 && !unicode.IsLetter(rune(end[0])) {
			_, end, _ = bytes.Cut(end, []byte("\n"))
		}
		return slices.Concat(data[:len(data)-len(rest)], end)
	}
	return data
}

// DecodeAny decodes one YAML or JSON document into maps, slices and scalars (string, bool, int,
// float64, nil). Aliases are refused and the nesting is bounded, so that the result is no larger
// than the text.
func DecodeAny(name string, data []byte) (any, error) {
	root, err := parse(name, data)
	if err != nil {
		return nil, err
	}
	return toPlain(name, root, 0)
}

// Encode writes v as YAML with two-space indentation.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return b.Bytes(), nil
}

func parse(name string, data []byte) (*yaml.Node, error) {
	if len(data) > MaxFile {
		return nil, &Fault{name, 0, fmt.Sprintf("larger than %d bytes", MaxFile)}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, &Fault{name, 0, "the file is empty"}
		}
		return nil, yamlError(name, err)
	}
	var next yaml.Node
	if err := dec.Decode(&next); !errors.Is(err, io.EOF) {
		return nil, &Fault{name, 0, "more than one YAML document in the file"}
	}
	return doc.Content[0], nil
}

// toPlain turns a node into the values a JSON Schema validator understands. Dates stay text: YAML
// would turn an unquoted 2026-11-23 into a time, which no schema of ours means.
func toPlain(name string, n *yaml.Node, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%s:%d: nested more than %d levels deep", name, n.Line, maxDepth)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return plainMap(name, n, depth)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			v, err := toPlain(name, c, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.ScalarNode:
		return plainScalar(n), nil
	default:
		return nil, fmt.Errorf("%s:%d: YAML aliases are not used here; write the value out", name, n.Line)
	}
}

func plainMap(name string, n *yaml.Node, depth int) (any, error) {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("%s:%d: a key must be plain text", name, k.Line)
		}
		if _, twice := m[k.Value]; twice {
			return nil, fmt.Errorf("%s:%d: the key%s appears twice", name, k.Line, shownKey(k.Value))
		}
		v, err := toPlain(name, n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		m[k.Value] = v
	}
	return m, nil
}

// shownKey is a key as a message repeats it. No key that means something is as long as a secret.
func shownKey(key string) string {
	const longest = 31
	if len(key) > longest {
		return ""
	}
	return " " + strconv.Quote(key)
}

func plainScalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		b, err := strconv.ParseBool(strings.ToLower(n.Value))
		if err == nil {
			return b
		}
	case "!!int":
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return int(i)
		}
	case "!!float":
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return f
		}
	}
	return n.Value
}

// yamlError turns the library's "yaml: line 3: …" into "FILE:3: …", the form editors and terminals
// make clickable.
func yamlError(name string, err error) error {
	line, text := lineOf(err)
	return &Fault{name, line, text}
}

// lineOf takes the library's error apart; the line is 0 where it names none.
func lineOf(err error) (line int, text string) {
	text = strings.TrimPrefix(err.Error(), "yaml: ")
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		text = te.Errors[0]
	}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, msg, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				return line, plainWords(msg)
			}
		}
	}
	return 0, plainWords(text)
}

// quoted is what the library repeats of the input: a value in backquotes, a key as Go writes it.
var quoted = regexp.MustCompile("(?s) (?:`.*`|\"(?:[^\"\\\\]|\\\\.)*\")")

// plainWords takes Go type names out of a message that a person without Go must understand, and
// values of the file, which may be secrets.
func plainWords(msg string) string {
	if strings.HasPrefix(msg, "unknown anchor ") || strings.HasPrefix(msg, "anchor ") {
		return noAliases
	}
	if field, ok := strings.CutPrefix(msg, "field "); ok {
		if name, _, ok := strings.Cut(field, " not found in type "); ok {
			return fmt.Sprintf("unknown field %q", name)
		}
	}
	return quoted.ReplaceAllString(msg, "")
}
