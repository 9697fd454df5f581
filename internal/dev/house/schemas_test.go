package house

import (
	"encoding/json"
	"os"
	"testing"
)

// catalogSchemas are those that package internal/catalog checks files against. It relies on them to
// refuse an unknown field, so each object that lists its members must list all of them.
var catalogSchemas = []string{"checks/diagnoses.schema.json", "environments/schema.json", "environments/forms/schema.json", "environments/snippets/schema.json", "checks/phrases/schema.json"}

func TestCatalogSchemasAreClosed(t *testing.T) {
	for _, name := range catalogSchemas {
		data, err := os.ReadFile("../../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		var schema any
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		if n := openObjects(t, name, schema); n == 0 {
			t.Errorf("%s describes no object", name)
		}
	}
}

// openObjects complains of each open object, and counts the objects.
func openObjects(t *testing.T, place string, schema any) (objects int) {
	t.Helper()
	switch s := schema.(type) {
	case map[string]any:
		if _, lists := s["properties"]; lists {
			objects++
			if closed, ok := s["additionalProperties"].(bool); !ok || closed {
				t.Errorf("%s: additionalProperties must be false", place)
			}
		}
		for name, part := range s {
			objects += openObjects(t, place+"/"+name, part)
		}
	case []any:
		for _, part := range s {
			objects += openObjects(t, place, part)
		}
	}
	return objects
}
