package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// Lines asks one line at a time, for a terminal without cursor movement, a screen reader or a
// script that answers.
type Lines struct {
	screen
	read       func(context.Context) (string, error)
	readHidden func(context.Context) (string, error)
}

// NewLines makes a line prompter. read returns the next line, readHidden one that is not shown;
// where it is nil no secret is asked for, since it would be seen.
func NewLines(out io.Writer, width int, read, readHidden func(context.Context) (string, error)) *Lines {
	return &Lines{newScreen(out, width), read, readHidden}
}

// ErrCannotHide is the refusal to ask for a secret in the open.
var ErrCannotHide = errors.New("the secret cannot be hidden while it is typed here; give it with --secret-file FILE")

// longList is the number of choices from which on they are searched instead of listed.
const longList = 15

// Ask asks until the answer is right.
func (l *Lines) Ask(ctx context.Context, q wizard.Question) (wizard.Answer, error) {
	l.heading(q)
	if len(q.Choices) > 0 && len(q.Choices) < longList {
		for i, row := range rows(q.Choices, l.width-5) {
			l.line(fmt.Sprintf("%3d  %s", i+1, row))
		}
	}
	for {
		typed, err := l.typed(ctx, q)
		if err != nil {
			return wizard.Answer{}, err
		}
		switch {
		case typed == "<": // no secret has one character
			return wizard.Answer{}, wizard.ErrBack
		case typed == "?" && q.Kind != wizard.Secret:
			l.paragraph("  ", helpWords(q))
			continue
		}
		text, err := l.understood(q, typed)
		if err == nil {
			err = q.Valid(text)
		}
		if err != nil {
			l.refuse(err)
			continue
		}
		if q.Kind == wizard.Secret {
			return wizard.Answer{Secret: credentials.NewSecret(text)}, nil
		}
		return wizard.Answer{Text: text}, nil
	}
}

// helpWords are the help, and the keys that always work.
func helpWords(q wizard.Question) string {
	return strings.TrimSpace(q.Help + " (< goes back, ? helps, Ctrl-C stops and keeps the answers.)")
}

// typed shows the question itself and reads a line.
func (l *Lines) typed(ctx context.Context, q wizard.Question) (string, error) {
	prompt := strings.Join(text.Wrap(q.Ask, l.width-2), "\n")
	switch {
	case q.Kind == wizard.Secret:
		if l.readHidden == nil {
			return "", ErrCannotHide
		}
		_, _ = fmt.Fprint(l.out, prompt+" (not shown): ")
		text, err := l.readHidden(ctx)
		_, _ = fmt.Fprintln(l.out)
		return text, err
	case q.Kind == wizard.Confirm && len(q.Choices) == 0:
		prompt += " [yes/no]"
	case q.Kind == wizard.Choose && len(q.Choices) >= longList:
		prompt += " (type a part of it)"
	}
	if shown := shownDefault(q); shown != "" {
		l.line(prompt)
		prompt = "[" + shown + "]"
	}
	_, _ = fmt.Fprint(l.out, prompt+": ")
	text, err := l.read(ctx)
	if err != nil {
		_, _ = fmt.Fprintln(l.out)
	}
	return strings.TrimSpace(text), err
}

func shownDefault(q wizard.Question) string {
	if q.Kind != wizard.Choose {
		return q.Default
	}
	for _, c := range q.Choices {
		if c.Value == q.Default {
			return c.Label
		}
	}
	return ""
}

// understood turns what was typed into the answer that it means.
func (l *Lines) understood(q wizard.Question, typed string) (string, error) {
	if typed == "" && q.Kind != wizard.Confirm && q.Kind != wizard.Secret && q.Default != "" {
		return q.Default, nil
	}
	switch q.Kind {
	case wizard.Confirm:
		switch strings.ToLower(typed) {
		case "y", "yes", "true":
			return wizard.Yes, nil
		case "n", "no", "false":
			return wizard.No, nil
		}
		if len(q.Choices) > 0 {
			return l.chosen(q, typed)
		}
	case wizard.Choose:
		return l.chosen(q, typed)
	}
	return typed, nil
}

// chosen finds a choice by its number, its value, or what its label begins with or has.
func (l *Lines) chosen(q wizard.Question, typed string) (string, error) {
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(q.Choices) && len(q.Choices) < longList {
		return q.Choices[n-1].Value, nil
	}
	labels := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		labels[i] = c.Label
		if strings.EqualFold(typed, c.Value) {
			return c.Value, nil
		}
	}
	var near []wizard.Choice
	if typed != "" {
		for _, n := range matching(typed, labels) {
			near = append(near, q.Choices[n])
		}
	}
	switch {
	case len(near) == 1:
		return near[0].Value, nil
	case typed == "":
		return "", errors.New("choose one of the listed entries")
	case len(near) == 0:
		return "", errors.New("nothing matches; type a part of one that is listed")
	case len(near) > longList:
		return "", fmt.Errorf("%d choices match; type more", len(near))
	}
	for _, row := range rows(near, l.width-4) {
		l.line("    " + row)
	}
	return "", errors.New("several choices match; type more")
}
