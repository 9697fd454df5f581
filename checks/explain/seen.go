package explain

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
)

// Host is what the catalog of environments knows of a host.
type Host struct {
	Environment string // id of the environment
	Issuer      string // its issuer, where the host is the identity provider's
	Backend     string // id of the back-end, where the host is a back-end's
	Default     bool   // the back-end is the one that a check of the environment takes
}

// Cause is a diagnosis that fits an error text.
type Cause struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Certainty checks.Certainty `json:"certainty"`
	// Means says what is true then; for people.
	Means string `json:"-"`
	// SeparateBy says what would tell the cause from its neighbours.
	SeparateBy string `json:"-"`

	order int // among those that are as likely
}

// Seen is what an error text tells. Nothing in it is copied from the text: statuses and failures
// are of a known set, words are the catalog's, hosts those of known environments. A program's last
// words may hold a secret in any place.
type Seen struct {
	Facts  checks.Facts `json:"facts"`
	Causes []Cause      `json:"causes"`
	Next   []string     `json:"next"`
	// Environment and Backend are the ids of those whose hosts the text names.
	Environment string `json:"-"`
	Backend     string `json:"-"`
}

// Reader reads error texts.
type Reader struct {
	diagnoses *checks.Catalog
	phrases   *phrases.Catalog
	reader    *reader
	host      func(host string) Host
}

// NewReader prepares the catalogs. The function tells what is known of a host and its port; the
// overlays are folders with wordings of the user's own.
func NewReader(d *checks.Catalog, p *phrases.Catalog, host func(string) Host, overlays ...string) (*Reader, error) {
	r, err := newReader(d, p, overlays...)
	if err != nil {
		return nil, err
	}
	return &Reader{diagnoses: d, phrases: p, reader: r, host: host}, nil
}

// maxEvents is how many errors are tried, from the last backwards, until one has a cause.
const maxEvents = 50

// Read tells what an error text says. Of several errors the last that has a cause counts.
func (r *Reader) Read(data []byte) Seen {
	t, hits := r.find(textOf(data))
	environment, backend := r.whereabouts(t.text)
	seen := Seen{Facts: checks.Facts{}, Causes: []Cause{}, Environment: environment.Environment, Backend: backend.Backend}
	all := events(hits)
	for i, e := range slices.Backward(all) {
		if i < len(all)-maxEvents {
			break
		}
		e.complete(t, r.phrases)
		facts, read, shown := r.factsOf(e, environment, backend)
		causes := r.causes(e, facts, read)
		if len(causes) > 0 || len(seen.Facts) == 0 {
			seen.Facts, seen.Causes = shown, causes
		}
		if len(causes) > 0 {
			break
		}
	}
	seen.Next = []string{next(environment, backend)}
	return seen
}

// find reads a text as it is, and with the rows of a terminal joined where that makes more of it
// known.
func (r *Reader) find(s string) (plainText, []hit) {
	t := plainTextOf(s)
	hits := r.reader.read(t)
	joined, full := unwrapped(s)
	if full == 0 {
		return t, hits
	}
	whole := plainTextOf(joined)
	more := r.reader.read(whole)
	known, addresses := weight(hits)
	knownWhole, addressesWhole := weight(more)
	if knownWhole > known || knownWhole == known && full > 1 && addressesWhole > addresses {
		return whole, more
	}
	return t, hits
}

// next is the command that tells the causes apart.
func next(environment, backend Host) string {
	command := "credguide check"
	if id := cmp.Or(environment.Environment, backend.Environment); id != "" {
		command += " --environment " + id
	}
	if backend.Backend != "" && !backend.Default {
		command += " --backend " + backend.Backend
	}
	return command
}

// maxAddresses is how many addresses of a text are looked at, from the last backwards.
const maxAddresses = 2000

// whereabouts looks for the last known identity provider and back-end that the text names.
func (r *Reader) whereabouts(text string) (environment, backend Host) {
	take := func(name string) {
		h := r.host(name)
		if h.Issuer != "" && environment.Environment == "" {
			environment = h
		}
		if h.Backend != "" && backend.Backend == "" {
			backend = h
		}
	}
	rest := text
	for range maxAddresses {
		i := strings.LastIndex(rest, "://")
		if i < 0 || environment.Environment != "" && backend.Backend != "" {
			break
		}
		after := text[i+len("://"):]
		after = after[:min(len(after), 300)]
		end := strings.IndexFunc(after, func(c rune) bool { return strings.ContainsRune(" \n/'\"?#<>,;)", c) })
		if end >= 0 {
			take(strings.ToLower(after[strings.LastIndex(after[:end], "@")+1 : end]))
		}
		rest = rest[:i]
	}
	for _, mark := range []string{"host='", "resolve '", "resolve host: ", "ENOTFOUND ", "Host: "} { // clients that name the host alone
		if i := strings.LastIndex(text, mark); i >= 0 {
			after := text[i+len(mark):]
			after = after[:min(len(after), 260)]
			if end := strings.IndexAny(after, " \n'\",;)"); end >= 0 {
				after = after[:end]
			}
			take(strings.ToLower(after))
		}
	}
	if environment.Environment == "" && backend.Environment != "" {
		environment = Host{Environment: backend.Environment}
	}
	return environment, backend
}

// notRepeated stands for a server's words that are not among the known ones.
const notRepeated = "(words that are not repeated here)"

// factsOf are the facts for the rules, those of them that were read and not assumed, and those worth
// showing. The rules get the answer of a step where it was shown with its body, and what must have
// gone before; a status alone would look to them like an answer without words.
func (r *Reader) factsOf(e *event, environment, backend Host) (evidence, read, shown checks.Facts) {
	raw, more := map[string]any{}, map[string]any{}
	step := e.place(r.host)
	switch {
	case e.failure != "" && (step == "" || step == someStep): // to the rules it is all one who did not answer
		raw["discovery.failure"] = e.failure
	case e.failure != "":
		raw[step+".failure"], more[step+".failure"] = e.failure, e.failure
	case step == someStep || step == "":
	case e.status != 0 && !e.speaks(step):
		more[step+".status"] = e.status
	default:
		r.answerFacts(raw, e, step)
	}
	maps.Copy(raw, e.facts)
	for name, value := range raw {
		_, what, _ := strings.Cut(name, ".")
		if e.failure == "" && value != "" && value != notRepeated && value != unknownCode && what != "issued" && what != "valid" && (what != "status" || e.status != 0 && value != 200) {
			more[name] = value
		}
	}
	told := maps.Clone(more)
	maps.Copy(told, e.facts)
	if environment.Environment != "" {
		raw["environment.id"], more["environment.id"] = environment.Environment, environment.Environment
		if environment.Issuer != "" {
			raw["environment.issuer"] = environment.Issuer
		}
	}
	if backend.Backend != "" {
		raw["backend.id"], more["backend.id"] = backend.Backend, backend.Backend
	}
	maps.Copy(told, more)
	r.assume(raw, e, step, environment)
	return parsed(raw), parsed(told), parsed(more)
}

func parsed(raw map[string]any) checks.Facts {
	facts, err := checks.ParseFacts(raw)
	if err != nil {
		return checks.Facts{}
	}
	return facts
}

// speaks tells that the answer was shown, or that its status says all.
func (e *event) speaks(step string) bool {
	return e.error != "" || e.code != "" || e.shape != "" || e.status == 429 || e.status >= 500 ||
		step == "capabilities" || step == "providers"
}

// assume fills in what must have gone before the step, so that the rules can work.
func (r *Reader) assume(raw map[string]any, e *event, step string, environment Host) {
	switch step {
	case "me", "providers", "capabilities", "well_known":
		raw["backend.wanted"] = true
	}
	if step == "me" {
		raw["token.status"], raw["token.issued"], raw["token.shape"], raw["token.error"] = 200, true, "object", ""
	}
	if step == "token" || step == "me" {
		raw["discovery.status"], raw["discovery.shape"], raw["discovery.failure"] = 200, "object", ""
	}
	if keycloak, known := r.keycloak(e, environment); known {
		raw["discovery.keycloak_paths"] = keycloak
	}
}

// answerFacts are those of an answer that was shown.
func (r *Reader) answerFacts(raw map[string]any, e *event, step string) {
	shape, status := e.shape, e.status
	if e.error != "" || e.code != "" {
		shape = "object"
	}
	switch {
	case status == 0 && shape == "":
		return
	case status == 0 && e.error != "":
		status = statusOf(e.error)
	case status == 0 && shape != "object":
		status = 200 // a parser that met a page: an error status would have been reported as such
	case status == 0:
		return
	}
	raw[step+".status"], raw[step+".failure"], raw[step+".shape"] = status, "", cmp.Or(shape, "html")
	switch step {
	case "token":
		raw["token.issued"] = false
		raw["token.error"] = safeCode(e.error)
		raw["token.error_description"] = r.safeWords(phrases.Token, e.error, e.description)
		raw["token.words.kind"] = string(r.phrases.Kind(phrases.Token, e.error, e.description))
	case "discovery":
		raw["discovery.error"] = safeCode(e.error)
	case "me", "providers", "capabilities":
		raw[step+".code"] = safeCode(e.code)
	}
	if step == "me" {
		raw["me.message"] = r.safeWords(phrases.Backend, e.code, e.message)
		raw["me.words.kind"] = string(r.phrases.Kind(phrases.Backend, e.code, e.message))
		raw["me.valid"] = false
		raw["me.id"] = ""
	}
}

// statusOf is the status that goes with an error code where only the code was shown (RFC 6749
// section 5.2).
func statusOf(code string) int {
	if code == "invalid_client" || code == "unauthorized_client" {
		return 401
	}
	return 400
}

// unknownCode stands for an error code that is not among the known ones.
const unknownCode = "unknown_code"

// safeCode lets through the codes that are known, and hides what stands in their place.
func safeCode(code string) string {
	if code == "" || knownErrors[code] || meCodes[code] || code == "NotFound" || code == "Internal" {
		return code
	}
	return unknownCode
}

// safeWords gives the catalog's wording for the words of a server.
func (r *Reader) safeWords(place phrases.Place, code, words string) string {
	if words == "" {
		return ""
	}
	if found := r.phrases.Find(place, code, words); len(found) > 0 {
		return found[0].Says
	}
	return notRepeated
}

// keycloak tells whether the identity provider is a Keycloak: by its addresses, or by its own
// words.
func (r *Reader) keycloak(e *event, environment Host) (yes, known bool) {
	address := cmp.Or(e.url, environment.Issuer)
	switch {
	case strings.Contains(environment.Issuer, "/realms/"), strings.Contains(address, "/protocol/openid-connect/"):
		return true, true
	case slices.ContainsFunc(e.phrases, func(p *phrases.Phrase) bool { return p.Server == "Keycloak" }):
		return true, true
	case e.error != "":
		found := r.phrases.Find(phrases.Token, e.error, e.description)
		if len(found) > 0 && found[0].Server == "Keycloak" {
			return true, true
		}
	}
	if u, err := url.Parse(e.url); err == nil && strings.HasSuffix(u.Path, "/token") {
		return false, true
	}
	return false, false
}
