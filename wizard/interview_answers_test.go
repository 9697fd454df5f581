package wizard

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/environments"
)

// What the registry would refuse is refused at the question, with the same words.
func TestEachAnswerIsCheckedByTheRules(t *testing.T) {
	i := interview(t)
	for _, one := range []struct{ path, question, answer, want string }{
		{"development", "service_name", "ab", "Enter a name of 4 to 256 characters: it has 2 characters, fewer than 4"},
		{"development", "service_name", "NDVI 9fQ2xVb7Lr4TzW8kNp3YsDm6HcJ5gAe1UoRi0XtB-qwE7yPlKvM2nSdFhGjCzA4uIo8T5rBxN3WcQmVeLkZ1pYs", "looks like a secret"},
		{"development", "service_description", "", "it is empty"},
		{"development", "contacts", "nobody", "enter an e-mail address"},
		{"development", "client_id", "a b", "has other characters"},
		{"development", "client_id", "", "a single - to have one generated"},
		{"production", "egi_policy", "false", "production requires it"},
		{"production", "aup_uri", "lab.example.org", "begins with http:// or https://"},
		{"production", "contact_support", "nobody", "enter an e-mail address"},
		{"demo", "country", "xx", "one of the listed entries"},
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
