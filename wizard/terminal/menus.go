package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/core"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// Menus asks on a full terminal: arrows move in menus, typing filters them, and texts are edited in
// place.
type Menus struct {
	screen
	in, file *os.File
	columns  func() int
	colour   bool
}

// NewMenus makes a prompter over a terminal that can move its cursor, and is as wide as columns
// says at the time.
func NewMenus(in, out *os.File, columns func() int, colour bool) *Menus {
	core.DisableColor = !colour
	return &Menus{newScreen(out, columns()), in, out, columns, colour}
}

const (
	back   = "‹ go back"  // the choice beside the others
	choose = "· choose ·" // stands where nothing is preselected, and is no answer
)

// pageSize leaves room on 24 lines for what stands above a menu.
const pageSize = 10

// Say writes a note, as wide as the terminal is now.
func (m *Menus) Say(n wizard.Note) {
	m.fit()
	m.screen.Say(n)
}

// fit takes over the terminal's width of now.
func (m *Menus) fit() { m.screen = newScreen(m.out, m.columns()) }

// Ask asks until the answer is right.
func (m *Menus) Ask(ctx context.Context, q wizard.Question) (wizard.Answer, error) {
	m.fit()
	m.heading(q)
	for {
		typed, err := m.answer(ctx, q)
		switch {
		case errors.Is(err, errPasted):
			m.refuse(err)
			continue
		case err != nil:
			return wizard.Answer{}, err
		case typed == "<":
			return wizard.Answer{}, wizard.ErrBack
		case typed == "?" && q.Kind == wizard.Text:
			m.paragraph("  ", helpWords(q))
			continue
		}
		if err := q.Valid(typed); err != nil {
			m.refuse(err)
			continue
		}
		if q.Kind == wizard.Secret {
			return wizard.Answer{Secret: credentials.NewSecret(typed)}, nil
		}
		return wizard.Answer{Text: typed}, nil
	}
}

func (m *Menus) answer(ctx context.Context, q wizard.Question) (string, error) {
	switch q.Kind {
	case wizard.Choose:
		return m.menu(ctx, q, q.Choices)
	case wizard.Confirm: // a menu whose first entry is no, so that nobody agrees by pressing Enter
		choices := q.Choices
		if len(choices) == 0 {
			choices = []wizard.Choice{{Value: wizard.No, Label: "no"}, {Value: wizard.Yes, Label: "yes"}}
		}
		return m.menu(ctx, q, choices)
	case wizard.Secret:
		var typed string
		keys := &keyboard{File: m.in}
		message := m.message(q, m.width-20, "Secret")
		err := m.run(ctx, func() error {
			return m.survey(&survey.Password{Message: message + " (not shown):", Help: m.help(q)}, &typed, keys)
		})
		return typed, err
	}
	var typed string
	err := m.run(ctx, func() (err error) {
		typed, err = m.edit(q)
		return err
	})
	return strings.TrimSpace(typed), err
}

// edit reads a text in raw mode.
func (m *Menus) edit(q wizard.Question) (string, error) {
	before, err := term.MakeRaw(int(m.in.Fd()))
	if err != nil {
		return "", fmt.Errorf("look at the terminal: %w", err)
	}
	e := editor{in: m.in, out: m.file, size: m.size, colour: m.colour, hides: wizard.LooksSecret}
	typed, err := e.line(q.Ask+":", q.Default)
	return typed, errors.Join(err, term.Restore(int(m.in.Fd()), before))
}

// size is the terminal's of now: people resize windows while they think.
func (m *Menus) size() (width, height int) {
	if width, height, err := term.GetSize(int(m.file.Fd())); err == nil && width > 0 && height > 0 {
		return width, height
	}
	return m.width, usualHeight
}

// menu offers choices, and the way back among them.
func (m *Menus) menu(ctx context.Context, q wizard.Question, choices []wizard.Choice) (string, error) {
	labels, notes := columns(choices, m.width-3)
	values, start := make([]string, len(choices)), 0
	for i, c := range choices {
		values[i] = c.Value
		if c.Value == q.Default && q.Default != "" {
			start = i
		}
	}
	if q.Unsure && q.Default == "" {
		labels, notes, values = append([]string{choose}, labels...), append([]string{""}, notes...), append([]string{""}, values...)
	}
	if !q.First {
		labels, notes, values = append(labels, back), append(notes, ""), append(values, "<")
	}
	if len(labels) > pageSize+2 { // with the ways back and out, a short list may be a little longer
		m.paragraph("  ", "Type the first letters to find an entry.")
	}
	picked := 0
	prompt := &survey.Select{
		Message: m.message(q, m.width-4, "Choose:"), Options: labels, Default: start, Help: m.help(q), PageSize: min(pageSize, len(labels)),
		Filter: filter(labels), Description: func(_ string, n int) string { return notes[n] },
	}
	keys := &keyboard{File: m.in, hides: wizard.LooksSecret}
	if err := m.run(ctx, func() error { return m.survey(prompt, &picked, keys) }); err != nil {
		return "", err
	}
	return values[picked], nil
}

// message is the question as the library shows it, on one line. A longer one stands above, whole.
func (m *Menus) message(q wizard.Question, room int, otherwise string) string {
	if text.Width(q.Ask) <= room {
		return q.Ask
	}
	m.paragraph("  ", q.Ask)
	return otherwise
}

// filter is how typing chooses among the entries of a menu: those that begin with it, else those
// that have it anywhere. "<" is the way back.
func filter(labels []string) func(typed, label string, index int) bool {
	return func(typed, _ string, index int) bool {
		return slices.Contains(matching(typed, labels), index)
	}
}

// matching are the places of the labels that a person who types this means.
func matching(typed string, labels []string) []int {
	if typed == "<" {
		if n := slices.Index(labels, back); n >= 0 {
			return []int{n}
		}
		return nil
	}
	typed = strings.ToLower(typed)
	for _, fits := range []func(label string) bool{
		func(label string) bool { return label == typed },
		func(label string) bool { return strings.HasPrefix(label, typed) },
		func(label string) bool { return strings.Contains(label, typed) },
	} {
		var found []int
		for n, label := range labels {
			if label = strings.ToLower(strings.TrimSpace(label)); label != choose && fits(label) {
				found = append(found, n)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// help wraps the library's help text, which it would let run over the edge.
func (m *Menus) help(q wizard.Question) string {
	words := helpWords(q)
	if q.Kind == wizard.Choose || q.Kind == wizard.Confirm {
		words = strings.TrimSpace(q.Help + " (Type a part of an entry, < to go back. Ctrl-C stops and keeps the answers.)")
	}
	return strings.Join(text.Wrap(words, m.width-4), "\n")
}

// survey lets the library ask.
func (m *Menus) survey(prompt survey.Prompt, answer any, keys *keyboard) error {
	err := survey.AskOne(prompt, answer, survey.WithStdio(keys, m.file, m.file), survey.WithIcons(func(icons *survey.IconSet) {
		icons.SelectFocus.Text = "›"
	}))
	switch {
	case errors.Is(err, terminal.InterruptErr) && keys.pasted:
		return errPasted
	case errors.Is(err, terminal.InterruptErr) && !keys.ended:
		return context.Canceled
	case errors.Is(err, terminal.InterruptErr):
		return io.EOF
	}
	return err
}

// run waits for a question or a signal. What reads keys cannot be interrupted from outside, so on a
// signal the terminal is put right here and the reader left behind.
func (m *Menus) run(ctx context.Context, ask func() error) error {
	before, err := term.GetState(int(m.in.Fd()))
	if err != nil {
		return fmt.Errorf("look at the terminal: %w", err)
	}
	done, failed := make(chan error, 1), make(chan any, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				failed <- p
			}
		}()
		done <- ask()
	}()
	putRight := func() error {
		_, _ = fmt.Fprint(m.file, "\x1b[?25h"+unmarkPastes+"\r\n") // the menus hide the cursor
		return term.Restore(int(m.in.Fd()), before)
	}
	select {
	case err = <-done:
	case p := <-failed:
		_ = putRight()
		panic(p) // where somebody recovers: a panic's value may hold a secret
	case <-ctx.Done():
		return errors.Join(ctx.Err(), putRight())
	}
	if errors.Is(err, io.EOF) {
		_, _ = fmt.Fprintln(m.file)
		return io.EOF
	}
	return err
}

// errPasted is a secret that was pasted into a menu, which would show it.
var errPasted = errors.New("this looks like a secret, and is not shown; it is asked for later")

// keyboard turns the key for the end of the input (Ctrl-D) into an interrupt, and remembers that:
// the library would take the entry that a menu happens to stand on. So it does with what is pasted
// and must not be seen.
type keyboard struct {
	*os.File
	hides         func(text string) bool // nil: nothing
	ended, pasted bool
}

func (k *keyboard) Read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	if n > 1 && k.hides != nil && k.hides(string(p[:n])) {
		clear(p[:n])
		p[0], k.pasted = terminal.KeyInterrupt, true
		return 1, err
	}
	for i, key := range p[:n] {
		if key == terminal.KeyEndTransmission {
			p[i], k.ended = terminal.KeyInterrupt, true
		}
	}
	return n, err
}
