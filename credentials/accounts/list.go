package accounts

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/nearmiss"
)

// List is a list of accounts as it was read.
type List struct {
	Path    string // as it was named; "standard input" for none
	Folder  string // what the files in it are relative to
	Entries []Entry
}

// Entry is one entry of a list. One with a fault still has what could be read of it.
type Entry struct {
	Account
	Number int // from 1
	Line   int
	Fault  error // FILE:LINE: what is wrong
}

// Label is what the entry is called in every output: its name, or its number where it has none that
// is allowed.
func (e Entry) Label() string {
	if e.Name == "" {
		return fmt.Sprintf("entry %d", e.Number)
	}
	return e.Name
}

// Read reads a list. A fault in an entry is that entry's; an error is one of the whole list: it is
// no list, or two of its entries have one name. What could be read comes with the error. In the
// person's own file each entry needs a name.
func Read(path, folder string, data []byte, needNames bool) (List, error) {
	l := List{Path: path, Folder: folder}
	alike := common{map[string]string{}, map[string]map[string]string{}}
	for element, err := range catalog.Elements(path, data) {
		if err != nil {
			return l, err
		}
		e := Entry{Number: len(l.Entries) + 1, Line: element.Line, Fault: element.Err}
		e.Account, e.Fault = readEntry(path, folder, element.Value)
		e.Fault = cmp.Or(element.Err, e.Fault)
		alike.share(&e.Account)
		if e.Fault == nil && e.Name == "" && needNames {
			e.Fault = &catalog.Fault{File: path, Line: e.Line, Text: "the entry has no name"}
		}
		l.Entries = append(l.Entries, e)
	}
	return l, l.duplicates()
}

// duplicates names the entries that share a name, with both lines.
func (l List) duplicates() error {
	const enough = 5
	first := make(map[string]int, len(l.Entries)) // the place of the entry
	var problems []error
	more := 0
	for i, e := range l.Entries {
		before, twice := first[e.Name]
		switch {
		case e.Name == "":
		case !twice:
			first[e.Name] = i
		case len(problems) < enough:
			where := fmt.Sprintf("in line %d", l.Entries[before].Line)
			if l.Entries[before].Line == e.Line { // JSON that a program wrote has one line
				where = fmt.Sprintf("used by entry %d, so entry %d needs another", before+1, i+1)
			}
			problems = append(problems, &catalog.Fault{File: l.Path, Line: e.Line, Text: fmt.Sprintf("the name %s is already %s", e.Name, where)})
		default:
			more++
		}
	}
	if more > 0 {
		problems = append(problems, fmt.Errorf("and %d more names stand twice", more))
	}
	return errors.Join(problems...)
}

// Names lists the names, in the order of the list.
func (l List) Names() []string {
	var names []string
	for _, e := range l.Entries {
		if e.Name != "" {
			names = append(names, e.Name)
		}
	}
	return names
}

// Find returns the entry of that name. An unknown name's error says which one was probably meant.
func (l List) Find(name string) (Entry, error) {
	for _, e := range l.Entries {
		if e.Name != "" && e.Name == name {
			return e, nil
		}
	}
	return Entry{}, &UnknownError{Name: name, Near: nearmiss.Of(name, l.Names())}
}

// UnknownError is the answer to a name that no account has.
type UnknownError struct{ Name, Near string }

// Error says what was probably meant.
func (e *UnknownError) Error() string {
	text := "no account is named " + Shown(e.Name)
	if e.Near != "" {
		text += " (did you mean " + e.Near + "?)"
	}
	return text
}

// RunsCommands reports that an entry names a command.
func (l List) RunsCommands() bool {
	for _, e := range l.Entries {
		if e.Source.Kind == SecretCommand {
			return true
		}
	}
	return false
}

// FolderOf is what the files in a list are relative to: its own folder, or the current one for
// standard input.
func FolderOf(path string) string {
	if path == "-" || strings.HasPrefix(path, "/dev/") || strings.TrimSpace(path) == "" {
		return ""
	}
	return filepath.Dir(path)
}

// common gives what many entries say alike one place in memory: the values of a long list are few.
type common struct {
	texts map[string]string
	maps  map[string]map[string]string
}

func (c common) share(a *Account) {
	for _, value := range []*string{&a.Environment, &a.Issuer, &a.Backend, &a.ProviderID, &a.ClientID, &a.Source.Name, &a.Owner, &a.CAFile} {
		*value = c.text(*value)
	}
	a.Labels, a.Ignore = c.pairs(a.Labels), c.pairs(a.Ignore)
}

func (c common) text(s string) string {
	if known, ok := c.texts[s]; ok {
		return known
	}
	c.texts[s] = s
	return s
}

func (c common) pairs(m map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&key, "%q%q", name, m[name])
	}
	if known, ok := c.maps[key.String()]; ok {
		return known
	}
	c.maps[key.String()] = m
	return m
}
