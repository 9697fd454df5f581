package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/sandbox"
)

// A request file is handed in as it is.
func TestARequestFileIsSubmitted(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{})
	o.expect(o.submit("sandbox-dev", devAnswers), app.ExitCannotTell, "To approve it and continue: credguide request submit", " --approve")
	file := filepath.Join(o.Home, "request.yaml")
	code := o.follow("submit", file, "--environment", "sandbox-dev", "--approve", "--ca-file", filepath.Join(o.box.Dir, "ca.pem"))
	o.expect(code, app.ExitHealthy, "has this request already: waiting for the review", "√ Works")
	o.expect(o.follow("submit"), app.ExitUsage, "submit takes one file")
	o.expect(o.follow("submit", file, "--resume"), app.ExitUsage, "request submit has no --resume")
}

// The file of a person who hands in a request keeps its comments, and what a submission reads besides
// the form's fields. Where more is said on the command line, the request goes into a file of its own.
func TestTheFileOfARequestStaysAsItIs(t *testing.T) {
	o := newOffice(t, sandbox.Options{})
	o.expect(o.submit("sandbox-dev", devAnswers), app.ExitCannotTell, "To approve it and continue: credguide request submit", " --approve")
	own := "# Ours.\nnew_organization: true\n" + read(t, filepath.Join(o.Home, "request.yaml"))
	t.Chdir(t.TempDir())
	for _, file := range []string{"mine.yaml", "ndvi-by-api.yaml", "third.yaml"} {
		if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flags := []string{"--environment", "sandbox-dev", "--ca-file", filepath.Join(o.box.Dir, "ca.pem")}
	o.expect(o.follow(append([]string{"submit", "mine.yaml"}, flags...)...), app.ExitCannotTell, "all of it is in mine.yaml", "request submit mine.yaml")
	again := append([]string{"register", "--submit", "--answers", "ndvi-by-api.yaml", "--catalog", o.box.Dir, "--registry-token-file", o.tokenFile()}, flags...)
	o.expect(o.run(t.Context(), again...), app.ExitCannotTell, "all of it is in ndvi-by-api.yaml")
	o.expect(o.follow(append([]string{"submit", "third.yaml", "--client-id", "ndvi-third"}, flags...)...), app.ExitCannotTell, "written to ndvi-third.yaml", "request submit ndvi-third.yaml")
	for _, file := range []string{"mine.yaml", "ndvi-by-api.yaml", "third.yaml"} {
		if now := read(t, file); now != own {
			t.Errorf("%s was changed:\n%s", file, now)
		}
	}
	if written := read(t, "ndvi-third.yaml"); !strings.Contains(written, "client_id: ndvi-third\n") {
		t.Errorf("%s", written)
	}
}

// What a registration writes takes the place of nothing that it reads: the only copy of a secret or a
// token may stand there.
func TestARegistrationWritesOverNothingItReads(t *testing.T) {
	o := newOffice(t, sandbox.Options{})
	t.Chdir(t.TempDir())
	content := map[string]string{"answers.yaml": devAnswers, "secret": "the-only-copy-of-17", "token": o.token()}
	for name, text := range content {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := os.Symlink
	if runtime.GOOS == "windows" { // where that needs a privilege
		link = os.Link
	}
	if err := link("secret", "link"); err != nil {
		t.Fatal(err)
	}
	base := []string{"register", "--answers", "answers.yaml", "--environment", "sandbox-dev", "--catalog", o.box.Dir, "--ca-file", filepath.Join(o.box.Dir, "ca.pem")}
	for _, tc := range []struct {
		more []string
		want string
	}{
		{[]string{"--secret-file", "secret", "--request", "./link"}, "--request: ./link would be replaced, and it is read"},
		{[]string{"--secret-file", "secret", "--store", "dotenv", "--store-file", "secret"}, "--store-file: secret would be replaced"},
		{[]string{"--secret-file", "secret", "--store", "dotenv", "--store-file", "answers.yaml"}, "--store-file: answers.yaml would be replaced"},
		{[]string{"--secret-file", "secret", "--state", "link"}, "--state: link would be replaced"},
		{[]string{"--secret-file", "secret", "--store", "dotenv", "--store-file", "new", "--request", "./new"}, "--request and --store-file name the same file"},
		{[]string{"--submit", "--registry-token-file", "token", "--store-file", "token"}, "--store-file: token would be replaced"},
	} {
		o.expect(o.run(t.Context(), append(base, tc.more...)...), app.ExitUsage, tc.want)
	}
	o.expect(o.follow("submit", "answers.yaml", "--environment", "sandbox-dev", "--store-file", "answers.yaml"), app.ExitUsage, "--store-file: answers.yaml would be replaced")
	for name, text := range content {
		if now := read(t, name); now != text {
			t.Errorf("%s was changed:\n%s", name, now)
		}
	}
	if len(o.box.Petitions()) != 0 {
		t.Error("something was sent")
	}
}

// Where the secret cannot be stored, the place is what is wrong, and nobody is sent to the form; and
// where it is stored nowhere, the registry's page of it is named at the end.
func TestThePlaceOfTheSecretOfASubmission(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{PlainHTTP: true})
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--store", "dotenv", "--store-file", o.Home), app.ExitUsage, "to store the secret in a file: credguide request submit", "--store dotenv")
	if said := o.err.String(); strings.Contains(said, "in the form yourself") || len(o.box.Petitions()) != 0 {
		t.Errorf("%d requests:\n%s", len(o.box.Petitions()), said)
	}
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--store", "nowhere"), app.ExitHealthy, "√ Works", "The secret is not stored on this machine. It is at "+o.box.RegistryURL())
}

// An answer says where the secret goes as a flag does; one that names no place is refused before
// anything is sent.
func TestTheAnswersSayWhereTheSecretGoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{})
	kept := filepath.Join(o.Home, "from answers.env")
	o.expect(o.submit("sandbox-dev", devAnswers+"store: drawer\n", "--approve"), app.ExitUsage, "unknown store", "dotenv")
	o.expect(o.submit("sandbox-dev", devAnswers+"store: keyring\nstore_file: x.env\n", "--approve"), app.ExitUsage, "a file for the secret goes with the store dotenv, not keyring")
	o.expect(o.submit("sandbox-dev", devAnswers, "--approve", "--store", "keyring", "--store-file", "x.env"), app.ExitUsage, "--store-file goes with --store dotenv")
	if n := len(o.box.Petitions()); n != 0 {
		t.Fatalf("%d requests were sent", n)
	}
	o.expect(o.submit("sandbox-dev", devAnswers+"store_file: "+kept+"\n", "--approve"), app.ExitHealthy, "Stored in "+kept, "√ Works")
	if !strings.Contains(read(t, kept), o.box.Petitions()[0].Request.ClientSecret) {
		t.Error("the secret is not there")
	}
}

// A file or an entry that has another client's secret, which may be the only copy, is not written over
// without --force; that of the same client is, and other lines stay.
func TestNoOtherClientLosesItsSecret(t *testing.T) {
	t.Parallel()
	for _, store := range []string{"dotenv", "auth-config"} {
		o := newOffice(t, sandbox.Options{})
		kept := filepath.Join(o.Home, ".config", "openeo-python-client", "auth-config.json")
		place := []string{"--approve", "--store", store}
		if store == "dotenv" {
			kept = filepath.Join(o.Home, "mine.env")
			place = append(place, "--store-file", kept)
			if err := os.WriteFile(kept, []byte("OTHER=1\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		o.expect(o.submit("sandbox-dev", devAnswers, place...), app.ExitHealthy, "√ Works")
		o.expect(o.submit("sandbox-dev", devAnswers, place...), app.ExitHealthy, "has this request already", "√ Works")
		first := o.box.Petitions()[0].Request.ClientSecret
		other := strings.NewReplacer("ndvi-by-api", "another-one", "NDVI time series", "Another").Replace(devAnswers)
		o.expect(o.submit("sandbox-dev", other, place...), app.ExitUsage, "holds the secret of the client ndvi-by-api, which would be lost", "--force")
		if n := len(o.box.Petitions()); n != 1 || !strings.Contains(read(t, kept), first) {
			t.Errorf("%s: %d requests; the place has\n%s", store, n, read(t, kept))
		}
		o.expect(o.submit("sandbox-dev", other, append(place, "--force")...), app.ExitHealthy, "√ Works")
		if strings.Contains(read(t, kept), first) {
			t.Errorf("%s: --force keeps the first secret", store)
		}
		if store == "dotenv" && !strings.Contains(read(t, kept), "OTHER=1\n") {
			t.Errorf("another line is gone:\n%s", read(t, kept))
		}
	}
}

// Where nothing can be written, that is said once for each thing, with a way that may work.
func TestASubmissionFromAReadOnlyHome(t *testing.T) {
	t.Parallel()
	o := newOffice(t, sandbox.Options{})
	answers := o.answers(devAnswers)
	folder := filepath.Join(o.Home, ".config", "credguide")
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // no folder can be made there, whoever runs this
		t.Fatal(err)
	}
	args := []string{
		"request", "submit", answers, "--environment", "sandbox-dev", "--approve", "--catalog", o.box.Dir, "--ca-file", filepath.Join(o.box.Dir, "ca.pem"),
		"--registry-token-file", o.tokenFile(),
	}
	o.expect(o.run(t.Context(), args...), app.ExitUsage, "to store the secret in a file: credguide request submit", "--store dotenv --store-file FILE")
	o.expect(o.run(t.Context(), append(args, "--store", "nowhere")...), app.ExitHealthy, "√ Works")
	said := o.err.String()
	if n := strings.Count(said, "remember the request"); n != 1 {
		t.Errorf("said %d times that nothing is remembered", n)
	}
	if strings.Contains(said, "The interview continues") {
		t.Errorf("there is no interview:\n%s", said)
	}
}
