package request

import (
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/wizard/request/javascript"
)

// advise collects what the registry takes and the person will regret: the form's own advice, which
// is data, and what depends on the back-end or needs counting.
func (r *Rules) advise(in Input, v view, target Target) []Note {
	var notes []Note
	for _, f := range r.fields {
		if !allHold(f.shown, v) {
			continue
		}
		for _, a := range f.advice {
			if allHold(a.when, v) {
				notes = append(notes, Note{Field: f.Name, Message: a.message})
			}
		}
		notes = append(notes, r.adviseOn(f, in, v, target)...)
	}
	return append(notes, r.adviseUnknown(in)...)
}

func (r *Rules) adviseOn(f *field, in Input, v view, target Target) []Note {
	switch roles := r.form.Roles; {
	case f.Name == roles.Environment:
		return note(f, otherEnvironment(v.text(f.Name), target))
	case f.Check == "scopes":
		return r.adviseScopes(f, v, target)
	case f.Secret:
		return note(f, ownSecret(v.text(f.Name)))
	case f.Name == roles.GenerateSecret:
		return note(f, uselessSecret(v[f.Name] == true, v.text(roles.Secret)))
	case f.Check == "seconds":
		return note(f, oddNumber(in.Fields[f.Name]))
	case f.Check == "text":
		return note(f, spaceAround(v.text(f.Name)))
	}
	return nil
}

func note(f *field, message string) []Note {
	if message == "" {
		return nil
	}
	return []Note{{Field: f.Name, Message: message}}
}

func otherEnvironment(is string, target Target) string {
	if target.Environment == "" || is == "" || is == target.Environment {
		return ""
	}
	return fmt.Sprintf("The request is for %s, but the client is meant for %s. A client of one environment does not exist in another, and this cannot be changed after Submit.",
		quote(is), target.Environment)
}

func spaceAround(text string) string {
	if text == "" || javascript.Trim(text) == text {
		return ""
	}
	return "There is white space around the value. The server removes it, so what is registered differs from what you entered."
}

func uselessSecret(generated bool, own string) string {
	if generated && own != "" {
		return "The form generates a secret and replaces the one in the request. Clear the box to keep yours, or leave the secret out."
	}
	return ""
}

// oddNumber is about a number that form and server read differently, or that is not written as one
// reads it.
func oddNumber(raw any) string {
	text, ok := raw.(string)
	if !ok || text == "" || strings.Trim(text, "0123456789") == "" {
		return ""
	}
	form, isNumber := castNumber(text).(float64)
	server := javascript.ParseInt(text)
	if !isNumber || form != form || server != server {
		return "" // no number at all: that is refused, not advised on
	}
	return fmt.Sprintf("Write a whole number in plain digits. The form reads this one as %s, the server as %s.",
		javascript.NumberText(form), javascript.NumberText(server))
}

// Answers beside the form's fields that a request file may have: register and request submit read
// them.
const (
	NewOrganisation = "new_organization" // may the organisation be added to the registry
	Environment     = "environment"
	Backend         = "backend"
	BackendURL      = "backend_url"
	Store           = "store"
	StoreFile       = "store_file"
)

var besideTheForm = []string{NewOrganisation, Environment, Backend, BackendURL, Store, StoreFile}

func (r *Rules) adviseUnknown(in Input) []Note {
	names := slices.DeleteFunc(r.unknown(in), func(name string) bool { return slices.Contains(besideTheForm, name) })
	var notes []Note
	for _, name := range names[:min(len(names), maxNotes)] {
		message := "The registry's form has no such field, so it has no effect."
		if meant := r.near(name); meant != "" {
			message += " Did you mean " + meant + "?"
		}
		notes = append(notes, Note{Field: safeName(name), Message: message})
	}
	return notes
}

// safeName keeps a field's name from a file fit for a terminal.
func safeName(name string) string {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == "" && len(name) <= 60 {
		return name
	}
	return quote(name)
}

// maxNotes bounds the advice of one kind: a file may be anything.
const maxNotes = 30

// adviseScopes compares the scopes with those that the registry offers and the back-end's clients
// ask for.
func (r *Rules) adviseScopes(f *field, v view, target Target) []Note {
	var asked []string
	if list, ok := v[f.Name].([]any); ok {
		asked = texts(list)
	}
	var notes []Note
	for _, s := range asked[:min(len(asked), maxNotes)] {
		if !slices.Contains(f.Options, s) && !slices.Contains(target.Scopes, s) && !slices.Contains(defaults(f), s) {
			notes = append(notes, note(f, fmt.Sprintf("The registry does not offer the scope %s. It accepts it anyway and makes an empty scope, or the deployment fails; leave it out unless the administrators told you to add it.", quote(s)))...)
		}
	}
	for _, s := range target.Scopes[:min(len(target.Scopes), maxNotes)] {
		if slices.Contains(asked, s) {
			continue
		}
		message := fmt.Sprintf("%s lists the scope %s, and every openEO client asks for all that it lists. Without it the login ends in invalid_scope: add it.", backendName(target), quote(s))
		if !slices.Contains(f.Options, s) && !slices.Contains(defaults(f), s) {
			message += " The registry does not offer it in its list: type it in and press +, and ask its administrators whether they provide it."
		}
		notes = append(notes, note(f, message)...)
	}
	return notes
}

func defaults(f *field) []string {
	list, _ := f.Default.([]any)
	return texts(list)
}

func backendName(t Target) string {
	if t.Backend == "" {
		return "The back-end"
	}
	return t.Backend
}

// ownSecret judges a secret that the person chose instead of a generated one. It never repeats it.
func ownSecret(secret string) string {
	if secret == "" {
		return ""
	}
	const enough = 24
	seen := map[rune]bool{}
	for _, r := range secret {
		seen[r] = true
	}
	switch length := len([]rune(secret)); {
	case length < enough:
		return "A secret of your own this short can be guessed. Let the form generate one, or use at least 24 random characters."
	case len(seen) < enough/3:
		return "This secret repeats few characters and can be guessed. Let the form generate one."
	default:
		return "The request holds a secret of your own: keep the file as private as a password, and do not commit it."
	}
}
