package check

import (
	"cmp"
	"slices"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/accounts"
)

// change is a field of the registry's form that an earlier check said to change, and whether that
// is in force now. It is known only where this check got as far as that one: what fails before it
// says nothing of the field.
func (c *checker) change(before accounts.Record, r checks.Report) (field string, inForce, known bool) {
	d, ok := c.diagnoses().ByID(before.Cause)
	if !ok || d.Where == nil || d.Where.Tab == "" || d.Where.Value == "" || d.Where.System != r.Facts.Text(checks.EnvironmentRegistrySystem) {
		return "", false, false
	}
	field = cmp.Or(d.Where.Label, d.Where.Field)
	switch still := slices.ContainsFunc(r.Diagnoses, func(f checks.Finding) bool { return f.ID == before.Cause }); {
	case still:
		return field, false, true
	case r.Verdict == checks.Healthy, d.Layer == checks.LayerClient && r.Facts.Is(checks.TokenIssued):
		return field, true, true
	}
	return field, false, false
}

// changeInWords is that for people.
func changeInWords(field string, inForce bool) string {
	if inForce {
		return "the change of " + field + " is in force"
	}
	return "the change of " + field + " is not in force: a changed client is deployed minutes after the approval"
}
