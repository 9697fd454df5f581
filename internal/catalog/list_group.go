package catalog

import (
	"bytes"
	"iter"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The entries that are parsed together: the YAML library sets up a parser of 20 KB each time.
const (
	mostTogether  = 50
	bytesTogether = 16 << 10
)

// elements are all entries. Of a group that the library does not read as so many entries, each in
// its place, each is read alone: a fault in one is none of the others.
func (l *ListText) elements() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		for from := 0; from < len(l.entries); {
			to := l.groupFrom(from)
			nodes, begins := l.together(from, to)
			for i := from; i < to; i++ {
				var e Element
				if nodes == nil {
					e = l.Element(i)
				} else {
					e = l.element(i, nodes[i-from], begins[i-from])
				}
				if !yield(e) {
					return
				}
			}
			from = to
		}
	}
}

// groupFrom is where a group ends that begins with an entry.
func (l *ListText) groupFrom(from int) (to int) {
	size := 0
	for to = from; to < len(l.entries) && to-from < mostTogether; to++ {
		body := l.entries[to].body
		if size += len(body); l.json || size > bytesTogether || !utf8.Valid(body) || !alone(body) {
			break
		}
	}
	return max(to, from+1)
}

// alone tells that an entry means the same among others: an anchor would be known in them, where
// lines end in something else than LF or CRLF, the library counts them otherwise, and a text in a
// block has no line end where the file has none.
func alone(body []byte) bool {
	return bytes.HasSuffix(body, []byte("\n")) && !bytes.ContainsAny(body, "&*\u0085\u2028\u2029") &&
		bytes.Count(body, []byte("\r")) == bytes.Count(body, []byte("\r\n"))
}

// together parses entries as one list, and tells in which line of it each begins; nil where that is
// not what they are.
func (l *ListText) together(from, to int) (nodes []*yaml.Node, begins []int) {
	if to-from < 2 {
		return nil, nil
	}
	var text []byte
	line := 1
	for _, e := range l.entries[from:to] {
		begins = append(begins, line)
		text = append(text, e.body...)
		line += bytes.Count(e.body, []byte("\n"))
	}
	root, err := parse(l.name, text)
	if err != nil || root.Kind != yaml.SequenceNode || len(root.Content) != to-from {
		return nil, nil
	}
	for i, node := range root.Content {
		if end := append(begins[1:], line)[i]; node.Line < begins[i] || node.Line >= end {
			return nil, nil
		}
	}
	return root.Content, begins
}
