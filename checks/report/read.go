package report

import (
	"bytes"
	"encoding/json"
	"slices"
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

// ReadJSON reads a saved report's evidence, so that it can be diagnosed anew. Findings and verdict in the file are not
// taken over: they follow from the evidence. The name is the file's, for errors.
func ReadJSON(name string, data []byte) (checks.Evidence, error) {
	s := source{name, data}
	whole, err := s.whole()
	if err != nil {
		return checks.Evidence{}, err
	}
	members, err := s.members(whole)
	if err != nil {
		return checks.Evidence{}, err
	}
	if err := s.checkSchema(members); err != nil {
		return checks.Evidence{}, err
	}
	return s.evidence(members)
}

// whole takes off a byte order mark and refuses what is no JSON text at all.
func (s source) whole() (part, error) {
	body := bytes.TrimPrefix(s.text, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return part{}, s.errorf(0, "the file is UTF-16 (as PowerShell's > writes it): save it as UTF-8, or use --output json=FILE")
	case len(bytes.TrimSpace(body)) == 0:
		return part{}, s.errorf(0, "the file is empty")
	}
	return part{"", body, int64(len(s.text) - len(body))}, nil
}

func (s source) checkSchema(members []part) error {
	i := slices.IndexFunc(members, func(p part) bool { return p.name == "schema" })
	if i < 0 {
		return s.errorf(0, "no report: the member \"schema\" is missing")
	}
	var schema string
	if err := s.decode(members[i], &schema); err != nil {
		return err
	}
	if schema != checks.Schema {
		return s.errorf(members[i].offset, "the schema is %q; this version reads %q", text.Line(schema, 60), checks.Schema)
	}
	return nil
}

func (s source) evidence(members []part) (checks.Evidence, error) {
	e := checks.Evidence{Facts: checks.Facts{}, Checks: []checks.Check{}, Requests: []checks.Request{}}
	missing := []string{"tool", "started", "subject", "checks", "facts", "requests"}
	for _, p := range members {
		if err := s.member(p, &e); err != nil {
			return checks.Evidence{}, err
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == p.name })
	}
	if len(missing) > 0 {
		return checks.Evidence{}, s.errorf(0, "the member %q is missing", missing[0])
	}
	e = tidy(checks.Report{Evidence: e}, clean).Evidence
	return e, nil
}

func (s source) member(p part, e *checks.Evidence) (err error) {
	switch p.name {
	case "tool":
		return s.decode(p, &e.Tool)
	case "started":
		return s.started(p, &e.Started)
	case "duration_ms":
		return s.duration(p, &e.DurationMS)
	case "subject":
		if err := s.decode(p, &e.Subject); err != nil {
			return err
		}
		if e.Subject.Secret.Length < 0 {
			return s.errorf(p.offset, "the secret's length is negative")
		}
	case "checks":
		e.Checks, err = listOf(s, p, maxSteps, s.check)
	case "requests":
		e.Requests, err = listOf(s, p, maxAsked, s.request)
	case "facts":
		e.Facts, err = s.facts(p)
	}
	return err
}

func (s source) started(p part, into *time.Time) error {
	var written string
	if err := s.decode(p, &written); err != nil {
		return err
	}
	t, err := time.Parse(time.RFC3339, written)
	if err != nil {
		return s.errorf(p.offset, "started is %q, not a time as RFC 3339 writes it", text.Line(written, 60))
	}
	*into = t
	return nil
}

func (s source) duration(p part, into *int64) error {
	if err := s.decode(p, into); err != nil {
		return err
	}
	if *into < 0 {
		return s.errorf(p.offset, "%s is negative", named(p))
	}
	return nil
}

func listOf[T any](s source, p part, limit int, read func(part) (T, error)) ([]T, error) {
	elements, err := s.elements(p)
	if err != nil {
		return nil, err
	}
	if len(elements) > limit {
		return nil, s.errorf(p.offset, "%s has %d entries; a report has at most %d", p.name, len(elements), limit)
	}
	out := make([]T, 0, len(elements))
	for _, el := range elements {
		el.name = p.name
		v, err := read(el)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

var statuses = []checks.Status{checks.Passed, checks.Failed, checks.Warned, checks.Skipped, checks.Crashed}

func (s source) check(p part) (c checks.Check, err error) {
	if err := s.decode(p, &c); err != nil {
		return c, err
	}
	switch {
	case !slices.Contains(statuses, c.Status):
		return c, s.errorf(p.offset, "unknown status %q of a check", text.Line(string(c.Status), 60))
	case c.DurationMS < 0:
		return c, s.errorf(p.offset, "a check's duration is negative")
	}
	return c, nil
}

func (s source) request(p part) (q checks.Request, err error) {
	if err := s.decode(p, &q); err != nil {
		return q, err
	}
	if q.Status < 0 || q.Status > 999 || q.DurationMS < 0 {
		return q, s.errorf(p.offset, "a request's status or duration is out of range")
	}
	return q, nil
}

// facts reads each fact by itself, so that an error names its line. A fact of an unknown name may decide: to leave it out
// would be to diagnose other evidence than what was observed.
func (s source) facts(p part) (checks.Facts, error) {
	members, err := s.members(p)
	if err != nil {
		return nil, err
	}
	all := checks.Facts{}
	for _, m := range members {
		var value any
		if err := json.Unmarshal(m.raw, &value); err != nil {
			return nil, s.errorf(m.offset, "fact %s: %w", named(m), err)
		}
		if l, ok := value.([]any); ok && len(l) > maxList {
			return nil, s.errorf(m.offset, "fact %s has %d entries; a report has at most %d", named(m), len(l), maxList)
		}
		one, err := checks.ParseFacts(map[string]any{m.name: value})
		if err != nil {
			return nil, s.errorf(m.offset, "%s (perhaps the report was written by a newer version than this one)", text.Line(err.Error(), 200))
		}
		all[m.name] = one[m.name]
	}
	return all, nil
}
