package explain

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/catalog"
)

// wording is how a program words what went wrong: see wordings.yaml.
type wording struct {
	Client  string         `yaml:"client"`
	Text    string         `yaml:"text"`
	Head    bool           `yaml:"head"`
	Start   bool           `yaml:"start"`
	Link    bool           `yaml:"link"`
	Login   bool           `yaml:"login"`
	Frame   string         `yaml:"frame"`
	Step    string         `yaml:"step"`
	Failure string         `yaml:"failure"`
	Shape   string         `yaml:"shape"`
	Error   string         `yaml:"error"`
	Status  int            `yaml:"status"`
	Facts   map[string]any `yaml:"facts"`

	pattern pattern
}

//go:embed wordings.yaml
var wordingsFile embed.FS

//go:embed wordings.schema.json
var wordingsSchema []byte

type wordingFile struct {
	Wordings []wording `yaml:"wordings"`
}

var wordingKind = catalog.Kind[wordingFile]{
	Schema: wordingsSchema, FS: wordingsFile, Dir: ".", Folder: "wordings",
	Entry: func(f *wordingFile, _ string) (string, error) { return "", f.prepare() },
}

// loadWordings reads the program's own wordings and, beside them, DIR/wordings/*.yaml of each
// overlay folder.
func loadWordings(overlays ...string) (list []wording, err error) {
	found, err := wordingKind.Load(overlays...)
	for _, f := range found {
		list = append(list, f.Wordings...)
	}
	return list, err
}

func (f *wordingFile) prepare() (err error) {
	for i := range f.Wordings {
		w := &f.Wordings[i]
		if w.pattern, err = compile(w.Text); err != nil {
			return err
		}
		w.pattern.closed = w.Error != ""
		if w.Failure != "" && !slices.Contains(checks.Failures, w.Failure) {
			return fmt.Errorf("%q: unknown failure %q", w.Text, w.Failure)
		}
		if _, err := checks.ParseFacts(w.Facts); err != nil {
			return fmt.Errorf("%q: %w", w.Text, err)
		}
	}
	return nil
}

// pattern is a text with places where something is read.
type pattern struct {
	parts []string // in flat form; between two of them lies a slot
	slots []string // what is read behind the part of the same index, "" for a gap
	key   int      // the part that is looked for first
	whole bool     // it begins a word: a name that merely ends like it is another one
	// closed: it ends a word too. invalid_client_metadata is no invalid_client.
	closed bool
}

// longest is how much a slot may hold, in bytes.
var longest = map[string]int{"": 120, "url": 400, "path": 300, "host": 260, "status": 3, "error": 60, "code": 60, "reason": 60, "message": 600, "cut": 600, "body": 3000}

// minKey is the shortest part that a search may begin with.
const minKey = 4

func compile(text string) (pattern, error) {
	p := pattern{whole: isWord(text[0])}
	rest := strings.ReplaceAll(text, "…", "{}")
	for {
		part, after, found := strings.Cut(rest, "{")
		p.parts = append(p.parts, flatten(slices.Clone([]byte(part))))
		if !found {
			break
		}
		slot, behind, closed := strings.Cut(after, "}")
		if _, known := longest[slot]; !closed || !known {
			return p, fmt.Errorf("%q: unknown slot {%s}", text, slot)
		}
		p.slots = append(p.slots, slot)
		rest = behind
	}
	// A status in front is read backwards; everything else forwards from the key.
	if p.parts[0] == "" && len(p.parts) > 1 && p.slots[0] == "status" {
		p.key = 1
	}
	if len(p.parts[p.key]) < minKey {
		return p, fmt.Errorf("%q begins with too little to search for", text)
	}
	return p, nil
}

// reading is what a pattern found at one place.
type reading struct {
	from, to int
	slots    map[string]string
}

// read matches the pattern where its key ends.
func (p pattern) read(t plainText, keyEnd int) (reading, bool) {
	key := p.parts[p.key]
	r := reading{from: keyEnd - len(key), to: keyEnd}
	if p.whole && r.from > 0 && isWord(t.flat[r.from-1]) {
		return r, false
	}
	if p.closed && len(p.slots) == 0 && r.to < len(t.flat) && isWord(t.flat[r.to]) {
		return r, false
	}
	if p.key == 1 {
		if r.from < 3 || !r.keep("status", t.text[r.from-3:r.from]) {
			return r, false
		}
		r.from -= 3
	}
	for i := p.key; i < len(p.slots); i++ {
		if !p.readSlot(t, &r, p.slots[i], p.parts[i+1]) {
			return r, false
		}
	}
	return r, true
}

// readSlot reads what stands in a slot, up to the part behind it; a slot at the end of a pattern
// ends by itself.
func (p pattern) readSlot(t plainText, r *reading, slot, next string) bool {
	room := min(len(t.flat), r.to+longest[slot]+len(next))
	length := strings.Index(t.flat[r.to:room], next)
	if next == "" {
		length = slotEnd(slot, t.text[r.to:room])
	}
	if length < 0 || !r.keep(slot, t.text[r.to:r.to+length]) {
		return false
	}
	r.to += length + len(next)
	return true
}

func slotEnd(slot, s string) int {
	stop := "\n"
	switch slot {
	case "url", "host", "path", "error", "code":
		stop = " \n'\"),;<>]}"
	case "status":
		return min(3, len(s))
	case "body":
		return len(s)
	}
	if i := strings.IndexAny(s, stop); i >= 0 {
		return i
	}
	return len(s)
}

// keep takes what was read if it can be such a thing.
func (r *reading) keep(slot, s string) bool {
	switch slot {
	case "":
		return true
	case "status":
		if n, err := strconv.Atoi(s); err != nil || n < 100 || n > 599 {
			return false
		}
	case "url", "host", "path", "error", "code":
		if s == "" || strings.ContainsAny(s, " \n'\"") {
			return false
		}
	}
	if r.slots == nil {
		r.slots = map[string]string{}
	}
	r.slots[slot] = s
	return true
}

func isWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_'
}
