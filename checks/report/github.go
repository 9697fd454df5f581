package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/credguide/credguide/checks"
)

var _ = register(Format{
	Name: "github", About: "annotations for GitHub Actions (workflow commands)", Machine: true, ByLine: true,
	Write: func(w io.Writer, r checks.Report) error { return githubAll(w, []checks.Report{r}) }, WriteAll: githubAll,
})

// annotations are GitHub's words for the severities.
var annotations = map[checks.Severity]string{checks.Error: "error", checks.Warning: "warning", checks.Note: "notice"}

// githubAll writes one workflow command for each finding, and one for each report that has no error to show.
func githubAll(w io.Writer, reports []checks.Report) error {
	for _, r := range reports {
		r = tidy(r, clean)
		if err := annotate(w, r); err != nil {
			return err
		}
	}
	return nil
}

func annotate(w io.Writer, r checks.Report) error {
	who := "client " + clientName(r) + ", " + subjectName(r.Subject)
	errors := r.BySeverity(checks.Error)
	if len(errors) == 0 {
		kind, text := "notice", joinDots(append([]string{who}, account(r)...))
		if r.Verdict != checks.Healthy {
			kind, text = "error", who+"\n"+unexplained(r)
		}
		if err := workflowCommand(w, kind, headline(r), text); err != nil {
			return err
		}
	}
	for _, f := range r.Diagnoses {
		title := f.Title
		if f.Severity == checks.Error && f.Certainty == checks.Possible {
			title = "Possible: " + title
		} else if f.Waiting() && f.Severity == checks.Error {
			title = "Cannot tell: " + afterColon(title)
		}
		if err := workflowCommand(w, orElse(annotations[f.Severity], "notice"), title, who+"\n"+findingText(f)); err != nil {
			return err
		}
	}
	return nil
}

// GitHub takes % escapes in workflow commands; in a property a colon or comma would end the value.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func workflowCommand(w io.Writer, kind, title, text string) error {
	_, err := fmt.Fprintf(w, "::%s title=%s::%s\n", kind, commandProperty.Replace(title), commandData.Replace(text))
	return err
}
