package wizard

import (
	"errors"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/request"
)

// The questions of a request that the registry's API takes.
const (
	NewOrganisationID = request.NewOrganisation // may the organisation be added to the registry
	ByAPI             = "api"                   // answer: the request goes by the registry's API
	ByForm            = "form"                  // answer: the request goes by the form in the browser
	Again             = "again"
	InBrowser         = "browser"
	Done              = "done"
	PasteToken        = "paste"
	EditAnswers       = "edit"
)

// APIQuestion names the host that is about to get the person's token.
func APIQuestion(host, by string) Question {
	return Question{
		ID: "registry_api", Ask: "Send your registry token to " + host + "?", Kind: Confirm,
		Why:  "It is the registry's API. " + by,
		Help: "The token is your own login for a while. It goes to this host only, and is not stored.",
	}
}

// TokenQuestion asks for a person's own token, and says where to get one.
func TokenQuestion(host string, places []string) Question {
	return Question{
		ID: "registry_token", Ask: "Registry token", Kind: Secret,
		Why:   "An access token of your own login, with the scope openid. " + strings.Join(places, " ") + " It is not shown, not stored, and sent to " + host + " only.",
		Help:  "The token is not the client secret: it proves to the registry who you are. You must have signed in at the registry's portal once.",
		Check: tokenProblem,
	}
}

// tokenProblem says what cannot be right in a token that was pasted (RFC 6750 section 2.1), without
// a part of it. Blanks at its ends are the paste's.
func tokenProblem(pasted string) error {
	token := strings.TrimSpace(pasted)
	scheme, _, two := strings.Cut(token, " ")
	switch {
	case token == "":
		return errors.New("nothing was entered")
	case two && strings.EqualFold(scheme, "Bearer"):
		return errors.New("copy the token without the word Bearer in front of it")
	case !text.FitsHeader(token):
		return errors.New("a token has no white space or special characters in it; copy it again, as one line")
	}
	return nil
}

// SignInQuestion asks how the person gets their token where the environment offers a sign-in.
func SignInQuestion(host string) Question {
	return Question{
		ID: "registry_sign_in", Ask: "How do you want to sign in to the registry?", Kind: Choose, Default: InBrowser,
		Why:  "The registry needs to know who you are. The token of your login is not shown, not stored, and sent to " + host + " only.",
		Help: "In a browser you enter a short code and sign in as always; that can be on another machine. You must have signed in at the registry's portal once.",
		Choices: []Choice{
			{Value: InBrowser, Label: "in a browser"},
			{Value: PasteToken, Label: "with a pasted access token"},
			stopHere,
		},
	}
}

// ApproveQuestion offers to approve one's own request.
func ApproveQuestion() Question {
	return Question{
		ID: "approve", Ask: "Approve the request now?", Kind: Confirm,
		Why: "In this environment you may approve your own requests.",
	}
}

// NewOrganisationQuestion asks before an organisation is added for everybody.
func NewOrganisationQuestion(name string) Question {
	return Question{
		ID: NewOrganisationID, Ask: "The registry does not know " + name + ". Add it?", Kind: Confirm,
		Why: "Everybody who registers there then finds it. Check the spelling first.",
	}
}

// Reached is how far a request came by the registry's API.
type Reached int

// How far it came.
const (
	NotAtRegistry     Reached = iota
	PerhapsAtRegistry         // the answer to it was lost; trying again looks for it first
	AtRegistry
)

// ProblemQuestion asks how to go on after a problem with the registry's API. A request that the
// registry has is neither changed here nor entered in its form: that would be a second one.
func ProblemQuestion(at Reached) Question {
	q := Question{ID: "problem", Ask: "How do you want to continue?", Kind: Choose, Default: Again, Choices: []Choice{{Value: Again, Label: "try again"}}}
	switch at {
	case AtRegistry:
		q.Why = "The registry has the request; only the steps after that are missing."
	case NotAtRegistry:
		q.Choices = append(q.Choices, Choice{Value: EditAnswers, Label: "change the answers"}, Choice{Value: ByForm, Label: "use the form in the browser"})
	}
	q.Choices = append(q.Choices, stopHere)
	return q
}

// ChangesQuestion asks what to do about the changes that a reviewer requests.
func ChangesQuestion() Question {
	return Question{
		ID: "changes", Ask: "What do you want to do?", Kind: Choose, Default: EditAnswers,
		Choices: []Choice{
			{Value: EditAnswers, Label: "change the answers and submit again"},
			stopHere,
		},
	}
}

// EditQuestion asks which of their answers a person wants to change. Where and under which client
// ID the request was handed in cannot be changed then: that would be another request.
func (i *Interview) EditQuestion(a Answers, handedIn bool) Question {
	q := Question{ID: "edit", Ask: "Which answer do you want to change?", Kind: Choose}
	where, _ := i.Where(a)
	for _, one := range i.fieldQuestions(where, a) {
		value, typed := a.Text(one.ID)
		if typed && (!handedIn || one.ID != ClientIDField) && !slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Value == one.ID }) {
			q.Choices = append(q.Choices, Choice{Value: one.ID, Label: one.Ask, Note: text.Line(value, 60)})
		}
	}
	q.Choices = append(q.Choices, Choice{Value: Done, Label: "none: submit the request"})
	return q
}
