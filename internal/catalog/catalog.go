// Package catalog reads the data that credguide is made of: strict YAML files, checked against a JSON Schema, from the
// program itself and from folders that the user adds. Every error names the file and the line, because the person who
// reads it has just edited that file. It is the only package that imports the YAML library, which is frozen upstream:
// replacing it is a change here and nowhere else.
package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
)

// MaxFile is the largest catalog file that is read, in bytes. Catalog files are a few kilobytes.
const MaxFile = 1 << 20

// maxFiles bounds one folder, so that a wrong --catalog (a home folder, say) ends with an error and not with a long read.
const maxFiles = 1000

// Place is a folder of YAML files.
type Place struct {
	FS  fs.FS
	Dir string
	// Origin is what errors and `credguide environments` call the place: "built in" or the folder's name.
	Origin string
	// Optional places may be absent: a user's catalog folder need not hold every kind of file.
	Optional bool
}

// Item is one file's content and where it came from.
type Item[T any] struct {
	Name   string // file name without .yaml
	Origin string // the Place's Origin joined with the file name, or "built in"
	Value  T
}

// Load reads every *.yaml file of the places, in file-name order, and checks each against the schema (a JSON Schema
// document; nil for none). A later place replaces an earlier file of the same name: this is how a user overlays the
// built-in catalog. All broken files are reported together.
func Load[T any](schema []byte, places ...Place) ([]Item[T], error) {
	sch, err := compile(schema)
	if err != nil {
		return nil, err
	}
	byName := map[string]Item[T]{}
	var problems []error
	for _, p := range places {
		names, err := yamlFiles(p)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			item, err := loadFile[T](sch, p, n)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			byName[item.Name] = item
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	items := make([]Item[T], 0, len(byName))
	for _, it := range byName {
		items = append(items, it)
	}
	sort.Slice(items, func(i, j int) bool { return items[i].Name < items[j].Name })
	return items, nil
}

// LoadBytes checks and decodes one document that the caller has read, for example the file of `--environment FILE.yaml`.
func LoadBytes[T any](schema []byte, name string, data []byte) (T, error) {
	var zero T
	sch, err := compile(schema)
	if err != nil {
		return zero, err
	}
	return decodeChecked[T](sch, name, data)
}

// Decode decodes one YAML or JSON document strictly (unknown fields are errors), without a schema.
func Decode[T any](name string, data []byte) (T, error) {
	return decodeChecked[T](nil, name, data)
}

func yamlFiles(p Place) ([]string, error) {
	entries, err := fs.ReadDir(p.FS, p.Dir)
	if errors.Is(err, fs.ErrNotExist) && p.Optional {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the catalog folder %s: %w", p.Origin, err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".yaml") {
			names = append(names, e.Name())
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("the catalog folder %s holds %d YAML files, more than %d", p.Origin, len(names), maxFiles)
	}
	return names, nil
}

func loadFile[T any](sch *schema, p Place, file string) (Item[T], error) {
	shown := p.Origin + "/" + file
	data, err := readBounded(p.FS, path.Join(p.Dir, file))
	if err != nil {
		return Item[T]{}, fmt.Errorf("%s: %w", shown, err)
	}
	v, err := decodeChecked[T](sch, shown, data)
	if err != nil {
		return Item[T]{}, err
	}
	return Item[T]{Name: strings.TrimSuffix(file, ".yaml"), Origin: shown, Value: v}, nil
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	if info.Size() > MaxFile {
		return nil, fmt.Errorf("larger than %d bytes", MaxFile)
	}
	return fs.ReadFile(fsys, name)
}
