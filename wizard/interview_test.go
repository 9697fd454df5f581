package wizard

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/request"
)

// interview is one over the built-in catalog and both known configurations of the registry.
func interview(t interface {
	Helper()
	Fatal(...any)
},
) *Interview {
	t.Helper()
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	form, err := forms.Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := request.Known(form, "egi")
	if err != nil {
		t.Fatal(err)
	}
	return New(Setting{Environments: catalog.All(), Today: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), Rules: func(environments.Environment) []*request.Rules { return rules }})
}

// script answers from a list of replies by question, "<" going back; it keeps what was asked and
// said.
type script struct {
	t       *testing.T
	replies map[string][]string
	asked   []string
	notes   []Note
}

func (s *script) Ask(_ context.Context, q Question) (Answer, error) {
	s.asked = append(s.asked, q.ID)
	list := s.replies[q.ID]
	if len(list) == 0 {
		return Answer{}, io.EOF
	}
	s.replies[q.ID] = list[1:]
	if list[0] == "<" {
		return Answer{}, ErrBack
	}
	if err := q.Valid(list[0]); err != nil {
		s.t.Fatalf("%s: %q: %v", q.ID, list[0], err)
	}
	return Answer{Text: list[0]}, nil
}

func (s *script) Say(n Note) { s.notes = append(s.notes, n) }

// paths are a right answer to every question of each way through the interview, in the order in
// which they come.
var paths = map[string][][2]string{
	"development": {
		{"backend", "openeocloud-dev.vito.be"},
		{"environment", "development"},
		{"service_name", "NDVI time series"},
		{"service_description", "Nightly jobs."},
		{"contacts", "team@lab.example.org"},
		{"client_id", "nightly-ndvi"},
	},
	"demo": {
		{"backend", "none"},
		{"service_name", "NDVI time series"},
		{"service_description", "Nightly jobs."},
		{"country", "gr"},
		{"organization_name", "Example Lab"},
		{"organization_url", "https://lab.example.org"},
		{"contacts", "team@lab.example.org"},
		{"client_id", "-"},
	},
	"production": {
		{"backend", "openeo.cloud"},
		{"service_name", "NDVI time series"},
		{"service_description", "Nightly jobs."},
		{"country", "gr"},
		{"organization_name", "Example Lab"},
		{"organization_url", "https://lab.example.org"},
		{"policy_uri", "https://lab.example.org/privacy"},
		{"aup_uri", "https://lab.example.org/terms"},
		{"egi_policy", "true"},
		{"contacts", "-"},
		{"contact_admin", "a@lab.example.org"},
		{"contact_technical", "b@lab.example.org"},
		{"contact_support", "c@lab.example.org"},
		{"contact_security", "d@lab.example.org"},
		{"assurance_checkbox", "true"},
		{"client_id", "nightly-ndvi"},
	},
	"another back-end": {
		{"backend", "other"},
		{"backend_url", "https://openeo.example.org"},
		{"environment", "development"},
		{"service_name", "NDVI time series"},
		{"service_description", "Nightly jobs."},
		{"contacts", "team@lab.example.org"},
		{"client_id", "nightly-ndvi"},
	},
	"a known address": {
		{"backend", "other"},
		{"backend_url", "openeocloud-dev.vito.be"},
		{"environment", "production"},
		{"service_name", "NDVI time series"},
		{"service_description", "Nightly jobs."},
		{"country", "gr"},
		{"organization_name", "Example Lab"},
		{"organization_url", "https://lab.example.org"},
		{"policy_uri", "https://lab.example.org/privacy"},
		{"aup_uri", "https://lab.example.org/terms"},
		{"egi_policy", "true"},
		{"contacts", "team@lab.example.org"},
		{"assurance_checkbox", "true"},
		{"client_id", "nightly-ndvi"},
	},
	"dashboard": {
		{"backend", "openeo.dataspace.copernicus.eu"},
		{"name", "nightly-ndvi"},
		{"made", "yes"},
		{"client_id", "sh-08ba0f4f-0eb9-4638-8b20-9fab1042711d"},
		{"expires", "2027-03-31"},
	},
	"request": {
		{"backend", "openeo.terrascope.be"},
		{"environment", "terrascope"},
		{"name", "nightly-ndvi"},
		{"purpose", "NDVI every night."},
		{"mail", "team@lab.example.org"},
		{"sent", "yes"},
		{"answered", "yes"},
		{"client_id", "nightly"},
		{"expires", "-"},
	},
}

// Each way asks what its environment demands and nothing else, in the order of the form, and ends
// in a request that neither known configuration of the registry refuses.
func TestEachPathEndsInAnAcceptableRequest(t *testing.T) {
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			i := interview(t)
			s := &script{t: t, replies: map[string][]string{}}
			var want []string
			for _, step := range path {
				want = append(want, step[0])
				s.replies[step[0]] = []string{step[1]}
			}
			saved := 0
			a, err := i.Run(t.Context(), s, Answers{}, func(Answers) { saved++ })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, s.asked); diff != "" {
				t.Error(diff)
			}
			if saved != len(path) {
				t.Errorf("saved %d times for %d answers", saved, len(path))
			}
			where, ok := i.Where(a)
			if !ok {
				t.Fatal("no environment")
			}
			if !where.HasForm() {
				return
			}
			if v := i.Judge(where, a); !v.Acceptable {
				t.Errorf("refused: %v", v.Errors)
			}
		})
	}
}

func TestTheRequestOfDevelopment(t *testing.T) {
	i := interview(t)
	a := Answers{}
	for _, step := range paths["development"] {
		a = a.With(step[0], step[1])
	}
	where, _ := i.Where(a)
	text, err := i.RequestYAML(where, a)
	if err != nil {
		t.Fatal(err)
	}
	want := `# A registration request for EGI Check-in development, in the registry's own field names.
# What is not here stays as the form has it. There is no secret in it.
service_name: NDVI time series
integration_environment: development
service_description: Nightly jobs.
contacts:
  - email: team@lab.example.org
    type: admin
  - email: team@lab.example.org
    type: technical
  - email: team@lab.example.org
    type: support
  - email: team@lab.example.org
    type: security
protocol: oidc
client_id: nightly-ndvi
grant_types:
  - client_credentials
scope:
  - openid
  - email
  - eduperson_entitlement
  - eduperson_scoped_affiliation
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	again, err := i.ReadAnswers("request.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	if missing := i.Missing(again); len(missing) > 0 {
		t.Errorf("a request as a file of answers leaves open %v", missing[0].ID)
	}
	if wrong := i.Wrong(again); len(wrong) > 0 {
		t.Error(wrong)
	}
}

func TestTheConsequenceIsSaid(t *testing.T) {
	for name, wanted := range map[string][]string{
		"development": {"EGI Check-in development for openeocloud-dev.vito.be, provider ID egi-dev", "ten minutes", "provider_id"},
		"demo":        {"EGI Check-in demo", "plan days", "No openEO back-end accepts"},
		"production":  {"EGI Check-in production for openeo.cloud, provider ID egi", "plan days", "An EGI administrator approves"},
		"dashboard": {
			"Copernicus", "You create the client yourself on a dashboard", "Have at hand for the 4 questions", "your own account of the Copernicus",
			"How to create the client: https://shapps.dataspace.copernicus.eu/dashboard", "enter the name nightly-ndvi", "shown this one time only",
		},
		"request": {
			"The client is created for you on request", "How to ask for the client: https://docs.terrascope.be", "Purpose: NDVI every night.",
			"Back-end: https://openeo.terrascope.be", "Identity provider: Terrascope", "Contact: team@lab.example.org",
		},
	} {
		i := interview(t)
		s := &script{t: t, replies: map[string][]string{}}
		for _, step := range paths[name] {
			s.replies[step[0]] = []string{step[1]}
		}
		if _, err := i.Run(t.Context(), s, Answers{}, func(Answers) {}); err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, n := range s.notes {
			told += n.Text + "\n" + strings.Join(n.Lines, "\n") + "\n"
		}
		for _, words := range wanted {
			if !strings.Contains(told, words) {
				t.Errorf("%s: %q is not said in:\n%s", name, words, told)
			}
		}
	}
}

// Going back offers the earlier answer, and an end of the input keeps what was said.
func TestBackOffersTheEarlierAnswer(t *testing.T) {
	i := interview(t)
	a := Answers{}.With("backend", "openeocloud-dev.vito.be").With("environment", "development").With("service_name", "NDVI time series")
	before, ok := i.Back(a)
	if !ok {
		t.Fatal("cannot go back")
	}
	q, _ := i.Next(before)
	if q.ID != "service_name" || q.Default != "NDVI time series" {
		t.Errorf("asked %s with %q", q.ID, q.Default)
	}
	s := &script{t: t, replies: map[string][]string{"service_name": {"<"}, "environment": {"production"}}}
	stopped, err := i.Run(t.Context(), s, before, func(Answers) {})
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if e, _ := stopped.Text("environment"); e != "production" {
		t.Errorf("environment %q", e)
	}
	if !slices.Equal(s.asked, []string{"service_name", "environment", "service_name"}) {
		t.Errorf("asked %v", s.asked)
	}
	if q, _ := i.Next(stopped); q.Default != "NDVI time series" {
		t.Errorf("%s is offered with %q", q.ID, q.Default)
	}
}

// What the registry would refuse is refused at the question, with the same words.
func TestEachAnswerIsCheckedByTheRules(t *testing.T) {
	i := interview(t)
	for _, one := range []struct{ path, question, answer, want string }{
		{"development", "service_name", "ab", "Enter a name of 4 to 256 characters: it has 2 characters, fewer than 4"},
		{"development", "service_name", "NDVI 9fQ2xVb7Lr4TzW8kNp3YsDm6HcJ5gAe1UoRi0XtB-qwE7yPlKvM2nSdFhGjCzA4uIo8T5rBxN3WcQmVeLkZ1pYs", "looks like a secret"},
		{"development", "service_description", "", "it is empty"},
		{"development", "contacts", "nobody", "is not an e-mail address"},
		{"development", "client_id", "a b", "has other characters"},
		{"development", "client_id", "", "a single - to have one generated"},
		{"production", "egi_policy", "false", "production requires it"},
		{"production", "aup_uri", "lab.example.org", "begins with http:// or https://"},
		{"production", "contact_support", "nobody", "is not an e-mail address"},
		{"demo", "country", "xx", "one of those that are listed"},
		{"demo", "organization_url", "lab", "http"},
		{"another back-end", "backend_url", "openeo", "absolute URL"},
		{"another back-end", "backend_url", "openeo.example.org:99999", "the port of the URL must be between 1 and 65535"},
		{"dashboard", "name", "x", "2 to 60 characters"},
		{"dashboard", "client_id", "9fQ2xVb7Lr4TzW8kNp3YsDm6HcJ5gAe1UoRi0XtB-qwE7yPlKvM2nSdFhGjCzA4uIo8T5rBxN3WcQmVeLkZ1pYs", "looks like the secret"},
		{"dashboard", "client_id", "sh 1", "white space"},
		{"dashboard", "expires", "31.3.2027", "enter a day"},
		{"dashboard", "expires", "2026-01-31", "this day is over"},
		{"request", "mail", "Team <team@lab.example.org>", "an e-mail address"},
		{"request", "purpose", "9fQ2xVb7Lr4TzW8kNp3YsDm6HcJ5gAe1UoRi0XtB-qwE7yPlKvM2nSdFhGjCzA4uIo8T5rBxN3WcQmVeLkZ1pYs", "looks like a secret"},
	} {
		a := Answers{}
		for _, step := range paths[one.path] {
			if step[0] == one.question {
				break
			}
			a = a.With(step[0], step[1])
		}
		q, _ := i.Next(a)
		if q.ID != one.question {
			t.Fatalf("%s comes, not %s", q.ID, one.question)
		}
		if err := q.Valid(one.answer); err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: %q: %v", one.question, one.answer, err)
		}
	}
}

func TestGoodDefaults(t *testing.T) {
	i := interview(t)
	i.Suggestions = map[string]string{"country": "gr", "contacts": "not an address"}
	a := Answers{}.With("backend", "openeocloud-dev.vito.be").With("environment", "development").With("service_name", "Évapo-transpiration (Lab)")
	q, _ := i.Next(a)
	if !strings.Contains(q.Default, "openeocloud-dev.vito.be") {
		t.Errorf("the description is suggested as %q", q.Default)
	}
	a = a.With("service_description", "x")
	if q, _ = i.Next(a); q.Default != "" {
		t.Errorf("a suggestion that does not pass is offered: %q", q.Default)
	}
	if q, _ = i.Next(a.With("contacts", "team@lab.example.org")); q.Default != "evapo-transpiration-lab" {
		t.Errorf("the client ID is suggested as %q", q.Default)
	}
	demo := Answers{}.With("backend", "none").With("service_name", "Name").With("service_description", "x")
	if q, _ = i.Next(demo); q.ID != "country" || q.Default != "gr" {
		t.Errorf("%s is offered with %q", q.ID, q.Default)
	}
	tick := Answers{}
	for _, step := range paths["production"] {
		if step[0] == "egi_policy" {
			break
		}
		tick = tick.With(step[0], step[1])
	}
	if q, _ = i.Next(tick); q.Kind != Confirm || q.Default != "" {
		t.Errorf("%s is offered with %q", q.ID, q.Default)
	}
}

// What was kept and no longer passes is asked again, with the old answer not offered; what was
// submitted stands.
func TestKeptAnswersThatNoLongerPassAreAskedAgain(t *testing.T) {
	i := interview(t)
	a := Answers{}
	for _, step := range paths["development"] {
		a = a.With(step[0], step[1])
	}
	i.Available = func(environments.Environment, string) (bool, error) { return false, nil }
	if q, more := i.Next(i.WithoutWrong(a.With("service_name", "ab"))); !more || q.ID != "service_name" || q.Default != "" {
		t.Errorf("%s is asked, with %q", q.ID, q.Default)
	}
	if q, more := i.Next(i.WithoutWrong(a)); !more || q.ID != "client_id" {
		t.Errorf("%s is asked", q.ID)
	}
	if q, more := i.Next(i.WithoutWrong(a.With(SubmittedID, Submitted))); more {
		t.Errorf("%s is asked after Submit", q.ID)
	}
}

func TestTheClientIDMayBeTaken(t *testing.T) {
	i := interview(t)
	a := Answers{}
	for _, step := range paths["development"][:5] {
		a = a.With(step[0], step[1])
	}
	for _, c := range []struct {
		free  bool
		fault error
		want  bool
	}{{true, nil, true}, {false, nil, false}, {false, errors.New("no answer"), true}} {
		i.Available = func(e environments.Environment, id string) (bool, error) {
			if e.ID != "development" || id != "nightly-ndvi" && id != "ndvi-time-series" { // the suggestion is tried too
				t.Errorf("asked about %s in %s", id, e.ID)
			}
			return c.free, c.fault
		}
		q, _ := i.Next(a)
		if err := q.Valid("nightly-ndvi"); (err == nil) != c.want {
			t.Errorf("free %v, fault %v: %v", c.free, c.fault, err)
		}
	}
}

// An address that the catalog knows leads where its name leads; of one that nobody knows, nothing
// is guessed.
func TestAnAddressChoosesItsEnvironment(t *testing.T) {
	i := interview(t)
	for address, want := range map[string]string{
		"https://openeo.cloud": "production", "https://openeo.cloud/": "production", "openeo.cloud": "production", "https://OPENEO.cloud/openeo/1.2": "production",
		"https://openeo.dataspace.copernicus.eu/openeo/1.2": "cdse", "https://openeo.vito.be": "terrascope",
		"https://openeocloud-dev.vito.be": "", "https://openeo.terrascope.be": "", "https://openeo.example.org": "",
	} {
		a := Answers{}.With(BackendID, OtherBackend).With(BackendURLID, address)
		where, known := i.Where(a)
		if known != (want != "") || where.Environment.ID != want {
			t.Errorf("%s: %q", address, where.Environment.ID)
		}
		if q, more := i.Next(a); want == "" && (!more || q.ID != EnvironmentID || !q.Unsure || q.Default != "") {
			t.Errorf("%s: %s is asked, with %q", address, q.ID, q.Default)
		}
	}
	a := Answers{}.With(BackendID, OtherBackend).With(BackendURLID, "https://openeo.example.org")
	if q, _ := i.Next(a); slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Value == "sentinel-hub" }) || len(q.Choices) < 5 {
		t.Errorf("%+v", q.Choices)
	}
	i.Issuers = func(address string) []string {
		if address != "https://openeo.example.org" {
			t.Errorf("asked %s", address)
		}
		return []string{"https://idp.example.org", "https://aai-dev.egi.eu/auth/realms/egi/"}
	}
	if where, known := i.Where(a); !known || where.Environment.ID != "development" || where.Backend.URL != "https://openeo.example.org" {
		t.Errorf("what the back-end lists: %+v", where.Environment.ID)
	}
}

// A box that must be ticked is asked for with the address of what it says. One may read it, agree,
// or stop.
func TestATickIsNoTrap(t *testing.T) {
	i := interview(t)
	var opened []string
	i.Open = func(_ context.Context, page string) { opened = append(opened, page) }
	a := Answers{}
	for _, step := range paths["production"] {
		if step[0] == "egi_policy" {
			break
		}
		a = a.With(step[0], step[1])
	}
	s := &script{t: t, replies: map[string][]string{"egi_policy": {OpenPage, NotYet}}}
	stopped, err := i.Run(t.Context(), s, a, func(Answers) {})
	if !errors.Is(err, ErrLater) || stopped.Has("egi_policy") {
		t.Errorf("%v", err)
	}
	if !slices.Equal(opened, []string{"https://wiki.egi.eu/wiki/Policies_and_Procedures"}) || !slices.Equal(s.asked, []string{"egi_policy", "egi_policy"}) {
		t.Errorf("opened %q, asked %q", opened, s.asked)
	}
	q, _ := i.Next(a)
	if !strings.Contains(q.Why, opened[0]) || slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Value == No }) || !q.Unsure {
		t.Errorf("%+v", q)
	}
	if q, _ := i.Next(a.Without("aup_uri")); q.ID != "aup_uri" || q.Default != "https://lab.example.org/terms" {
		t.Errorf("%s is offered with %q", q.ID, q.Default)
	}
}

// An address is no secret, whatever its letters are like.
func TestAnAddressMayLookRandom(t *testing.T) {
	const address = "https://Lab.example.org/Privacy-Policy-2024-v2.Final.html"
	if LooksSecret("see " + address) {
		t.Error("an address is taken for a secret")
	}
	i := interview(t)
	w, _ := i.Where(Answers{}.Given(EnvironmentID, "production"))
	f, ok := w.form().Field("policy_uri")
	if !ok {
		t.Fatal("there is no such field")
	}
	if err := i.fieldQuestion(w, Answers{}, f).Valid(address); err != nil {
		t.Error(err)
	}
}
