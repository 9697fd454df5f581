package forms

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/catalog"
)

//go:embed *.yaml
var builtIn embed.FS

//go:embed schema.json
var schema []byte

var kind = catalog.Kind[Form]{
	Schema: schema, FS: builtIn, Dir: ".", Folder: "forms",
	Entry: func(f *Form, origin string) (string, error) {
		f.Origin = origin
		return f.ID, f.valid()
	},
}

// Load reads the built-in forms and, over them, DIR/forms/*.yaml of each overlay folder. A folder
// without forms is fine.
func Load(overlays ...string) ([]Form, error) {
	if len(overlays) == 0 {
		base, err := builtInForms()
		return slices.Clone(base), err
	}
	return kind.Load(overlays...)
}

// builtInForms are read once: they cannot change while the program runs, and a form takes
// milliseconds.
var builtInForms = sync.OnceValues(func() ([]Form, error) { return kind.Load() })

// Lookup finds a form by its id among the built-in ones and those of the overlay folders.
func Lookup(id string, overlays ...string) (Form, error) {
	all, err := Load(overlays...)
	if err != nil {
		return Form{}, err
	}
	return Find(all, id)
}

// Find is the form with this id.
func Find(all []Form, id string) (Form, error) {
	var ids []string
	for _, f := range all {
		if f.ID == id {
			return f, nil
		}
		ids = append(ids, f.ID)
	}
	return Form{}, fmt.Errorf("no registration form is called %q; there is %s", id, strings.Join(ids, ", "))
}

// valid checks what a JSON Schema cannot say: names that refer to each other.
func (f Form) valid() error {
	seen := map[string]bool{}
	for _, field := range f.Fields() {
		if seen[field.Name] {
			return fmt.Errorf("the field %s appears twice", field.Name)
		}
		seen[field.Name] = true
	}
	for _, t := range f.Live.Ticks.ServerWhen {
		if !seen[t.Field] {
			return fmt.Errorf("live: a condition names the unknown field %q", t.Field)
		}
	}
	if err := f.Guide.valid(); err != nil {
		return fmt.Errorf("guide: %w", err)
	}
	for _, name := range f.Roles.all() {
		if !seen[name] {
			return fmt.Errorf("a role is given to the unknown field %q", name)
		}
	}
	for _, p := range f.Profiles {
		if p.From != "" && (p.From == p.ID || len(f.line(p.From)) == 0) {
			return fmt.Errorf("the profile %s comes from the unknown profile %q", p.ID, p.From)
		}
	}
	for _, field := range f.Fields() {
		if err := f.refers(field, seen); err != nil {
			return fmt.Errorf("field %s: %w", field.Name, err)
		}
	}
	return nil
}

func (f Form) refers(field Field, known map[string]bool) error {
	for _, t := range field.tests() {
		if !known[t.Field] {
			return fmt.Errorf("a condition names the unknown field %q", t.Field)
		}
	}
	if field.Beside != "" && !known[field.Beside] {
		return fmt.Errorf("it stands beside the unknown field %q", field.Beside)
	}
	profiles := slices.Clone(field.Only)
	for p := range field.Changes {
		profiles = append(profiles, p)
	}
	for _, p := range profiles {
		if !slices.Contains(f.profileIDs(), p) {
			return fmt.Errorf("unknown profile %q", p)
		}
	}
	if field.Form.Listed != "" && len(field.Options) == 0 && field.Form.Pattern == "" {
		return errors.New("must be listed, but has no options")
	}
	return nil
}

func (f Field) tests() []Test {
	all := slices.Concat(f.ShownWhen, f.Form.tests(), f.Server.tests())
	for _, a := range f.Advice {
		all = append(all, a.When...)
	}
	if f.Closed != nil {
		all = append(all, f.Closed.When...)
	}
	for _, c := range f.Changes {
		for _, a := range c.Advice {
			all = append(all, a.When...)
		}
		all = append(append(all, c.ShownWhen...), slices.Concat(c.Form.tests(), c.Server.tests())...)
	}
	return append(all, f.Live.WhereRequired.tests()...)
}

func (r *Rule) tests() []Test {
	if r == nil {
		return nil
	}
	return slices.Concat(r.When, r.RequiredWhen)
}
