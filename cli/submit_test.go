package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// office is a sandbox with somebody who registers in it from their own machine.
type office struct {
	*machine
	t   *testing.T
	box *sandbox.Sandbox
}

func newOffice(t *testing.T, o sandbox.Options) *office {
	t.Helper()
	if o.DeployAfter == 0 {
		o.DeployAfter = time.Millisecond
	}
	b := sandboxtest.Box(t, o)
	m := newMachine(t)
	m.FirstPause = time.Millisecond
	return &office{m, t, b}
}

const devAnswers = `service_name: NDVI time series
service_description: Nightly jobs.
contacts: team@lab.example.org
client_id: ndvi-by-api
`

const productionAnswers = devAnswers + `country: nl
organization_name: Example Lab
organization_url: https://lab.example.org
policy_uri: https://lab.example.org/privacy
aup_uri: https://lab.example.org/aup
egi_policy: true
assurance_checkbox: true
`

// answers writes a file of answers into the person's home.
func (o *office) answers(text string) string {
	o.t.Helper()
	name := filepath.Join(o.Home, "answers.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return name
}

func (o *office) tokenFile() string { return filepath.Join(o.box.Dir, "registry.token") }

func (o *office) token() string {
	o.t.Helper()
	data, err := os.ReadFile(o.tokenFile())
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

// submit is register --submit with answers from a file.
func (o *office) submit(environment, answers string, more ...string) int {
	o.t.Helper()
	args := []string{
		"register", "--submit", "--answers", o.answers(answers), "--environment", environment, "--catalog", o.box.Dir,
		"--ca-file", filepath.Join(o.box.Dir, "ca.pem"), "--request", filepath.Join(o.Home, "request.yaml"),
	}
	if !strings.Contains(strings.Join(more, " "), "--registry-token") {
		more = append(more, "--registry-token-file", o.tokenFile())
	}
	return o.run(o.t.Context(), append(args, more...)...)
}

// follow is a command for what was submitted.
func (o *office) follow(args ...string) int {
	o.t.Helper()
	return o.run(o.t.Context(), append(append([]string{"request"}, args...), "--catalog", o.box.Dir, "--registry-token-file", o.tokenFile())...)
}

func (o *office) expect(got, want int, texts ...string) {
	o.t.Helper()
	said := strings.Join(strings.Fields(o.out.String()+o.err.String()), " ")
	if got != want {
		o.t.Errorf("exit code %d, want %d", got, want)
	}
	for _, text := range texts {
		if !strings.Contains(said, text) {
			o.t.Errorf("%q is not said", text)
		}
	}
	if o.t.Failed() {
		o.t.Fatalf("%s%s", &o.out, &o.err)
	}
}

// review is what an administrator decides about the newest petition.
func (o *office) review(decision, comment string) {
	o.t.Helper()
	all := o.box.Petitions()
	if _, err := o.box.Review(all[len(all)-1].ID, decision, comment); err != nil {
		o.t.Fatal(err)
	}
}

func TestARegistrationByTheAPI(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{CommitAfter: 100 * time.Millisecond})
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve"), app.ExitHealthy,
		"goes to 127.0.0.1", "The registry has the request", "The request is approved", "has deployed the client", "√ Works: sandbox-openeo", "is now your account")
	kept := filepath.Join(o.Home, ".config", "credguide", "sandbox-dev-ndvi-by-api.env")
	if data, err := os.ReadFile(kept); err != nil || !bytes.Contains(data, []byte(o.box.Petitions()[0].Request.ClientSecret)) {
		t.Errorf("the secret is not in %s: %v", kept, err)
	}
	calls := apiCalls(t, o.box)
	if calls["GET /tenants/egi/services/list"] < 1 || calls["PUT /tenants/egi/petitions/1/review"] > 2 { // the polls, and one retry
		t.Errorf("%v", calls)
	}
	delete(calls, "GET /tenants/egi/services/list")
	calls["PUT /tenants/egi/petitions/1/review"] = 1
	if d := cmp.Diff(map[string]int{
		"GET /tenants/egi": 1, "GET /tenants/egi/check-availability": 1, "GET /tenants/egi/user": 1, "POST /tenants/egi/petitions": 1,
		"PUT /tenants/egi/petitions/1/review": 1,
	}, calls); d != "" {
		t.Errorf("the calls beside the polls:\n%s", d)
	}
	// The same again goes on from there, and makes nothing twice.
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve"), app.ExitHealthy, "has this request already: deployed", "√ Works")
	// So it does where the memory is lost.
	if err := os.RemoveAll(filepath.Join(o.Home, ".config")); err != nil {
		t.Fatal(err)
	}
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve"), app.ExitHealthy, "has this request already: deployed", "√ Works")
	if n := len(o.box.Petitions()); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
	o.expect(o.follow("status", "ndvi-by-api"), app.ExitHealthy, "ndvi-by-api: deployed")
	o.expect(o.follow("cancel", "ndvi-by-api"), app.ExitUsage, "no request to cancel")
}

// apiCalls counts what the registry was asked.
func apiCalls(t *testing.T, b *sandbox.Sandbox) map[string]int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(b.Dir, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{} // with the registry's API
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		for i, w := range words {
			if w == "GET" || w == "POST" || w == "PUT" || w == "DELETE" {
				if path, _, _ := strings.Cut(words[i+1], "?"); strings.HasPrefix(path, "/tenants/") {
					calls[w+" "+path]++
				}
			}
		}
	}
	return calls
}

// Neither the token nor the secret is in an output, a file beside its own, or an address.
func TestTheCanaryOfASubmission(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{})
	var said bytes.Buffer
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve"), app.ExitHealthy)
	said.WriteString(o.out.String() + o.err.String())
	o.follow("status", "--output", "json")
	said.WriteString(o.out.String() + o.err.String())
	secret := o.box.Petitions()[0].Request.ClientSecret
	texts := map[string][]byte{"what was said": said.Bytes()}
	for _, dir := range []string{o.Home, o.box.Dir} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				texts[path], err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for place, text := range texts {
		if place != o.tokenFile() && bytes.Contains(text, []byte(o.token()[:40])) {
			t.Errorf("the token is in %s", place)
		}
		if !strings.HasSuffix(place, "sandbox-dev-ndvi-by-api.env") && bytes.Contains(text, []byte(secret[:40])) {
			t.Errorf("the secret is in %s", place)
		}
	}
	// Neither an API that repeats what it was sent, nor a command that fails with the token in its
	// words, brings it out.
	plain := newOffice(t, sandbox.Options{PlainHTTP: true})
	echo := plain.front(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusUnprocessableEntity)
		_ = json.NewEncoder(w).Encode([]map[string]string{{"[0].website_url": "no: " + r.Header.Get("Authorization") + " " + string(body)}, {"[0].logo_uri": plain.token()}})
		return true
	})
	plain.expect(plain.submit("sandbox-dev", devAnswers, "--registry-api", echo), app.ExitMisconfigured, "website_url")
	for _, said := range []string{plain.out.String(), plain.err.String()} {
		if flat := strings.Join(strings.Fields(said), ""); strings.Contains(flat, plain.token()[:40]) || strings.Contains(flat, plain.token()[60:100]) {
			t.Errorf("an API brings the token out:\n%s", said)
		}
	}
	plain.expect(plain.submit("sandbox-dev", devAnswers, "--registry-token-command", "cat "+plain.tokenFile()+" /nowhere/to/be/found"), app.ExitUsage)
	if strings.Contains(plain.err.String(), plain.token()[:40]) {
		t.Error("a command that fails brings the token out")
	}
	for flag, value := range map[string]string{"--registry-token-file": o.token(), "--registry-token-variable": o.token()} {
		o.expect(o.submit("sandbox-dev", devAnswers, flag, value, "--registry-api", o.box.RegistryURL()), app.ExitUsage, "looks like the token itself")
		if strings.Contains(o.err.String(), o.token()[:40]) {
			t.Errorf("%s repeats the token", flag)
		}
	}
}

func TestARequestThatWaitsForAnAdministrator(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{ApproveAfter: -1})
	o.expect(o.submit("sandbox", productionAnswers), app.ExitMisconfigured, "does not know the organisation", "new_organization: true", "The request is saved in")
	answers := productionAnswers + "new_organization: true\n"
	o.expect(o.submit("sandbox", answers, "--approve"), app.ExitCannotTell, "--approve has no effect here", "The request waits for a review.", "credguide request status ndvi-by-api --ca-file "+filepath.Join(o.box.Dir, "ca.pem")+" --catalog "+o.box.Dir+" --registry-token-file "+o.tokenFile())
	o.expect(o.follow("status"), app.ExitCannotTell, "ndvi-by-api: waiting for the review")

	o.review("changes", "Say what the jobs are for.")
	o.expect(o.follow("status", "ndvi-by-api"), app.ExitMisconfigured, "the reviewer requests changes", "Say what the jobs are for.")
	o.expect(o.submit("sandbox", answers), app.ExitMisconfigured, "requests changes", "Say what the jobs are for.")
	changed := strings.Replace(answers, "Nightly jobs.", "Nightly jobs that map vegetation.", 1)
	o.expect(o.submit("sandbox", changed), app.ExitCannotTell, "has the changed request", "waits for a review")

	o.review("approve", "")
	kept := filepath.Join(o.Home, ".config", "credguide", "sandbox-ndvi-by-api.env") // wait goes on from there as well
	o.expect(o.run(t.Context(), "wait", "--catalog", o.box.Dir, "--ca-file", filepath.Join(o.box.Dir, "ca.pem"), "--environment", "sandbox", "--credentials", kept),
		app.ExitHealthy, "√ Works")
	o.expect(o.submit("sandbox", changed), app.ExitHealthy, "√ Works")
	if n := len(o.box.Petitions()); n != 2 { // the registry itself makes a second one of a request for changes
		t.Errorf("%d petitions", n)
	}
}

// Where nothing is remembered of a submission, as on another machine, the registry tells whether the
// file was changed: what was not is not submitted again, and what is not taken is said.
func TestTheRegistryTellsWhatWasChanged(t *testing.T) {
	o := newOffice(t, sandbox.Options{ApproveAfter: -1})
	answers := productionAnswers + "new_organization: true\n"
	o.expect(o.submit("sandbox", answers), app.ExitCannotTell)
	forgets := func() {
		if err := os.RemoveAll(filepath.Join(o.Home, ".config", "credguide", "submitted")); err != nil {
			t.Fatal(err)
		}
	}
	forgets()
	changed := strings.Replace(answers, "Nightly jobs.", "Nightly jobs that map vegetation.", 1)
	o.expect(o.submit("sandbox", changed), app.ExitCannotTell, "has this request already", "does not take yours: service_description.", "credguide request cancel ndvi-by-api")
	o.review("changes", "Say what the jobs are for.")
	forgets()
	o.expect(o.submit("sandbox", answers), app.ExitMisconfigured, "has this request already", "requests changes", "Say what the jobs are for.")
	if n := apiCalls(t, o.box)["PUT /tenants/egi/petitions/2"]; n != 0 {
		t.Errorf("the unchanged request was submitted again, %d times", n)
	}
	forgets()
	o.expect(o.submit("sandbox", changed), app.ExitCannotTell, "has the changed request", "waits for a review")
}

func TestARequestThatIsRejectedOrCancelled(t *testing.T) {
	o := newOffice(t, sandbox.Options{ApproveAfter: -1})
	answers := productionAnswers + "new_organization: true\n"
	o.expect(o.submit("sandbox", answers), app.ExitCannotTell)
	o.review("reject", "Use the one that your lab has.")
	o.expect(o.submit("sandbox", answers), app.ExitMisconfigured, "The request was rejected", "Use the one that your lab has.")
	o.expect(o.follow("status", "--output", "json"), app.ExitMisconfigured)
	var list []struct{ Name, Stage, Comment string }
	if err := json.Unmarshal(o.out.Bytes(), &list); err != nil || len(list) != 1 || list[0].Stage != "rejected" || list[0].Comment == "" {
		t.Errorf("%+v, %v", list, err)
	}
	other := strings.Replace(answers, "ndvi-by-api", "ndvi-two", 1)
	o.expect(o.submit("sandbox", other), app.ExitCannotTell)
	o.expect(o.follow("cancel", "ndvi-tow"), app.ExitUsage, `did you mean "ndvi-two"`)
	unfinished := filepath.Join(o.Home, ".config", "credguide", "register.yaml")
	if _, err := os.Stat(unfinished); err != nil {
		t.Error(err)
	}
	o.must(t, "accounts", "--catalog", o.box.Dir)
	if n := strings.Count(o.out.String(), "pending"); n != 2 { // the rejected one is still remembered
		t.Errorf("%d requests are pending:\n%s", n, &o.out)
	}
	o.expect(o.follow("cancel", "ndvi-two"), app.ExitHealthy, "ndvi-two is cancelled", "To submit it once more: credguide request submit")
	if left := read(t, unfinished); !strings.Contains(left, "ndvi-by-api") || strings.Contains(left, "ndvi-two") { // each leaves the other's alone
		t.Errorf("the answers that are left:\n%s", left)
	}
	o.expect(o.follow("cancel", "ndvi-by-api"), app.ExitHealthy, "no longer an open request")
	if _, err := os.Stat(unfinished); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("register still offers to continue the rejected request: %v", err)
	}
	o.expect(o.follow("cancel", "ndvi-two"), app.ExitUsage, "unknown request")
	o.expect(o.submit("sandbox", other), app.ExitCannotTell, "The registry has the request")
}

// A field that only the registry refuses is named as the form names it.
func TestARefusalOfTheRegistryIsNamedByItsField(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{PlainHTTP: true})
	api := o.front(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(`[{"[0].service_description":"service_description is not nice"}]`))
		return true
	})
	o.expect(o.submit("sandbox-dev", devAnswers, "--registry-api", api), app.ExitMisconfigured,
		"The registry refuses the request", "General › Description (service_description): service_description is not nice. To do: ", "The request is saved in")
	taken := newOffice(t, sandbox.Options{})
	if _, err := taken.box.Submit(sandbox.Request{ServiceName: "Another", ClientID: "ndvi-by-api", IntegrationEnvironment: "development"}); err != nil {
		t.Fatal(err)
	}
	taken.expect(taken.submit("sandbox-dev", devAnswers), app.ExitMisconfigured, "Protocol Specific › Client ID (client_id): it is taken in development")
}

// A request without a client ID gets one from the deployment, and its credentials are kept then.
func TestAClientIDThatTheDeploymentMakes(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{})
	answers := strings.Replace(devAnswers, "ndvi-by-api", `"-"`, 1)
	o.expect(o.submit("sandbox-dev", answers, "--approve"), app.ExitHealthy, "√ Works")
	o.expect(o.submit("sandbox-dev", answers, "--approve"), app.ExitHealthy, "has this request already", "√ Works")
	if n := len(o.box.Petitions()); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

// The answers name the registry's environment. One of the built-in environments has the same name
// there, and no API.
func TestTheAnswersChooseTheEnvironmentOfAnAPI(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{})
	answers := o.answers(devAnswers + "integration_environment: development\n")
	code := o.run(t.Context(), "register", "--submit", "--approve", "--answers", answers, "--catalog", o.box.Dir, "--ca-file", filepath.Join(o.box.Dir, "ca.pem"),
		"--request", filepath.Join(o.Home, "request.yaml"), "--registry-token-file", o.tokenFile())
	o.expect(code, app.ExitHealthy, "→ Sandbox development for sandbox-openeo", "√ Works")
}

// another is the environment of the sandbox with lines of its registry in the place of others.
func (o *office) another(change func(string) string) string {
	o.t.Helper()
	data, err := os.ReadFile(filepath.Join(o.box.Dir, "environments", "sandbox-dev.yaml"))
	if err != nil {
		o.t.Fatal(err)
	}
	dir := filepath.Join(o.Home, "other")
	file := filepath.Join(dir, "another.yaml")
	text := change(strings.Replace(string(data), "id: sandbox-dev", "id: another", 1))
	if text == string(data) {
		o.t.Fatalf("nothing is changed in\n%s", data)
	}
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
		o.t.Fatal(err)
	}
	return file
}

// A client ID that is taken, and a list of one's own services that is empty or none: nothing is
// submitted.
func TestAListThatIsEmpty(t *testing.T) {
	for answer, c := range map[string]struct {
		code int
		want string
	}{
		`{"list_items":[],"full_count":0}`: {app.ExitMisconfigured, "it is taken in development, and not by a request of yours"},
		`{}`:                               {app.ExitCannotTell, "in a way that the registry's API does not"},
	} {
		o := newOffice(t, sandbox.Options{PlainHTTP: true})
		o.expect(o.submit("sandbox-dev", devAnswers), app.ExitCannotTell, "To approve it and continue: credguide request submit", " --approve")
		if err := os.RemoveAll(filepath.Join(o.Home, ".config", "credguide", "submitted")); err != nil {
			t.Fatal(err)
		}
		api := o.front(func(w http.ResponseWriter, r *http.Request) bool {
			list := strings.HasSuffix(r.URL.Path, "/services/list")
			if list {
				_, _ = io.WriteString(w, answer)
			}
			return list
		})
		o.expect(o.submit("sandbox-dev", devAnswers, "--registry-api", api), c.code, c.want, "The request is saved in")
		if n := len(o.box.Petitions()); n != 1 {
			t.Errorf("%d requests, want one", n)
		}
	}
}
