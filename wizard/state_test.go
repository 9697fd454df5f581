package wizard

import (
	"strings"
	"testing"
)

func TestWhatIsPending(t *testing.T) {
	i := interview(t)
	start := Answers{}.Given(EnvironmentID, "production")
	for want, a := range map[string]Answers{
		"The service is not chosen yet":                      {},
		"still open":                                         start,
		"An administrator approves it":                       start.With(SubmittedID, Submitted),
		"https://aai.egi.eu/federation/egi/services":         start.With(SubmittedID, Submitted),
		"You approve it yourself":                            Answers{}.Given(EnvironmentID, "development").With(SubmittedID, Submitted),
		"The request is sent to https://docs.terrascope.be.": Answers{}.Given(EnvironmentID, "terrascope").With(SentID, Submitted),
		"at Terrascope stands":                               Answers{}.Given(EnvironmentID, "terrascope").With(NameID, "nightly"),
	} {
		n := i.Pending(a)
		if told := n.Text + "\n" + strings.Join(n.Lines, "\n"); !strings.Contains(told, want) {
			t.Errorf("%q is not in\n%s", want, told)
		}
	}
}

// What is taken back comes again as it was; what is forgotten does not.
func TestForgottenAnswersAreNotOffered(t *testing.T) {
	a := Answers{}.With(MadeID, Submitted).With(NameID, "nightly").Forgetting(MadeID, SentID).Without(NameID)
	if a.Has(MadeID) || a.Has(NameID) {
		t.Errorf("%+v", a)
	}
	if _, offered := a.earlier[MadeID]; offered || a.earlier[NameID] != "nightly" {
		t.Errorf("%+v", a.earlier)
	}
}
