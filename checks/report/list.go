package report

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/files"
)

// Entry is one report of a list, and where the entry stands that it is about.
type Entry struct {
	checks.Report
	Label string // the entry's name, or its number; no two are the same
	File  string // empty: not known
	Line  int
}

// Sheet is how a format writes many reports. A document has sections, each of which gets a part
// from every report, so that no format needs the whole list in memory, whatever the order is in
// which its readers want it.
type Sheet struct {
	Sections  int
	Streams   bool   // it can be written as the reports come
	Separator string // between the parts of a section
	Once      bool   // what stands between two marks is written the first time only
	Limits    []Limit
	// Part is what one report adds to each section. It is called side by side.
	Part func(e Entry, o ListOptions) []string
	// Before is what stands before a section, and behind the last one.
	Before func(section int, t *Totals, o ListOptions) string
}

// ListOptions fit a document to its reader.
type ListOptions struct {
	Text      TextOptions
	NameWidth int // columns of the widest label
}

// Writer writes the reports of a list as one document.
type Writer struct {
	format  Format
	options ListOptions
	out     io.Writer

	mu       sync.Mutex
	findings map[string]checks.Finding

	totals   Totals
	said     map[string]bool // what stands there once
	lines    []int           // of each section that has a limit
	dropped  []int
	sections []*files.Spool // of a document that does not stream
	room     []byte         // for the text that is written now
	begun    bool
}

// inMemory is how much of a section stays in memory.
const inMemory = 256 << 10

// NewWriter begins a document.
func (f Format) NewWriter(out io.Writer, o ListOptions) *Writer {
	n := f.List.Sections
	w := &Writer{
		format: f, options: o, out: out, findings: map[string]checks.Finding{}, said: map[string]bool{}, lines: make([]int, n), dropped: make([]int, n),
		totals: Totals{Parts: make([]int, n)},
	}
	for range n {
		if !f.List.Streams {
			w.sections = append(w.sections, files.NewSpool(inMemory))
		}
	}
	return w
}

// Render writes the parts of one report; the guard keeps out of them what must not be shown. It may
// be called side by side.
func (w *Writer) Render(e Entry, guard func(string) string) []string {
	w.mu.Lock()
	for _, f := range e.Diagnoses {
		if _, known := w.findings[f.ID]; !known {
			w.findings[f.ID] = f
		}
	}
	w.mu.Unlock()
	texts := w.format.List.Part(e, w.options)
	parts := make([]string, w.format.List.Sections)
	for i, text := range texts {
		if text != "" {
			parts[i] = guard(text)
		}
	}
	return parts
}

// Add puts the parts of the next report into the document.
func (w *Writer) Add(about About, parts []string) error {
	w.totals.add(about)
	sheet := w.format.List
	if sheet.Streams && !w.begun {
		w.begun = true
		if err := w.put(w.out, sheet.Before(0, &w.totals, w.options)); err != nil {
			return err
		}
	}
	var faults []error
	for i, part := range parts {
		if sheet.Once {
			part = w.once(part)
		}
		if len(part) == 0 || w.full(i, part) {
			continue
		}
		to := w.out
		if !sheet.Streams {
			to = w.sections[i]
		}
		if w.totals.Parts[i] > 0 && sheet.Separator != "" {
			faults = append(faults, w.put(to, sheet.Separator))
		}
		w.totals.Parts[i] += len(part)
		faults = append(faults, w.put(to, part))
	}
	return errors.Join(faults...)
}

// onceMark stands around what a list says once, however many entries it is for. No text of others
// holds it, because they hold no control characters.
const onceMark = "\x1e"

// mostOnce bounds what is remembered of that.
const mostOnce = 100

// once leaves out what the document has already.
func (w *Writer) once(part string) string {
	if !strings.Contains(part, onceMark) {
		return part
	}
	pieces := strings.Split(part, onceMark)
	for i := 1; i < len(pieces); i += 2 {
		if w.said[pieces[i]] {
			pieces[i] = ""
		} else if len(w.said) < mostOnce {
			w.said[pieces[i]] = true
		}
	}
	return strings.Join(pieces, "")
}

// Finish ends the document. One that does not stream can be written again, to another place, where
// this one fails.
func (w *Writer) Finish(to io.Writer) error {
	sheet := w.format.List
	w.limit()
	w.totals.Findings = w.totals.Findings[:0]
	for _, id := range slices.Sorted(maps.Keys(w.findings)) {
		w.totals.Findings = append(w.totals.Findings, w.findings[id])
	}
	first := 0
	if sheet.Streams && w.begun {
		first = sheet.Sections
	}
	for i := first; i <= sheet.Sections; i++ {
		if err := w.put(to, sheet.Before(i, &w.totals, w.options)); err != nil {
			return err
		}
		if i < len(w.sections) {
			if err := w.copySection(to, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close removes what was kept of the document.
func (w *Writer) Close() error {
	var faults []error
	for _, s := range w.sections {
		faults = append(faults, s.Close())
	}
	return errors.Join(faults...)
}

func (w *Writer) put(to io.Writer, text string) error {
	if text == "" {
		return nil
	}
	w.room = append(w.room[:0], text...) // io.WriteString takes new memory for each text
	_, err := to.Write(w.room)
	return err
}

// WriteList writes many reports as one document.
func (f Format) WriteList(w io.Writer, entries []Entry, o ListOptions) error {
	list := f.NewWriter(w, o)
	var faults []error
	for _, e := range entries {
		faults = append(faults, list.Add(AboutOf(e), list.Render(e, func(text string) string { return text })))
	}
	return errors.Join(append(faults, list.Finish(w), list.Close())...)
}

// Labels names reports so that no two have the same name.
type Labels struct {
	given map[string]int
}

// Of is the name of a report: its own, or what was checked.
func (l *Labels) Of(r checks.Report) string {
	name := r.Subject.Name
	if name == "" {
		name = clientName(r) + " at " + subjectName(r.Subject)
	}
	if l.given == nil {
		l.given = map[string]int{}
	}
	l.given[name]++
	if n := l.given[name]; n > 1 {
		return fmt.Sprintf("%s (%d)", name, n)
	}
	return name
}

// whose says what else the list says of an entry.
func whose(s checks.Subject) string { return joinDots(whoseParts(s)) }

func whoseParts(s checks.Subject) (parts []string) {
	if s.Owner != "" {
		parts = append(parts, "owner "+s.Owner)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Labels)) {
		parts = append(parts, name+"="+s.Labels[name])
	}
	return parts
}

func working(e Entry) bool { return e.Verdict == checks.Healthy && !e.Interrupted }
