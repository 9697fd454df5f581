package environments

import (
	"cmp"
	"strings"

	"github.com/credguide/credguide/environments/forms"
)

// RegistryPage is an address below the registry's portal, which belongs to the tenant. The sandbox,
// whose calls and pages share one address, has one page for all.
func (e Environment) RegistryPage(path string) string {
	r := e.Registry
	if r == nil {
		return ""
	}
	start := strings.TrimSuffix(r.Portal, "/")
	if path == "" || r.Tenant == "" {
		return start
	}
	return start + "/" + strings.ReplaceAll(path, "{tenant}", r.Tenant)
}

// Passage is the part of a form's guide that is meant for this environment, with its addresses.
func (e Environment) Passage(form forms.Form, p forms.Passage) (title string, lines []string) {
	named, places := "", []string{"{contact}", cmp.Or(e.Contact, "the registry's administrators")}
	if e.Registry != nil {
		named = e.Registry.IntegrationEnvironment
		places = append(places, "{portal}", e.RegistryPage(""), "{list}", e.RegistryPage(form.Pages.List), "{new}", e.RegistryPage(form.Pages.New))
	}
	fill := strings.NewReplacer(places...)
	for _, l := range p.Lines {
		if l.For(named, cmp.Or(e.Approval, ApprovalOperator)) {
			lines = append(lines, fill.Replace(l.Text))
		}
	}
	return fill.Replace(p.Title), lines
}
