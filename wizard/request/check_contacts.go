package request

import (
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request/javascript"
)

// The parts of an address as both sides read it. Beyond ASCII they take three ranges of the basic
// plane, so an emoji (a surrogate pair) does not pass.
const (
	beyondASCII = `\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}`
	atom        = "[a-z0-9!#$%&'*+/=?^_`{|}~" + beyondASCII + `-]+`
	foldedSpace = `(?:(?:[ \t]*\r\n)?[ \t]+)?`
	quotedChar  = `(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x7f!\x23-\x5b\x5d-\x7e` + beyondASCII + `]|\\[\x01-\x09\x0b\x0c\x0d-\x7f` + beyondASCII + `])`
	localPart   = `(?:` + atom + `(?:\.` + atom + `)*|"(?:` + foldedSpace + quotedChar + `)*` + foldedSpace + `")`
	labelEdge   = `[a-z0-9` + beyondASCII + `]`
	lastEdge    = `[a-z` + beyondASCII + `]`
	labelInside = `[a-z0-9._~` + beyondASCII + `-]*`
	label       = `(?:` + labelEdge + `|` + labelEdge + labelInside + labelEdge + `)`
	lastLabel   = `(?:` + lastEdge + `|` + lastEdge + labelInside + lastEdge + `)`
)

var emailAddress = regexp.MustCompile(`^` + localPart + `@(?:` + label + `\.)+` + lastLabel + `$`)

// mailable reports whether an address in lower case passes. Both sides fold case, each in its own way, with one result.
func mailable(address string) bool {
	return len(address) <= maxAddress && emailAddress.MatchString(javascript.Units(javascript.Lower(address)))
}

// maxAddress bounds the work on hostile input; no mail system takes a tenth of it.
const maxAddress = 1 << 16

// formContacts wants an address and a type in each contact, all required types, and no pair twice.
func formContacts(a asked) *problem {
	list, _ := a.value.([]any)
	if len(list) == 0 {
		return &problem{code: "missing"}
	}
	var types []string
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		contact, ok := item.(map[string]any)
		if !ok {
			return itemProblem(item)
		}
		email, kind := contact["email"], contact["type"]
		if p := formContact(email, kind); p != nil {
			return p
		}
		pair := email.(string) + kind.(string)
		if seen[pair] {
			return &problem{code: "contact-twice", item: email.(string)}
		}
		seen[pair] = true
		types = append(types, kind.(string))
	}
	return requiredTypes(a.rules.form.Contacts, types)
}

func formContact(email, kind any) *problem {
	address, isText := email.(string)
	switch {
	case javascript.Absent(email) || address == "" && isText:
		return &problem{code: "contact-empty"}
	case !isText || !mailable(address):
		return &problem{code: "contact-email", item: shown(email)}
	}
	if s, ok := kind.(string); !ok || s == "" {
		return &problem{code: "contact-type", item: shown(kind)}
	}
	return nil
}

// serverContacts takes a contact without an address, and the same contact twice, but knows which types there are.
func serverContacts(a asked) *problem {
	if serverEmpty(a.value) {
		return &problem{code: "missing"}
	}
	list, ok := a.value.([]any)
	if !ok {
		return nil // the server looks no further at what is no list
	}
	var types []string
	for _, item := range list {
		contact, ok := item.(map[string]any)
		if !ok {
			return itemProblem(item)
		}
		if p := serverContact(a.rules.form.Contacts, contact["email"], contact["type"]); p != nil {
			return p
		}
		types = append(types, contact["type"].(string))
	}
	return requiredTypes(a.rules.form.Contacts, types)
}

func serverContact(rules forms.ContactRules, email, kind any) *problem {
	if javascript.Truthy(email) {
		if address, ok := email.(string); !ok || !mailable(address) {
			return &problem{code: "contact-email", item: shown(email)}
		}
	}
	s, ok := kind.(string)
	if !ok || !slices.ContainsFunc(rules.Types, func(t forms.Choice) bool { return t.Value == s }) {
		return &problem{code: "contact-type", item: shown(kind)}
	}
	return nil
}

func requiredTypes(rules forms.ContactRules, present []string) *problem {
	var missing []string
	for _, want := range rules.Required {
		if !slices.ContainsFunc(strings.Fields(want), func(t string) bool { return slices.Contains(present, t) }) {
			missing = append(missing, strings.Join(strings.Fields(want), " or "))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &problem{code: "contact-missing", item: strings.Join(missing, ", ")}
}
