package wizard

import (
	"cmp"
	"slices"

	"github.com/credguide/credguide/environments"
)

// backendQuestion offers every back-end of the catalog once, but for those that should not be used
// any more.
func (i *Interview) backendQuestion() Question {
	q := Question{
		ID: BackendID, Ask: "Which openEO service do you want to use?", Kind: Choose,
		Why: "The service decides where the client has to be registered.",
		Help: "Each openEO service accepts the clients of certain identity providers only. " +
			"The environment of the registration follows from this choice; a client of one environment does not exist in another.",
	}
	type offer struct {
		choice Choice
		rank   int
	}
	var offers []offer
	seen := map[string]bool{}
	rehearsal := false
	for _, e := range i.Environments {
		rehearsal = rehearsal || hasForm(e) && len(e.Backends) == 0
		for _, b := range e.Backends {
			if seen[b.ID] || b.Deprecated != "" {
				continue
			}
			seen[b.ID] = true
			fit := i.fitting(b.ID, Answers{})
			offers = append(offers, offer{Choice{Value: b.ID, Label: b.ID, Note: wayInShort(fit[0])}, rank(fit[0])})
		}
	}
	slices.SortStableFunc(offers, func(x, y offer) int { return x.rank - y.rank })
	for _, o := range offers {
		q.Choices = append(q.Choices, o.choice)
	}
	if len(i.fitting(OtherBackend, Answers{})) > 0 {
		q.Choices = append(q.Choices, Choice{Value: OtherBackend, Label: "another back-end", Note: "you give its address"})
	}
	if rehearsal {
		q.Choices = append(q.Choices, Choice{Value: NoBackend, Label: "none", Note: "rehearse a registration"})
	}
	return q
}

// rank puts what is for use first, then what is for trying, then what has no registry's form.
func rank(e environments.Environment) int {
	switch {
	case !hasForm(e):
		return 2
	case e.Approval == environments.ApprovalSelf:
		return 1
	}
	return 0
}

// wayInShort says what a service is for, and who makes a client there.
func wayInShort(e environments.Environment) string {
	switch {
	case e.Way() == environments.ByDashboard:
		return "for use · you create the client yourself"
	case e.Way() == environments.ByRequest:
		return "for use · created for you on request"
	case e.Way() == "":
		return "ask there for a client"
	case e.Approval == environments.ApprovalSelf:
		return "to try things out · you approve it"
	}
	return "for use · an administrator approves it"
}

// environmentQuestion decides between several environments. None of them is preselected: which one
// is right is the person's to know.
func environmentQuestion(fit []environments.Environment) Question {
	q := Question{
		ID: EnvironmentID, Ask: "Is it for trying things out, or for use?", Kind: Choose, Unsure: true,
		Why:  "This is the environment of the identity provider. It cannot be changed after Submit.",
		Help: "Each environment is an identity provider of its own, with its own clients, secrets and reviewers. You may register in one to try, and in another later.",
	}
	if slices.ContainsFunc(fit, func(e environments.Environment) bool { return e.Family != fit[0].Family || e.Family == "" }) {
		q.Ask = "At which identity provider should the client live?"
		q.Why = "The back-end accepts the clients of those that it lists under /credentials/oidc. A client of one does not exist at another."
		q.Help = "Take the one at which you have an account, and which the back-end lists. Its help desk knows."
	}
	for _, e := range fit {
		q.Choices = append(q.Choices, Choice{Value: cmp.Or(e.ID, e.Issuer), Label: e.Title, Note: choiceNote(e)})
	}
	return q
}

func choiceNote(e environments.Environment) string {
	switch {
	case e.Way() == environments.ByDashboard:
		return "you create the client yourself, in minutes"
	case e.Way() == environments.ByRequest, e.Way() == "":
		return "the client is created for you on request"
	case len(e.Backends) == 0:
		return "a rehearsal; no known openEO back-end accepts it"
	case e.Approval == environments.ApprovalSelf:
		return "you approve the client yourself, in minutes"
	}
	return "an administrator approves the client"
}
