package request

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/wizard/request/javascript"
)

// The limits of what is read. A request is a few kilobytes; the registry's own server takes at most
// 100.
const (
	MaxSize     = 64 << 20 // one input, all requests together
	MaxRequest  = 1 << 20  // one request
	MaxRequests = 100_000
	maxDepth    = 32
)

// Parse reads registration requests: one in YAML or JSON, a list of them in either, or JSON Lines.
// A request is an object of the form's fields, or {"id": …, "request": {…}}. What cannot be read is
// reported with its line while the rest is still returned, so both results may be there.
func Parse(name string, data []byte) ([]Input, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, MaxSize)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s:%d: not UTF-8 text", name, lineAt(data, invalidAt(data)))
	}
	switch trimmed := bytes.TrimSpace(data); {
	case len(trimmed) == 0:
		return nil, fmt.Errorf("%s: there is no request in it", name)
	case IsLines(name, data):
		return parseLines(name, data)
	case trimmed[0] == '{' || trimmed[0] == '[':
		return parseDocument(name, data, decodeJSON)
	default:
		return parseDocument(name, data, catalog.DecodeAny)
	}
}

// IsLines tells JSON Lines from a single document: by the file's name, else because the first line
// is a whole object and something follows it.
func IsLines(name string, data []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jsonl", ".ndjson":
		return true
	case ".yaml", ".yml":
		return false
	}
	first, rest, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	return len(first) > 0 && first[0] == '{' && len(bytes.TrimSpace(rest)) > 0 && json.Valid(first)
}

func parseDocument(name string, data []byte, decode func(string, []byte) (any, error)) ([]Input, error) {
	document, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	list, isList := document.([]any)
	if !isList {
		in, err := newInput(document, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return []Input{in}, nil
	}
	if len(list) > MaxRequests {
		return nil, fmt.Errorf("%s: more than %d requests", name, MaxRequests)
	}
	var inputs []Input
	var problems []error
	for i, item := range list {
		place := fmt.Sprintf("%s, request %d", name, i+1)
		in, err := newInput(item, place)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", place, err))
			continue
		}
		inputs = append(inputs, in)
	}
	if len(list) == 0 {
		problems = append(problems, fmt.Errorf("%s: there is no request in it", name))
	}
	return inputs, errors.Join(problems...)
}

func parseLines(name string, data []byte) ([]Input, error) {
	var inputs []Input
	var problems []error
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if len(inputs) == MaxRequests {
			problems = append(problems, fmt.Errorf("%s:%d: more than %d requests; the rest is not read", name, number, MaxRequests))
			break
		}
		place := fmt.Sprintf("%s:%d", name, number)
		document, err := decodeJSON(place, line)
		var in Input
		if err == nil {
			in, err = newInput(document, place)
			if err != nil {
				err = fmt.Errorf("%s: %w", place, err)
			}
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		inputs = append(inputs, in)
	}
	return inputs, errors.Join(problems...)
}

// decodeJSON names the line of a mistake. Within JSON Lines the place is a line already.
func decodeJSON(place string, data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	var v any
	err := dec.Decode(&v)
	if err == nil {
		if _, next := dec.Token(); !errors.Is(next, io.EOF) {
			err = &json.SyntaxError{Offset: dec.InputOffset()}
		}
	}
	if err == nil {
		return v, nil
	}
	if bytes.Count(bytes.TrimSpace(data), []byte("\n")) > 0 {
		place = fmt.Sprintf("%s:%d", place, lineAt(data, jsonOffset(err, data)))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: not JSON: it ends too early", place)
	}
	if err.Error() == "" {
		return nil, fmt.Errorf("%s: not JSON: something follows the first value", place)
	}
	return nil, fmt.Errorf("%s: not JSON: %w", place, err)
}

func jsonOffset(err error, data []byte) int {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return int(syntax.Offset)
	}
	return len(data)
}

func lineAt(data []byte, offset int) int {
	return 1 + bytes.Count(data[:min(offset, len(data))], []byte("\n"))
}

func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// newInput takes a bare request or one in its envelope.
func newInput(document any, place string) (Input, error) {
	object, ok := document.(map[string]any)
	if !ok {
		return Input{}, fmt.Errorf("a request is an object of field names and values, not %s", kind(document))
	}
	in := Input{ID: place}
	fields := object
	if inner, enveloped := object["request"]; enveloped {
		if fields, ok = inner.(map[string]any); !ok {
			return Input{}, fmt.Errorf(`"request" is an object of field names and values, not %s`, kind(inner))
		}
	}
	if id := object["id"]; id != nil && id != "" {
		value := plain(id, 0)
		in.ID = shown(value)
		_, in.number = value.(float64)
	}
	in.Fields = make(map[string]any, len(fields))
	size := 0
	for name, v := range fields {
		size += len(name) + weight(v, 0)
		if size > MaxRequest {
			return Input{}, fmt.Errorf("the request is larger than %d bytes", MaxRequest)
		}
		in.Fields[name] = plain(v, 0)
	}
	return in, nil
}

// plain brings a value to JSON's kinds: YAML has whole numbers of their own. What is nested deeper
// than any request becomes null.
func plain(v any, depth int) any {
	if depth > maxDepth {
		return nil
	}
	switch v := v.(type) {
	case int:
		return float64(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plain(item, depth+1)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for k, item := range v {
			object[k] = plain(item, depth+1)
		}
		return object
	}
	return v
}

func weight(v any, depth int) int {
	n := 1
	switch v := v.(type) {
	case string:
		n += len(v)
	case []any:
		for _, item := range v {
			if depth <= maxDepth {
				n += weight(item, depth+1)
			}
		}
	case map[string]any:
		for k, item := range v {
			if depth <= maxDepth {
				n += len(k) + weight(item, depth+1)
			}
		}
	}
	return n
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case []any:
		return "a list"
	case string:
		return "a text"
	case map[string]any:
		return "an object"
	default:
		return javascript.String(plain(v, 0))
	}
}
