// Package catalog reads the data that credguide is made of: strict YAML files, checked against a
// JSON Schema, from the program itself and from folders that the user adds. Every error names the
// file and the line, because the person who reads it has just edited that file. It is the only
// package that imports the YAML library, which is frozen upstream: replacing it is a change here
// and nowhere else.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/files"
)

// MaxFile is the largest catalog file that is read, in bytes. Catalog files are a few kilobytes.
const MaxFile = 1 << 20

// maxFiles bounds one folder, so that a wrong --catalog (a home folder, say) ends with an error and
// not with a long read.
const maxFiles = 1000

// BuiltIn is the origin of what the program brings along.
const BuiltIn = "built in"

// Kind is one kind of file in the catalog: environments, forms, diagnoses, snippets, phrases. A
// file is called after the id in it, where it has one.
type Kind[T any] struct {
	Schema []byte // a JSON Schema; nil for none
	FS     fs.FS  // the files of the program; nil for none
	Dir    string // where they are in FS
	Folder string // where they are in a folder of the user's
	Unread string // a key at the top of the program's files whose value is passed over; empty: none is
	// Entry takes in where a file was read (BuiltIn or its name), gives the id, and checks what a
	// schema cannot say.
	Entry func(value *T, origin string) (id string, err error)
}

// Load reads every *.yaml file of the program and, over them, of the user's folders, in the order
// of the ids. A later file replaces an earlier one of the same name. All broken files are reported
// together.
func (k Kind[T]) Load(overlays ...string) ([]T, error) {
	var places []place
	if k.FS != nil {
		places = append(places, place{k.FS, k.Dir, BuiltIn, false})
	}
	for _, dir := range overlays {
		if err := isDir(dir); err != nil {
			return nil, err
		}
		places = append(places, place{os.DirFS(dir), k.Folder, filepath.Join(dir, k.Folder), true})
	}
	byName := map[string]T{}
	var problems []error
	for _, p := range places {
		names, err := p.yamlFiles()
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			v, err := k.load(p, n)
			if err != nil {
				problems = append(problems, err)
			}
			byName[n] = v
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	list := make([]T, 0, len(byName))
	for _, n := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[n])
	}
	return list, nil
}

// LoadFile reads one file that the user named. Its name need not be its id. A silent pipe is given
// up soon, so there is nothing to interrupt.
func (k Kind[T]) LoadFile(name string) (T, error) {
	var zero T
	content, err := files.Read(context.Background(), name, files.Limits{Bytes: MaxFile})
	if err != nil {
		return zero, fmt.Errorf("read %s: %w", name, err)
	}
	return k.Read(name, content.Data)
}

// Read reads one entry from its text, as if it stood in the file of that name.
func (k Kind[T]) Read(name string, data []byte) (T, error) {
	var zero T
	v, err := k.decode(name, data)
	if err != nil {
		return zero, err
	}
	if _, err := k.Entry(&v, name); err != nil {
		return zero, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

func (k Kind[T]) load(p place, file string) (v T, err error) {
	shown := filepath.Join(p.origin, file)
	data, err := readBounded(p.fs, path.Join(p.dir, file))
	if err != nil {
		return v, fmt.Errorf("%s: %w", shown, err)
	}
	origin := shown
	if p.origin == BuiltIn {
		origin = BuiltIn
		v, err = decodeOwn[T](shown, without(k.Unread, data))
	} else {
		v, err = k.decode(shown, data)
	}
	if err != nil {
		return v, err
	}
	id, err := k.Entry(&v, origin)
	if id != "" && id+".yaml" != file {
		err = fmt.Errorf("the id %q must be the file name without .yaml", id)
	}
	if err != nil {
		return v, fmt.Errorf("%s: %w", shown, err)
	}
	return v, nil
}

func (k Kind[T]) decode(name string, data []byte) (v T, err error) {
	sch, err := compile(k.Schema)
	if err != nil {
		return v, err
	}
	return decodeChecked[T](sch, name, data)
}

// Decode decodes one YAML or JSON document strictly (unknown fields are errors), without a schema.
func Decode[T any](name string, data []byte) (T, error) {
	return decodeChecked[T](nil, name, data)
}

// place is a folder of YAML files.
type place struct {
	fs          fs.FS
	dir, origin string
	optional    bool // a user's folder need not hold every kind of file
}

func (p place) yamlFiles() ([]string, error) {
	entries, err := fs.ReadDir(p.fs, p.dir)
	if errors.Is(err, fs.ErrNotExist) && p.optional {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the catalog folder %s: %w", p.origin, err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".yaml") {
			names = append(names, e.Name())
		}
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("the catalog folder %s holds %d YAML files, more than %d", p.origin, len(names), maxFiles)
	}
	return names, nil
}

func isDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the catalog folder %s does not exist", dir)
	case err != nil:
		return fmt.Errorf("read the catalog folder: %w", err)
	case !info.IsDir():
		return &NoFolderError{dir}
	}
	return nil
}

// NoFolderError is a catalog that is a file.
type NoFolderError struct{ Name string }

func (e *NoFolderError) Error() string { return "the catalog folder " + e.Name + " is not a folder" }

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
