package terminal

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/wizard"
)

// typing gives lines one after the other, and then the end of the input.
func typing(lines ...string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if len(lines) == 0 {
			return "", io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}

var colours = wizard.Question{
	ID: "colour", Ask: "Colour", Kind: wizard.Choose, Default: "b", Help: "Any will do.",
	Choices: []wizard.Choice{{Value: "r", Label: "light red", Note: "warm"}, {Value: "b", Label: "light dark blue"}, {Value: "g", Label: "green"}},
}

func TestAChoiceIsUnderstood(t *testing.T) {
	for typed, want := range map[string]string{
		"1": "r", "3": "g", "g": "g", "GREEN": "g", "gre": "g", "": "b", "warm\nred": "r", "light\n2": "b", "DARK": "b", "?\n1": "r", "9\n1": "r",
	} {
		var out strings.Builder
		l := NewLines(&out, 80, typing(strings.Split(typed, "\n")...), nil)
		answer, err := l.Ask(t.Context(), colours)
		if err != nil || answer.Text != want {
			t.Errorf("%q: %q, %v\n%s", typed, answer.Text, err, &out)
		}
	}
}

// A question that has no room on one line is whole on several.
func TestALongQuestionIsWhole(t *testing.T) {
	const ask = "Is the registry's empty form open in your browser?"
	var out strings.Builder
	if _, err := NewLines(&out, 40, typing("yes"), nil).Ask(t.Context(), wizard.Question{Ask: ask, Kind: wizard.Confirm}); err != nil {
		t.Fatal(err)
	}
	if told := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(told, ask+" [yes/no]: ") && !strings.HasSuffix(told, ask+" [yes/no]:") {
		t.Errorf("%s", &out)
	}
	for line := range strings.SplitSeq(out.String(), "\n") {
		if len(line) > 40+len(" [yes/no]: ") {
			t.Errorf("too long: %q", line)
		}
	}
}

func TestEveryKindAndTheWayOut(t *testing.T) {
	short := func(text string) error {
		if len(text) < 3 {
			return errors.New("too short")
		}
		return nil
	}
	for _, c := range []struct {
		q     wizard.Question
		typed []string
		want  string
		err   error
		said  string
	}{
		{wizard.Question{Kind: wizard.Text, Check: short}, []string{"ab", "  abc "}, "abc", nil, "× too short"},
		{wizard.Question{Kind: wizard.Text, Default: "usual"}, []string{""}, "usual", nil, "[usual]"},
		{wizard.Question{Kind: wizard.Text}, []string{"<"}, "", wizard.ErrBack, ""},
		{wizard.Question{Kind: wizard.Text, Help: "More words."}, []string{"?"}, "", io.EOF, "More words. (< goes back"},
		{wizard.Question{Kind: wizard.Confirm}, []string{"", "maybe", "Yes"}, wizard.Yes, nil, "answer yes or no"},
		{wizard.Question{Kind: wizard.Confirm}, []string{"n"}, wizard.No, nil, "[yes/no]"},
		{wizard.Question{Kind: wizard.Secret}, []string{"in the open"}, "", ErrCannotHide, ""},
	} {
		var out strings.Builder
		answer, err := NewLines(&out, 80, typing(c.typed...), nil).Ask(t.Context(), c.q)
		if answer.Text != c.want || !errors.Is(err, c.err) || !strings.Contains(out.String(), c.said) {
			t.Errorf("%v %q: %q, %v\n%s", c.q.Kind, c.typed, answer.Text, err, &out)
		}
	}
}

// A secret is taken as it is, spaces and < included, and nothing of it is shown.
func TestAHiddenSecretIsTakenAsItIs(t *testing.T) {
	var out strings.Builder
	q := wizard.Question{Ask: "Client secret", Kind: wizard.Secret}
	answer, err := NewLines(&out, 80, nil, typing(" <hunter2 ")).Ask(t.Context(), q)
	if err != nil || answer.Secret.Len() != len(" <hunter2 ") || answer.Text != "" {
		t.Errorf("%q %d, %v", answer.Text, answer.Secret.Len(), err)
	}
	if strings.Contains(out.String(), "hunter2") {
		t.Errorf("it is shown: %s", &out)
	}
}

func TestALongListIsSearched(t *testing.T) {
	q := wizard.Question{Ask: "Country", Kind: wizard.Choose}
	for _, name := range []string{"Aland", "Bland", "Cland", "Dland", "Eland", "Fland", "Gland", "Hland", "Iland", "Jland", "Kland", "Lland", "Mland", "Nland", "Oland", "Pland"} {
		q.Choices = append(q.Choices, wizard.Choice{Value: strings.ToLower(name[:1]), Label: name})
	}
	var out strings.Builder
	answer, err := NewLines(&out, 80, typing("land", "1", "pl"), nil).Ask(t.Context(), q)
	if err != nil || answer.Text != "p" {
		t.Errorf("%q, %v", answer.Text, err)
	}
	if !strings.Contains(out.String(), "16 choices match") || strings.Contains(out.String(), "  1  ") {
		t.Errorf("the list is not searched but shown:\n%s", &out)
	}
}

// What stands in a catalog or comes from a server cannot command the terminal, and stays within the
// width.
func TestNotesAreSafeAndFit(t *testing.T) {
	var out strings.Builder
	newScreen(&out, 30).Say(wizard.Note{Kind: wizard.Numbers, Text: "Steps \x1b[2J", Lines: []string{"one two three four five six seven", "eight"}})
	want := "\nSteps \ufffd[2J\n  1  one two three four five\n     six seven\n  2  eight\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	for _, line := range rows([]wizard.Choice{{Label: "a", Note: strings.Repeat("long ", 20)}, {Label: strings.Repeat("b", 90), Note: "x"}}, 40) {
		if n := len([]rune(line)); n > 40+2 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
