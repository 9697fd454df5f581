package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/packaging"
)

var _ = register(Format{
	Name: "sarif", About: "SARIF 2.1.0, for GitHub's code scanning and other dashboards",
	Write: func(w io.Writer, r checks.Report) error {
		return Formats["sarif"].WriteList(w, []Entry{{Report: r}}, ListOptions{})
	},
	List: Sheet{Sections: 4, Separator: ",\n", Limits: []Limit{{0, 2, mostResults}}, Part: sarifParts, Before: sarifBefore},
})

// mostResults is what GitHub takes of a run; it refuses one with more, and shows 5,000. What somebody
// must fix comes first, then what could not be told, then warnings.
const mostResults = 25_000

// The part of SARIF 2.1.0 (OASIS) that a report needs; the numbers are its sections.
type (
	sarifLog struct { // 3.13
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		Properties  sarifProperties   `json:"properties"`
	}
	sarifProperties struct { // 3.8
		Accounts []sarifAccount `json:"accounts"`
		LeftOut  int            `json:"resultsLeftOut,omitempty"`
	}
	// sarifAccount is one that was checked. Results are alerts, so those that work stand here
	// alone.
	sarifAccount struct {
		Name     string            `json:"name"`
		Verdict  string            `json:"verdict"`
		Subject  string            `json:"subject"`
		ClientID string            `json:"clientId"`
		Owner    string            `json:"owner,omitempty"`
		Labels   map[string]string `json:"labels,omitempty"`
		Ignored  string            `json:"ignored,omitempty"` // the cause that keeps the login from working, and does not count
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name           string            `json:"name"`
		Version        string            `json:"version,omitempty"`
		InformationURI string            `json:"informationUri"`
		Rules          []sarifRule       `json:"rules"`
		Properties     map[string]string `json:"properties,omitempty"` // which build it was
	}
	sarifRule struct { // 3.49
		ID                   string            `json:"id"`
		Name                 string            `json:"name"`
		ShortDescription     sarifText         `json:"shortDescription"`
		FullDescription      sarifText         `json:"fullDescription"`
		DefaultConfiguration map[string]string `json:"defaultConfiguration"`
		Help                 sarifText         `json:"help"`
		HelpURI              string            `json:"helpUri"`
	}
	sarifText struct { // 3.11, 3.12
		Text string `json:"text"`
	}
	sarifInvocation struct { // 3.20
		ExecutionSuccessful bool   `json:"executionSuccessful"`
		StartTimeUTC        string `json:"startTimeUtc"`
		EndTimeUTC          string `json:"endTimeUtc"`

		ToolExecutionNotifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct { // 3.58
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct { // 3.27
		RuleID              string            `json:"ruleId"`
		Level               string            `json:"level"`
		Kind                string            `json:"kind"`
		Message             sarifText         `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
		Properties          map[string]string `json:"properties"`
	}
	sarifLocation struct { // 3.28
		PhysicalLocation *sarifPhysicalLocation `json:"physicalLocation,omitempty"`
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations"`
	}
	sarifPhysicalLocation struct { // 3.29
		ArtifactLocation sarifArtifactLocation `json:"artifactLocation"`
		Region           sarifRegion           `json:"region"`
	}
	sarifArtifactLocation struct { // 3.4
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct { // 3.30
		StartLine int `json:"startLine"`
	}
	sarifLogicalLocation struct { // 3.33
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifParts are the results of one report, and what the run says of its account.
func sarifParts(e Entry, _ ListOptions) []string {
	r := tidy(e.Report, clean)
	e.Label = cmp.Or(clean(e.Label), r.Subject.Name, clientName(r))
	results := func(findings []checks.Finding) string {
		return strings.Join(each(findings, func(f checks.Finding) string { return sarifJSON(sarifResultOf(e, r, f)) }), ",\n")
	}
	wrong, warnings := r.BySeverity(checks.Error), r.BySeverity(checks.Warning)
	ignored := ""
	if f, _ := r.IgnoredError(); r.Settled() {
		ignored = f.ID
	} else if len(wrong) == 0 && !working(e) {
		wrong = []checks.Finding{unclear(r)}
	}
	account := sarifAccount{e.Label, string(r.Verdict), subjectName(r.Subject), r.Subject.ClientID, r.Subject.Owner, r.Subject.Labels, ignored}
	parts := []string{"", "", results(warnings), sarifJSON(account)}
	if r.Verdict == checks.Misconfigured {
		parts[0] = results(wrong)
	} else {
		parts[1] = results(wrong)
	}
	return parts
}

// unclear stands for a report that is not healthy and has no cause.
func unclear(r checks.Report) checks.Finding {
	return checks.Finding{ID: unclearID, Severity: checks.Error, Certainty: checks.Possible, Title: headline(r), Means: unexplained(r), Explain: "credguide help check"}
}

const unclearID = "cannot-tell"

func sarifBefore(section int, t *Totals, _ ListOptions) string {
	left := 0
	for _, n := range t.Dropped {
		left += n
	}
	switch section {
	case 0:
		return `{
 "$schema": ` + sarifJSON(sarifSchema) + `,
 "version": "2.1.0",
 "runs": [
  {
   "results": [
`
	case 1, 2: // the results are one list
		if slices.Max(t.Lines[:section]) > 0 && t.Lines[section] > 0 {
			return ",\n"
		}
		return ""
	case 3:
		return `
   ],
   "properties": {"resultsLeftOut": ` + strconv.Itoa(left) + `, "accounts": [
`
	}
	driver := sarifDriver{Name: cmp.Or(clean(t.Tool.Name), "credguide"), Version: clean(t.Tool.Version), InformationURI: packaging.Names().Homepage, Rules: []sarifRule{}, Properties: buildOf(t.Tool)}
	for _, f := range t.Findings {
		driver.Rules = append(driver.Rules, sarifRuleOf(f))
	}
	driver.Rules = append(driver.Rules, sarifRuleOf(checks.Finding{ID: unclearID, Severity: checks.Error, Title: "Cannot tell whether this login works", Means: "No cause was found, but the login was not seen to work either.", Explain: "credguide help check"}))
	invocation := sarifInvocation{
		// Successful means that the tool could tell, not that the logins work (3.20.14).
		ExecutionSuccessful: t.Unknown == 0,
		StartTimeUTC:        t.Started.UTC().Format(time.RFC3339),
		EndTimeUTC:          t.Started.UTC().Add(time.Duration(t.DurationMS) * time.Millisecond).Format(time.RFC3339),
	}
	if left > 0 {
		said := text.Plural(left, "result") + " left out: code scanning takes 25,000 of a run. --output json=FILE has all of them."
		invocation.ToolExecutionNotifications = []sarifNotification{{"warning", sarifText{said}}}
	}
	return `
   ]},
   "invocations": ` + sarifJSON([]sarifInvocation{invocation}) + `,
   "tool": ` + sarifJSON(sarifTool{driver}) + `
  }
 ]
}
`
}

// sarifRuleOf describes a cause in general. What a server said belongs to the results.
func sarifRuleOf(f checks.Finding) sarifRule {
	title := clean(f.Title)
	return sarifRule{
		ID: f.ID, Name: pascal(f.ID), ShortDescription: sarifText{title}, FullDescription: sarifText{text.Cut(cmp.Or(clean(f.Means), title), 1000, text.Runes)},
		DefaultConfiguration: map[string]string{"level": levelOf(f)}, Help: sarifText{"More: " + clean(f.Explain)}, HelpURI: packaging.Names().Homepage,
	}
}

// pascal writes an ID as the names of rules are written.
func pascal(id string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func levelOf(f checks.Finding) string {
	if annotations[f.Severity] == "" {
		return "none"
	}
	return string(f.Severity)
}

func sarifResultOf(e Entry, r checks.Report, f checks.Finding) sarifResult {
	client := subjectName(r.Subject) + "/" + clientName(r)
	where := sarifLocation{LogicalLocations: []sarifLogicalLocation{{Name: e.Label, FullyQualifiedName: client, Kind: "resource"}}}
	if file := relative(e.File); file != "" {
		uri := (&url.URL{Path: clean(file)}).String()
		where.PhysicalLocation = &sarifPhysicalLocation{sarifArtifactLocation{uri, "%SRCROOT%"}, sarifRegion{max(e.Line, 1)}}
	}
	properties := map[string]string{"certainty": string(f.Certainty), "party": string(f.Party), "name": e.Label}
	if more := whose(r.Subject); more != "" {
		properties["about"] = more
	}
	return sarifResult{
		RuleID: f.ID, Level: levelOf(f), Kind: "fail", // only a failure has a level (3.27.9, 3.27.10)
		Message:             sarifText{e.Label + ": " + f.Title + "\n\n" + findingText(f)},
		Locations:           []sarifLocation{where},
		PartialFingerprints: map[string]string{"credguide/v1": f.ID + "/" + e.Label + "/" + client},
		Properties:          properties,
	}
}

func sarifJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // its types have no value that JSON lacks
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// buildOf names the commit that the tool was built from, and its date, where the report knows them.
func buildOf(t checks.Tool) map[string]string {
	known := map[string]string{"commit": t.Commit, "date": t.Date}
	maps.DeleteFunc(known, func(_, value string) bool { return value == "" })
	return known
}
