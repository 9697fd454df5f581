package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// source is the text of a saved report. It turns positions into lines, so that an error names the place.
type source struct {
	name string
	text []byte
}

// errorf reports a problem at a position.
func (s source) errorf(offset int64, format string, args ...any) error {
	offset = min(max(offset, 0), int64(len(s.text)))
	line := 1 + bytes.Count(s.text[:offset], []byte("\n"))
	return fmt.Errorf("%s:%d: %w", s.name, line, fmt.Errorf(format, args...))
}

// part is a JSON value with its position.
type part struct {
	name   string
	raw    json.RawMessage
	offset int64
}

// members splits an object into its members.
func (s source) members(p part) ([]part, error) {
	return s.split(p, '{', "an object")
}

// elements splits a list.
func (s source) elements(p part) ([]part, error) {
	return s.split(p, '[', "a list")
}

func (s source) split(p part, open json.Delim, kind string) ([]part, error) {
	d := json.NewDecoder(bytes.NewReader(p.raw))
	switch t, err := d.Token(); {
	case err != nil:
		return nil, s.syntax(p, d, err)
	case t != open:
		return nil, s.errorf(p.offset, "%s is not %s", named(p), kind)
	}
	var parts []part
	seen := map[string]bool{}
	for d.More() {
		var name string
		if open == '{' {
			t, err := d.Token()
			if err != nil {
				return nil, s.syntax(p, d, err)
			}
			name = t.(string)
			if seen[name] {
				return nil, s.errorf(p.offset+d.InputOffset(), "%q stands there twice", text.Line(name, 60))
			}
			seen[name] = true
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, s.syntax(p, d, err)
		}
		parts = append(parts, part{name, raw, p.offset + d.InputOffset() - int64(len(raw))})
	}
	if _, err := d.Token(); err != nil {
		return nil, s.syntax(p, d, err)
	}
	if d.More() {
		return nil, s.errorf(p.offset+d.InputOffset()+1, "something follows the report")
	}
	return parts, nil
}

func (s source) syntax(p part, d *json.Decoder, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return s.errorf(p.offset+max(syntax.Offset-1, d.InputOffset()), "no valid JSON: %s", strings.TrimPrefix(syntax.Error(), "json: "))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return s.errorf(int64(len(s.text)), "the file ends in the middle of the report")
	}
	return s.errorf(p.offset, "no valid JSON: %w", err)
}

// decode reads a part into a value of its type. Unknown members are passed over: a newer version may have added some.
func (s source) decode(p part, into any) error {
	err := json.Unmarshal(p.raw, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := p.name
		if wrong.Field != "" {
			field = strings.TrimPrefix(field+"."+wrong.Field, ".")
		}
		return s.errorf(p.offset+wrong.Offset, "%s is a %s, not a %s", text.Line(field, 60), wrong.Value, wrong.Type)
	}
	if err != nil {
		return s.errorf(p.offset, "%s: %w", named(p), err)
	}
	return nil
}

func named(p part) string {
	if p.name == "" {
		return "the report"
	}
	return text.Line(p.name, 60)
}
