package environments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func load(t *testing.T, overlays ...string) *Catalog {
	t.Helper()
	c, err := Load(overlays...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(envs []Environment) []string {
	var out []string
	for _, e := range envs {
		out = append(out, e.ID)
	}
	return out
}

func TestTheThreeEnvironmentsOfEGI(t *testing.T) {
	c := load(t)
	for name, want := range map[string]struct{ id, approval, backend, provider string }{
		"production": {"production", ApprovalOperator, "openeo.cloud", "egi"},
		"prod":       {"production", ApprovalOperator, "openeo.cloud", "egi"},
		"demo":       {"demo", ApprovalOperator, "", ""},
		"dev":        {"development", ApprovalSelf, "openeocloud-dev.vito.be", "egi-dev"},
	} {
		e, ok := c.Lookup(name)
		if !ok {
			t.Fatalf("%s is not there", name)
		}
		b, _ := e.DefaultBackend()
		got := struct{ id, approval, backend, provider string }{e.ID, e.Approval, b.ID, b.ProviderID}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	production, _ := c.Lookup("production")
	if d := cmp.Diff([]string{"demo", "development"}, ids(c.Sisters(production))); d != "" {
		t.Errorf("sisters of production: %s", d)
	}
	for _, e := range c.All() {
		if e.Source == "" {
			t.Errorf("%s: built-in facts carry their source", e.ID)
		}
	}
}

func TestBackendsKnowWhichEnvironmentsTheyAccept(t *testing.T) {
	c := load(t)
	demo, _ := c.Lookup("demo")
	for name, want := range map[string][]string{
		"openeo.cloud":                     {"production"},
		"https://openeo.cloud/":            {"production"},
		"openeocloud-dev.vito.be":          {"production", "development"},
		"https://openeocloud-dev.vito.be/": {"production", "development"},
		"https://elsewhere.example.org":    nil,
	} {
		_, accepts := c.BackendByName(name, demo)
		if d := cmp.Diff(want, ids(accepts)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	development, _ := c.Lookup("development")
	b, _ := c.BackendByName("openeocloud-dev.vito.be", development)
	if b.ProviderID != "egi-dev" {
		t.Errorf("the chosen environment's own pairing counts: %q", b.ProviderID)
	}
}

func TestIssuersAreComparedWithoutTrailingSlash(t *testing.T) {
	c := load(t)
	if e, ok := c.ByIssuer("https://aai-dev.egi.eu/auth/realms/egi/"); !ok || e.ID != "development" {
		t.Errorf("%v %v", e.ID, ok)
	}
	if e, ok := c.ByRetiredIssuer("https://aai.egi.eu/oidc"); !ok || e.ID != "production" {
		t.Errorf("%v %v", e.ID, ok)
	}
}

func TestOverlayAddsAndReplaces(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "environments/lab.yaml", "id: lab\ntitle: Lab\nissuer: https://localhost:8443/auth/realms/egi\n")
	write(t, dir, "environments/demo.yaml", "id: demo\ntitle: My demo\nissuer: https://demo.example.org\n")
	c := load(t, dir)
	if e, ok := c.Lookup("lab"); !ok || !strings.HasSuffix(filepath.ToSlash(e.Origin), "environments/lab.yaml") {
		t.Errorf("lab: %+v", e)
	}
	if e, _ := c.Lookup("demo"); e.Title != "My demo" {
		t.Errorf("demo: %+v", e)
	}
}

func TestBrokenFilesAreNamed(t *testing.T) {
	const lab = "id: lab\ntitle: x\nissuer: https://a.example\n"
	for name, tc := range map[string]struct{ text, want string }{
		"id differs":           {"id: other\ntitle: x\nissuer: https://a.example\n", "must be the file name"},
		"no issuer":            {"id: lab\ntitle: x\n", "lab.yaml:1: "},
		"relative":             {"id: lab\ntitle: x\nissuer: aai.example.org\n", "not an absolute"},
		"unknown field":        {"id: lab\ntitle: x\nissuer: https://a.example\ntypo: 1\n", "lab.yaml:4: unknown field"},
		"alias taken":          {"id: lab\ntitle: x\nissuer: https://a.example\naliases: [prod]\n", "two environments"},
		"two defaults":         {"id: lab\ntitle: x\nissuer: https://a.example\nbackends: [{id: a, url: https://a.example, default: true}, {id: b, url: https://b.example, default: true}]\n", "more than one is marked default"},
		"a way nobody knows":   {lab + "registration: {kind: carrier-pigeon}\n", "lab.yaml:4: registration.kind: "},
		"no address":           {lab + "registration: {kind: dashboard, steps: [Log in.]}\n", "registration: url is missing"},
		"no steps":             {lab + "registration: {kind: dashboard, url: \"https://a.example\"}\n", "registration: steps is missing"},
		"nobody to write to":   {lab + "registration: {kind: request, text: Hello.}\n", "registration: to is missing"},
		"nothing to write":     {lab + "registration: {kind: request, to: ops@a.example, text: \" \"}\n", "registration: text is missing"},
		"no form":              {lab + "registration: {kind: form}\n", "form needs registry.form"},
		"two ways":             {lab + "registry: {portal: \"https://a.example\", form: egi}\nregistration: {kind: request, to: ops@a.example, text: x}\n", "registry.form means the kind form"},
		"an address to obey":   {lab + "registration: {kind: dashboard, url: \"javascript:alert(1)\", steps: [x]}\n", "url: "},
		"a file":               {lab + "registration: {kind: dashboard, url: \"file:///etc/passwd\", steps: [x]}\n", "url: "},
		"http":                 {lab + "registration: {kind: dashboard, url: \"http://a.example\", steps: [x]}\n", "must begin with https://"},
		"a portal to obey":     {lab + "registry: {portal: \"javascript:alert(1)\"}\n", "registry: portal: "},
		"steps to obey":        {lab + "registration: {kind: dashboard, url: \"https://a.example\", steps: [fine, \"red \\e[31m\"]}\n", "registration: steps: number 2: the control character U+001B"},
		"a bidi step":          {lab + "registration: {kind: dashboard, url: \"https://a.example\", steps: [\"a\\u202eb\"]}\n", "U+202E"},
		"rotation to obey":     {lab + "registration: {kind: dashboard, url: \"https://a.example\", steps: [x], rotate: [\"a\\nb\"]}\n", "registration: rotate: number 1: the control character U+000A"},
		"a text to obey":       {lab + "registration: {kind: request, to: ops@a.example, text: \"a\\eb\"}\n", "registration: text: the control character U+001B"},
		"an odd recipient":     {lab + "registration: {kind: request, to: \"ops@a.example, x@b.example\", text: a}\n", "neither a mail address nor"},
		"an odd placeholder":   {lab + "registration: {kind: request, to: ops@a.example, text: \"{secret}\"}\n", "{secret} is none of {name}"},
		"no such day":          {lab + "read: 2026-02-30\n", "is not a day"},
		"a shell's words":      {lab + "backends: [{id: b, url: \"https://b.example\", provider_id: \"a`id`\"}]\n", "provider_id"},
		"a web editor at will": {lab + "backends: [{id: b, url: \"https://b.example\", web_editor: maybe}]\n", "web_editor"},
		"billing to obey":      {lab + "backends: [{id: b, url: \"https://b.example\", billing: \"javascript:x\"}]\n", "billing"},
		"query in issuer":      {"id: lab\ntitle: x\nissuer: https://a.example/?x=1\n", "must not contain ? or #"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "environments/lab.yaml", tc.text)
			if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("a missing overlay folder is an error: %v", err)
	}
}

func TestSingleFile(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "my.yaml", "id: lab\ntitle: Lab\nissuer: http://127.0.0.1:8080/realms/x\nfamily: egi-check-in\n")
	c := load(t)
	e, err := c.LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(c.Sisters(e)); len(got) != 3 {
		t.Errorf("sisters %v", got)
	}
	if _, err := c.LoadFile(dir); err == nil {
		t.Error("a folder is not an environment file")
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnEnvironmentSurvivesWritingAndReading(t *testing.T) {
	c := load(t)
	e, _ := c.Lookup("development")
	text, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, t.TempDir(), "development.yaml", string(text))
	got, err := load(t).LoadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e.Origin, got.Origin = "", ""
	if d := cmp.Diff(e, got); d != "" {
		t.Error(d)
	}
}

// Each environment that the program brings along says how a client is made, or is there to be told
// from another. A further one may say less.
func TestEachWayToAClientIsWhole(t *testing.T) {
	c := load(t)
	for id, way := range map[string]string{
		"production": ByForm, "demo": ByForm, "development": ByForm, "cdse": ByDashboard, "sentinel-hub": ByDashboard, "terrascope": ByRequest,
	} {
		e, ok := c.Lookup(id)
		if !ok || e.Way() != way {
			t.Errorf("%s: the way is %q, want %q", id, e.Way(), way)
			continue
		}
		if e.Registration == nil || len(e.Registration.Rotate) == 0 && len(e.MixedUpWith) == 0 {
			t.Errorf("%s: how a new secret is made is not said", id)
		}
		if _, err := time.Parse(time.DateOnly, e.Read); err != nil {
			t.Errorf("%s: when were the facts read? %v", id, err)
		}
		for _, b := range e.Backends {
			if b.WebEditor == "" || b.ProviderID == "" {
				t.Errorf("%s: %s: %+v", id, b.ID, b)
			}
		}
	}
}

// What another company runs is named as a mix-up, and nothing is asked there.
func TestAMixUpIsNoSister(t *testing.T) {
	c := load(t)
	other, _ := c.Lookup("sentinel-hub")
	if d := cmp.Diff([]string{"cdse"}, other.MixedUpWith); d != "" {
		t.Error(d)
	}
	for _, id := range append(other.MixedUpWith, other.ID) {
		if e, ok := c.Lookup(id); !ok || len(c.Sisters(e)) > 0 {
			t.Errorf("%s has sisters", id)
		}
	}
}

func TestFactsAge(t *testing.T) {
	e := Environment{Read: "2026-11-25"}
	for day, want := range map[string]bool{"2026-11-26": false, "2027-11-25": false, "2027-11-26": true} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if e.Aged(now) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
	if (Environment{}).Aged(time.Now()) {
		t.Error("nothing is known of the day")
	}
}

func TestAWholeFileOfAStranger(t *testing.T) {
	dir := t.TempDir()
	text := `id: lab
title: Lab identity provider
issuer: https://localhost:8443/auth/realms/egi
registration:
  kind: request
  to: ops@lab.example.org
  text: |-
    Please make {name} for {purpose}.
    {mail}
  expires: true
registry: {portal: "http://127.0.0.1:9000", device_client: token-portal}
backends:
  - {id: lab-openeo, url: "http://127.0.0.1:9000", provider_id: egi, deprecated: use the new one, web_editor: yes, billing: "https://lab.example.org/shop"}
read: 2026-11-25
`
	e, err := load(t).LoadFile(write(t, dir, "lab.yaml", text))
	if err != nil {
		t.Fatal(err)
	}
	b := e.Backends[0]
	if e.Way() != ByRequest || !e.Registration.Expires || e.Read != "2026-11-25" || b.WebEditor != Can || b.Deprecated == "" || e.Registry.DeviceClient != "token-portal" {
		t.Errorf("%+v", e)
	}
	again, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	got, err := load(t).LoadFile(write(t, dir, "lab.yaml", string(again)))
	if d := cmp.Diff(e, got); err != nil || d != "" {
		t.Errorf("%v\n%s\n%s", err, d, again)
	}
}

// The form's steps to a changed field are those of the environment.
func TestChanges(t *testing.T) {
	catalog, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"development": "choose Approve", "production": "Wait until an administrator has approved"} {
		e, _ := catalog.Lookup(id)
		form, err := catalog.Form(e)
		if err != nil {
			t.Fatal(err)
		}
		_, lines := e.Passage(form, form.Guide.Change)
		told := strings.Join(lines, "\n")
		for _, words := range []string{"https://aai.egi.eu/federation/egi/services", "On the tab {tab}, find {field} and choose or add {value}.", want} {
			if !strings.Contains(told, words) || strings.Contains(told, "{list}") {
				t.Errorf("%s: %q is not in\n%s", id, words, told)
			}
		}
	}
}

// To store a new secret and to check it are steps of their own in accounts rotate; an environment
// says what is done there.
func TestAnEnvironmentDoesNotRepeatTheRotation(t *testing.T) {
	catalog, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for _, e := range catalog.All() {
		if e.Registration == nil {
			continue
		}
		for _, step := range e.Registration.Rotate {
			steps++
			if lower := strings.ToLower(step); strings.Contains(lower, "check the login") || strings.HasPrefix(lower, "store") {
				t.Errorf("%s: %s", e.ID, step)
			}
		}
	}
	if steps < 10 {
		t.Errorf("only %d steps were found", steps)
	}
}
