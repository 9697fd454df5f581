package wizard

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/files"
)

func TestAnswersFromAFile(t *testing.T) {
	i := interview(t)
	for name, text := range map[string]string{
		"answers.yaml": "backend: openeocloud-dev.vito.be\nenvironment: development\nservice_name: NDVI time series\nservice_description: x\ncontacts: team@lab.example.org\nclient_id: \"\"\n",
		"answers.json": `{"integration_environment": "development", "service_name": "NDVI time series", "service_description": "x", "contacts": "team@lab.example.org", "client_id": 12345}`,
		"lists.yaml":   "environment: dev\nservice_name: NDVI\nservice_description: x\ncontacts:\n  - {email: a@lab.example.org, type: admin}\n  - {email: a@lab.example.org, type: technical}\n  - {email: a@lab.example.org, type: support}\n  - {email: a@lab.example.org, type: security}\nclient_id: nightly\n",
	} {
		a, err := i.ReadAnswers(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if wrong := i.Wrong(a); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		if missing := i.Missing(a); len(missing) > 0 {
			t.Errorf("%s: %s is missing", name, missing[0].ID)
		}
		where, _ := i.Where(a)
		if v := i.Judge(where, a); !v.Acceptable || where.Environment.ID != "development" {
			t.Errorf("%s: %s: %v", name, where.Environment.ID, v.Errors)
		}
		if _, ok := i.Back(a); ok {
			t.Errorf("%s: one can go back to what the file answers", name)
		}
	}
}

// A mistake in the file is named with its line and field, all mistakes at once.
func TestABadFileOfAnswers(t *testing.T) {
	i := interview(t)
	for _, one := range []struct{ text, want string }{
		{"q7Rt2ZpX9LmB4sVw1KcY8nHdF3gJ5aQe: x\n", "a.yaml:1: (not shown: it looks like a secret): there is no such field"},
		{"service_nam: x\ncontact: y\n", "a.yaml:1: service_nam: there is no such field; did you mean service_name?"},
		{"service_name: x\nclient_secret: hunter2\n", "a.yaml:2: client_secret: the wizard takes no secret"},
		{"service_name: [\n", "a.yaml:"},
		{"- service_name: a\n- service_name: b\n", "a.yaml: expected one set of answers"},
		{"service_name: x\nintegration_environment: staging\n", `a.yaml:2: integration_environment: "staging" is none of demo, development, production`},
		{"environment: production\nintegration_environment: demo\n", "does not go with the environment production"},
		{"", "a.yaml: there is no request in it"},
	} {
		_, err := i.ReadAnswers("a.yaml", []byte(one.text))
		if err == nil || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%q: %v", one.text, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Error("the secret is repeated")
		}
	}
	_, err := i.ReadAnswers("a.yaml", []byte("service_nam: x\nclient_idd: y\n"))
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not both mistakes are named: %v", err)
	}
}

func TestWrongAnswersAreNamedWithTheirFields(t *testing.T) {
	i := interview(t)
	a, err := i.ReadAnswers("a.yaml", []byte("environment: development\nservice_name: ab\ncontacts: [{email: x, type: admin}]\nwebsite_url: nowhere\n"))
	if err != nil {
		t.Fatal(err)
	}
	told := errors.Join(i.Wrong(a)...).Error()
	for _, want := range []string{"service_name: Enter a name of 4", "contacts: ", "website_url: "} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not in %s", want, told)
		}
	}
	var ids []string
	for _, q := range i.Missing(a) {
		ids = append(ids, q.ID)
	}
	if got := strings.Join(ids, " "); got != "service_description client_id" {
		t.Errorf("missing: %s", got)
	}
	for text, want := range map[string]string{
		"backend: openeo.cloud\nenvironment: development\n": "openeo.cloud does not accept the environment development; it accepts production",
		"environment: nowhere\n":                            `there is no environment "nowhere"`,
		"backend: nowhere\n":                                `there is no back-end "nowhere"`,
	} {
		a, err := i.ReadAnswers("a.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := i.Agrees(a); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTheStateIsKeptPrivateAndWhole(t *testing.T) {
	i := interview(t)
	path := filepath.Join(t.TempDir(), "credguide", "register.yaml")
	a := Answers{}.With("backend", "openeo.cloud").With("service_name", "NDVI: \"time\" series\n# no").With("client_id", "x1").Without("client_id")
	data, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := Save(path, data); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || files.Permissions(info.Mode()) != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	data, err = Saved(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := i.ReadState(path, data)
	if err != nil {
		t.Fatal(err)
	}
	if name, _ := again.Text("service_name"); name != "NDVI: \"time\" series\n# no" || again.earlier["client_id"] != "x1" {
		t.Errorf("%+v", again)
	}
	if _, err := Saved(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for _, bad := range []string{os.DevNull, filepath.Join(path, "x"), filepath.Dir(path)} {
		if err := Save(bad, data); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	entries, _ := os.ReadDir(filepath.Dir(path))
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// What another version kept is not lost, and what a person wrote by hand is still judged.
func TestAStateOfAnotherVersionIsKept(t *testing.T) {
	i := interview(t)
	a, err := i.ReadState("state.yaml", []byte("backend: openeo.cloud\nservice_name: NDVI time series\nquestion_of_tomorrow: \"yes\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := a.Encode()
	if err != nil || !strings.Contains(string(data), "question_of_tomorrow: \"yes\"") || !strings.Contains(string(data), "service_name: NDVI") {
		t.Errorf("%v\n%s", err, data)
	}
	if q, _ := i.Next(a); q.ID != "service_description" {
		t.Errorf("%s is asked", q.ID)
	}
	if _, err := i.ReadAnswers("a.yaml", []byte("question_of_tomorrow: x\n")); err == nil {
		t.Error("a typing mistake in a file of answers is taken")
	}
}
