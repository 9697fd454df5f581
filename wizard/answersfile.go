package wizard

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/wizard/request"
)

// earlierKey holds, in a saved state, the answers that were taken back.
const earlierKey = "earlier"

// ReadAnswers reads a file of answers: the questions' ids, which for the form are the registry's
// own field names, so that a registration request is one as well. What stands in it is not asked
// again.
func (i *Interview) ReadAnswers(name string, data []byte) (Answers, error) {
	return i.read(name, data, Answers.Given)
}

// ReadState reads what Encode wrote: the same, but a person may go back to each answer, and an
// answer to a question that this version does not ask is kept for the one that does.
func (i *Interview) ReadState(name string, data []byte) (Answers, error) {
	return i.read(name, data, Answers.With)
}

func (i *Interview) read(name string, data []byte, put putting) (Answers, error) {
	inputs, err := request.Parse(name, data)
	if err != nil {
		return Answers{}, err
	}
	if len(inputs) != 1 {
		return Answers{}, fmt.Errorf("%s: expected one set of answers, not a list of %d", name, len(inputs))
	}
	fields := inputs[0].Fields
	known := i.known()
	var a Answers
	var problems []error
	for _, id := range sortedKeys(fields) {
		var wrong error
		a, wrong = i.readOne(a, id, fields[id], known, put)
		if text, scalar := scalarText(fields[id]); errors.Is(wrong, errNoField) && forState(put) && scalar {
			a, wrong = a.With(id, text), nil
		}
		if wrong != nil {
			field := id
			if LooksSecret(id) {
				field = shown(id)
			}
			problems = append(problems, fmt.Errorf("%s:%d: %s: %w", name, lineOf(data, id), field, wrong))
		}
	}
	if len(problems) > 0 {
		return Answers{}, errors.Join(problems...)
	}
	if a, err = i.namedEnvironment(a, fields, data); err != nil {
		return Answers{}, fmt.Errorf("%s:%w", name, err)
	}
	return a, nil
}

var errNoField = errors.New("there is no such field")

// putting is how an answer is taken: as given, or as said.
type putting func(a Answers, id, text string) Answers

// forState tells that answers are taken as a person's own.
func forState(put putting) bool { return !put(Answers{}, "x", "").fixed("x") }

func (i *Interview) readOne(a Answers, id string, value any, known knownIDs, put putting) (Answers, error) {
	switch {
	case slices.Contains(known.secrets, id):
		return a, errors.New("the wizard takes no secret from a file of answers; remove it, and replace it if others can read the file")
	case id == earlierKey:
		return readEarlier(a, value)
	case slices.Contains(known.environments, id), id == "id", value == nil:
		return a, nil
	case !slices.Contains(known.all, id):
		if meant := nearmiss.Of(id, known.all); meant != "" {
			return a, fmt.Errorf("%w; did you mean %s?", errNoField, meant)
		}
		return a, errNoField
	}
	if slices.Contains(known.clientIDs, id) {
		id = ClientIDField
	}
	text, scalar := scalarText(value)
	switch {
	case !scalar:
		return a.WithField(id, value), nil
	case id == ClientIDField && text == "":
		text = Generated
	}
	return put(a, id, text), nil
}

func scalarText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

func readEarlier(a Answers, value any) (Answers, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return a, errors.New("expected an object of answers")
	}
	for _, id := range sortedKeys(object) {
		if text, ok := scalarText(object[id]); ok && !a.Has(id) {
			a = a.With(id, text).Without(id)
		}
	}
	return a, nil
}

// namedEnvironment takes the environment from the registry's own name of it, where that leaves no
// doubt.
func (i *Interview) namedEnvironment(a Answers, fields map[string]any, data []byte) (Answers, error) {
	for _, field := range i.known().environments {
		named, ok := fields[field].(string)
		if !ok {
			continue
		}
		var err error
		if a, err = i.takeNamed(a, named); err != nil {
			return a, fmt.Errorf("%d: %s: %w", lineOf(data, field), field, err)
		}
	}
	return a, nil
}

func (i *Interview) takeNamed(a Answers, named string) (Answers, error) {
	backend, hasBackend := a.Text(BackendID)
	var fit []string
	var offered []string
	for _, e := range i.Environments {
		if !hasForm(e) {
			continue
		}
		offered = append(offered, e.Registry.IntegrationEnvironment)
		_, accepts := backendOf(e, backend)
		if e.Registry.IntegrationEnvironment == named && (!hasBackend || accepts || backend == OtherBackend || backend == NoBackend) {
			fit = append(fit, e.ID)
		}
	}
	if len(fit) > 1 && i.ByAPI {
		fit = slices.DeleteFunc(fit, func(id string) bool { e, _ := i.byName(id); return e.Registry.API == "" })
	}
	chosen, has := a.Text(EnvironmentID)
	switch {
	case !slices.Contains(offered, named):
		slices.Sort(offered)
		return a, fmt.Errorf("%s is none of %s", shown(named), strings.Join(slices.Compact(offered), ", "))
	case has && i.there(chosen) && !i.named(chosen, named):
		return a, fmt.Errorf("%s does not go with the environment %s", shown(named), chosen)
	case !has && len(fit) == 1:
		return a.Given(EnvironmentID, fit[0]), nil
	}
	return a, nil
}

func (i *Interview) there(id string) bool {
	_, ok := i.byName(id)
	return ok
}

func (i *Interview) named(id, integration string) bool {
	e, ok := i.byName(id)
	return ok && e.Registry != nil && e.Registry.IntegrationEnvironment == integration
}

// knownIDs are the names that a file of answers may have: the questions and all fields of the
// forms. Some of these are the registry's own names of its environments, the client ID or a secret.
type knownIDs struct{ all, environments, clientIDs, secrets []string }

func (i *Interview) known() (known knownIDs) {
	ids := []string{
		ClientIDField, BackendID, BackendURLID, EnvironmentID, SubmittedID, StoreID, StoreFileID, OpenedID, ResumeID, AccountID,
		NewOrganisationID, NameID, PurposeID, MailID, MadeID, SentID, AnsweredID, ExpiresID,
	}
	seen := map[string]bool{}
	for _, e := range i.Environments {
		if !hasForm(e) || i.Rules == nil || seen[formKey(e)] {
			continue
		}
		seen[formKey(e)] = true
		for _, rules := range i.Rules(e) {
			form := rules.Form()
			for _, f := range form.Fields() {
				ids = append(append(ids, f.Name), f.Aliases...)
			}
			for _, t := range form.Contacts.Types {
				ids = append(ids, contactPrefix+t.Value)
			}
			known.environments = append(known.environments, form.Roles.Environment)
			known.clientIDs = append(known.clientIDs, form.Roles.ClientID)
			if secret := form.Roles.Secret; secret != "" {
				known.secrets = append(known.secrets, secret)
			}
		}
	}
	for _, list := range []*[]string{&ids, &known.environments, &known.secrets} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	known.all = ids
	return known
}

func formKey(e environments.Environment) string { return e.Registry.Form + " " + e.Registry.API }

// lineOf finds the line of a field in YAML or JSON. The file was read already, so the field is
// there once.
func lineOf(data []byte, id string) int {
	for n, line := range bytes.Split(data, []byte("\n")) {
		text := strings.TrimLeft(string(line), " \t{,")
		for _, form := range []string{id + ":", `"` + id + `"`, "'" + id + "'"} {
			if strings.HasPrefix(text, form) {
				return n + 1
			}
		}
	}
	return 1
}

// Encode writes the answers as a file that ReadAnswers and ReadState read.
func (a Answers) Encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# Answers to credguide register. There is no secret in here.\n")
	values := map[string]any{}
	for _, id := range a.ids() {
		values[id] = a.fields[id]
		if text, ok := a.texts[id]; ok {
			values[id] = text
		}
	}
	if len(a.earlier) > 0 {
		values[earlierKey] = a.earlier
	}
	if len(values) == 0 {
		out.WriteString("{}\n")
		return out.Bytes(), nil
	}
	text, err := catalog.Encode(values)
	out.Write(text)
	return out.Bytes(), err
}

// WithoutWrong takes back the answers of a person that pass no longer, for example because the
// registry's limits changed since they were kept. They are asked again.
func (i *Interview) WithoutWrong(a Answers) Answers {
	for _, q := range i.questions(a) {
		if text, ok := a.Text(q.ID); ok && !a.fixed(q.ID) && q.Valid(text) != nil {
			a = a.Without(q.ID)
		}
	}
	return a
}

// WrongAnswer is an answer that does not pass.
type WrongAnswer struct {
	ID  string // of the question, or the field
	Why error
}

func (w *WrongAnswer) Error() string { return w.ID + ": " + w.Why.Error() }

// Unwrap implements the interface of package errors.
func (w *WrongAnswer) Unwrap() error { return w.Why }

// Wrong lists the answers that came from flags or a file and do not pass, each with its field.
func (i *Interview) Wrong(a Answers) []error {
	var wrong []error
	seen := map[string]bool{}
	questions := i.questions(a)
	for _, q := range questions {
		if text, ok := a.Text(q.ID); ok {
			if err := q.Valid(text); err != nil {
				wrong = append(wrong, &WrongAnswer{q.ID, err})
			}
		}
	}
	where, known := i.Where(a)
	for _, q := range questions {
		seen[where.fieldOf(q.ID)] = true
	}
	if !known || !where.HasForm() {
		return wrong
	}
	for _, e := range i.Judge(where, a).Errors {
		_, asList := a.fields[e.Field]
		if asList || a.Has(e.Field) && !seen[e.Field] {
			wrong = append(wrong, &WrongAnswer{e.Field, errors.New(withoutTab(e))})
		}
	}
	return wrong
}
