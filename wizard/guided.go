package wizard

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// The questions of the ways without a form: a dashboard, and a request that people answer.
const (
	NameID     = "name"
	PurposeID  = "purpose"
	MailID     = "mail"
	MadeID     = "made"     // the client, on the dashboard
	SentID     = "sent"     // the request
	AnsweredID = "answered" // the request, by those who make the client
	ExpiresID  = "expires"
)

// Never is the answer of a client without an end date, or of one whose end date nobody told.
const Never = "-"

// guidedQuestions go from what the way needs to know to the values of the client. The secret is no
// answer, and asked later.
func (i *Interview) guidedQuestions(w Where, a Answers) []Question {
	questions := i.placeQuestions(w)
	r := w.Environment.Registration
	if r.Kind == environments.ByRequest {
		questions = append(questions, i.sentQuestion(w, a), i.answeredQuestion())
	} else {
		questions = append(questions, i.madeQuestion(w))
	}
	questions = append(questions, clientIDQuestion(r.Kind))
	if r.Expires {
		questions = append(questions, i.expiresQuestion())
	}
	return questions
}

// placeQuestions ask for what stands for the person in the steps and the text.
func (i *Interview) placeQuestions(w Where) []Question {
	r := w.Environment.Registration
	words := strings.Join(r.Steps, "\n") + "\n" + r.Text
	at := ""
	if w.Backend != nil {
		at = " at " + w.Backend.ID
	}
	var questions []Question
	if strings.Contains(words, environments.PlaceName) {
		questions = append(questions, Question{
			ID: NameID, Ask: "Name for the client", Kind: Text, Check: oneLine(60),
			Why: "It tells you later what the client is for. For example: openeo-nightly-ndvi.",
		})
	}
	if strings.Contains(words, environments.PlacePurpose) {
		questions = append(questions, Question{
			ID: PurposeID, Ask: "Purpose", Kind: Text, Check: oneLine(500), Why: "One sentence for the people who create the client.",
			Default: "It runs unattended openEO batch jobs" + at + ".",
		})
	}
	if strings.Contains(words, environments.PlaceMail) {
		questions = append(questions, Question{
			ID: MailID, Ask: "Your e-mail address", Kind: Text, Default: i.Suggestions[contactsSuggestion], Check: mailAddress,
			Why: "The answer is sent to it.",
		})
	}
	return questions
}

// contactsSuggestion is where a setting has the person's own address.
const contactsSuggestion = "contacts"

func oneLine(most int) func(string) error {
	return func(answer string) error {
		switch n := text.Width(answer); {
		case !text.Printable(answer):
			return errors.New("the text must be one line without control characters")
		case n < 2 || n > most:
			return fmt.Errorf("enter 2 to %d characters", most)
		}
		return notSecret(answer)
	}
}

// notSecret refuses a secret in a field that goes to other people.
func notSecret(answer string) error {
	if LooksSecret(answer) {
		return errors.New("this looks like a secret, and would be sent to others")
	}
	return nil
}

// LooksSecret tells that a word of an answer has the shape of a secret. A web address may have it
// by chance.
func LooksSecret(answer string) bool {
	return slices.ContainsFunc(strings.Fields(answer), func(word string) bool {
		return !strings.HasPrefix(word, "https://") && !strings.HasPrefix(word, "http://") && lint.SecretShaped(word)
	})
}

// shown is an answer as an error repeats it.
func shown(answer string) string {
	if LooksSecret(answer) {
		return "(not shown: it looks like a secret)"
	}
	return strconv.Quote(answer)
}

func mailAddress(answer string) error {
	a, err := mail.ParseAddress(answer)
	if err != nil || a.Address != answer || !strings.Contains(answer[strings.LastIndexByte(answer, '@'):], ".") {
		return errors.New("enter an e-mail address, such as team@lab.example.org")
	}
	return nil
}

func (i *Interview) madeQuestion(w Where) Question {
	return Question{
		ID: MadeID, Ask: "Have you created the client?", Kind: Choose, Default: i.usually(), Pages: []string{w.Environment.Registration.URL},
		Help: "Only you can log in there. Keep the page open until you have entered the secret here: many dashboards show it once.",
		Choices: slices.Concat(i.fillChoice("create it for me"),
			[]Choice{{Value: Submitted, Label: "yes", Note: "I have its client ID and secret"}},
			i.openChoice("open the page in the browser", []string{w.Environment.Registration.URL}),
			[]Choice{{Value: ShowAgain, Label: "show the steps again"}, later}),
	}
}

// usually is the likeliest answer to whether something was done on a page.
func (i *Interview) usually() string {
	if i.Fill != nil {
		return FillForMe
	}
	return Submitted
}

// fillChoice offers to do what a person does on a page, where that page is a sandbox's.
func (i *Interview) fillChoice(label string) []Choice {
	if i.Fill == nil {
		return nil
	}
	return []Choice{{Value: FillForMe, Label: label, Note: "this is a sandbox"}}
}

func (i *Interview) sentQuestion(w Where, a Answers) Question {
	var pages []string
	label := "open the page in the browser"
	switch to := w.Environment.Registration.To; {
	case strings.Contains(to, "://"):
		pages = []string{to}
	case strings.Contains(to, "@"):
		pages, label = []string{w.MailTo(a)}, "open a mail to "+to
	}
	return Question{
		ID: SentID, Ask: "Have you sent the text?", Kind: Choose, Default: i.usually(), Pages: pages,
		Why:  "It goes to " + w.Environment.Registration.To,
		Help: "Nothing is sent from here. Send the text from your own mail program or on the page, so that the answer reaches you.",
		Choices: slices.Concat(i.fillChoice("send it for me"), []Choice{{Value: Submitted, Label: "yes", Note: "continue"}}, i.openChoice(label, pages),
			[]Choice{{Value: ShowAgain, Label: "show the text again"}, later}),
	}
}

// answeredQuestion waits, perhaps for days: nothing is preselected.
func (i *Interview) answeredQuestion() Question {
	return Question{
		ID: AnsweredID, Ask: "Has the client been created?", Kind: Choose, Unsure: true,
		Why:  "The answer may take days. What you entered is kept.",
		Help: "The answer holds the client ID, and the secret or a way to it. If it does not come, ask again with the date of your request.",
		Choices: slices.Concat(i.fillChoice("read the answer for me"),
			[]Choice{{Value: Submitted, Label: "yes", Note: "I have its client ID and secret"}, later}),
	}
}

func clientIDQuestion(way string) Question {
	q := Question{
		ID: ClientIDField, Ask: "Client ID", Kind: Text, Check: clientID,
		Why: "Copy it as it is, without quotes. It is not a secret; the secret is asked for next and not shown.",
	}
	if way == environments.ByRequest {
		q.Why = "It is in the answer to your request. It is not a secret; the secret is asked for next and not shown."
	}
	return q
}

// clientID judges an id of which no registry's rules are known.
func clientID(answer string) error {
	l := lint.ClientID(answer)
	switch {
	case l.Blank:
		return errors.New("nothing was entered")
	case lint.Suspect(answer):
		return errors.New("this looks like the secret, not a client ID")
	case l.HasWhitespace(), len(l.Invisible) > 0:
		return errors.New("there is white space or an invisible character in it; copy it again")
	case l.Quoted != "":
		return fmt.Errorf("there are %s around it; copy what is between them", l.Quoted)
	case l.Masked, l.Placeholder != "":
		return errors.New("this is a placeholder, not a client ID")
	}
	return nil
}

func (i *Interview) expiresQuestion() Question {
	return Question{
		ID: ExpiresID, Ask: "End date of the client", Kind: Text, Check: i.endDate,
		Why:  "As in 2027-03-31. Enter - if the client never expires, or if nobody told you a date.",
		Help: "After the end date the login fails as with a wrong secret. You are reminded before it.",
	}
}

func (i *Interview) endDate(answer string) error {
	if answer == Never {
		return nil
	}
	day, err := time.Parse(time.DateOnly, answer)
	switch {
	case err != nil:
		return errors.New("enter a day, such as 2027-03-31, or -")
	case !i.Today.IsZero() && day.Before(i.Today.AddDate(0, 0, -1)):
		return errors.New("this day is over, so the client does not work any more")
	}
	return nil
}

// EndDate is the last day of the client; empty where there is none or it is not known.
func EndDate(a Answers) string {
	day, _ := a.Text(ExpiresID)
	if day == Never {
		return ""
	}
	return day
}

// before is what is shown right above a question: what to do before it can be answered.
func (i *Interview) before(q Question, a Answers) []Note {
	w, known := i.Where(a)
	if !known || q.ID != MadeID && q.ID != SentID {
		return nil
	}
	return w.WaySteps(a)
}

// WaySteps are what to do on a dashboard, or what to send to whom.
func (w Where) WaySteps(a Answers) []Note {
	r := w.Environment.Registration
	fill := w.filler(a)
	steps := Note{Kind: Numbers, Text: "How to create the client: " + r.URL}
	if r.Kind == environments.ByRequest {
		steps.Text = "How to ask for the client: " + r.To
	}
	for _, s := range r.Steps {
		steps.Lines = append(steps.Lines, fill.Replace(s))
	}
	if r.Kind != environments.ByRequest {
		return []Note{steps}
	}
	return []Note{steps, {Kind: Quoted, Text: "The text to send", Lines: strings.Split(w.RequestText(a), "\n")}}
}

// RequestText is what to send to the people who make the client.
func (w Where) RequestText(a Answers) string {
	return strings.TrimSpace(w.filler(a).Replace(w.Environment.Registration.Text))
}

func (w Where) filler(a Answers) *strings.Replacer {
	value := func(id, otherwise string) string {
		answer, _ := a.Text(id)
		return cmp.Or(answer, otherwise)
	}
	backend := "not decided yet"
	if w.Backend != nil {
		backend = w.Backend.URL
	}
	return strings.NewReplacer(
		environments.PlaceName, value(NameID, "of your choice"), environments.PlacePurpose, value(PurposeID, "openEO batch jobs"),
		environments.PlaceMail, value(MailID, "…"), environments.PlaceBackend, backend, environments.PlaceEnvironment, w.Environment.Title,
		environments.PlaceClientID, value(ClientIDField, "the client"),
	)
}

// MailTo is the request as a mail that a mail program can open; empty where it is sent on a page.
func (w Where) MailTo(a Answers) string {
	r := w.Environment.Registration
	if r == nil || r.Kind != environments.ByRequest || !strings.Contains(r.To, "@") || strings.Contains(r.To, "://") {
		return ""
	}
	query := url.Values{"subject": {"Service account for openEO"}, "body": {w.RequestText(a)}}.Encode()
	return "mailto:" + r.To + "?" + strings.ReplaceAll(query, "+", "%20") // RFC 6068 section 5: a plus sign is one
}
