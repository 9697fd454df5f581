package checks

import "time"

// Schema names the report's form; a report of another form is refused by --from.
const Schema = "credguide.report/1"

// Evidence is what a run of the probes observed: typed facts and the requests' frames, no bodies
// and no secrets.
type Evidence struct {
	Tool       Tool      `json:"tool"`
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"duration_ms"`
	Subject    Subject   `json:"subject"`
	Checks     []Check   `json:"checks"`
	Facts      Facts     `json:"facts"`
	Requests   []Request `json:"requests"`
}

// Tool is the program that observed.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Date    string `json:"date,omitempty"` // of the commit
}

// Subject is what was checked.
type Subject struct {
	Environment      string `json:"environment"`
	EnvironmentTitle string `json:"environment_title,omitempty"`
	Issuer           string `json:"issuer"`
	Backend          string `json:"backend"`
	BackendID        string `json:"backend_id,omitempty"`
	ProviderID       string `json:"provider_id"`
	ClientID         string `json:"client_id"`
	ClientIDSource   string `json:"client_id_source"`
	Secret           Secret `json:"secret"`
	// What an account's or a list's entry is called, and what else it says.
	Name   string            `json:"name,omitempty"`
	Owner  string            `json:"owner,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
	List   *Listed           `json:"list,omitempty"`
}

// Listed is where the entry of a list stands.
type Listed struct {
	File string `json:"file"` // as it was named, or in CI as the repository has it
	Line int    `json:"line"`
}

// Secret is all that a report says of the secret.
type Secret struct {
	Source string `json:"source"`
	Length int    `json:"length"`
}

// Check is one step as a person follows it.
type Check struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Status     Status `json:"status"`
	Because    string `json:"because,omitempty"`
	DurationMS int64  `json:"duration_ms"`
	// Further marks a step that is only taken to tell causes apart, after something failed.
	Further bool `json:"further,omitempty"`
}

// Request is one HTTP exchange: never a body, a header or a secret.
type Request struct {
	Step          string `json:"step"`
	Method        string `json:"method"`
	URL           string `json:"url"`
	Effect        string `json:"effect"`
	Status        int    `json:"status"`
	Failure       string `json:"failure,omitempty"`
	DurationMS    int64  `json:"duration_ms"`
	NewConnection bool   `json:"new_connection"`
	// SecretSent tells that the secret left this machine with the request, at least in part; nil
	// where an older version of the program wrote the report.
	SecretSent *bool `json:"secret_sent,omitempty"`
}

// Finding is a diagnosis that the evidence shows.
type Finding struct {
	ID         string    `json:"id"`
	Layer      Layer     `json:"layer"`
	Severity   Severity  `json:"severity"`
	Certainty  Certainty `json:"certainty"`
	Party      Party     `json:"party"`
	Who        string    `json:"who,omitempty"` // can fix it, in words, where the party alone says too little
	Title      string    `json:"title"`
	Means      string    `json:"means"`
	Because    []Fact    `json:"because"`
	Fix        []string  `json:"fix"` // the steps as texts
	Steps      FixSteps  `json:"steps"`
	Where      *Where    `json:"where,omitempty"`
	SeparateBy string    `json:"separate_by,omitempty"`
	Explain    string    `json:"explain"`
	Ignored    string    `json:"ignored,omitempty"` // why it does not count, where whoever checks decided so
}

// Fact is one observation that decided a finding.
type Fact struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"`
}

// Show writes the observation's value for people; ok is false when it is empty.
func (b Fact) Show() (text string, ok bool) { return show(b.Value) }

// Identity is who the login is, where it worked.
type Identity struct {
	ClientID         string   `json:"client_id"`
	Sub              string   `json:"sub,omitempty"`
	UserID           string   `json:"user_id,omitempty"`
	IsServiceAccount bool     `json:"is_service_account"`
	Entitlements     []string `json:"entitlements"`
	TokenExpiresInS  int      `json:"token_expires_in_s,omitempty"`
}

// Report is what the renderers see. The first diagnosis is the cause to act on first.
type Report struct {
	Schema string `json:"schema"`
	Evidence
	Verdict   Verdict   `json:"verdict"`
	Diagnoses []Finding `json:"diagnoses"`
	Hidden    []Finding `json:"hidden"`
	// Undecided lists diagnoses that lacked a fact, where the verdict is not healthy.
	Undecided   []string  `json:"undecided"`
	Identity    *Identity `json:"identity,omitempty"`
	Interrupted bool      `json:"interrupted,omitempty"`
}

// First returns the cause to act on first.
func (r Report) First() (Finding, bool) {
	if len(r.Diagnoses) == 0 {
		return Finding{}, false
	}
	return r.Diagnoses[0], true
}

// BySeverity returns the findings of one severity, in order.
func (r Report) BySeverity(severity Severity) []Finding {
	var out []Finding
	for _, f := range r.Diagnoses {
		if f.Severity == severity {
			out = append(out, f)
		}
	}
	return out
}
