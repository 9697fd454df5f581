package wizard

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/environments"
)

// The request of a way without a form stops for days, and goes on where it stopped.
func TestARequestTakesDays(t *testing.T) {
	i := interview(t)
	s := &script{t: t, replies: map[string][]string{}}
	for _, step := range paths["request"] {
		s.replies[step[0]] = []string{step[1]}
	}
	s.replies["sent"], s.replies["answered"] = []string{ShowAgain, "yes"}, []string{NotYet}
	a, err := i.Run(t.Context(), s, Answers{}, func(Answers) {})
	if !errors.Is(err, ErrLater) {
		t.Fatal(err)
	}
	texts := 0
	for _, n := range s.notes {
		if n.Kind == Quoted {
			texts++
		}
	}
	if texts != 2 {
		t.Errorf("the text is shown %d times", texts)
	}
	data, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := i.ReadState("state.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	s = &script{t: t, replies: map[string][]string{"answered": {"yes"}, "client_id": {"nightly"}, "expires": {"2027-03-31"}}}
	a, err = i.Run(t.Context(), s, again, func(Answers) {})
	if err != nil || !slices.Equal(s.asked, []string{"answered", "client_id", "expires"}) || EndDate(a) != "2027-03-31" {
		t.Errorf("%v, asked %v", err, s.asked)
	}
}

func TestTheMailOfARequest(t *testing.T) {
	e := environments.Environment{Title: "Lab", Registration: &environments.Registration{Kind: environments.ByRequest, To: "ops@lab.example.org", Text: "Please make {name}.\nA+B & {mail}"}}
	w := Where{Environment: e}
	a := Answers{}.With(NameID, "nightly ndvi").With(MailID, "me@lab.example.org")
	if got, want := w.MailTo(a), "mailto:ops@lab.example.org?body=Please%20make%20nightly%20ndvi.%0AA%2BB%20%26%20me%40lab.example.org&subject=Service%20account%20for%20openEO"; got != want {
		t.Errorf("%s\n%s", got, want)
	}
	w.Environment.Registration.To = "https://lab.example.org"
	if w.MailTo(a) != "" {
		t.Error("a page is no mail")
	}
}

// The answer to a request goes to the address, so a slip in it is refused at once.
func TestAnAddressThatNoAnswerReaches(t *testing.T) {
	for answer, fine := range map[string]bool{
		"me@lab.example.org": true, "me@x.org": true,
		"": false, "me": false, "me@x": false, "a.b@x": false, "Me <me@x.org>": false, "me@x.org, you@x.org": false, " me@x.org": false,
	} {
		if err := mailAddress(answer); (err == nil) != fine {
			t.Errorf("%q: %v", answer, err)
		}
	}
}

func TestAnEnvironmentThatIsMisspelled(t *testing.T) {
	if err := interview(t).Agrees(Answers{}.Given(EnvironmentID, "prodution")); err == nil || !strings.Contains(err.Error(), "did you mean production?") {
		t.Error(err)
	}
}
