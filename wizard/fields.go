package wizard

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request"
)

// ClientIDField is the question for the client ID, whatever a form calls it.
const ClientIDField = "client_id"

// contactPrefix begins the questions for one type of contact each.
const contactPrefix = "contact_"

// Generated is the answer that leaves the client ID to the identity provider. No id has a single
// character.
const Generated = "-"

// form is that of the registry; the zero one where there is none.
func (w Where) form() forms.Form {
	if !w.HasForm() {
		return forms.Form{}
	}
	return w.Rules[0].Form()
}

// fieldOf is the field that a question fills.
func (w Where) fieldOf(question string) string {
	switch roles := w.form().Roles; {
	case strings.HasPrefix(question, contactPrefix) && roles.Contacts != "":
		return roles.Contacts
	case question == ClientIDField && roles.ClientID != "":
		return roles.ClientID
	}
	return question
}

// fieldQuestions goes through the form from top to bottom.
func (i *Interview) fieldQuestions(w Where, a Answers) []Question {
	var questions []Question
	form := w.form()
	refused := i.refusals(w, a)
	for n, tab := range form.Tabs {
		start := len(questions)
		for _, f := range tab.Fields {
			if !i.asks(w, a, f, refused) {
				continue
			}
			if f.Check == "contacts" {
				questions = append(questions, i.contactQuestions(w, a, f)...)
				continue
			}
			questions = append(questions, i.fieldQuestion(w, a, f))
		}
		for k := start; k < len(questions); k++ {
			questions[k].Place = Progress{Tab: tab.Label, TabNumber: n + 1, Tabs: len(form.Tabs), Number: k - start + 1, Questions: len(questions) - start}
		}
	}
	return questions
}

// asks tells whether a field needs a person: the client ID always, another one if the registry
// refuses it as the form has it. refused are the refusals of the answers so far.
func (i *Interview) asks(w Where, a Answers, f forms.Field, refused map[string]string) bool {
	switch roles := w.form().Roles; {
	case f.Name == roles.ClientID:
		return true
	case f.Name == roles.Environment, f.Check == "scopes", f.Preset != nil, f.Secret, f.Input == "none":
		return false
	case !a.hasField(f):
		return refused[f.Name] != ""
	}
	without := a.Without(f.Name)
	if f.Check == "contacts" {
		for _, id := range contactIDs(w) {
			without = without.Without(id)
		}
	}
	return i.refusals(w, without)[f.Name] != ""
}

// hasField tells whether the field is answered, under any of its names.
func (a Answers) hasField(f forms.Field) bool {
	return a.Has(f.Name) || slices.ContainsFunc(f.Aliases, a.Has)
}

func (i *Interview) fieldQuestion(w Where, a Answers, f forms.Field) Question {
	q := Question{ID: f.Name, Ask: f.Label, Why: f.Why, Help: helpOf(f), Kind: Text}
	q.Check = func(text string) error {
		if err := notSecret(text); err != nil {
			return err
		}
		return i.check(w, a.With(q.ID, text), f.Name)
	}
	switch roles := w.form().Roles; {
	case f.Check == "tick":
		i.aboutTick(&q, f)
	case len(f.Options) > 0 && (f.Input == "menu" || f.Input == "radio"):
		q.Kind = Choose
		for _, option := range f.Options {
			q.Choices = append(q.Choices, Choice{Value: option, Label: f.LabelOf(option), Note: noteOf(option, f)})
		}
		slices.SortStableFunc(q.Choices, func(x, y Choice) int { return strings.Compare(x.Label, y.Label) })
	case f.Suggest != nil:
		q.Default = f.Suggest.Value
		q.Why = strings.TrimSpace(q.Why + " " + f.Suggest.Why)
	case f.Name == roles.Name:
		q.Why += " For example: NDVI time series of the Example Lab."
	case f.Name == roles.Description:
		q.Default = describe(w)
	case f.Name == roles.ClientID:
		q.ID = ClientIDField
		i.aboutClientID(&q, w, a)
	}
	return q
}

// aboutTick asks for a box that the registry demands, with the address of what it says. "No" would
// only be refused, so the other choice is to stop.
func (i *Interview) aboutTick(q *Question, f forms.Field) {
	q.Kind, q.Unsure = Confirm, true
	q.Ask = f.Label + ": may this box be ticked?"
	q.Choices = []Choice{{Value: Yes, Label: "yes", Note: "I have read it, and it holds for this service"}}
	if len(f.Read) > 0 {
		q.Why = strings.TrimSpace(q.Why + " Read " + strings.Join(f.Read, " and ") + ".")
		q.Pages = f.Read
		q.Choices = append(q.Choices, i.openChoice("open the page in the browser", f.Read)...)
	}
	q.Choices = append(q.Choices, later)
}

func noteOf(option string, f forms.Field) string {
	if f.LabelOf(option) == option {
		return ""
	}
	return option
}

// helpOf is what the form's description knows beyond the reason.
func helpOf(f forms.Field) string {
	var parts []string
	if f.Enter != "" && !strings.Contains(f.Enter, "{") {
		parts = append(parts, sentence(f.Enter))
	}
	return strings.Join(append(parts, f.Traps...), " ")
}

// sentence makes one of a phrase.
func sentence(phrase string) string {
	first, size := utf8.DecodeRuneInString(phrase)
	text := string(unicode.ToUpper(first)) + phrase[size:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

func describe(w Where) string {
	if w.Backend == nil {
		return "Rehearsal of the registration of a service account for openEO."
	}
	return "Service account for unattended openEO jobs at " + w.Backend.ID + "."
}

func (i *Interview) aboutClientID(q *Question, w Where, a Answers) {
	name, _ := a.Text(w.form().Roles.Name)
	q.Default = suggestID(name)
	q.Why = "You give it to the openEO client, and it cannot be changed after deployment. Enter - to have one generated; the registry then shows it only after deployment."
	rules := q.Check
	q.Check = func(text string) error {
		if text == Generated {
			return nil
		}
		if text == "" {
			return errors.New("enter an ID of letters, digits and -, or a single - to have one generated")
		}
		if lint.Suspect(text) {
			return errors.New("this looks like a secret; the client ID is shown to everybody")
		}
		if err := rules(text); err != nil { // whose empty field is the dash here
			return errors.New(strings.Replace(err.Error(), "leave it empty", "enter - to have one generated", 1))
		}
		if i.Available == nil || a.Has(SubmittedID) { // once submitted, it is taken by this very request
			return nil
		}
		if free, err := i.Available(w.Environment, text); err == nil && !free {
			return errors.New("this client ID is taken in this environment; choose another")
		}
		return nil
	}
}

// check says why the registry would refuse the field as answered.
func (i *Interview) check(w Where, a Answers, field string) error {
	if message := i.refusals(w, a)[field]; message != "" {
		return errors.New(message)
	}
	return nil
}

// refusals are the messages by field, in the names of the first rules; of several, that of the
// first rules that refuse.
func (i *Interview) refusals(w Where, a Answers) map[string]string {
	in := request.Input{Fields: i.Request(w, a)}
	form := w.form()
	found := map[string]string{}
	for _, rules := range w.Rules {
		for _, e := range rules.Validate(in, request.Target{}).Errors {
			name := e.Field
			if f, ok := form.Field(name); ok {
				name = f.Name
			}
			if found[name] == "" {
				found[name] = withoutTab(e)
			}
		}
	}
	return found
}

// withoutTab leaves out where the field stands: the question says so.
func withoutTab(e request.Refusal) string {
	return strings.TrimSuffix(sentence(strings.TrimPrefix(e.Message, "On the "+e.Tab+" tab, ")), ".")
}

// advice is what the registry takes and the person will regret.
func (i *Interview) advice(w Where, a Answers) []request.Note {
	if !w.HasForm() {
		return nil
	}
	return w.Rules[0].Validate(request.Input{Fields: i.Request(w, a)}, w.Target()).Advice
}
