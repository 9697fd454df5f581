package report

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/checks"
)

var _ = register(Format{
	Name: "github", About: "annotations for GitHub Actions (workflow commands)",
	Write: func(w io.Writer, r checks.Report) error { return githubOne(w, r) },
	List:  Sheet{Sections: 4, Limits: []Limit{{0, 1, mostAnnotations - 1}, {2, 2, mostAnnotations - 1}, {3, 3, mostAnnotations - 1}}, Part: githubParts, Before: githubBefore},
})

// mostAnnotations is how many of each kind GitHub shows of one step; it drops the rest in silence.
const mostAnnotations = 10

// annotations are GitHub's words for the severities.
var annotations = map[checks.Severity]string{checks.Error: "error", checks.Warning: "warning", checks.Note: "notice"}

// githubOne writes one workflow command for each finding, the causes first.
func githubOne(w io.Writer, r checks.Report) error {
	e := Entry{Report: r}
	if list := r.Subject.List; list != nil {
		e.File, e.Line = list.File, list.Line
	}
	_, err := io.WriteString(w, strings.Join(githubParts(e, ListOptions{}), ""))
	return err
}

// githubParts are the errors that somebody must fix, the other errors, the warnings and the notices
// of one report, each a workflow command.
// Of a list, an account that works has no notice of its own.
func githubParts(e Entry, _ ListOptions) []string {
	r := tidy(e.Report, clean)
	name := cmp.Or(clean(e.Label), r.Subject.Name)
	who := "client " + clientName(r) + ", " + subjectName(r.Subject)
	if name != "" {
		who = name + ": " + who
	}
	if more := whose(r.Subject); more != "" {
		who += " · " + more
	}
	var out [4]strings.Builder
	write := func(kind, title, text string) {
		section := 3
		switch {
		case kind == "error" && r.Verdict == checks.Misconfigured:
			section = 0
		case kind == "error":
			section = 1
		case kind == "warning":
			section = 2
		}
		if name != "" {
			title = name + ": " + title
		}
		out[section].WriteString(workflowCommand(kind, e, title, text))
	}
	switch {
	case len(r.BySeverity(checks.Error)) > 0:
	case r.Settled():
		if e.Label == "" {
			write("notice", headline(r), who+"\n"+unexplained(r))
		}
	case r.Verdict != checks.Healthy:
		write("error", headline(r), who+"\n"+unexplained(r))
	case e.Label == "":
		write("notice", headline(r), joinDots(append([]string{who}, account(r)...)))
	}
	for _, f := range r.Diagnoses {
		title := f.Title
		if f.Severity == checks.Error && f.Certainty == checks.Possible {
			title = "Possible: " + title
		} else if f.Waiting() && f.Severity == checks.Error {
			title = "Cannot tell: " + afterColon(title)
		}
		if kind := cmp.Or(annotations[f.Severity], "notice"); kind != "notice" || e.Label == "" {
			write(kind, title, who+"\n"+findingText(f))
		}
	}
	return []string{out[0].String(), out[1].String(), out[2].String(), out[3].String()}
}

// githubBefore says how many annotations of a kind were left out, and at the end how many accounts
// work.
func githubBefore(section int, t *Totals, _ ListOptions) string {
	text := ""
	if section >= 2 {
		kind, left := []string{"error", "warning", "notice"}[section-2], t.Dropped[section-1]
		if section == 2 { // both kinds of error
			left += t.Dropped[0]
		}
		if left > 0 {
			text = workflowCommand(kind, Entry{}, fmt.Sprintf("%d more of this kind", left), "GitHub shows ten. "+t.counts()+".")
		}
	}
	if section == 4 {
		text += workflowCommand("notice", Entry{}, "credguide check", t.counts()+".")
	}
	return text
}

// GitHub takes % escapes in workflow commands; in a property a colon or comma would end the value.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func workflowCommand(kind string, e Entry, title, text string) string {
	place := ""
	if file := relative(e.File); file != "" {
		place = fmt.Sprintf("file=%s,line=%d,", commandProperty.Replace(clean(file)), max(e.Line, 1))
	}
	return fmt.Sprintf("::%s %stitle=%s::%s\n", kind, place, commandProperty.Replace(title), commandData.Replace(text))
}

// relative is a file as a repository has it; empty where it stands elsewhere.
func relative(file string) string {
	file = strings.TrimPrefix(filepath.ToSlash(file), "./")
	if !filepath.IsLocal(file) || strings.Contains(file, ":") || file == "standard input" {
		return ""
	}
	return file
}
