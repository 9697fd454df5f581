package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/packaging"
)

var _ = register(Format{
	Name: "sarif", About: "SARIF 2.1.0, for dashboards that read it", Machine: true,
	Write: func(w io.Writer, r checks.Report) error { return sarifAll(w, []checks.Report{r}) }, WriteAll: sarifAll,
})

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
		Properties  map[string]string `json:"properties"`
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
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		Help             sarifText `json:"help"`
	}
	sarifText struct { // 3.11, 3.12
		Text string `json:"text"`
	}
	sarifInvocation struct { // 3.20
		ExecutionSuccessful bool   `json:"executionSuccessful"`
		StartTimeUTC        string `json:"startTimeUtc"`
		EndTimeUTC          string `json:"endTimeUtc"`
	}
	sarifResult struct { // 3.27
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Kind                string            `json:"kind"`
		Message             sarifText         `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
		Properties          map[string]string `json:"properties"`
	}
	sarifLocation struct { // 3.28
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations"`
	}
	sarifLogicalLocation struct { // 3.33
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifAll writes one run for each report.
func sarifAll(w io.Writer, reports []checks.Report) error {
	log := sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{}}
	for _, r := range reports {
		log.Runs = append(log.Runs, sarifRunOf(tidy(r, clean)))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(log); err != nil {
		return fmt.Errorf("write the report as SARIF: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func sarifRunOf(r checks.Report) sarifRun {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: orElse(r.Tool.Name, "credguide"), Version: r.Tool.Version, InformationURI: packaging.Names().Homepage,
			Rules: []sarifRule{}, Properties: buildOf(r.Tool),
		}},
		Invocations: []sarifInvocation{{
			// Successful means that the tool could tell, not that the login works (3.20.14).
			ExecutionSuccessful: !r.Interrupted && r.Verdict != checks.Inconclusive,
			StartTimeUTC:        r.Started.UTC().Format(time.RFC3339),
			EndTimeUTC:          r.Started.UTC().Add(time.Duration(r.DurationMS) * time.Millisecond).Format(time.RFC3339),
		}},
		Results:    []sarifResult{},
		Properties: map[string]string{"verdict": string(r.Verdict), "subject": subjectName(r.Subject), "clientId": r.Subject.ClientID},
	}
	index := map[string]int{}
	for _, f := range r.Diagnoses {
		i, known := index[f.ID]
		if !known {
			i = len(run.Tool.Driver.Rules)
			index[f.ID] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{f.ID, sarifText{f.Title}, sarifText{findingText(f)}})
		}
		run.Results = append(run.Results, sarifResultOf(r, f, i))
	}
	return run
}

// buildOf names the commit that the tool was built from, and its date, where the report knows them.
func buildOf(t checks.Tool) map[string]string {
	known := map[string]string{"commit": t.Commit, "date": t.Date}
	maps.DeleteFunc(known, func(_, value string) bool { return value == "" })
	return known
}

func sarifResultOf(r checks.Report, f checks.Finding, rule int) sarifResult {
	level := f.Severity
	if annotations[level] == "" {
		level = "none"
	}
	kind := "fail" // only a failure has a level (3.27.9, 3.27.10)
	if f.Certainty != checks.Certain && f.Severity == checks.Note {
		kind, level = "review", "none"
	}
	client := subjectName(r.Subject) + "/" + clientName(r)
	return sarifResult{
		RuleID: f.ID, RuleIndex: rule, Level: string(level), Kind: kind, Message: sarifText{f.Title + "\n\n" + findingText(f)},
		// A credential has no file; it is named as the place within the service.
		Locations:           []sarifLocation{{[]sarifLogicalLocation{{Name: clientName(r), FullyQualifiedName: client, Kind: "resource"}}}},
		PartialFingerprints: map[string]string{"credguide/v1": f.ID + "/" + client},
		Properties:          map[string]string{"certainty": string(f.Certainty), "party": string(f.Party)},
	}
}
