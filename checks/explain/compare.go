package explain

import (
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// Compare says how what a program said and what a check found fit together. A login that fails
// there and works here differs in something: the environment asked, the values, the machine or the
// time, and some of it can be seen.
func Compare(seen Seen, r checks.Report) []string {
	if len(seen.Causes) == 0 {
		return []string{"Nothing in the program's text is recognised as a failed login, so it says nothing about this check."}
	}
	cause := seen.Causes[0]
	said := "The program's text fits: " + lower(Sentence(cause.Title)) + " (" + string(cause.Certainty) + ", " + cause.ID + ")."
	first, found := r.First()
	switch {
	case found && first.Severity == checks.Error && slices.ContainsFunc(seen.Causes, func(c Cause) bool { return c.ID == first.ID }):
		return []string{"The program's text fits what this check found: " + first.ID + "."}
	case found && first.Severity == checks.Error:
		return append([]string{said, "This check found something else, " + first.ID + ": its cause comes first here and now."}, differences(seen, r)...)
	case r.Verdict == checks.Healthy:
		return append([]string{said, "Here and now the login works. Something differs between that run and this check:"}, differences(seen, r)...)
	}
	return []string{said, "This check could not tell whether it is so."}
}

// differences lists what can be another, what was seen to be so first.
func differences(seen Seen, r checks.Report) []string {
	var seenSo, mayBe []string
	s := r.Subject
	switch {
	case seen.Environment != "" && s.Environment != "" && seen.Environment != s.Environment:
		seenSo = append(seenSo, "The environment, for certain: the text names "+seen.Environment+", and "+s.Environment+" was checked. Compare: credguide check --environment "+seen.Environment)
	case seen.Environment == "":
		mayBe = append(mayBe, "The environment: the text does not name one that credguide knows.")
	}
	if seen.Backend != "" && s.BackendID != "" && seen.Backend != s.BackendID {
		seenSo = append(seenSo, "The back-end, for certain: the text names "+seen.Backend+", and "+s.BackendID+" was checked. Compare: credguide check --backend "+seen.Backend)
	}
	if s.ClientIDSource != "" {
		mayBe = append(mayBe, "The values: this check took the client ID from "+s.ClientIDSource+" and the secret from "+s.Secret.Source+". The program may take others.")
	}
	list := append(append(seenSo, mayBe...),
		"The machine: its network, its proxy, its certificates, its clock. Run this check where the program runs.",
		"The time: the fault may be fixed by now, or come and go.")
	for i := range list {
		list[i] = "- " + list[i]
	}
	return list
}

// lower writes a title in the middle of a sentence.
func lower(title string) string {
	if strings.HasPrefix(title, "The ") || strings.HasPrefix(title, "This ") || strings.HasPrefix(title, "A ") || strings.HasPrefix(title, "No ") {
		return strings.ToLower(title[:1]) + title[1:]
	}
	return title
}
