package serve

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/credguide/credguide/checks/report"
)

// collector shows the last results. It describes no metric beforehand, because accounts have labels of their own.
type collector struct {
	m    *monitor
	only string // empty: all accounts
}

// Describe makes this an unchecked collector.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect gives the metrics of a report, and what the exporter alone knows.
func (c collector) Collect(out chan<- prometheus.Metric) {
	for _, r := range c.m.records() {
		if c.only != "" && r.Name != c.only || !r.Checked {
			continue
		}
		subject := report.SubjectLabels(r.Report.Subject, r.Name)
		for _, metric := range report.Metrics {
			for _, s := range metric.Samples(r.Report) {
				put(out, metric.Name, metric.Help, prometheus.GaugeValue, s.Value, subject, s.Labels)
			}
		}
		put(out, "credguide_state_since_timestamp_seconds", "Since when the account has this verdict, in seconds since 1970.", prometheus.GaugeValue, float64(r.Since.Unix()), subject, nil)
		put(out, "credguide_checks_total", "How many checks were made of the account.", prometheus.CounterValue, float64(r.Checks), subject, nil)
	}
}

func put(out chan<- prometheus.Metric, name, help string, kind prometheus.ValueType, value float64, subject, more []string) {
	var names, values []string
	for _, pairs := range [][]string{subject, more} {
		for i := 0; i+1 < len(pairs); i += 2 {
			names, values = append(names, pairs[i]), append(values, pairs[i+1])
		}
	}
	out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, names, nil), kind, value, values...)
}

// atOnce bounds the scrapes that are answered at once; the others are told to come back.
const atOnce = 4

func (m *monitor) metrics(only string) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{m, only})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: atOnce})
}
