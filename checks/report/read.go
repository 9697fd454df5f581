package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// A saved report may come from anybody. These limits are far above what a check writes.
const (
	MaxSaved = 4 << 20 // bytes
	maxSteps = 200
	maxAsked = 1000 // requests
	maxList  = 2000 // elements of a list fact
)

// ReadJSON reads a saved report's evidence, so that it can be diagnosed anew. Findings and verdict
// in the file are not taken over: they follow from the evidence. Unknown members are passed over: a
// newer version may have added some. The name is the file's, for errors.
func ReadJSON(name string, data []byte) (checks.Evidence, error) {
	s := source{name, data}
	body := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return checks.Evidence{}, s.errorf(0, "the file is UTF-16 (as PowerShell's > writes it): save it as UTF-8, or use --output json=FILE")
	case len(bytes.TrimSpace(body)) == 0:
		return checks.Evidence{}, s.errorf(0, "the file is empty")
	}
	start := len(data) - len(body)
	members, err := s.members("the report", body, start)
	if err != nil {
		return checks.Evidence{}, err
	}
	var d struct {
		Schema string `json:"schema"`
		checks.Evidence
	}
	wrong := json.Unmarshal(body, &d)
	for _, name := range []string{"schema", "tool", "started", "subject", "checks", "facts", "requests"} {
		m := members.named(name)
		switch { // the schema comes first: another one has other members
		case m.raw == nil:
			return checks.Evidence{}, s.errorf(0, "no report: the member %q is missing", name)
		case name == "schema" && d.Schema != checks.Schema:
			return checks.Evidence{}, s.errorf(m.offset, "the schema is %q; this version reads %q", text.Line(d.Schema, 60), checks.Schema)
		}
	}
	if wrong != nil {
		return checks.Evidence{}, s.mistyped(wrong, members, start)
	}
	if where, err := sound(d.Evidence); err != nil {
		return checks.Evidence{}, s.errorf(members.named(where).offset, "%w", err)
	}
	d.Facts, err = s.facts(members.named("facts"))
	return tidy(checks.Report{Evidence: d.Evidence}, clean).Evidence, err
}

// Ignored are the findings that did not count in a saved report, with the reasons of whoever
// checked: the same evidence is judged alike again. Of a report that cannot be read there are none.
func Ignored(data []byte) map[string]string {
	var d struct {
		Hidden []struct{ ID, Ignored string }
	}
	if json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &d) != nil {
		return nil
	}
	ignored := map[string]string{}
	for _, f := range d.Hidden {
		if f.Ignored != "" {
			ignored[f.ID] = clean(f.Ignored)
		}
	}
	return ignored
}

var statuses = []checks.Status{checks.Passed, checks.Failed, checks.Warned, checks.Skipped, checks.Crashed}

// sound checks the values that a type allows and a check never writes. The name is the member's
// that holds a wrong one.
func sound(e checks.Evidence) (name string, err error) {
	switch {
	case e.DurationMS < 0:
		return "duration_ms", errors.New("duration_ms is negative")
	case e.Subject.Secret.Length < 0:
		return "subject", errors.New("the secret's length is negative")
	case e.Subject.List != nil && e.Subject.List.Line < 0:
		return "subject", errors.New("the line of the list is negative")
	case len(e.Checks) > maxSteps:
		return "checks", fmt.Errorf("checks has %d entries; a report has at most %d", len(e.Checks), maxSteps)
	case len(e.Requests) > maxAsked:
		return "requests", fmt.Errorf("requests has %d entries; a report has at most %d", len(e.Requests), maxAsked)
	}
	for i, c := range e.Checks {
		switch {
		case !slices.Contains(statuses, c.Status):
			return "checks", fmt.Errorf("check %d has the unknown status %q", i+1, text.Line(string(c.Status), 60))
		case c.DurationMS < 0:
			return "checks", fmt.Errorf("the duration of check %d is negative", i+1)
		}
	}
	for i, q := range e.Requests {
		if q.Status < 0 || q.Status > 999 || q.DurationMS < 0 {
			return "requests", fmt.Errorf("the status or duration of request %d is out of range", i+1)
		}
	}
	return "", nil
}

// facts reads each fact by itself, so that an error names its line. A fact of an unknown name may
// decide: to leave it out would be to diagnose other evidence than what was observed.
func (s source) facts(p part) (checks.Facts, error) {
	members, err := s.members("facts", p.raw, p.offset)
	if err != nil {
		return nil, err
	}
	all := checks.Facts{}
	for _, m := range members {
		var value any
		if err := json.Unmarshal(m.raw, &value); err != nil {
			return nil, s.errorf(m.offset, "fact %s: %w", text.Line(m.name, 60), err)
		}
		if l, ok := value.([]any); ok && len(l) > maxList {
			return nil, s.errorf(m.offset, "fact %s has %d entries; a report has at most %d", text.Line(m.name, 60), len(l), maxList)
		}
		one, err := checks.ParseFacts(map[string]any{m.name: value})
		if err != nil {
			return nil, s.errorf(m.offset, "%s (perhaps the report was written by a newer version than this one)", text.Line(err.Error(), 200))
		}
		all[m.name] = one[m.name]
	}
	return all, nil
}

// source is the text of a saved report. It turns positions into lines, so that an error names the
// place.
type source struct {
	name string
	text []byte
}

func (s source) errorf(offset int, format string, args ...any) error {
	line := 1 + bytes.Count(s.text[:min(max(offset, 0), len(s.text))], []byte("\n"))
	return fmt.Errorf("%s:%d: %w", s.name, line, fmt.Errorf(format, args...))
}

// part is a member of an object with its position.
type part struct {
	name   string
	raw    json.RawMessage
	offset int
}

type parts []part

// named is the zero part where there is none of that name.
func (p parts) named(name string) (found part) {
	if i := slices.IndexFunc(p, func(m part) bool { return m.name == name }); i >= 0 {
		found = p[i]
	}
	return found
}

// members splits an object, which may hold no name twice.
func (s source) members(what string, raw []byte, offset int) (list parts, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	at := func() int { return offset + int(d.InputOffset()) }
	seen := map[string]bool{}
	if t, err := d.Token(); err != nil {
		return nil, s.syntax(err, offset, at())
	} else if t != json.Delim('{') {
		return nil, s.errorf(offset, "%s is not an object", what)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, s.syntax(err, offset, at())
		}
		p := part{name: t.(string)}
		if seen[p.name] {
			return nil, s.errorf(at(), "%q appears twice", text.Line(p.name, 60))
		}
		seen[p.name] = true
		if err := d.Decode(&p.raw); err != nil {
			return nil, s.syntax(err, offset, at())
		}
		p.offset = at() - len(p.raw)
		list = append(list, p)
	}
	if _, err := d.Token(); err != nil {
		return nil, s.syntax(err, offset, at())
	}
	if d.More() {
		return nil, s.errorf(at()+1, "something follows the report")
	}
	return list, nil
}

func (s source) syntax(err error, offset, at int) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return s.errorf(max(offset+int(syntax.Offset)-1, at), "no valid JSON: %s", strings.TrimPrefix(syntax.Error(), "json: "))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return s.errorf(len(s.text), "the file ends in the middle of the report")
	}
	return s.errorf(offset, "no valid JSON: %w", err)
}

// mistyped says where a value is of another type than the report has there.
func (s source) mistyped(err error, members parts, start int) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return s.errorf(start+int(wrong.Offset), "%s is a %s, not a %s", text.Line(strings.TrimPrefix(wrong.Field, "Evidence."), 60), wrong.Value, wrong.Type)
	}
	if wrong, ok := errors.AsType[*time.ParseError](err); ok {
		return s.errorf(members.named("started").offset, "started is %q, not a time as RFC 3339 writes it", text.Line(strings.Trim(wrong.Value, `"`), 60))
	}
	return s.errorf(start, "%w", err)
}
