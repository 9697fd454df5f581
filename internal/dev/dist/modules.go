package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// linked lists the modules in any of the programs, in the order of their paths. It is what the
// linker put in, not what go.mod asks for: that has the tests' modules too.
func linked(programs []program) []*debug.Module {
	all := map[string]*debug.Module{}
	for _, p := range programs {
		for _, m := range p.info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			all[m.Path] = m
		}
	}
	var list []*debug.Module
	for _, path := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[path])
	}
	return list
}

// licenseName are the files in which modules keep their terms.
var licenseName = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-._].*)?$`)

// otherLicenses puts together the terms of Go and of every module that is linked in: most of them
// ask for it.
func (r release) otherLicenses(ctx context.Context, programs []program) ([]byte, error) {
	goRoot, err := output(ctx, r.root, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s contains the following, under the terms below each.\n", r.Program)
	if err := addTerms(&b, "The Go standard library", goRoot); err != nil {
		return nil, err
	}
	for _, m := range linked(programs) {
		dir, err := output(ctx, r.root, "go", "list", "-m", "-f", "{{.Dir}}", m.Path)
		if err != nil {
			return nil, err
		}
		if err := addTerms(&b, m.Path+" "+m.Version, dir); err != nil {
			return nil, err
		}
	}
	return []byte(b.String()), nil
}

func addTerms(b *strings.Builder, title, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("the licence of %s: %w", title, err)
	}
	fmt.Fprintf(b, "\n%s\n%s\n", strings.Repeat("=", 80), title)
	found := 0
	for _, e := range entries {
		if e.IsDir() || !licenseName.MatchString(e.Name()) || filepath.Ext(e.Name()) == ".go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "\n--- %s\n\n%s\n", e.Name(), strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		found++
	}
	if found == 0 {
		return fmt.Errorf("%s has no licence in %s", title, dir)
	}
	return nil
}
