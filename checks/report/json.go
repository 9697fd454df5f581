package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

var _ = register(Format{
	Name: "json", About: "the whole report, for programs and for --from", Machine: true,
	Write: JSON, List: Sheet{Sections: 1, Streams: true, Part: jsonLine, Before: nothing},
})

// Schema is the JSON Schema (draft 2020-12) of the report.
//
//go:embed report.schema.json
var Schema []byte

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
	line, err := encodeLine(e.Report)
	if err != nil { // its types have no value that JSON lacks
		panic(err)
	}
	return []string{string(line)}
}

// encodeLine is encode without line breaks. The facts are most of a report, and are written apart:
// within quotation marks, what stands in their place would be escaped.
func encodeLine(r checks.Report) ([]byte, error) {
	d := toDocument(r)
	facts := d.Facts
	d.Facts = nil
	line, err := encoded(d, "")
	if err != nil {
		return nil, err
	}
	before, after, _ := bytes.Cut(line, []byte(`"facts":null`))
	const usual = 16 << 10
	out := append(append(make([]byte, 0, len(line)+usual), before...), `"facts":`...)
	if out, err = appendFacts(out, facts); err != nil {
		return nil, fmt.Errorf("write the report as JSON: %w", err)
	}
	return escapeUnprintable(append(out, after...)), nil
}

func nothing(int, *Totals, ListOptions) string { return "" }

func encode(r checks.Report, indent string) ([]byte, error) {
	text, err := encoded(toDocument(r), indent)
	return escapeUnprintable(text), err
}

func encoded(d document, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("write the report as JSON: %w", err)
	}
	return b.Bytes(), nil
}

func toDocument(r checks.Report) document {
	same := func(s string) string { return s }
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
