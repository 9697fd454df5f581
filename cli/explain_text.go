package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/credguide/credguide/checks/explain"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// isID tells an ID from a text: one word of the characters that IDs have.
func isID(args []string) bool {
	return len(args) == 1 && args[0] != "" && args[0] != "-" && strings.Trim(args[0], "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// unknownDiagnosis is the error for an ID that is none. A long word with digits in it may be a
// secret, and is not repeated.
func unknownDiagnosis(id string, known []string) error {
	const hint = "credguide explain lists them; to explain an error text, give all of it in quotes"
	if len(id) >= 16 && strings.ContainsAny(id, "0123456789") {
		return app.WithHint(errors.New("unknown diagnosis"), hint)
	}
	return app.Unknown("diagnosis", id, known, hint)
}

// explainText tells what an error text says. Nothing of the text is shown: it may hold a secret.
func explainText(a *app.App, args []string, format string) error {
	reader, err := a.ErrorTexts()
	if err != nil {
		return err
	}
	text := []byte(strings.Join(args, " "))
	if len(args) == 1 && args[0] == "-" {
		if a.Sys.StdinIsTerminal {
			a.Say("Paste the text, then press Ctrl-D on a line of its own.")
		}
		if text, err = lastOf(a.Sys.Stdin, explain.MaxText); err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
	}
	seen := reader.Read(text)
	if format == "json" {
		err = a.PrintJSON(seen)
	} else {
		err = a.Print(app.Plain(seenInWords(seen, a.Width())))
	}
	if err == nil && len(seen.Causes) == 0 {
		return app.ExitCode(app.ExitCannotTell)
	}
	return err
}

// lastOf reads to the end and keeps the last bytes of it: an endless log must not fill the memory.
func lastOf(in io.Reader, most int) ([]byte, error) {
	var kept []byte
	chunk := make([]byte, 256<<10)
	for {
		n, err := in.Read(chunk)
		kept = append(kept, chunk[:n]...)
		if len(kept) > 2*most {
			kept = append([]byte(nil), kept[len(kept)-most:]...)
		}
		if errors.Is(err, io.EOF) {
			return kept[max(0, len(kept)-most):], nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// mostShown is how many causes are shown to a person. JSON has them all.
const mostShown = 5

// seenInWords is the answer to an error text.
func seenInWords(seen explain.Seen, width int) string {
	var b strings.Builder
	if len(seen.Causes) == 0 {
		b.WriteString(text.Hang("", "Nothing in this text is recognised as a failed login.", width))
		b.WriteString("\nWhat to try\n")
		b.WriteString(text.HangRun("  · ", "Give the whole text, from the first line of the traceback:", text.Fed("credguide explain -", "FILE"), width))
		b.WriteString(text.HangRun("  · ", "Let credguide log in itself:", seen.Next[0], width))
		b.WriteString(text.HangRun("  · ", "Read what can go wrong:", "credguide explain", width))
		return b.String()
	}
	if told := explain.InWords(seen); told != "" {
		b.WriteString(text.Hang("", told, width) + "\n")
	}
	if len(seen.Causes) == 1 {
		b.WriteString("The cause that fits\n")
	} else {
		b.WriteString("The causes that fit, the most likely first\n")
	}
	for i, c := range seen.Causes[:min(len(seen.Causes), mostShown)] {
		b.WriteString(text.Hang(fmt.Sprintf("  %d. ", i+1), explain.Sentence(c.Title)+" ("+string(c.Certainty)+")", width))
		if c.Means != "" {
			b.WriteString(text.Hang("     ", c.Means, width))
		}
		b.WriteString(text.HangRun("     ", "How to fix it:", "credguide explain "+c.ID, width))
	}
	if more := len(seen.Causes) - mostShown; more > 0 {
		b.WriteString(text.Hang("     ", fmt.Sprintf("%d more with --output json", more), width))
	}
	if len(seen.Causes) > 1 {
		b.WriteString("\nTo find out which\n")
	} else {
		b.WriteString("\nTo make sure\n")
	}
	for _, command := range seen.Next {
		b.WriteString("  " + command + "\n")
	}
	if seen.Environment == "" {
		b.WriteString(text.HangRun("  ", "The text names no known environment. If yours is not "+subject.DefaultEnvironment+" (EGI Check-in), add --environment ID. To see them all:", "credguide environments", width))
	}
	return b.String()
}
