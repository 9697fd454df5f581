package report

import (
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

var _ = register(Format{
	Name: "prometheus", About: "metrics for Prometheus (node_exporter's textfile collector)",
	Write: prometheusOne,
	List:  Sheet{Sections: len(Metrics), Part: prometheusParts, Before: prometheusBefore},
})

// Metric is one family; its samples are computed from a report.
type Metric struct {
	Name, Help string
	Labels     []string // beside those of SubjectLabels
	OnlyFile   bool     // the exporter does not have it
	Samples    func(checks.Report) []Sample
}

// Sample is one value; labels come in pairs after those that name the subject.
type Sample struct {
	Value  float64
	Labels []string
}

func one(value float64) []Sample { return []Sample{{Value: value}} }

// Metrics are the families that a report has; those that need more than one report are the
// exporter's own.
var Metrics = []Metric{
	{"credguide_up", "1 if the login works, else 0.", nil, false, asked(func(r checks.Report) []Sample {
		return one(truth(r.Verdict == checks.Healthy && !r.Interrupted))
	})},
	{"credguide_verdict", "1 for the verdict of the check, 0 for the others.", []string{"verdict"}, false, asked(func(r checks.Report) (out []Sample) {
		for _, v := range []checks.Verdict{checks.Healthy, checks.Misconfigured, checks.Unreachable, checks.Inconclusive} {
			out = append(out, Sample{truth(r.Verdict == v), []string{"verdict", string(v)}})
		}
		return out
	})},
	{"credguide_finding", "1 for each finding.", []string{"id", "severity", "certainty", "party"}, false, func(r checks.Report) (out []Sample) {
		seen := map[string]bool{} // a series must not stand there twice
		for _, f := range r.Diagnoses {
			if !seen[f.ID] {
				seen[f.ID] = true
				out = append(out, Sample{1, []string{"id", f.ID, "severity", string(f.Severity), "certainty", string(f.Certainty), "party", string(f.Party)}})
			}
		}
		return out
	}},
	{"credguide_ignored", "1 where the cause that keeps the login from working is ignored.", []string{"id"}, false, func(r checks.Report) []Sample {
		if cause, _ := r.IgnoredError(); r.Settled() {
			return []Sample{{1, []string{"id", cause.ID}}}
		}
		return nil
	}},
	{"credguide_not_checked", "1 for an account that --list-deadline left without a verdict.", nil, true, func(r checks.Report) []Sample {
		if leftOut(r) {
			return one(1)
		}
		return nil
	}},
	{"credguide_step_passed", "1 if the step passed, 0 if not; absent when it was not taken.", []string{"step"}, true, func(r checks.Report) (out []Sample) {
		for _, c := range stepsTaken(r) {
			out = append(out, Sample{truth(c.Status == checks.Passed || c.Status == checks.Warned), []string{"step", c.ID}})
		}
		return out
	}},
	{"credguide_step_duration_seconds", "Time of each step that was taken.", []string{"step"}, true, func(r checks.Report) (out []Sample) {
		for _, c := range stepsTaken(r) {
			out = append(out, Sample{float64(c.DurationMS) / 1000, []string{"step", c.ID}})
		}
		return out
	}},
	{"credguide_token_lifetime_seconds", "Lifetime of the token, where one was issued.", nil, false, func(r checks.Report) []Sample {
		if r.Identity == nil || r.Identity.TokenExpiresInS == 0 {
			return nil
		}
		return one(float64(r.Identity.TokenExpiresInS))
	}},
	{"credguide_client_expires_timestamp_seconds", "The client's end date, where one is known, in seconds since 1970.", nil, false, func(r checks.Report) []Sample {
		end, err := time.Parse(time.DateOnly, r.Facts.Text(checks.AccountExpires))
		if err != nil {
			return nil
		}
		return one(float64(end.Unix()))
	}},
	{"credguide_check_duration_seconds", "Time of the whole check.", nil, false, asked(func(r checks.Report) []Sample {
		return one(float64(r.DurationMS) / 1000)
	})},
	{"credguide_check_timestamp_seconds", "When the check started, in seconds since 1970.", nil, false, asked(func(r checks.Report) []Sample {
		return one(float64(r.Started.Unix()))
	})},
}

// leftOut tells that the deadline of the list came before anything could be told of an account.
func leftOut(r checks.Report) bool {
	return r.Facts.Is(checks.EntryNotChecked) || r.Facts.Is(checks.EntryCutShort) && r.Verdict == checks.Inconclusive
}

// asked leaves out an account that nobody asked about, or not to the end. A verdict of it would say
// that a service does not answer, and the time of its check that it is fresh.
func asked(samples func(checks.Report) []Sample) func(checks.Report) []Sample {
	return func(r checks.Report) []Sample {
		if leftOut(r) {
			return nil
		}
		return samples(r)
	}
}

// stepsTaken lists each step once: a series must not stand there twice, whatever a saved report
// holds.
func stepsTaken(r checks.Report) (taken []checks.Check) {
	seen := map[string]bool{}
	for _, c := range r.Checks {
		if c.Status != checks.Skipped && !seen[c.ID] {
			seen[c.ID] = true
			taken = append(taken, c)
		}
	}
	return taken
}

// prometheusOne writes the text exposition format 0.0.4.
func prometheusOne(w io.Writer, r checks.Report) error {
	return Formats["prometheus"].WriteList(w, []Entry{{Report: r, Label: r.Subject.Name}}, ListOptions{})
}

// prometheusParts are the samples of one report, family by family: each family stands there once.
func prometheusParts(e Entry, _ ListOptions) []string {
	r := Labelled(e.Report)
	pairs := SubjectLabels(r.Subject, e.Label)
	if pairs[1] == "" { // the same as no name
		pairs = pairs[2:]
	}
	subject := appendLabels([]byte("{"), pairs)
	parts := make([]string, len(Metrics))
	var part []byte
	for i, m := range Metrics {
		part = part[:0]
		for _, s := range m.Samples(r) {
			part = append(append(part, m.Name...), subject...)
			part = append(appendLabels(part, s.Labels), "} "...)
			part = append(strconv.AppendFloat(part, s.Value, 'f', -1, 64), '\n')
		}
		parts[i] = string(part)
	}
	return parts
}

func prometheusBefore(section int, t *Totals, _ ListOptions) string {
	if section == len(Metrics) || t.Parts[section] == 0 {
		return ""
	}
	m := Metrics[section]
	return fmt.Sprintf("# HELP %s %s\n# TYPE %s gauge\n", m.Name, m.Help, m.Name)
}

// longestLabel bounds a label's name and its value, in characters: a series that Prometheus refuses
// takes the whole scrape with it.
const longestLabel = 300

// Labelled is a report with each text as long as a label may be. File and exporter have the same.
func Labelled(r checks.Report) checks.Report {
	return tidy(r, func(s string) string { return text.Line(s, longestLabel) })
}

// shortName is an account's name as a label. Two long ones that begin alike stay apart, or a series
// would stand there twice.
func shortName(name string) string {
	if len(name) > longestLabel {
		digest := fnv.New64a()
		_, _ = digest.Write([]byte(name))
		name = fmt.Sprintf("%016x…%s", digest.Sum64(), name)
	}
	return text.Line(name, longestLabel)
}

// SubjectLabels are the labels that name what was checked, in pairs. Those of the list get a name
// of their own, so that they hide none of the program's; two that would become one are told apart
// by a number.
func SubjectLabels(s checks.Subject, name string) []string {
	pairs := []string{"name", shortName(name), "environment", environmentName(s), "backend", backendName(s), "client_id", s.ClientID}
	taken := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		label := "label_" + labelName(text.Line(key, longestLabel))
		for n, plain := 1, label; taken[label]; n++ {
			label = fmt.Sprintf("%s_conflict%d", plain, n)
		}
		taken[label] = true
		pairs = append(pairs, label, s.Labels[key])
	}
	if s.Owner != "" {
		pairs = append(pairs, "owner", s.Owner)
	}
	return pairs
}

// labelName makes a name of what Prometheus takes for one.
func labelName(key string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, key)
}

// labelValue escapes as the exposition format asks for.
var labelValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// appendLabels adds pairs to those that stand behind a brace.
func appendLabels(out []byte, pairs []string) []byte {
	for pair := range slices.Chunk(pairs, 2) {
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(append(out, pair[0]...), `="`...)
		out = append(append(out, labelValue.Replace(pair[1])...), '"')
	}
	return out
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
