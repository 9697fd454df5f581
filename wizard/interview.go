package wizard

import (
	"context"
	"errors"
	"time"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/wizard/request"
)

// Setting is the world that an interview knows.
type Setting struct {
	// Environments may be chosen; others are not offered.
	Environments []environments.Environment
	// ByAPI: the request goes by the registry's API, so that where a file of answers fits several
	// environments, those with a known API are meant.
	ByAPI bool
	// Rules are those of the environment's registry. The first has the labels and the order. Where
	// it is not known which configuration the registry runs, the further ones hold as well: a
	// request must satisfy all of them.
	Rules func(environments.Environment) []*request.Rules
	// Scopes are those that the back-end lists; nil takes the catalog's.
	Scopes func(environments.Environment, environments.Backend) []string
	// Available tells whether a client ID is free; nil when nobody can be asked. An error means
	// "could not tell".
	Available func(e environments.Environment, clientID string) (bool, error)
	// Remarks are what was found out about an environment while it was looked at; nil: nothing.
	Remarks func(environments.Environment) []string
	// Logins are those that the back-end at an address lists; nil, or none, where it could not be
	// asked.
	Logins func(address string) []Login
	// Open shows an address in the browser; nil where there is none.
	Open func(ctx context.Context, address string)
	// Fill does in a sandbox what a person does on the page that a question is about, and adds what
	// came of it to the answers; nil in the real world.
	Fill func(ctx context.Context, q Question, a Answers) (Answers, error)
	// Today is the day on which the person answers, for end dates.
	Today time.Time
	// Suggestions for the person who answers, by question; they must still pass.
	Suggestions map[string]string
}

// Login is an identity provider as a back-end lists it.
type Login struct{ ID, Issuer string }

// Interview knows which question comes next.
type Interview struct{ Setting }

// New makes an interview.
func New(s Setting) *Interview { return &Interview{s} }

// Next is the first question that has no answer yet, or false when all are answered.
func (i *Interview) Next(a Answers) (Question, bool) {
	questions := i.questions(a)
	for n, q := range questions {
		if a.Has(q.ID) {
			continue
		}
		q.First = !hasAsked(questions[:n], a)
		return i.withDefault(q, a), true
	}
	return Question{}, false
}

// hasAsked tells whether a person answered one of these.
func hasAsked(questions []Question, a Answers) bool {
	for _, q := range questions {
		if a.Has(q.ID) && !a.fixed(q.ID) {
			return true
		}
	}
	return false
}

// Back takes the last answer of the person back; false when there is none.
func (i *Interview) Back(a Answers) (Answers, bool) {
	last := ""
	for _, q := range i.questions(a) {
		if a.Has(q.ID) && !a.fixed(q.ID) {
			last = q.ID
		}
	}
	if last == "" {
		return a, false
	}
	return a.Without(last), true
}

// questions lists all that these answers lead to, answered or not, in order.
func (i *Interview) questions(a Answers) []Question {
	questions := i.whereQuestions(a)
	where, known := i.Where(a)
	switch {
	case known && where.HasForm():
		return append(questions, i.fieldQuestions(where, a)...)
	case known && where.Guided():
		return append(questions, i.guidedQuestions(where, a)...)
	}
	return questions
}

// withDefault offers the earlier answer, the suggestion or nothing, whichever first is right.
func (i *Interview) withDefault(q Question, a Answers) Question {
	if q.Kind == Confirm {
		return q
	}
	if q.Unsure {
		q.Default = ""
		if earlier, had := a.earlier[q.ID]; had && q.Valid(earlier) == nil {
			q.Default = earlier // a person's own answer is no guess
		}
		return q
	}
	earlier, had := a.earlier[q.ID]
	for _, text := range []string{earlier, q.Default, i.Suggestions[q.ID]} {
		if (text != "" || had) && q.Kind != Choose && q.Valid(text) == nil {
			q.Default = text
			return q
		}
		if q.offers(text) {
			q.Default = text
			return q
		}
	}
	q.Default = ""
	return q
}

// Run asks until nothing is open. saved is called after each answer, before anything else can go
// wrong.
func (i *Interview) Run(ctx context.Context, p Prompter, a Answers, saved func(Answers)) (Answers, error) {
	i.begin(p, a)
	shown := "" // the question whose notes were said already
	for {
		q, more := i.Next(a)
		if !more {
			return a, nil
		}
		if shown != q.ID {
			sayAll(p, i.before(q, a))
			shown = q.ID
		}
		answer, err := p.Ask(ctx, q)
		switch {
		case errors.Is(err, ErrBack):
			if before, ok := i.Back(a); ok {
				a = before
				saved(a)
			} else {
				p.Say(Note{Text: "This is the first question. Ctrl-C stops; what you answered is kept."})
			}
			continue
		case err != nil:
			return a, err
		case q.Kind != Text && answer.Text == NotYet:
			return a, ErrLater
		case q.Kind == Choose && answer.Text == FillForMe:
			filled, err := i.Fill(ctx, q, a)
			if err != nil {
				p.Say(Note{Kind: Refused, Text: err.Error()})
				continue
			}
			a = filled.With(q.ID, Submitted)
			saved(a)
			continue
		case q.Kind != Text && i.acts(ctx, q, answer.Text):
			if answer.Text == ShowAgain {
				shown = ""
			}
			continue
		}
		a = a.With(q.ID, answer.Text)
		saved(a)
		sayAll(p, i.comments(q, a))
		if next, more := i.Next(a); isWhere(q.ID) && more && !isWhere(next.ID) {
			sayAll(p, i.Needs(a))
		}
	}
}

// begin says what to know before the first question.
func (i *Interview) begin(p Prompter, a Answers) {
	switch q, more := i.Next(a); {
	case !more || !q.First:
	case isWhere(q.ID) && i.Fill != nil:
		p.Say(rehearsal)
	case isWhere(q.ID):
		p.Say(opening)
	default: // the environment was given, so nothing was said of it yet
		sayAll(p, i.Consequence(a))
		sayAll(p, i.Needs(a))
	}
}

func sayAll(p Prompter, notes []Note) {
	for _, n := range notes {
		p.Say(n)
	}
}

// comments are what a person should know right after an answer: what follows from the choice of the
// environment, and advice on what the registry takes all the same.
func (i *Interview) comments(q Question, a Answers) []Note {
	where, known := i.Where(a)
	if !known {
		return nil
	}
	if isWhere(q.ID) {
		return i.Consequence(a)
	}
	var notes []Note
	for _, n := range i.advice(where, a) {
		if n.Field == where.fieldOf(q.ID) {
			notes = append(notes, Note{Kind: Warning, Text: n.Message})
		}
	}
	return notes
}

// Missing lists every question that is still open, going on with the likeliest answer where others
// depend on it.
func (i *Interview) Missing(a Answers) []Question {
	var missing []Question
	const most = 200 // no form has more fields
	for len(missing) < most {
		q, more := i.Next(a)
		if !more {
			break
		}
		missing = append(missing, q)
		text := q.Default
		if text == "" && len(q.Choices) > 0 {
			text = q.Choices[0].Value
		}
		a = a.With(q.ID, text)
	}
	return missing
}

// ServiceName is what the person calls the service that these answers are about; empty where
// nothing was said yet.
func (i *Interview) ServiceName(a Answers) string {
	where, known := i.Where(a)
	if !known {
		return ""
	}
	if name, ok := a.Text(where.form().Roles.Name); ok {
		return name
	}
	name, _ := a.Text(NameID)
	return name
}
