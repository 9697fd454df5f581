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
	i.Logins = func(address string) []Login {
		if address != "https://openeo.example.org" {
			t.Errorf("asked %s", address)
		}
		return []Login{{"other", "https://idp.example.org"}, {"egi-dev", "https://aai-dev.egi.eu/auth/realms/egi/"}}
	}
	if where, known := i.Where(a); !known || where.Environment.ID != "development" || where.Backend.URL != "https://openeo.example.org" || where.Backend.ProviderID != "egi-dev" {
		t.Errorf("what the back-end lists: %+v", where)
	}
	i.Logins = func(string) []Login {
		return []Login{{"$(x)", "https://idp.example.org/realms/x"}, {"b", "http://idp.example.org"}, {"c", "javascript:alert(1)"}}
	}
	where, known := i.Where(a)
	if !known || where.Environment.Issuer != "https://idp.example.org/realms/x" || !where.Asked || !where.Guided() || where.Backend.ProviderID != "" {
		t.Errorf("a provider that no catalog knows: %v, %+v", known, where)
	}
	if told := notesOf(where.WaySteps(a)); !strings.Contains(told, "Identity provider: https://idp.example.org/realms/x") || !strings.Contains(told, "the help desk of the back-end knows") {
		t.Errorf("how to ask there: %s", told)
	}
	i.Logins = func(string) []Login { return []Login{{"a", "https://a.example.org"}, {"b", "https://b.example.org"}} }
	if q, _ := i.Next(a); q.ID != EnvironmentID || len(q.Choices) != 2 || q.Choices[1].Value != "https://b.example.org" {
		t.Errorf("two of them: %+v", q)
	}
	if where, known := i.Where(a.With(EnvironmentID, "https://b.example.org")); !known || where.Backend.ProviderID != "b" || where.Environment.Title != "b.example.org" {
		t.Errorf("the second: %+v", where)
	}
}

// An environment that was given needs no further question where nothing is known against it.
func TestAGivenEnvironmentWithoutAKnownBackEnd(t *testing.T) {
	i := interview(t)
	for _, id := range []string{"cdse", "production", "terrascope"} {
		for _, a := range []Answers{
			Answers{}.Given(EnvironmentID, id).Given(BackendID, NoBackend),
			Answers{}.Given(EnvironmentID, id).Given(BackendID, OtherBackend).Given(BackendURLID, "https://openeo.example.org"),
		} {
			if wrong := i.Wrong(a); len(wrong) > 0 {
				t.Errorf("%s: %v", id, wrong)
			}
			if where, known := i.Where(a); !known || where.Environment.ID != id {
				t.Errorf("%s: %v, %s", id, known, where.Environment.ID)
			}
		}
	}
}

func notesOf(notes []Note) string {
	var words []string
	for _, n := range notes {
		words = append(append(words, n.Text), n.Lines...)
	}
	return strings.Join(words, "\n")
}
