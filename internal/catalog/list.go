package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Element is one entry of a list: its value, or why it cannot be read. One that cannot still has
// what could be read of it, so that it is known by its name.
type Element struct {
	Line  int // of its first line
	Value Value
	Err   error
}

// Elements reads a YAML or JSON list. Entries are parsed a few at a time, so that the work is
// linear, a fault in one entry is an error of that entry, and a list may have any number of them. An
// error beside the element is one of the whole document and ends the list. An empty document is an
// empty list.
func Elements(name string, data []byte) iter.Seq2[Element, error] {
	return func(yield func(Element, error) bool) {
		l, err := OpenList(name, data)
		if l != nil {
			for e := range l.elements() {
				if !yield(e, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(Element{}, err)
		}
	}
}

// ListText is the text of a list, entry by entry, so that one can be changed while all the others
// stay byte for byte as they are, with their comments.
type ListText struct {
	name    string
	json    bool
	crlf    bool
	flow    bool // it was written in YAML's flow style: of an entry's parts only the line of the entry is known
	indent  int
	head    []byte // before the first entry: comments, a document start
	entries []listEntry
	rest    []byte // after an end-of-document mark
}

// listEntry is the text of one entry and of what stands around it.
type listEntry struct {
	line int    // of the first line of body, from 1
	lead []byte // the comment directly above it
	body []byte
	tail []byte // blank lines and comments below, up to the next entry's own comment
}

// Len is the number of entries.
func (l *ListText) Len() int { return len(l.entries) }

// OpenList takes a list apart. Where a JSON list ends in a fault, the entries before it come with
// the error.
func OpenList(name string, data []byte) (*ListText, error) {
	if err := refuseText(name, data); err != nil {
		return nil, err
	}
	body := bytes.TrimPrefix(data, []byte("\uFEFF"))
	l := &ListText{name: name, crlf: bytes.Contains(body, []byte("\r\n"))}
	first := firstLine(body)
	switch {
	case first == nil:
		l.head = body
		return l, nil
	case first[0] == '[':
		return openBrackets(l, body)
	case isItem(first):
		return l, l.splitBlock(body)
	}
	return openFlow(l, body, notAList(name, body, first))
}

// refuseText says why the bytes are no text. Windows PowerShell writes UTF-16 by default, so that
// is named.
func refuseText(name string, data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return &Fault{File: name, Text: "this is UTF-16; save it as UTF-8"}
	case bytes.IndexByte(data, 0) >= 0:
		return &Fault{File: name, Text: "not a text file: it contains NUL bytes"}
	}
	return nil
}

// firstLine is the first line that is neither blank nor a comment nor the start of a document,
// without its indentation.
func firstLine(data []byte) []byte {
	for line := range bytes.Lines(data) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' && text[0] != '%' && !isMark(line, "---") {
			return text
		}
	}
	return nil
}

// isMark tells a line with a document mark and nothing else but a comment.
func isMark(line []byte, mark string) bool {
	rest, found := bytes.CutPrefix(line, []byte(mark))
	rest = bytes.TrimSpace(rest)
	return found && (len(rest) == 0 || rest[0] == '#')
}

func isItem(text []byte) bool {
	return len(text) > 0 && text[0] == '-' && (len(text) == 1 || strings.IndexByte(" \t\r\n", text[1]) >= 0)
}

// notAList explains what the document is instead.
func notAList(name string, data, first []byte) error {
	line := 1 + bytes.Count(data[:bytes.Index(data, first)], []byte("\n"))
	if jsonLines(data) {
		return &Fault{name, line, "expected a list, but these are JSON Lines; put [ before the first, ] after the last and a comma between two"}
	}
	root, err := parse(name, data)
	switch {
	case err != nil:
		return syntaxFault(name, err, 0)
	case root.Kind != yaml.MappingNode || len(root.Content) < 2:
		return &Fault{name, line, "expected a list with one entry for each account"}
	}
	for _, key := range []string{"version", "schema", "format"} {
		if child(root, key) != nil {
			return &Fault{name, line, fmt.Sprintf("expected a list; this file has %q, so a newer version of credguide may have written it", key)}
		}
	}
	if key, value := root.Content[0], root.Content[1]; value.Kind == yaml.SequenceNode && len(root.Content) == 2 {
		return &Fault{name, line, fmt.Sprintf("expected a list, but the list stands under %q; remove that line, and the indentation of the others", key.Value)}
	}
	return &Fault{name, line, "expected a list, but this is a single entry; put \"- \" before its first line and indent the others by two"}
}

// jsonLines tells a file with a JSON object in each line, by the first two.
func jsonLines(data []byte) bool {
	first, rest, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	second, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte("\n"))
	object := func(line []byte) bool { return bytes.HasPrefix(line, []byte("{")) && json.Valid(line) }
	return object(first) && object(second)
}

// splitBlock cuts a block sequence at its dashes. An item's content is always indented deeper than
// its dash (YAML 1.2.2, 8.2.1), so a dash at the first one's column begins an entry, whatever the
// entry before looks like inside.
func (l *ListText) splitBlock(data []byte) error {
	l.indent = -1
	var between [][]byte // lines that belong to the entry above or to the one below
	number, read := 0, 0
	for line := range bytes.Lines(data) {
		number++
		read += len(line)
		text := bytes.TrimLeft(line, " ")
		column := len(line) - len(text)
		switch {
		case l.indent < 0 && !isItem(text):
			l.head = append(l.head, line...)
			if isMark(line, "...") {
				return &Fault{l.name, number, "the document ends before the list begins"}
			}
		case isMark(line, "...") && l.indent >= 0:
			l.end(between)
			l.rest = data[read-len(line):]
			return l.refuseMore(number)
		case l.indent >= 0 && isMark(line, "---"):
			return &Fault{l.name, number, "more than one YAML document in the file"}
		case isItem(text) && (column == l.indent || l.indent < 0):
			l.indent = column
			l.begin(line, number, between)
			between = nil
		case len(bytes.TrimSpace(line)) == 0 || text[0] == '#' && column <= l.indent:
			between = append(between, line)
		default:
			last := &l.entries[len(l.entries)-1]
			last.body = append(last.body, bytes.Join(between, nil)...)
			last.body = append(last.body, line...)
			between = nil
		}
	}
	l.end(between)
	return nil
}

// begin starts an entry. A comment directly above its dash is its own; what stands first in the
// file is about the file.
func (l *ListText) begin(line []byte, number int, between [][]byte) {
	if len(l.entries) == 0 {
		between = slices.Collect(bytes.Lines(l.head))
	}
	own := len(between)
	for own > 0 && len(bytes.TrimSpace(between[own-1])) > 0 {
		own--
	}
	if above := bytes.Join(between[:own], nil); len(l.entries) > 0 {
		l.end(between[:own])
	} else if len(bytes.TrimSpace(above)) > 0 {
		l.head = above
	} else {
		own = len(between)
	}
	l.entries = append(l.entries, listEntry{
		line: number, lead: bytes.Join(between[own:], nil),
		body: bytes.Clone(line),
	})
}

func (l *ListText) end(lines [][]byte) {
	if n := len(l.entries); n > 0 {
		l.entries[n-1].tail = bytes.Join(lines, nil)
	}
}

func (l *ListText) refuseMore(number int) error {
	if firstLine(bytes.TrimPrefix(l.rest, []byte("..."))) != nil {
		return &Fault{l.name, number, "more than one YAML document in the file"}
	}
	return nil
}

// Element parses one entry.
func (l *ListText) Element(i int) Element { return l.element(i, nil, 0) }

// element is an entry whose node was read with others, in a text where its own begins in that line;
// without a node it is read now.
func (l *ListText) element(i int, node *yaml.Node, begin int) Element {
	e := l.entries[i]
	element := Element{Line: e.line}
	switch {
	case len(e.body) > MaxFile:
		element.Err = &Fault{l.name, e.line, fmt.Sprintf("this entry is larger than %d bytes", MaxFile)}
		element.Value = legible(l.name, e.body, e.line)
	case !utf8.Valid(e.body):
		element.Err = &Fault{l.name, e.line, "not text in UTF-8"}
		element.Value = legible(l.name, e.body, e.line)
	case l.json:
		element.Value, element.Err = jsonValue(l.name, e.body, e.line)
	case node != nil:
		element.Value, element.Err = valueOf(l.name, node, e.line-begin, 0)
	default:
		if node, element.Err = l.node(i); element.Err == nil {
			element.Value, element.Err = valueOf(l.name, node, e.line-1, 0)
		} else {
			element.Value = legible(l.name, e.body, e.line)
		}
	}
	if l.flow {
		element.Value.standIn(e.line)
	}
	return element
}

// node parses the text of one entry of a block sequence.
func (l *ListText) node(i int) (*yaml.Node, error) {
	e := l.entries[i]
	root, err := parse(l.name, e.body)
	switch {
	case err != nil:
		if fault, ok := errors.AsType[*Fault](err); ok {
			fault.Line = max(fault.Line, 1) + e.line - 1
		}
		return nil, err
	case root.Kind != yaml.SequenceNode || len(root.Content) != 1:
		return nil, &Fault{l.name, e.line, "a line ends in something else than LF or CRLF; save the file with one of them"}
	}
	return root.Content[0], nil
}
