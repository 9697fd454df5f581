package wizard

import (
	"context"
	"slices"

	"github.com/credguide/credguide/internal/text"
)

// opening is said before the first question, when nothing is known yet.
var opening = Note{
	Text: "You need a personal account at the identity provider of the service. Once you choose the service, you see what else to have at hand.",
}

// rehearsal is said there in a sandbox.
var rehearsal = Note{Text: "This is a rehearsal on your own machine: you need no account."}

// Needs says what to have at hand for the questions that are still open, and how many they are.
func (i *Interview) Needs(a Answers) []Note {
	w, known := i.Where(a)
	if !known {
		return nil
	}
	n := w.passage(Plain, w.form().Guide.Needs)
	if r := w.Environment.Registration; r != nil { // an account first, without which there is no form
		n.Lines = slices.Concat(r.Needs, n.Lines)
	}
	open := len(i.Missing(a))
	if open == 0 {
		return nil
	}
	count := text.Plural(open, "question")
	if len(n.Lines) == 0 {
		return []Note{{Text: count + " now."}}
	}
	n.Text = "Have at hand for the " + count + " that follow:"
	if open == 1 {
		n.Text = "Have at hand for the question that follows:"
	}
	return []Note{n}
}

// acts does what a choice stands for that is no answer, and tells whether there was one.
func (i *Interview) acts(ctx context.Context, q Question, choice string) bool {
	switch choice {
	case ShowAgain:
		return true
	case OpenPage:
		for _, page := range q.Pages {
			if i.Open != nil {
				i.Open(ctx, page)
			}
		}
		return true
	}
	return false
}

// openChoice offers to open pages, where there are some and something to open them with.
func (i *Interview) openChoice(label string, pages []string) []Choice {
	if i.Open == nil || len(pages) == 0 {
		return nil
	}
	return []Choice{{Value: OpenPage, Label: label}}
}
