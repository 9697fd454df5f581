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

// A text with a fact that nothing records is left out of every report, and no compiler tells. What is
// observed is recorded by another room than the one that declares and judges it.
func TestEachDeclaredFactIsRecorded(t *testing.T) {
	declared, judged, mentioned := map[string]declaration{}, map[string]int{}, map[string]int{}
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
					if fact := declaredFact(n); fact.name != "" {
						declared[n.Names[0].Name] = fact
					}
				case *ast.Ident:
					if name == "checks" {
						judged[n.Name]++
					} else {
						mentioned[n.Name]++
					}
				}
				return true
			})
		}
	}
	if len(declared) < 100 {
		t.Fatalf("only %d declarations were found", len(declared))
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		fact := declared[name]
		recorded := mentioned[name] > 0 || !fact.observed && judged[name] > 1
		if !recorded {
			t.Errorf("%s: the fact %s is declared, and no code records it", name, fact.name)
		}
	}
}

// declaration is a fact's own name, and whether a probe sees it or it follows from others.
type declaration struct {
	name     string
	observed bool
}

// declaredFact is the fact that a variable declares; without a name: none.
func declaredFact(v *ast.ValueSpec) (none declaration) {
	if len(v.Names) != 1 || len(v.Values) != 1 {
		return none
	}
	call, ok := v.Values[0].(*ast.CallExpr)
	if !ok {
		return none
	}
	by, ok := call.Fun.(*ast.Ident)
	if !ok || by.Name != "fact" && by.Name != "concluded" {
		return none
	}
	name, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return none
	}
	return declaration{name.Value, by.Name == "fact"}
}
