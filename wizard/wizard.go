// Package wizard is the interview behind `credguide register`: which question comes next, what a
// right answer is, what follows from it, and the registration request that comes out. It is pure: a
// Prompter asks, so every path can be walked without a terminal. What the registry takes is decided
// by the rules of package request alone; a question is asked only where they refuse the form's own
// default.
package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
)

// Kind is how a question is answered.
type Kind string

// The kinds.
const (
	Text    Kind = "text"
	Choose  Kind = "choice"  // one of Choices
	Confirm Kind = "confirm" // yes or no, never preset
	Secret  Kind = "secret"  // a text that is not shown and not kept
)

// Answers to a Confirm question.
const (
	Yes = "true"
	No  = "false"
)

// Question is one thing to ask.
type Question struct {
	ID   string // in an answers file: a field of the registry, or a name of ours
	Ask  string
	Why  string // one or two sentences, always shown
	Help string // more, shown for ?
	Kind Kind

	Choices []Choice
	Default string
	// Check says what is wrong with an answer; nil takes any.
	Check func(string) error

	Place Progress
	First bool // there is nothing to go back to
	// Pages are what OpenPage opens.
	Pages []string
	// Unsure questions have no likeliest answer: nothing is preselected, and an empty answer is
	// none.
	Unsure bool
}

// Choice is one answer of a Choose question. One of a Confirm question replaces the bare yes and
// no; it may be NotYet.
type Choice struct{ Value, Label, Note string }

// Progress is where in the registry's form a question stands. It is empty outside of the form.
type Progress struct {
	Tab       string // the tab's label
	TabNumber int
	Tabs      int
	Number    int // of this question among those asked on the tab
	Questions int
}

// Line is the rule above a question, as wide as asked: "General (tab 1 of 2) ── 3 of 6".
func (p Progress) Line(width int) string {
	if p.Tab == "" {
		return ""
	}
	left := fmt.Sprintf("%s (tab %d of %d) ", p.Tab, p.TabNumber, p.Tabs)
	right := fmt.Sprintf(" %d of %d", p.Number, p.Questions)
	rule := width - text.Width(left) - text.Width(right)
	return left + strings.Repeat("─", max(rule, 2)) + right
}

// Answer is what a person said. The text of a secret is in Secret only.
type Answer struct {
	Text   string
	Secret credentials.Secret
}

// Note is something to tell.
type Note struct {
	Kind  NoteKind
	Text  string
	Lines []string // below the text, each a paragraph
	Runs  []string // commands below them, each whole on its line
}

// NoteKind says how a note is meant.
type NoteKind string

// The kinds of notes.
const (
	Plain   NoteKind = ""
	Good    NoteKind = "good"
	Warning NoteKind = "warning"
	Refused NoteKind = "refused"
	Follows NoteKind = "follows" // what follows from an answer
	Numbers NoteKind = "numbers" // the lines are steps, in order
	Quoted  NoteKind = "quoted"  // the lines are a text to send, as it is
)

// Prompter asks and tells. A person who wants to go back makes Ask return ErrBack; one who stops,
// the context's error or io.EOF.
type Prompter interface {
	Ask(ctx context.Context, q Question) (Answer, error)
	Say(n Note)
}

// ErrLater is the wish to stop here and go on another time. What was answered is kept.
var ErrLater = errors.New("stopped")

// ErrBack is the wish to see the question before this one again.
var ErrBack = errors.New("back to the question before")

// Valid applies the question's own check, and for a choice the list.
func (q Question) Valid(text string) error {
	switch q.Kind {
	case Choose:
		if !q.offers(text) {
			return errors.New("choose one of the listed entries")
		}
	case Confirm:
		if q.offers(text) && text != Yes && text != No {
			return nil
		}
		switch {
		case text == Yes, text == No:
		case len(q.Choices) > 0:
			return errors.New("choose one of the listed entries")
		default:
			return errors.New("answer yes or no")
		}
	}
	if q.Check == nil {
		return nil
	}
	return q.Check(text)
}

func (q Question) offers(value string) bool {
	return slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Value == value })
}
