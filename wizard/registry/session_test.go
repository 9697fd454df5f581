package registry

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// desk is a sandbox with the session of one of its people.
type desk struct {
	*Session
	t   *testing.T
	box *sandbox.Sandbox
}

func sitAt(t *testing.T, o sandbox.Options) *desk {
	t.Helper()
	o.PlainHTTP = true
	box := sandboxtest.Box(t, o)
	d := &desk{t: t, box: box}
	d.Session = d.as("alice", "openid profile email")
	return d
}

// public is the client by the environment file.
func (d *desk) public() *Client {
	d.t.Helper()
	known, err := environments.Load(d.box.Dir)
	if err != nil {
		d.t.Fatal(err)
	}
	e, _ := known.Lookup("sandbox-dev")
	c, err := For(e, nil, none)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) as(who, scope string) *Session {
	d.t.Helper()
	token, err := d.box.PersonToken(who, scope)
	if err != nil {
		d.t.Fatal(err)
	}
	c := d.public()
	s, err := c.Session(credentials.NewSecret(token), c.API)
	if err != nil {
		d.t.Fatal(err)
	}
	s.pause = 100 * time.Millisecond
	return s
}

func egi(t *testing.T) forms.Form {
	t.Helper()
	form, err := forms.Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	if form, err = form.ForProfile("egi-2024"); err != nil {
		t.Fatal(err)
	}
	return form
}

// draft is a request as the wizard writes it.
func draft(t *testing.T, id, environment string) Draft {
	t.Helper()
	contact := func(kind string) any { return map[string]any{"type": kind, "email": "team@lab.example.org"} }
	return NewDraft(egi(t), map[string]any{
		"service_name": "Nightly NDVI", "service_description": "A machine client that runs openEO batch jobs every night.",
		"integration_environment": environment, "protocol": "oidc", "client_id": id, "grant_types": []any{"client_credentials"},
		"contacts":                   []any{contact("admin"), contact("technical"), contact("support"), contact("security")},
		"token_endpoint_auth_method": "client_secret_basic", "scope": []any{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"},
	})
}

func (d *desk) submit(s Draft) Submitted {
	d.t.Helper()
	made, err := d.Submit(d.t.Context(), s)
	if err != nil {
		d.t.Fatal(err)
	}
	return made
}

// calls are the lines of the registry in the sandbox's access log.
func (d *desk) calls() (list []string) {
	d.t.Helper()
	log, err := os.ReadFile(filepath.Join(d.box.Dir, "access.log"))
	if err != nil {
		d.t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		if call, ok := strings.CutSuffix(strings.TrimSpace(line), " registry"); ok {
			list = append(list, strings.ReplaceAll(call, "/tenants/egi", ""))
		}
	}
	return list
}

// From a token to a deployed client in six calls.
func TestARegistrationInDevelopment(t *testing.T) {
	d := sitAt(t, sandbox.Options{DeployAfter: time.Nanosecond})
	ctx := t.Context()
	user, err := d.User(ctx)
	if err != nil || !user.ReviewsOwn {
		t.Fatalf("%+v %v", user, err)
	}
	if free, err := d.client.Available(ctx, "nightly-ndvi", "development"); err != nil || !free {
		t.Fatalf("%v %v", free, err)
	}
	request := draft(t, "nightly-ndvi", "development")
	made := d.submit(request)
	service, err := d.Approve(ctx, made.Petition)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := d.List(ctx)
	want := []Row{{Service: service, ServiceName: "Nightly NDVI", Environment: "development", Stage: Deployed}}
	if diff := cmp.Diff(want, rows); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	record, err := d.Service(ctx, service)
	if err != nil || record.ClientID != "nightly-ndvi" || record.Stage != Deployed || !record.Secret.Equal(request.Secret()) {
		t.Errorf("%+v %v", record, err)
	}
	if diff := cmp.Diff([]string{
		"GET /user 200", "GET /check-availability 200", "POST /petitions 200", "PUT /petitions/1/review 200", "GET /services/list 200", "GET /services/1 200",
	}, d.calls()); diff != "" {
		t.Error(diff)
	}
}

// An approval that comes too early is tried once more, and no more than that.
func TestAnApprovalThatComesTooEarly(t *testing.T) {
	for early, want := range map[int]error{0: nil, 1: nil, 2: ErrNotAllowed} {
		calls := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			if calls++; calls <= early {
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"error":"Requested action not authorised"}`)
				return
			}
			_, _ = io.WriteString(w, `{"service_id":7}`)
		}))
		c := &Client{API: server.URL, Tenant: "egi", HTTP: HTTP(nil, none)}
		s, err := c.Session(credentials.NewSecret("a.b.c"), c.API)
		if err != nil {
			t.Fatal(err)
		}
		s.pause = 0
		service, err := s.Approve(t.Context(), 1)
		if !errors.Is(err, want) || want == nil && service != 7 || calls != min(early+1, 2) {
			t.Errorf("%d early: %d, %v after %d calls", early, service, err, calls)
		}
		server.Close()
	}
	d := sitAt(t, sandbox.Options{CommitAfter: time.Hour})
	made := d.submit(draft(t, "nightly-ndvi", "development"))
	if _, err := d.Approve(t.Context(), made.Petition); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("the sandbox's registry: %v", err)
	}
}

// An administrator asks for changes, then approves; another request is rejected, a third cancelled.
func TestARegistrationThatOthersDecide(t *testing.T) {
	d := sitAt(t, sandbox.Options{ApproveAfter: -1, DeployAfter: time.Nanosecond})
	ctx := t.Context()
	known, err := d.KnowsOrganisation(ctx, "Example Lab")
	if err != nil || known {
		t.Fatalf("%v %v", known, err)
	}
	for range 2 {
		if id, err := d.AddOrganisation(ctx, Organisation{"Example Lab", "https://lab.example.org"}); err != nil || id != 1 {
			t.Fatalf("%d %v", id, err)
		}
	}
	if known, err := d.KnowsOrganisation(ctx, "example lab"); err != nil || !known {
		t.Errorf("%v %v", known, err)
	}
	request := draft(t, "nightly-demo", "demo").WithOrganisation(1)
	request.fields["country"] = "be"
	m := request.mark()
	made := d.submit(request)
	stage := func(want Stage, comment string) Row {
		t.Helper()
		m.Petition = made.Petition
		row, err := d.Progress(ctx, m)
		if err != nil || row.Stage != want || row.Comment != comment {
			t.Fatalf("%+v %v, want %s", row, err, want)
		}
		return row
	}
	stage(Waiting, "")
	if _, err := d.box.Review(made.Petition, "changes", "Please \x1b[2Jdescribe the service."); err != nil {
		t.Fatal(err)
	}
	next := stage(Changes, "Please describe the service.")
	if next.Petition == made.Petition || next.Petition == 0 {
		t.Errorf("the same number: %+v", next)
	}
	held, err := d.Petition(ctx, next.Petition)
	if err != nil || !held.Secret.Equal(request.Secret()) {
		t.Errorf("the secret of the petition: %v", err)
	}
	if err := d.Resubmit(ctx, next.Petition, request.WithSecret(held.Secret)); err != nil {
		t.Fatal(err)
	}
	stage(Waiting, "")
	if _, err := d.box.Approve(next.Petition); err != nil {
		t.Fatal(err)
	}
	stage(Deployed, "")

	m.ClientID = "rejected-one"
	request.fields["client_id"] = m.ClientID
	made = d.submit(request)
	_, _ = d.box.Review(made.Petition, "reject", "no")
	stage(Rejected, "no")

	m.ClientID = "cancelled-one"
	request.fields["client_id"] = m.ClientID
	made = d.submit(request)
	if err := d.Cancel(ctx, made.Petition); err != nil {
		t.Fatal(err)
	}
	stage(Gone, "")
	if err := d.Cancel(ctx, made.Petition); !errors.Is(err, ErrGone) {
		t.Errorf("a second time: %v", err)
	}
}

// What the registry refuses, each by its name.
func TestRefusals(t *testing.T) {
	d := sitAt(t, sandbox.Options{ApproveAfter: -1})
	ctx := t.Context()
	for who, want := range map[[2]string]error{{"alice", "profile"}: ErrToken, {"nina", "openid"}: ErrStranger} {
		if _, err := d.as(who[0], who[1]).User(ctx); !errors.Is(err, want) {
			t.Errorf("%v: %v", who, err)
		}
	}
	elsewhere := *d.client
	elsewhere.Tenant = "nope"
	s := &Session{client: &elsewhere, token: d.token}
	if _, err := s.User(ctx); err == nil || !strings.Contains(err.Error(), "tenant that it does not know") {
		t.Errorf("unknown tenant: %v", err)
	}
	made := d.submit(draft(t, "nightly-ndvi", "development"))
	if _, err := d.Submit(ctx, draft(t, "nightly-ndvi", "development")); !errors.Is(err, ErrTaken) {
		t.Errorf("taken: %v", err)
	}
	if _, err := d.as("bob", "openid").Approve(ctx, made.Petition); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("another's: %v", err)
	}
	if _, err := d.as("bob", "openid").Petition(ctx, made.Petition); !errors.Is(err, ErrGone) {
		t.Errorf("another's: %v", err)
	}
	_, err := d.Submit(ctx, draft(t, "second", "production"))
	refused, ok := errors.AsType[*Refused](err)
	if !ok {
		t.Fatal(err)
	}
	var labels []string
	for _, f := range refused.Fields {
		tab, label, known := f.Place(egi(t))
		if !known || tab != "General" {
			t.Errorf("%s: %s %v", f.Field, tab, known)
		}
		labels = append(labels, label)
	}
	want := []string{"Select country", "Link to Privacy Policy", "Link to Terms of Use", "Service Provider Guidelines", "Organisation"}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Error(diff)
	}
}

func TestATokenGoesToTheConfirmedAddressOnly(t *testing.T) {
	token := credentials.NewSecret("a.b.c")
	for _, c := range []struct {
		api, confirmed, token string
	}{
		{"http://127.0.0.1:1", "", "a.b.c"},
		{"http://127.0.0.1:1", "http://127.0.0.1:2", "a.b.c"},
		{"http://registry.example.org", "http://registry.example.org", "a.b.c"},
		{"https://user:pw@registry.example.org", "https://user:pw@registry.example.org", "a.b.c"},
		{"https://registry.example.org", "https://registry.example.org", ""},
		{"https://registry.example.org", "https://registry.example.org", "a.b.c\r\nX: y"},
		{"https://registry.example.org", "https://registry.example.org", "Bearer a.b.c"},
	} {
		client := &Client{API: c.api, Tenant: "egi", HTTP: HTTP(nil, none)}
		_, err := client.Session(credentials.NewSecret(c.token), c.confirmed)
		if err == nil || strings.Contains(err.Error(), "a.b.c") || strings.Contains(err.Error(), "pw") {
			t.Errorf("%s confirmed as %q: %v", c.api, c.confirmed, err)
		}
	}
	client := &Client{API: "https://registry.example.org/", Tenant: "egi", HTTP: HTTP(nil, none)}
	if _, err := client.Session(token, "https://registry.example.org/"); err != nil {
		t.Error(err)
	}
}
