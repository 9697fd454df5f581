package report

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// Limit bounds the lines that sections have together. The earlier ones go before.
type Limit struct{ First, Last, Lines int }

// full counts the lines of a section that has a limit.
func (w *Writer) full(section int, part string) bool {
	limited := slices.IndexFunc(w.format.List.Limits, func(l Limit) bool { return l.First <= section && section <= l.Last })
	if limited < 0 {
		return false
	}
	n := strings.Count(part, "\n")
	if w.format.List.Separator != "" { // which ends all lines but the last
		n++
	}
	if w.lines[section]+n > w.format.List.Limits[limited].Lines {
		w.dropped[section] += n
		return true
	}
	w.lines[section] += n
	return false
}

// limit settles how many lines of each section stand in the document.
func (w *Writer) limit() {
	w.totals.Lines, w.totals.Dropped = slices.Clone(w.lines), slices.Clone(w.dropped)
	for _, l := range w.format.List.Limits {
		room := l.Lines
		for i := l.First; i <= l.Last; i++ {
			n := min(w.lines[i], room)
			room -= n
			w.totals.Lines[i], w.totals.Dropped[i] = n, w.dropped[i]+w.lines[i]-n
		}
	}
}

// copySection writes what stands of a section.
func (w *Writer) copySection(to io.Writer, i int) error {
	if w.totals.Lines[i] == w.lines[i] { // all of it, or there is no limit
		_, err := io.Copy(to, w.sections[i].Reader())
		return err
	}
	in := bufio.NewReader(w.sections[i].Reader())
	for n := w.totals.Lines[i]; n > 0; n-- {
		line, err := in.ReadBytes('\n')
		if n == 1 {
			line = bytes.TrimSuffix(line, []byte(w.format.List.Separator))
		}
		if _, wrong := to.Write(line); wrong != nil || err != nil {
			return errors.Join(wrong, err)
		}
	}
	return nil
}
