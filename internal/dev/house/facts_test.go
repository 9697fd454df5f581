package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A text with a fact that nothing records is left out of every report, and no compiler tells.
func TestEachDeclaredFactIsRecorded(t *testing.T) {
	declared, mentioned := map[string]string{}, map[string]int{}
	for name, p := range packages(t) {
		if strings.HasPrefix(name, "internal/dev/") {
			continue
		}
		for _, file := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../../..", name, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ValueSpec:
					if fact := declaredFact(n); fact != "" {
						declared[n.Names[0].Name] = fact
					}
				case *ast.Ident:
					mentioned[n.Name]++
				}
				return true
			})
		}
	}
	if len(declared) < 100 {
		t.Fatalf("only %d declarations were found", len(declared))
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if mentioned[name] < 2 {
			t.Errorf("%s: the fact %s is declared, and no code speaks of it", name, declared[name])
		}
	}
}

// declaredFact is the fact's own name where a variable declares one.
func declaredFact(v *ast.ValueSpec) string {
	if len(v.Names) != 1 || len(v.Values) != 1 {
		return ""
	}
	call, ok := v.Values[0].(*ast.CallExpr)
	if !ok {
		return ""
	}
	if by, ok := call.Fun.(*ast.Ident); !ok || by.Name != "fact" && by.Name != "concluded" {
		return ""
	}
	name, _ := call.Args[0].(*ast.BasicLit)
	if name == nil {
		return ""
	}
	return name.Value
}
