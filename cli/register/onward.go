package register

import (
	"cmp"
	"slices"

	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/submit"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/wizard"
)

// What the answers hold, once there are any, and what is about the run with a terminal or its API.
var (
	answered = []string{"answers", "environment", "backend", "client-id"}
	byAPI    = []string{"submit", "approve", "registry-api", "registry-token-file", "registry-token-variable", "registry-token-command"}
)

// onward writes the commands that go on from here. What without names does not go along.
func (r *registration) onward(without ...[]string) app.Onward {
	if !r.flagged() { // the person may have refused the place that they name
		without = append(without, []string{"store", "store-file"})
	}
	return app.Onward{From: r.flags.cmd, Without: slices.Concat(without...)}
}

// path is this command, at the registry where it is.
func (r *registration) path() string {
	if r.box != nil {
		return "try register"
	}
	return "register"
}

// asGiven is the command that is running, with the answers of a file.
func (r *registration) asGiven(file string) string {
	if r.flags.ofFile {
		return r.onward().Command("request submit", file)
	}
	return r.onward().Command(r.path(), "--answers", file)
}

// resumeCommand is resumeFrom in the folder of now.
func (r *registration) resumeCommand(without ...string) string {
	return r.resumeFrom(func(name string) string { return name }, without...)
}

// resumeFrom is the command that goes on with the saved answers; where names its files. Of standard
// input there is no second one.
func (r *registration) resumeFrom(where func(name string) string, without ...string) string {
	words := []string{"--resume"}
	o := r.onward(answered, []string{"submit"}, without)
	if r.flags.submit {
		words, o.Without = append(words, "--submit"), append(o.Without, "secret-file")
	}
	if r.named != "" && r.environmentFile() { // the answers have its ID, which no catalog knows
		words = append(words, "--environment", where(r.named))
	}
	if r.state.named {
		words = append(words, "--state", where(r.state.path))
	}
	o.File = func(name string) string {
		if name == "-" {
			return ""
		}
		return where(name)
	}
	return o.Command(r.path(), words...)
}

// environmentFile tells that the environment was given as a file.
func (r *registration) environmentFile() bool {
	e, ok := r.catalog.Lookup(r.flags.environment)
	return ok && r.named != e.ID && !slices.Contains(e.Aliases, r.named)
}

// submitAgain is the command that goes on with the request in a file. Of the sandbox there is no
// registry afterwards.
func (r *registration) submitAgain(more ...string) string {
	if r.box != nil {
		return r.asGiven(cmp.Or(r.flags.answers, r.request))
	}
	return r.onward(answered, []string{"request"}).Command("request submit", append(r.submitWords(), more...)...)
}

// storeAgain is submitAgain with another place for the secret.
func (r *registration) storeAgain() string {
	failed := r.place()
	r.unsettle() // that place cannot be had
	words := append(r.submitWords(), "--store", wizard.InDotenv)
	if failed.Store == "" || failed == (submit.Place{Store: wizard.InDotenv}) { // not even the usual one
		words = append(words, "--store-file", "FILE")
	}
	return r.onward(answered, []string{"request", "store-file"}).Command("request submit", words...)
}

func (r *registration) submitWords() []string {
	words := r.ofRequest()
	words = append(words, r.placeWords()...)
	if known := r.where.Environment.Registry; r.flags.api.API == "" && r.confirmed != "" && r.confirmed != known.API {
		words = append(words, "--registry-api", r.confirmed)
	}
	return words
}

// ofRequest names the request, and what it does not say itself.
func (r *registration) ofRequest() []string {
	words := []string{r.request, "--environment", r.environmentArgument()}
	if b := r.otherBackend(); b != "" {
		words = append(words, "--backend", b)
	}
	return words
}

// placeWords say where the secret goes, where the person chose another place than the usual one.
func (r *registration) placeWords() (words []string) {
	p := r.place()
	if r.flagged() || p.Store == "" || p == (submit.Place{Store: wizard.InDotenv}) {
		return nil
	}
	if words = []string{"--store", p.Store}; p.File != "" {
		words = append(words, "--store-file", p.File)
	}
	return words
}

// otherBackend is the back-end where it is not the one that the environment is for.
func (r *registration) otherBackend() string {
	usual := subject.NoBackend
	if b, there := r.where.Environment.DefaultBackend(); there {
		usual = b.ID
	}
	if b := r.backendArgument(); b != usual {
		return b
	}
	return ""
}

// equivalent is the command line that does the same again with the answers of now.
func (r *registration) equivalent(more ...string) string {
	words := []string{"--answers", r.request, "--environment", r.environmentArgument()}
	if b := r.backendArgument(); b != subject.NoBackend {
		words = append(words, "--backend", b)
	}
	words = append(words, r.placeWords()...)
	return r.onward(answered, byAPI, []string{"resume", "state", "request", "lines"}).Command("register", append(words, more...)...)
}

// byHand shows the values of the request for the registry's form.
func (r *registration) byHand() string {
	return r.onward(answered, []string{"ca-file"}).Command("request show", r.ofRequest()...) // nobody is asked
}

// ofClient is a command about the client that was made, at the place where it is.
func (r *registration) ofClient(path string, words []string) string {
	return r.onward(answered, []string{"secret-file"}).Command(path, words...)
}

// environmentArgument is the id, or the file where only that knows the environment.
func (r *registration) environmentArgument() string {
	e := r.where.Environment
	if r.named != "" && r.named != e.ID && !slices.Contains(e.Aliases, r.named) {
		return r.named
	}
	return e.ID
}

// placeArguments name the identity provider, by its issuer where there is no environment of it.
func (r *registration) placeArguments() []string {
	if e := r.where.Environment; e.ID == "" {
		return []string{"--issuer", e.Issuer}
	}
	return []string{"--environment", r.environmentArgument()}
}

func (r *registration) backendArgument() string {
	switch b := r.where.Backend; {
	case b == nil:
		return subject.NoBackend
	case b.ID == b.URL || len(r.where.Environment.Backends) == 0:
		return b.URL
	default:
		if _, accepts := r.catalog.BackendByName(b.ID, r.where.Environment); len(accepts) == 0 {
			return b.URL
		}
		return b.ID
	}
}

func (r *registration) checkArguments(acc account) []string {
	args := append(r.placeArguments(), "--backend", r.backendArgument())
	if id := r.foreignProvider(); id != "" {
		args = append(args, "--provider-id", id)
	}
	switch acc.source.Kind {
	case credentials.KindDotenv:
		return append(args, "--credentials", acc.source.Path)
	case credentials.KindSecretFile:
		return append(args, "--client-id", acc.id, "--secret-file", acc.source.Path)
	}
	return append(args, "--client-id", acc.id)
}

// commands prints what does the same again, before the waiting that somebody may interrupt. A
// sandbox is gone by then.
func (r *registration) commands(acc account, name string) {
	if r.box != nil {
		return
	}
	if r.request != "" {
		same := r.equivalent()
		if submitted, _ := r.answers.Text(wizard.SubmittedID); submitted == wizard.ByAPI {
			same = r.submitAgain()
		}
		r.Say("\nTo do the same again with these answers:")
		r.Say("  %s", same)
	}
	r.Say("\nTo wait for the deployment and check, at any time:")
	r.Say("  %s", r.waitCommand(acc, name))
	if name == "" {
		r.Say("  %s", r.ofClient("check", r.checkArguments(acc)))
	}
}

// jobsCommand writes a notebook that lists the jobs of the client.
func (r *registration) jobsCommand(acc account, name string) string {
	switch {
	case r.box != nil:
		return ""
	case name != "":
		return "credguide snippet jobs " + name
	}
	return r.ofClient("snippet jobs", append(r.placeArguments(), "--backend", r.backendArgument(), "--client-id", acc.id))
}

// waitCommand waits for the deployment later; of a sandbox nothing is there later.
func (r *registration) waitCommand(acc account, name string) string {
	switch {
	case r.box != nil:
		return ""
	case name != "":
		return "credguide wait " + name
	}
	return r.ofClient("wait", r.checkArguments(acc))
}
