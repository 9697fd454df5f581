package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sumsFile has a line for every other file, with its path from the folder: sha256sum --check takes
// it.
const sumsFile = "SHA256SUMS"

func writeSums(dir string) error {
	sums, err := sumsOf(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, sumsFile), sums, plain)
}

func sumsOf(dir string) ([]byte, error) {
	var b bytes.Buffer
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == sumsFile {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), name)
		return nil
	})
	return b.Bytes(), err
}

// buildAgain builds the commit once more and compares the checksums: from another folder, and
// without Go's cache, so that nothing is merely taken over.
func (r release) buildAgain(ctx context.Context) error {
	elsewhere, err := os.MkdirTemp("", "dist-again-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(elsewhere)
	first, err := os.ReadFile(filepath.Join(r.out, sumsFile))
	if err != nil {
		return err
	}
	second := r
	second.root, second.out = filepath.Join(elsewhere, "a copy"), filepath.Join(elsewhere, "dist")
	second.cache = filepath.Join(elsewhere, "cache")
	if err := copyTracked(ctx, r.root, second.root); err != nil {
		return err
	}
	if err := second.build(ctx); err != nil {
		return fmt.Errorf("build again: %w", err)
	}
	sums, err := os.ReadFile(filepath.Join(second.out, sumsFile))
	if err != nil {
		return err
	}
	if differing := differences(string(first), string(sums)); len(differing) > 0 {
		return fmt.Errorf("two builds differ in: %s", strings.Join(differing, ", "))
	}
	fmt.Printf("built twice: %d files, all equal\n", bytes.Count(sums, []byte("\n")))
	return nil
}

// copyTracked copies the files that git knows, as they are now.
func copyTracked(ctx context.Context, from, to string) error {
	names, err := output(ctx, from, "git", "ls-files", "-z", "--cached")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimRight(names, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		file := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, plain); err != nil {
			return err
		}
	}
	return nil
}

// differences names the files whose lines are not in both lists.
func differences(a, b string) (names []string) {
	in := func(list string) map[string]bool {
		lines := map[string]bool{}
		for line := range strings.Lines(list) {
			lines[line] = true
		}
		return lines
	}
	first, second := in(a), in(b)
	seen := map[string]bool{}
	for _, pair := range []struct {
		list  string
		other map[string]bool
	}{{a, second}, {b, first}} {
		for line := range strings.Lines(pair.list) {
			_, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			if !pair.other[line] && !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}
