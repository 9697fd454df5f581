package forms

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// Load reads the built-in forms and, over them, DIR/forms/*.yaml of each overlay folder. A folder without forms is fine.
func Load(overlays ...string) ([]Form, error) { return kind.Load(overlays...) }

// Lookup finds a form by its id among the built-in ones and those of the overlay folders.
func Lookup(id string, overlays ...string) (Form, error) {
	all, err := Load(overlays...)
	if err != nil {
		return Form{}, err
	}
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
			return fmt.Errorf("the field %s stands twice", field.Name)
		}
		seen[field.Name] = true
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
	all := slices.Concat(f.ShownWhen, f.Form.When, f.Form.RequiredWhen, f.Server.When, f.Server.RequiredWhen)
	for _, a := range f.Advice {
		all = append(all, a.When...)
	}
	for _, c := range f.Changes {
		all = append(all, c.ShownWhen...)
		for _, r := range []*Rule{c.Form, c.Server} {
			if r != nil {
				all = append(all, slices.Concat(r.When, r.RequiredWhen)...)
			}
		}
	}
	return all
}
