package explain

import "github.com/credguide/credguide/checks"

// Explanation is a diagnosis as `explain --output json` writes it.
type Explanation struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Layer      checks.Layer      `json:"layer"`
	Severity   checks.Severity   `json:"severity"`
	Party      checks.Party      `json:"party"`
	Means      []string          `json:"means"`
	Rules      []explainedRule   `json:"rules"`
	Fix        []string          `json:"fix"`
	Where      *checks.Where     `json:"where,omitempty"`
	SeparateBy string            `json:"separate_by,omitempty"`
	HiddenBy   []string          `json:"hidden_by"`
	Refs       []string          `json:"refs"`
	Examples   []explainedSample `json:"examples"`
	Origin     string            `json:"origin"`
}

type explainedRule struct {
	When      any              `json:"when"`
	Certainty checks.Certainty `json:"certainty"`
	Severity  checks.Severity  `json:"severity,omitempty"`
	Party     checks.Party     `json:"party,omitempty"`
	Title     string           `json:"title,omitempty"`
	Excludes  []string         `json:"excludes,omitempty"`
}

type explainedSample struct {
	Name   string `json:"name"`
	Expect string `json:"expect"`
}

// ExplanationOf is what `explain ID --output json` shows of a diagnosis.
func ExplanationOf(d *checks.Diagnosis) Explanation {
	e := Explanation{
		ID: d.ID, Title: d.Title, Layer: d.Layer, Severity: d.Severity, Party: d.Party,
		Means: orEmpty(d.Means), Fix: orEmpty(d.Fix.Lines()), Where: d.Where, SeparateBy: d.SeparateBy,
		HiddenBy: orEmpty(d.HiddenBy), Refs: orEmpty(d.Refs), Origin: d.Origin,
		Rules: []explainedRule{}, Examples: []explainedSample{},
	}
	for _, r := range d.Rules {
		e.Rules = append(e.Rules, explainedRule{r.When, r.Certainty, r.Severity, r.Party, r.Title, excluded(r)})
	}
	for _, ex := range d.Examples {
		e.Examples = append(e.Examples, explainedSample{ex.Name, ex.Expect})
	}
	return e
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
