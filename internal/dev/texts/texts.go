// Package texts lists every text that a person may see, with the place where it stands: the string
// literals of the program that hold more than one word, and the words in its data files and
// templates. The list is read through as a whole, and held by the rules of how the program speaks.
package texts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Text is one text of the program.
type Text struct {
	Place string // file, and the definition or key in it
	Words string
}

// rooms hold texts that people see. What only developers run is left out.
var rooms = []string{"main.go", "checks", "cli", "credentials", "environments", "internal/catalog", "internal/files", "internal/sandbox", "wizard"}

// List reads the texts below root, in the order of their places.
func List(root string) (list []Text, err error) {
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			place, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			place = filepath.ToSlash(place)
			switch {
			case d.IsDir() && d.Name() == "testdata":
				return filepath.SkipDir
			case strings.HasSuffix(place, "_test.go"):
				return nil
			case strings.HasSuffix(place, ".go"):
				return inGo(path, place, &list)
			case strings.HasSuffix(place, ".yaml") && !strings.HasPrefix(place, "checks/phrases/"): // those are the words of servers
				return inYAML(path, place, &list)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// inGo adds the literals of a Go file that are more than a word.
func inGo(path, place string, list *[]Text) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		where := place
		if f, ok := decl.(*ast.FuncDecl); ok {
			where += ":" + f.Name.Name
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if _, isTag := n.(*ast.StructType); isTag {
				return false
			}
			if _, isImport := n.(*ast.ImportSpec); isImport {
				return false
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if words, err := strconv.Unquote(lit.Value); err == nil && prose(words) {
				*list = append(*list, Text{where, words})
			}
			return true
		})
	}
	return nil
}

// prose tells words from identifiers, formats and patterns: at least two words of letters with a
// blank between them.
func prose(s string) bool {
	words := 0
	for word := range strings.FieldsSeq(s) {
		if strings.IndexFunc(word, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }) >= 0 {
			words++
		}
	}
	return words >= 2
}

// inYAML adds the lines of a data file, without its comments, facts and patterns.
func inYAML(path, place string, list *[]Text) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if line == "examples:" { // tests, to the end of the file
			break
		}
		words := strings.TrimLeft(strings.TrimSpace(line), "- ")
		if key, rest, found := strings.Cut(words, ":"); found && !strings.Contains(key, " ") {
			if slices.Contains([]string{"facts", "when", "pattern", "matches", "refs", "source", "says", "examples"}, key) {
				continue
			}
			words = strings.TrimSpace(rest)
		}
		if !strings.HasPrefix(words, "#") && !strings.HasPrefix(words, "{name:") && prose(words) {
			*list = append(*list, Text{place, words})
		}
	}
	return nil
}
