package wizard

import "github.com/credguide/credguide/environments"

// BeforeFirstJob is what to know of a service account before it is used: that it is not the person
// who made it, where its jobs are seen and its credits are paid, and who helps. It speaks of the
// chosen back-end only. jobs is the command that writes a notebook with its jobs; empty: none.
func BeforeFirstJob(w Where, jobs string) Note {
	n := Note{Text: "Before the first job"}
	b := w.Backend
	if b == nil {
		b = &environments.Backend{}
	}
	n.Lines = append(n.Lines, "A service account is not you: its jobs, results and credits are its own, and your account does not see them. "+webEditor(b.WebEditor))
	if b.Billing != "" {
		n.Lines = append(n.Lines, "Credits of "+b.ID+": "+b.Billing)
	}
	if w.Environment.Entitlements != "" {
		n.Lines = append(n.Lines, "It is a member of no virtual organisation. Where a back-end demands one, ask at "+w.Environment.Entitlements+".")
	}
	if b.Helpdesk != "" {
		n.Lines = append(n.Lines, "Help with "+b.ID+": "+b.Helpdesk)
	}
	if b.WebEditor != environments.Can && jobs != "" {
		n.Lines, n.Runs = append(n.Lines, "A notebook that lists its jobs:"), []string{jobs}
	}
	return n
}

// webEditor says where its jobs can be seen.
func webEditor(can string) string {
	switch can {
	case environments.Can:
		return "The Web Editor of the platform shows them after a login with the client ID and the secret."
	case environments.Cannot:
		return "The Web Editor of the platform cannot show them."
	}
	return "A Web Editor shows them if it offers a login with client credentials (version 0.15.1 and later can)."
}
