// Package snippets holds ready-to-use text for a service account: how to log in with each openEO
// client, the variables, CI jobs that watch the credentials, a notebook. It is data: one YAML file
// a snippet, checked against schema.json; a folder of the user's own adds or replaces some. A
// snippet names the place of the secret and never holds it: the values that go into a template have
// no field for one.
package snippets

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/catalog"
)

//go:embed *.yaml
var builtIn embed.FS

//go:embed schema.json
var schema []byte

// Snippet is one text with places for Values.
type Snippet struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Quoting says how a value is written in it: c for Python, R and JavaScript, shell, or yaml.
	Quoting string `yaml:"quoting"`
	// Rank is its place in the list, the lowest first.
	Rank         int  `yaml:"rank"`
	NeedsBackend bool `yaml:"needs_backend"`
	// Unattended says that it checks on a schedule, and brings the secret to where it runs.
	Unattended bool   `yaml:"unattended"`
	Text       string `yaml:"text"`
	// Cells make a notebook instead of a text.
	Cells  []Cell `yaml:"cells"`
	Source string `yaml:"source"`
}

// Cell is one cell of a notebook: words or code.
type Cell struct {
	Markdown string `yaml:"markdown"`
	Code     string `yaml:"code"`
}

// ErrNoBackend is returned for a snippet that logs in to a back-end where there is none.
var ErrNoBackend = errors.New("it logs in to an openEO back-end, and there is none")

var kind = catalog.Kind[Snippet]{
	Schema: schema, FS: builtIn, Dir: ".", Folder: "snippets",
	Entry: func(s *Snippet, _ string) (string, error) { return s.ID, nil },
}

// Load reads the built-in snippets and, over them, DIR/snippets/*.yaml of each folder of the user's
// own.
func Load(overlays ...string) ([]Snippet, error) {
	list, err := kind.Load(overlays...)
	slices.SortStableFunc(list, func(a, b Snippet) int { return a.Rank - b.Rank })
	return list, err
}

// Lookup finds a snippet by its id.
func Lookup(id string, overlays ...string) (Snippet, error) {
	list, err := Load(overlays...)
	if err != nil {
		return Snippet{}, err
	}
	for _, s := range list {
		if s.ID == id {
			return s, nil
		}
	}
	return Snippet{}, fmt.Errorf("no snippet is called %q; there is %s: %w", id, strings.Join(IDs(list), ", "), fs.ErrNotExist)
}

// IDs lists the names.
func IDs(list []Snippet) (ids []string) {
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return ids
}
