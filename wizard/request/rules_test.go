package request

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/environments/forms"
)

// A form of the user's own that lacks what a check needs is refused when it is read, not when a
// request is judged.
func TestAFormWithoutItsPattern(t *testing.T) {
	for name, f := range map[string]forms.Field{
		"keys":   {Name: "jwks_uri", Check: "keys", Server: forms.Rule{Pattern: "^https:"}},
		"scopes": {Name: "scope", Check: "scopes"},
	} {
		form := forms.Form{ID: "mine", Profiles: []forms.Profile{{ID: "only"}}, Tabs: []forms.Tab{{Label: "General", Fields: []forms.Field{f}}}}
		if _, err := NewRules(form, ""); err == nil || !strings.Contains(err.Error(), `the check "`+name+`" needs a pattern`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
