package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// member is a fact's name, and as it stands before the value.
type member struct{ name, quoted string }

// factMembers are those of all facts, in alphabetical order.
var factMembers = sync.OnceValue(func() (all []member) {
	for _, def := range checks.Vocabulary() {
		all = append(all, memberOf(def.Name))
	}
	return all
})

func memberOf(name string) member { return member{name, string(appendText(nil, name)) + ":"} }

// appendFacts writes facts as encoding/json writes a map, without the escapes for HTML and with
// those of escapeUnprintable. A report has hundreds of them, and a list of ten thousand accounts as
// many reports: reflection over the map was most of the cost to write one, and to look for those
// that none of the reports has was half of the rest.
func (b *lineRoom) appendFacts(facts checks.Facts) error {
	line, written, err := appendMembers(b.line, facts, b.usual)
	if written < len(facts) && err == nil {
		b.usual = slices.DeleteFunc(slices.Clone(factMembers()), func(m member) bool {
			_, has := facts[m.name]
			return !has && !slices.Contains(b.usual, m)
		})
		line, written, err = appendMembers(b.line, facts, b.usual)
	}
	if written < len(facts) && err == nil { // of a report that somebody wrote
		line, _, err = appendMembers(b.line, facts, each(slices.Sorted(maps.Keys(facts)), memberOf))
	}
	b.line = line
	return err
}

// appendMembers writes those facts that are among the members, and tells how many there are.
func appendMembers(out []byte, facts checks.Facts, members []member) (all []byte, written int, err error) {
	out = append(out, '{')
	for _, m := range members {
		value, ok := facts[m.name]
		if !ok {
			continue
		}
		if written++; written > 1 {
			out = append(out, ',')
		}
		if out, err = appendJSON(append(out, m.quoted...), value); err != nil {
			return nil, written, fmt.Errorf("fact %s: %w", m.name, err)
		}
	}
	return append(out, '}'), written, nil
}

func appendJSON(out []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case bool:
		return strconv.AppendBool(out, v), nil
	case int:
		return strconv.AppendInt(out, int64(v), 10), nil
	case string:
		return appendText(out, v), nil
	case []string:
		out = append(out, '[')
		for i, s := range v {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendText(out, s)
		}
		return append(out, ']'), nil
	}
	return appendEncoded(out, text.Map(value, same))
}

// appendText quotes a text.
func appendText(out []byte, s string) []byte {
	for i := range len(s) {
		if !asItIs[s[i]] {
			out, _ = appendEncoded(out, s) // a text always has a form
			return out
		}
	}
	return append(append(append(out, '"'), s...), '"')
}

// asItIs tells the bytes that stand in a JSON text for themselves. Of "##" one is escaped.
var asItIs = func() (table [256]bool) {
	for c := byte(' '); c <= '~'; c++ {
		table[c] = c != '"' && c != '\\' && c != '#'
	}
	return table
}()

func appendEncoded(out []byte, value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return append(out, escapeUnprintable(bytes.TrimSuffix(b.Bytes(), []byte("\n")))...), err
}
