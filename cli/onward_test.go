package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/text"
)

// Who submits a file is told to submit it again when it is complete, and not to fill in the form.
func TestAFileThatLacksAnswersIsSubmittedAgain(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	file := write(t, "service_name: NDVI time series\n")
	m.run(t.Context(), "request", "submit", file, "--environment", "sandbox-dev", "--catalog", b.Dir, "--approve", "--store", "keyring", "--registry-token-file", "token")
	want := "then: credguide request submit " + text.Word(file) + " --approve --catalog " + text.Word(b.Dir) + " --environment sandbox-dev --registry-token-file token --store keyring"
	if told := m.told(); !strings.Contains(told, want) || strings.Contains(told, "credguide register") {
		t.Errorf("%s", told)
	}
}

// Each command that goes on with a submission keeps where the secret goes, and the back-end that the
// client is for.
func TestASubmissionGoesOnAsItBegan(t *testing.T) {
	o := newOffice(t, sandbox.Options{ApproveAfter: -1})
	kept, token := filepath.Join(o.Home, "my keys.env"), o.tokenFile()
	ca, request := filepath.Join(o.box.Dir, "ca.pem"), filepath.Join(o.Home, "request.yaml")
	answers := productionAnswers + "new_organization: true\n"
	o.expect(o.submit("sandbox", answers, "--backend", "none", "--store", "dotenv", "--store-file", kept), app.ExitCannotTell,
		"To continue: credguide request submit "+text.Word(request)+" --environment sandbox --backend none --ca-file "+text.Word(ca)+" --catalog "+text.Word(o.box.Dir)+" --registry-token-file "+text.Word(token)+" --store dotenv --store-file "+text.Word(kept))
	o.review("changes", "Say what the jobs are for.")
	file := filepath.Join(o.box.Dir, "environments", "sandbox.yaml")
	again := []string{"request", "submit", request, "--environment", file, "--backend", "none", "--catalog", o.box.Dir, "--registry-token-file", token}
	o.expect(o.follow("status"), app.ExitMisconfigured, "credguide "+text.Words(again))
	o.expect(o.run(t.Context(), again...), app.ExitMisconfigured, "Say what the jobs are for.")
}

// A command about a request keeps how it was judged.
func TestARequestIsShownAsItWasJudged(t *testing.T) {
	b := box(t)
	m := newMachine(t)
	file := write(t, strings.Replace(labRequest, "CLIENT", "free-one", 1))
	m.must(t, liveIn(b, "validate", file)...)
	where := " --ca-file " + text.Word(filepath.Join(b.Dir, "ca.pem")) + " --catalog " + text.Word(b.Dir) + " --environment sandbox-dev --live"
	if told := m.told(); !strings.Contains(told, "credguide request show "+text.Word(file)+where) {
		t.Errorf("%s", told)
	}
}
