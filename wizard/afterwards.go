package wizard

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/request"
)

// The questions after the form.
const (
	OpenedID    = "opened"
	SubmittedID = "submitted"
	ResumeID    = "resume_with" // no question: the command that goes on with a saved state
	AccountID   = "account"     // no question: the account that the client is kept as, while its deployment is awaited
	SecretID    = "secret"
	StoreID     = request.Store
	StoreFileID = request.StoreFile
)

// Answers to the question whether the request is submitted.
const (
	Submitted   = "yes"
	OpenPage    = "open"
	ShowAgain   = "show"
	CopyPage    = "page"
	FillForMe   = "fill" // sandbox only
	Trouble     = "trouble"
	NotYet      = "later"
	InDotenv    = "dotenv"
	InAuth      = "auth-config"
	InKeyring   = "keyring"
	KeptNowhere = "nowhere"

	ElsewhereStore = "elsewhere" // in a dotenv file that the person names
)

// The choice to stop, where a step is not done yet, and where there are several ways on.
var (
	later    = Choice{Value: NotYet, Label: "not yet", Note: "stop here and continue later with --resume"}
	stopHere = Choice{Value: NotYet, Label: "stop here", Note: "continue later with --resume"}
)

// OpenQuestion comes before the values are shown: they are entered while the form is open.
func OpenQuestion(w Where, api bool) Question {
	start, _ := w.PortalPages()
	q := Question{
		ID: OpenedID, Ask: "Is the registry's empty form open in your browser?", Kind: Choose, Default: OpenPage,
		Why:  "Log in at " + start + ". The empty form is at " + w.NewPage() + ", or under Manage Services › New Service.",
		Help: "The values are shown tab by tab, to be entered while you see the form. Only you can log in there.",
		Choices: []Choice{
			{Value: OpenPage, Label: "open it now"},
			{Value: Submitted, Label: "it is open", Note: "continue"},
		},
	}
	if api {
		q.Choices = append(q.Choices, Choice{Value: ByAPI, Label: "no form: submit for me", Note: "by its API, with your token"})
	}
	q.Choices = append(q.Choices, later)
	return q
}

// SubmittedQuestion waits for the person who fills in the form. The sandbox can do it in their
// place.
func SubmittedQuestion(sandbox bool) Question {
	q := Question{
		ID: SubmittedID, Ask: "Have you pressed Submit?", Kind: Choose,
		Help: "You fill in the form in the browser: only you can sign in there. Go back to correct an answer.",
		Choices: []Choice{
			{Value: Submitted, Label: "yes", Note: "continue"},
			{Value: OpenPage, Label: "open the registry in the browser"},
			{Value: CopyPage, Label: "copy the values from a page in the browser"},
			{Value: ShowAgain, Label: "show the values again"},
			{Value: Trouble, Label: "it was refused, or nothing happened"},
			later,
		},
	}
	if sandbox {
		fill := Choice{Value: FillForMe, Label: "fill in and submit it for me", Note: "this registry is a sandbox"}
		q.Choices = append([]Choice{fill}, q.Choices...)
	}
	q.Default = q.Choices[0].Value
	return q
}

// ShownQuestion rests after the values of one tab. next is the label of the tab after it.
func ShownQuestion(next string) Question {
	q := Question{ID: "shown", Ask: "Have you entered these values?", Kind: Choose, Default: Submitted, Choices: []Choice{
		{Value: Submitted, Label: "continue"},
		{Value: CopyPage, Label: "copy from a page in the browser", Note: "a button for each value"},
	}}
	if next != "" {
		q.Choices[0].Label = "continue to " + next
	}
	return q
}

// ReviewedQuestion waits for the review, and explains what may come instead.
func ReviewedQuestion(w Where) Question {
	badges := w.form().Guide.Badges
	return Question{
		ID: "reviewed", Ask: "What does the badge show?", Kind: Choose, Default: Submitted,
		Help: badges.Where,
		Choices: []Choice{
			{Value: Submitted, Label: alternatives(badges.Done), Note: "continue"},
			{Value: "pending", Label: alternatives(badges.Waiting), Note: "continue and wait"},
			{Value: Trouble, Label: alternatives(append(slices.Clip(badges.Trouble), "it is gone"))},
			{Value: OpenPage, Label: "open the list in the browser"},
			stopHere,
		},
	}
}

// alternatives are words of which one is there: "a, b, or c".
func alternatives(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + ", or " + words[last]
}

// SecretLength is how long a secret is that was made there, in characters; 0 where that is not
// known.
func (w Where) SecretLength() int {
	if r := w.Environment.Registry; r != nil && r.SecretLength > 0 {
		return r.SecretLength
	}
	return w.form().Guide.Secret.Length
}

// SecretQuestion asks for the secret and looks at it at once.
func SecretQuestion(w Where, clientID string) Question {
	why := "It is not shown here, and is sent only to the identity provider."
	if length := w.SecretLength(); length > 0 {
		why += fmt.Sprintf(" Secrets that the registry generates have %d characters.", length)
	}
	return Question{
		ID: SecretID, Ask: "Client secret of " + shownID(clientID), Kind: Secret, Why: why,
		Help: SecretPlace(w),
		Check: func(text string) error {
			return SecretProblem(w, clientID, credentials.NewSecret(text))
		},
	}
}

func shownID(id string) string {
	if id == "" || lint.Suspect(id) {
		return "the new client"
	}
	return id
}

// SecretProblem says what cannot be right in a secret, without a part of it.
func SecretProblem(w Where, clientID string, secret credentials.Secret) error {
	l := lint.Secret(secret)
	takes := w.form().Limits().Secret
	switch {
	case l.Blank:
		return errors.New("nothing was entered")
	case clientID != "" && lint.Swapped(clientID, secret), clientID != "" && secret.Equal(credentials.NewSecret(clientID)):
		return errors.New("this looks like the client ID, not its secret")
	case l.Masked:
		return errors.New("this is the mask that stands for the secret; " + cmp.Or(w.form().Guide.Secret.Mask, "copy the secret itself"))
	case l.Token:
		return errors.New("this is an access token, which soon expires; expected the client secret")
	case l.Placeholder != "":
		return errors.New("this is a placeholder, not a secret")
	case l.HasWhitespace():
		return errors.New("there is white space around it; copy it again, without the line break")
	case len(l.Invisible) > 0:
		return errors.New("there are invisible characters in it; copy it again")
	case l.Quoted != "":
		return fmt.Errorf("there are %s around it; copy what is between them", l.Quoted)
	case takes.Short(l.Core) || takes.Long(l.Characters):
		return fmt.Errorf("a client secret of the registry has %d to %d characters", takes.Min, takes.Max)
	}
	return nil
}

// SecretDoubt says what is unusual about a secret that may be right all the same.
func SecretDoubt(w Where, secret credentials.Secret) string {
	l := lint.Secret(secret)
	var doubts []string
	const short = 16 // generators make longer ones
	switch length := w.SecretLength(); {
	case length == 0 && l.Characters < short:
		doubts = append(doubts, "It has only "+text.Plural(l.Characters, "character")+"; generated secrets have more. A part may be missing.")
	case length > 0 && l.Characters != length:
		doubts = append(doubts, fmt.Sprintf("It has %d characters; secrets that the registry generates have %d. If you did not choose it yourself, a part may be missing.", l.Characters, length))
	}
	if l.StrayQuote {
		doubts = append(doubts, "There is a quote at one end.")
	}
	if l.NonASCII {
		doubts = append(doubts, "It contains non-ASCII characters; generated secrets do not.")
	}
	if l.Dollar {
		doubts = append(doubts, "It contains a $, which shells and Compose files replace.")
	}
	return strings.Join(doubts, " ")
}

// StoreQuestion asks where to keep the credentials.
func StoreQuestion(dotenv, authConfig string, keyring bool) Question {
	q := Question{
		ID: StoreID, Ask: "Where should the client ID and secret be stored?", Kind: Choose, Default: InDotenv,
		Why:  "Treat the secret like a password: keep it out of repositories, notebooks and mails.",
		Help: "A dotenv file works with credguide check --credentials, with containers and with shells. auth-config.json is where the openEO Python client looks on its own.",
	}
	q.Choices = append(q.Choices, Choice{Value: InDotenv, Label: "in a file of its own", Note: dotenv})
	q.Choices = append(q.Choices, Choice{Value: ElsewhereStore, Label: "in another file", Note: "you name it"})
	if authConfig != "" {
		q.Choices = append(q.Choices, Choice{Value: InAuth, Label: "where the openEO Python client looks", Note: authConfig})
	}
	if keyring {
		q.Choices = append(q.Choices, Choice{Value: InKeyring, Label: "in the system keyring"})
	}
	q.Choices = append(q.Choices, Choice{Value: KeptNowhere, Label: "nowhere", Note: "I keep it myself"})
	return q
}

// StoreFileQuestion asks for a file of the person's choice.
func StoreFileQuestion(usual string) Question {
	return Question{
		ID: StoreFileID, Ask: "File for the credentials", Kind: Text, Default: usual,
		Why: "Only you can read the file. Other lines of an existing file stay.",
		Check: func(text string) error {
			if strings.TrimSpace(text) == "" || strings.HasSuffix(text, "/") {
				return errors.New("enter the name of a file")
			}
			if lint.InPlaceOfFile(text) {
				return errors.New("expected a file name, but this looks like the secret itself")
			}
			return nil
		},
	}
}

// DeployedIDQuestion asks for an id that the identity provider made.
func DeployedIDQuestion(w Where) Question {
	takes := w.form().Limits().ClientID
	return Question{
		ID: ClientIDField, Ask: "Client ID that was generated", Kind: Text,
		Why: w.form().Guide.ClientID.Find + " Ctrl-C stops; --resume continues.",
		Check: func(text string) error {
			l := lint.ClientID(text)
			switch {
			case l.Blank || text == Generated:
				return errors.New("nothing was entered")
			case lint.Suspect(text):
				return errors.New("this looks like the secret, not a client ID")
			case takes.Refusal(text) != "":
				return fmt.Errorf("a client ID has %d to %d %s", takes.Min, takes.Max, takes.Takes)
			}
			return nil
		},
	}
}
