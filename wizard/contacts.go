package wizard

import (
	"strings"

	"github.com/credguide/credguide/environments/forms"
)

// separately is the answer to the first contact question that leads to one question a type.
const separately = "-"

// contactTypes are those that the form demands. Where it wants one of several, the first stands for
// them.
func contactTypes(w Where) []forms.Choice {
	rules := w.form().Contacts
	var types []forms.Choice
	for _, want := range rules.Required {
		name, _, _ := strings.Cut(want, " ")
		c := forms.Choice{Value: name, Label: name}
		for _, t := range rules.Types {
			if t.Value == name {
				c = t
			}
		}
		types = append(types, c)
	}
	return types
}

func contactIDs(w Where) []string {
	var ids []string
	for _, t := range contactTypes(w) {
		ids = append(ids, contactPrefix+t.Value)
	}
	return ids
}

// contactQuestions asks for one mailbox, and for one of each type where a person wants that.
func (i *Interview) contactQuestions(w Where, a Answers, f forms.Field) []Question {
	types := contactTypes(w)
	var names []string
	for _, t := range types {
		names = append(names, strings.ToLower(t.Label))
	}
	list := strings.Join(names, ", ")
	address := func(text string) error { // as if it served all
		err := i.check(w, a.With(f.Name, text), f.Name)
		if plain := mailAddress(text); err != nil && plain != nil {
			return plain // and not what the form wants of the whole list
		}
		return err
	}
	questions := []Question{{
		ID: f.Name, Ask: f.Label + ": e-mail address for all types", Kind: Text, Help: helpOf(f),
		Why: "The form asks for an address for each of " + list + ". One mailbox may serve them all; no decision is mailed to it. Enter - to give different ones.",
		Check: func(text string) error {
			if text == separately {
				return nil
			}
			return address(text)
		},
	}}
	if text, ok := a.Text(f.Name); !ok || text != separately {
		return questions
	}
	for _, t := range types {
		id := contactPrefix + t.Value
		questions = append(questions, Question{
			ID: id, Ask: f.Label + ": " + t.Label, Kind: Text, Help: helpOf(f),
			Check: address,
		})
	}
	return questions
}

// contacts are the form's list: an address with its type.
func contacts(w Where, a Answers) []any {
	shared, ok := a.Text(w.form().Roles.Contacts)
	if !ok {
		return nil
	}
	var list []any
	for _, t := range contactTypes(w) {
		email := shared
		if shared == separately {
			email, ok = a.Text(contactPrefix + t.Value)
			if !ok {
				continue
			}
		}
		list = append(list, map[string]any{"email": email, "type": t.Value})
	}
	return list
}
