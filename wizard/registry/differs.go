package registry

import (
	"encoding/json"
	"slices"

	"github.com/credguide/credguide/environments/forms"
)

// notCompared are fields that a request has only on its way, and those that the registry fills in
// from what it knows of the organisation.
var notCompared = []string{"id", "type", "client_secret", "generate_client_secret", "organization_id", "organization_url", "allow_introspection"}

// Differences names the fields of a request that have another value in the registry's record of it,
// in alphabetical order. What the request leaves open is not compared.
func Differences(form forms.Form, request map[string]any, r Record) (names []string) {
	for name, ours := range request {
		if f, ok := form.Field(name); ok {
			name = f.Name
		}
		made := name == form.Roles.ClientID && ours == "" // by the deployment
		if !made && !slices.Contains(notCompared, name) && !slices.Equal(values(ours), values(r.Fields[name])) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// values are what a field holds, in one order: the registry keeps lists in its own, and has null for
// what was sent empty.
func values(field any) (list []string) {
	if field == nil || field == "" || field == false {
		return nil
	}
	items, isList := field.([]any)
	if !isList {
		items = []any{field}
	}
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			data, _ := json.Marshal(item) // was JSON or YAML, and has its keys in order
			text = string(data)
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}
