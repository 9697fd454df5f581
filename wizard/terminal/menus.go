package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/core"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// Menus asks on a full terminal: arrows move in menus, typing filters them.
type Menus struct {
	screen
	in, file *os.File
}

// NewMenus makes a prompter over a terminal that can move its cursor.
func NewMenus(in, out *os.File, width int, colour bool) *Menus {
	core.DisableColor = !colour
	return &Menus{newScreen(out, width), in, out}
}

// back is the choice beside the others.
const back = "‹ go back"

// pageSize leaves room on 24 lines for what stands above a menu.
const pageSize = 10

// Ask asks until the answer is right.
func (m *Menus) Ask(ctx context.Context, q wizard.Question) (wizard.Answer, error) {
	m.heading(q)
	for {
		text, err := m.answer(ctx, q)
		if err != nil {
			return wizard.Answer{}, err
		}
		if text == "<" && q.Kind != wizard.Secret {
			return wizard.Answer{}, wizard.ErrBack
		}
		if err := q.Valid(text); err != nil {
			m.refuse(err)
			continue
		}
		if q.Kind == wizard.Secret {
			return wizard.Answer{Secret: credentials.NewSecret(text)}, nil
		}
		return wizard.Answer{Text: text}, nil
	}
}

func (m *Menus) answer(ctx context.Context, q wizard.Question) (string, error) {
	switch q.Kind {
	case wizard.Choose:
		return m.menu(ctx, q, q.Choices)
	case wizard.Confirm: // a menu whose first entry is no, so that nobody agrees by pressing Enter
		return m.menu(ctx, q, []wizard.Choice{{Value: wizard.No, Label: "no"}, {Value: wizard.Yes, Label: "yes"}})
	case wizard.Secret:
		var typed string
		err := m.run(ctx, &survey.Password{Message: text.Cut(q.Ask, m.width-20, text.Cells) + " (not shown):", Help: m.help(q)}, &typed)
		return typed, err
	}
	var typed string
	err := m.run(ctx, &survey.Input{Message: text.Cut(q.Ask, m.width-4, text.Cells) + ":", Default: q.Default, Help: m.help(q)}, &typed)
	return strings.TrimSpace(typed), err
}

// menu offers choices, and the way back among them.
func (m *Menus) menu(ctx context.Context, q wizard.Question, choices []wizard.Choice) (string, error) {
	labels, notes := columns(choices, m.width-3)
	start := 0
	for i, c := range choices {
		if c.Value == q.Default && q.Default != "" {
			start = i
		}
	}
	if !q.First {
		labels, notes = append(labels, back), append(notes, "")
	}
	picked := 0
	prompt := &survey.Select{
		Message: text.Cut(q.Ask, m.width-4, text.Cells), Options: labels, Default: start, Help: m.help(q), PageSize: min(pageSize, len(labels)), Filter: contains,
		Description: func(_ string, n int) string { return notes[n] },
	}
	if err := m.run(ctx, prompt, &picked); err != nil {
		return "", err
	}
	if picked == len(choices) {
		return "<", nil
	}
	return choices[picked].Value, nil
}

// contains is how typing filters: a shortcut such as [o] counts as its letter.
func contains(filter, option string, _ int) bool {
	if strings.Contains(option, "[") && len(filter) == 1 {
		return strings.Contains(strings.ToLower(option), "["+strings.ToLower(filter)+"]")
	}
	return strings.Contains(strings.ToLower(option), strings.ToLower(filter))
}

// help wraps the library's help text, which it would let run over the edge.
func (m *Menus) help(q wizard.Question) string {
	words := helpWords(q)
	if q.Kind == wizard.Choose || q.Kind == wizard.Confirm {
		words = strings.TrimSpace(q.Help + " (Ctrl-C stops and keeps the answers.)")
	}
	return strings.Join(text.Wrap(words, m.width-4), "\n")
}

// run lets the library ask. It cannot be interrupted from outside, so on a signal the terminal is put right here and its
// reader left behind.
func (m *Menus) run(ctx context.Context, prompt survey.Prompt, answer any) error {
	before, err := term.GetState(int(m.in.Fd()))
	if err != nil {
		return fmt.Errorf("look at the terminal: %w", err)
	}
	done := make(chan error, 1)
	keys := &keyboard{File: m.in}
	go func() {
		done <- survey.AskOne(prompt, answer, survey.WithStdio(keys, m.file, m.file), survey.WithIcons(func(icons *survey.IconSet) {
			icons.SelectFocus.Text = "›"
		}))
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		_, _ = fmt.Fprint(m.file, "\x1b[?25h\r\n") // the menus hide the cursor
		return errors.Join(ctx.Err(), term.Restore(int(m.in.Fd()), before))
	}
	switch {
	case errors.Is(err, terminal.InterruptErr) && !keys.ended:
		return context.Canceled
	case errors.Is(err, terminal.InterruptErr), errors.Is(err, io.EOF):
		_, _ = fmt.Fprintln(m.file)
		return io.EOF
	}
	return err
}

// keyboard turns the key for the end of the input (Ctrl-D) into an interrupt, and remembers that: the library would take
// the entry that a menu happens to stand on.
type keyboard struct {
	*os.File
	ended bool
}

func (k *keyboard) Read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	for i, key := range p[:n] {
		if key == terminal.KeyEndTransmission {
			p[i], k.ended = terminal.KeyInterrupt, true
		}
	}
	return n, err
}
