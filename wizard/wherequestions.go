package wizard

import (
	"slices"

	"github.com/credguide/credguide/environments"
)

// backendQuestion offers every back-end of the catalog once.
func (i *Interview) backendQuestion() Question {
	q := Question{
		ID: BackendID, Ask: "Which openEO service do you want to use?", Kind: Choose, Flag: "--backend",
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
			fit := i.fitting(b.ID)
			offers = append(offers, offer{Choice{Value: b.ID, Label: b.ID, Note: approvalOf(fit)}, rank(fit)})
		}
	}
	slices.SortStableFunc(offers, func(x, y offer) int { return x.rank - y.rank })
	for _, o := range offers {
		q.Choices = append(q.Choices, o.choice)
	}
	if len(i.fitting(OtherBackend)) > 0 {
		q.Choices = append(q.Choices, Choice{Value: OtherBackend, Label: "another back-end", Note: "you give its address"})
	}
	if rehearsal {
		q.Choices = append(q.Choices, Choice{Value: NoBackend, Label: "none", Note: "rehearse a registration"})
	}
	return q
}

// rank puts what is for use first, then what is for trying, then what has no form.
func rank(fit []environments.Environment) int {
	switch {
	case !hasForm(fit[0]):
		return 2
	case fit[0].Approval == environments.ApprovalSelf:
		return 1
	}
	return 0
}

func approvalOf(fit []environments.Environment) string {
	switch rank(fit) {
	case 2:
		return "no form: ask for an account"
	case 1:
		return "to try things out · you approve it"
	}
	return "for use · an administrator approves it"
}

func environmentQuestion(fit []environments.Environment) Question {
	q := Question{
		ID: EnvironmentID, Ask: "Is it for trying things out, or for use?", Kind: Choose, Flag: "--environment",
		Why:  "This is the environment of the identity provider. It cannot be changed after Submit.",
		Help: "Each environment is an identity provider of its own, with its own clients, secrets and reviewers. You may register in one to try, and in another later.",
	}
	for _, e := range fit {
		note := "an administrator approves the client"
		if e.Approval == environments.ApprovalSelf {
			note = "you approve the client yourself, in minutes"
		}
		if len(e.Backends) == 0 {
			note = "a rehearsal; no known openEO back-end accepts it"
		}
		q.Choices = append(q.Choices, Choice{Value: e.ID, Label: e.Title, Note: note})
	}
	return q
}
