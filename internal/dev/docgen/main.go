// Command docgen writes the pages of docs/ that follow from data: one for each diagnosis and each
// command, the environments, the facts, the registry's form; and it runs the program for every
// transcript and picture in the documentation, so that they show what it really prints. With -check
// it writes nothing, and fails where a page is not up to date.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

//go:generate go run . -root ../../..

func main() {
	root := flag.String("root", ".", "the repository's top `folder`")
	check := flag.Bool("check", false, "write nothing, and fail if something would change")
	flag.Parse()
	if err := refresh(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

// pages are files by their path below the repository's top folder.
type pages map[string][]byte

// ownFolders hold generated pages only: what is not generated there any more is removed.
var ownFolders = []string{"docs/diagnoses", "docs/commands"}

func refresh(root string, check bool) error {
	made, err := generate(context.Background(), root)
	if err != nil {
		return err
	}
	var stale []string
	for _, name := range slices.Sorted(maps.Keys(made)) {
		old, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil && steady(old) == steady(made[name]) {
			continue
		}
		stale = append(stale, name)
		if !check {
			if err := write(filepath.Join(root, name), made[name]); err != nil {
				return err
			}
		}
	}
	for _, name := range leftOver(root, made) {
		stale = append(stale, name)
		if !check {
			if err := os.Remove(filepath.Join(root, name)); err != nil {
				return err
			}
		}
	}
	if check && len(stale) > 0 {
		return fmt.Errorf("not up to date, run `go generate ./internal/dev/docgen`: %v", stale)
	}
	return nil
}

func write(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // documentation is for everybody
		return err
	}
	return os.WriteFile(file, content, 0o644) //nolint:gosec // likewise
}

// leftOver lists pages of earlier runs that nothing makes any more.
func leftOver(root string, made pages) (names []string) {
	for _, folder := range ownFolders {
		entries, err := os.ReadDir(filepath.Join(root, folder))
		if err != nil {
			continue // not there yet
		}
		for _, e := range entries {
			name := folder + "/" + e.Name()
			if _, ok := made[name]; !ok {
				names = append(names, name)
			}
		}
	}
	return names
}

func generate(ctx context.Context, root string) (pages, error) {
	made := pages{}
	for _, add := range []func(pages) error{addDiagnoses, addSymptoms, addCommands, addEnvironments, addFacts, addMetrics, addForms} {
		if err := add(made); err != nil {
			return nil, err
		}
	}
	if err := addTexts(root, made); err != nil {
		return nil, err
	}
	if err := addPictures(ctx, root, made); err != nil {
		return nil, err
	}
	return made, addTranscripts(ctx, root, made)
}
