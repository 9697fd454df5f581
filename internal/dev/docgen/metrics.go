package main

import (
	"strings"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/serve"
)

// addMetrics makes the page of the metrics, from what the program itself writes.
func addMetrics(made pages) error {
	out := newPage("Metrics", "checks/report/prometheus.go and cli/serve/metrics.go")
	out.paragraph("`credguide serve` has these metrics at `/metrics`, and those of one account at `/probe?name=NAME`. `--output prometheus` writes " +
		"those of a single check by the same names, for node_exporter's textfile collector. No metric holds a secret.")
	out.heading("Of each account")
	out.paragraph("Each of them names the account by the labels `name`, `environment`, `backend`, `client_id`, `owner` where the list has one, and " +
		"`label_KEY` for each of the list's labels. Characters of KEY that a label cannot have become `_`. An account that has not been checked yet has none.")
	var accounts, own, only [][]string
	for _, f := range serve.Families {
		row := []string{span(f.Name), strings.ToLower(f.Type.String()), text(f.Help), spans(f.Labels)}
		if f.Account {
			accounts = append(accounts, row)
		} else {
			own = append(own, row)
		}
	}
	for _, m := range report.Metrics {
		if m.OnlyFile {
			only = append(only, []string{span(m.Name), "gauge", text(m.Help), spans(m.Labels)})
		}
	}
	head := []string{"Metric", "Type", "Meaning", "Further labels"}
	out.table(head, accounts)
	out.heading("Only with --output prometheus")
	out.table(head, only)
	out.heading("Of serve itself")
	out.paragraph("At `/metrics` only. Beside them stand the usual ones of the process and of Go's runtime (`process_*`, `go_*`).")
	out.table(head, own)
	out.paragraph("Alert rules that use them: [credguide.rules.yaml](operations/prometheus/credguide.rules.yaml).")
	made["docs/metrics.md"] = out.bytes()
	return nil
}
