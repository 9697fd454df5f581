package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/credguide/credguide/checks"
)

var _ = register(Format{
	Name: "prometheus", About: "metrics for Prometheus (node_exporter's textfile collector)", Machine: true,
	Write: func(w io.Writer, r checks.Report) error { return prometheusAll(w, []checks.Report{r}) }, WriteAll: prometheusAll,
})

// metric is one family; its samples are computed from a report.
type metric struct {
	name, help string
	samples    func(checks.Report) []sample
}

// sample is one value; labels come in pairs after those that name the subject.
type sample struct {
	value  string
	labels []string
}

var metrics = []metric{
	{"credguide_up", "1 if the login works, else 0.", func(r checks.Report) []sample {
		return []sample{{truth(r.Verdict == checks.Healthy && !r.Interrupted), nil}}
	}},
	{"credguide_verdict", "1 for the verdict of the check, 0 for the others.", func(r checks.Report) (out []sample) {
		for _, v := range []checks.Verdict{checks.Healthy, checks.Misconfigured, checks.Unreachable, checks.Inconclusive} {
			out = append(out, sample{truth(r.Verdict == v), []string{"verdict", string(v)}})
		}
		return out
	}},
	{"credguide_finding", "1 for each finding.", func(r checks.Report) (out []sample) {
		seen := map[string]bool{} // a series must not stand there twice
		for _, f := range r.Diagnoses {
			if !seen[f.ID] {
				seen[f.ID] = true
				out = append(out, sample{"1", []string{"id", f.ID, "severity", string(f.Severity), "certainty", string(f.Certainty), "party", string(f.Party)}})
			}
		}
		return out
	}},
	{"credguide_step_passed", "1 if the step passed, 0 if not; absent when it was not taken.", func(r checks.Report) (out []sample) {
		for _, c := range stepsTaken(r) {
			out = append(out, sample{truth(c.Status == checks.Passed || c.Status == checks.Warned), []string{"step", c.ID}})
		}
		return out
	}},
	{"credguide_step_duration_seconds", "Time of each step that was taken.", func(r checks.Report) (out []sample) {
		for _, c := range stepsTaken(r) {
			out = append(out, sample{secondsOf(c.DurationMS), []string{"step", c.ID}})
		}
		return out
	}},
	{"credguide_token_lifetime_seconds", "Lifetime of the token, where one was issued.", func(r checks.Report) []sample {
		if r.Identity == nil || r.Identity.TokenExpiresInS == 0 {
			return nil
		}
		return []sample{{strconv.Itoa(r.Identity.TokenExpiresInS), nil}}
	}},
	{"credguide_check_duration_seconds", "Time of the whole check.", func(r checks.Report) []sample {
		return []sample{{secondsOf(r.DurationMS), nil}}
	}},
	{"credguide_check_timestamp_seconds", "When the check started, in seconds since 1970.", func(r checks.Report) []sample {
		return []sample{{strconv.FormatInt(r.Started.Unix(), 10), nil}}
	}},
}

// stepsTaken lists each step once: a series must not stand there twice, whatever a saved report holds.
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

// prometheusAll writes the text exposition format 0.0.4: each family once, with the samples of all reports together.
func prometheusAll(w io.Writer, reports []checks.Report) error {
	reports = onePerSubject(reports)
	var b strings.Builder
	for _, m := range metrics {
		lines := ""
		for _, r := range reports {
			for _, s := range m.samples(r) {
				lines += m.name + labels(append(subjectLabels(r), s.labels...)) + " " + s.value + "\n"
			}
		}
		if lines != "" {
			fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s", m.name, m.help, m.name, lines)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// onePerSubject keeps the last report of each subject: two samples of one series make the whole text invalid.
func onePerSubject(reports []checks.Report) []checks.Report {
	var kept []checks.Report
	at := map[string]int{}
	for _, r := range reports {
		r = tidy(r, clean)
		key := labels(subjectLabels(r))
		if i, ok := at[key]; ok {
			kept[i] = r
			continue
		}
		at[key] = len(kept)
		kept = append(kept, r)
	}
	return kept
}

func subjectLabels(r checks.Report) []string {
	return []string{"environment", environmentName(r.Subject), "backend", backendName(r.Subject), "client_id", r.Subject.ClientID}
}

// labelValue escapes as the exposition format asks for.
var labelValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func labels(pairs []string) string {
	var parts []string
	for i := 0; i+1 < len(pairs); i += 2 {
		parts = append(parts, pairs[i]+`="`+labelValue.Replace(pairs[i+1])+`"`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func truth(is bool) string {
	if is {
		return "1"
	}
	return "0"
}
