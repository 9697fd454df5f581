package catalog

import (
	"slices"
	"strings"
)

// plainEntry reads an entry that is written plainly, as most are: in braces on one line, or with a
// key a line, each value a single word or in quotes with nothing to be undone in them. The YAML
// library takes ten times as long to say the same. Of any other entry it is false.
func plainEntry(body []byte, line int) (Value, bool) {
	const longest = 4 << 10
	if len(body) > longest {
		return Value{}, false
	}
	lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	p := plainReader{line: line, rest: strings.TrimLeft(lines[0], " ")}
	if !p.skip("- ") {
		return Value{}, false
	}
	p.spaces()
	if strings.HasPrefix(p.rest, "{") {
		v, ok := p.braces(0)
		p.spaces()
		return v, ok && p.rest == "" && len(lines) == 1
	}
	v := Value{Kind: Map, Line: line}
	indent := strings.Repeat(" ", len(lines[0])-len(p.rest))
	for i, text := range lines {
		if p.line = line + i; i > 0 {
			p.rest = text
			if !p.skip(indent) {
				return v, false
			}
		}
		ok := p.field(&v, 0)
		if p.spaces(); !ok || p.rest != "" {
			return v, false
		}
	}
	return v, true
}

type plainReader struct {
	rest string
	line int
}

func (p *plainReader) skip(text string) bool {
	rest, found := strings.CutPrefix(p.rest, text)
	p.rest = rest
	return found
}

func (p *plainReader) spaces() { p.rest = strings.TrimLeft(p.rest, " ") }

// braces reads a map on one line. An empty one, and a comma at its end, are left to YAML.
func (p *plainReader) braces(depth int) (Value, bool) {
	v := Value{Kind: Map, Line: p.line}
	p.skip("{")
	for {
		p.spaces()
		if !p.field(&v, depth+1) {
			return v, false
		}
		switch p.spaces(); {
		case p.skip("}"):
			return v, true
		case !p.skip(","):
			return v, false
		}
	}
}

func (p *plainReader) field(v *Value, depth int) bool {
	const deepest = 2
	name := p.word(false)
	if name == "" || !p.skip(": ") || depth > deepest {
		return false
	}
	p.spaces()
	f, ok := Field{Name: name, Line: p.line}, true
	switch {
	case strings.HasPrefix(p.rest, "{"):
		f.Value, ok = p.braces(depth)
	case strings.HasPrefix(p.rest, `"`), strings.HasPrefix(p.rest, "'"):
		f.Value, ok = p.quoted()
	default:
		f.Value = Value{Kind: Text, Line: p.line, Text: p.word(true)}
		ok = f.Value.Text != "" && !slices.Contains(wordsOfYAML, strings.ToLower(f.Value.Text))
	}
	return ok && v.add("", f) == nil
}

// wordsOfYAML stand for something else than themselves, in one of its versions.
var wordsOfYAML = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

// word takes a text that begins with a letter, or as a value with a slash, and so is no number, no
// date and no sign of YAML. A colon is part of a value where something follows it.
func (p *plainReader) word(value bool) string {
	end := 0
	for end < len(p.rest) && p.inWord(end, value) {
		end++
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

func (p *plainReader) inWord(i int, value bool) bool {
	switch c := p.rest[i]; {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		return true
	case c == '/':
		return value
	case c == '@':
		return value && i > 0
	case '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		return i > 0
	case c == ':':
		return value && i > 0 && i+1 < len(p.rest) && p.rest[i+1] != ':' && p.inWord(i+1, true)
	}
	return false
}

// quoted takes what stands between quotes.
func (p *plainReader) quoted() (Value, bool) {
	text, rest, closed := strings.Cut(p.rest[1:], p.rest[:1])
	if !closed || strings.HasPrefix(rest, "'") || strings.Contains(text, `\`) {
		return Value{}, false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return Value{}, false
		}
	}
	p.rest = rest
	return Value{Kind: Text, Line: p.line, Text: text}, true
}
