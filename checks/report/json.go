package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

var _ = register(Format{
	Name: "json", About: "the whole report, for programs and for --from",
	Write: JSON, List: Sheet{Sections: 1, Streams: true, Part: jsonLine, Before: nothing},
})

// document is the report in the order of the public contract. Lists are never null.
type document struct {
	Schema      string           `json:"schema"`
	Tool        checks.Tool      `json:"tool"`
	Started     time.Time        `json:"started"`
	DurationMS  int64            `json:"duration_ms"`
	Subject     checks.Subject   `json:"subject"`
	Verdict     checks.Verdict   `json:"verdict"`
	Interrupted bool             `json:"interrupted,omitempty"`
	Diagnoses   []checks.Finding `json:"diagnoses"`
	Hidden      []checks.Finding `json:"hidden"`
	Undecided   []string         `json:"undecided"`
	Checks      []checks.Check   `json:"checks"`
	Facts       checks.Facts     `json:"facts"`
	Identity    *checks.Identity `json:"identity,omitempty"`
	Requests    []checks.Request `json:"requests"`
}

// JSON writes the report by the contract. Texts are kept as they are; what a terminal might obey is
// written as \u escapes.
func JSON(w io.Writer, r checks.Report) error {
	text, err := encode(r, " ")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// jsonLine is one report of a list, on one line.
func jsonLine(e Entry, _ ListOptions) []string {
	if e.Subject.Name == "" {
		e.Subject.Name = e.Label
	}
	room := rooms.Get().(*lineRoom)
	defer rooms.Put(room)
	line, err := room.encode(e.Report)
	if err != nil { // its types have no value that JSON lacks
		panic(err)
	}
	return []string{string(line)}
}

// lineRoom is where a line is made, and the next one after it.
type lineRoom struct {
	frame bytes.Buffer // all but the steps, facts and requests
	rest  []byte       // of the frame, after what stands in the line
	line  []byte
	usual []member // the facts that the reports so far had
}

var rooms = sync.Pool{New: func() any { return &lineRoom{} }}

// encode is encode without line breaks, until the room is used again. Steps, facts and requests are
// most of a report, and are written apart: within quotation marks, what stands in their place would
// be escaped.
func (b *lineRoom) encode(r checks.Report) ([]byte, error) {
	steps, facts, requests := r.Checks, r.Facts, r.Requests
	r.Checks, r.Facts, r.Requests = nil, nil, nil
	d := toDocument(r)
	d.Checks, d.Facts, d.Requests = nil, nil, nil // not empty
	b.frame.Reset()
	if err := encodeTo(&b.frame, d, ""); err != nil {
		return nil, err
	}
	b.rest, b.line = escapeUnprintable(b.frame.Bytes()), b.line[:0]
	b.upTo(`"checks":`)
	b.line = appendRows(b.line, steps, writeStep)
	b.upTo(`"facts":`)
	if err := b.appendFacts(facts); err != nil {
		return nil, fmt.Errorf("write the report as JSON: %w", err)
	}
	b.upTo(`"requests":`)
	b.line = appendRows(b.line, requests, writeRequest)
	return append(b.line, b.rest...), nil
}

// upTo takes over the frame up to a member that is written apart.
func (b *lineRoom) upTo(member string) {
	before, after, _ := bytes.Cut(b.rest, []byte(member+"null"))
	b.line = append(append(b.line, before...), member...)
	b.rest = after
}

func nothing(int, *Totals, ListOptions) string { return "" }

func encode(r checks.Report, indent string) ([]byte, error) {
	var b bytes.Buffer
	err := encodeTo(&b, toDocument(r), indent)
	return escapeUnprintable(b.Bytes()), err
}

func encodeTo(w io.Writer, d document, indent string) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}

func same(s string) string { return s }

func toDocument(r checks.Report) document {
	r = tidy(r, same) // fills in the empty lists
	return document{
		Schema: checks.Schema, Tool: r.Tool, Started: r.Started.UTC().Truncate(time.Millisecond), DurationMS: r.DurationMS,
		Subject: r.Subject, Verdict: r.Verdict, Interrupted: r.Interrupted, Diagnoses: r.Diagnoses, Hidden: r.Hidden,
		Undecided: r.Undecided, Checks: r.Checks, Facts: r.Facts, Identity: r.Identity, Requests: r.Requests,
	}
}

// escapeUnprintable writes the characters that encoding/json leaves raw and that act on a terminal
// or an editor (C1 controls, direction marks, zero-width characters) or a CI system ("##") as
// escapes, which a JSON reader gives back unchanged.
func escapeUnprintable(raw []byte) []byte {
	if text.Plain(raw, text.KeepLines) && !bytes.Contains(raw, []byte("##")) { // as most reports are
		return raw
	}
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r == '\n' || !text.Hidden(r) && !(r == '#' && bytes.HasSuffix(out, []byte("#"))): // see text.Sanitise
			out = append(out, raw[:n]...)
		case r > 0xFFFF:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		raw = raw[n:]
	}
	return out
}
