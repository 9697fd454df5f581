package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// factNames are those of all facts, in alphabetical order.
var factNames = sync.OnceValue(func() (names []string) {
	for _, def := range checks.Vocabulary() {
		names = append(names, def.Name)
	}
	return names
})

// appendFacts writes facts as encoding/json writes a map, without the escapes for HTML. A report
// has hundreds of them, and a list of ten thousand accounts as many reports: reflection over the
// map was most of the cost to write one.
func appendFacts(out []byte, facts checks.Facts) ([]byte, error) {
	all, written, err := appendNamed(out, facts, factNames())
	if written < len(facts) && err == nil { // of a report that somebody wrote
		all, _, err = appendNamed(out, facts, slices.Sorted(maps.Keys(facts)))
	}
	return all, err
}

// appendNamed writes those facts that have one of the names, and tells how many there are.
func appendNamed(out []byte, facts checks.Facts, names []string) (all []byte, written int, err error) {
	out = append(out, '{')
	for _, name := range names {
		value, ok := facts[name]
		if !ok {
			continue
		}
		if written++; written > 1 {
			out = append(out, ',')
		}
		if out, err = appendJSON(append(appendText(out, name), ':'), value); err != nil {
			return nil, written, fmt.Errorf("fact %s: %w", name, err)
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
		if v == nil {
			return append(out, "null"...), nil
		}
		out = append(out, '[')
		for i, s := range v {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendText(out, s)
		}
		return append(out, ']'), nil
	}
	return appendEncoded(out, value)
}

// appendText quotes a text.
func appendText(out []byte, s string) []byte {
	if !text.Plain(s) || strings.ContainsAny(s, `"\`) {
		out, _ = appendEncoded(out, s) // a text always has a form
		return out
	}
	return append(append(append(out, '"'), s...), '"')
}

func appendEncoded(out []byte, value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return append(out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), err
}
