package serve

import (
	"cmp"
	"io"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
)

// Family describes a metric: what the exporter writes, and what its reference says.
type Family struct {
	Name, Help string
	Type       dto.MetricType
	Labels     []string // beside those that name the account
	Account    bool     // one or more of each account; else one of the exporter

	samples func(record) []report.Sample
}

// Families are the metrics of the accounts and of the exporter itself, by name.
var Families = sorted(append(ofReports(),
	Family{
		Name: stateSince, Help: "Since when the account has this verdict, in seconds since 1970.", Type: dto.MetricType_GAUGE, Account: true,
		samples: func(r record) []report.Sample { return []report.Sample{{Value: float64(r.Since.Unix())}} },
	},
	Family{
		Name: "credguide_checks_total", Help: "How many checks were made of the account.", Type: dto.MetricType_COUNTER, Account: true,
		samples: func(r record) []report.Sample { return []report.Sample{{Value: float64(r.Checks)}} },
	},
	Family{Name: listAccounts, Help: "How many accounts the list has, or this instance's part of it.", Type: dto.MetricType_GAUGE},
	Family{Name: listRead, Help: "When the list in force was read, in seconds since 1970.", Type: dto.MetricType_GAUGE},
	Family{Name: listReloaded, Help: "1 if the last attempt to read the list worked, else 0: the list before it is in force.", Type: dto.MetricType_GAUGE},
	Family{Name: stateSaved, Help: "1 if results are kept in the folder of --state, else 0; absent without --state.", Type: dto.MetricType_GAUGE},
	Family{Name: buildInfo, Help: "1, with the version of the program.", Type: dto.MetricType_GAUGE, Labels: []string{"version"}},
))

const (
	stateSince   = "credguide_state_since_timestamp_seconds"
	checkTime    = "credguide_check_timestamp_seconds"
	listAccounts = "credguide_list_accounts"
	listRead     = "credguide_list_last_reload_success_timestamp_seconds"
	listReloaded = "credguide_list_last_reload_successful"
	stateSaved   = "credguide_state_last_save_successful"
	buildInfo    = "credguide_build_info"
)

// ofReports are the metrics that --output prometheus has too, by the same names.
func ofReports() (list []Family) {
	for _, m := range report.Metrics {
		if !m.OnlyFile {
			list = append(list, Family{
				Name: m.Name, Help: m.Help, Type: dto.MetricType_GAUGE, Labels: m.Labels, Account: true,
				samples: func(r record) []report.Sample { return m.Samples(r.Report) },
			})
		}
	}
	return list
}

func sorted(list []Family) []Family {
	slices.SortFunc(list, func(a, b Family) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// series are an account's metrics of one family. They are made once for each check, so that a
// scrape only writes them.
type series struct {
	family  string
	metrics []*dto.Metric
}

func seriesOf(r record) (all []series) {
	shown := r
	shown.Report = report.Labelled(r.Report)
	subject := pairs(report.SubjectLabels(shown.Report.Subject, r.Name))
	for _, f := range Families {
		if !f.Account {
			continue
		}
		var metrics []*dto.Metric
		for _, s := range f.samples(shown) {
			metrics = append(metrics, metricOf(f.Type, s.Value, append(slices.Clip(subject), pairs(s.Labels)...)))
		}
		if len(metrics) > 0 {
			all = append(all, series{f.Name, metrics})
		}
	}
	return all
}

func pairs(texts []string) (labels []*dto.LabelPair) {
	for i := 0; i+1 < len(texts); i += 2 {
		labels = append(labels, &dto.LabelPair{Name: &texts[i], Value: &texts[i+1]})
	}
	return labels
}

func metricOf(kind dto.MetricType, value float64, labels []*dto.LabelPair) *dto.Metric {
	slices.SortFunc(labels, func(a, b *dto.LabelPair) int { return cmp.Compare(a.GetName(), b.GetName()) })
	if kind == dto.MetricType_COUNTER {
		return &dto.Metric{Label: labels, Counter: &dto.Counter{Value: &value}}
	}
	return &dto.Metric{Label: labels, Gauge: &dto.Gauge{Value: &value}}
}

// processMetrics are those that every exporter has: of the process and of its runtime.
func processMetrics() prometheus.Gatherer {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// metricsKind is the content type of the text format, which every Prometheus reads whatever else it
// prefers.
var metricsKind = string(expfmt.NewFormat(expfmt.TypeTextPlain))

// writeMetrics writes the last results of all accounts, and what the exporter tells of itself. It
// checks nothing.
func (m *monitor) writeMetrics(w io.Writer) error {
	byName := map[string][]*dto.Metric{}
	m.mu.Lock()
	for _, a := range m.order {
		for _, s := range a.series {
			byName[s.family] = append(byName[s.family], s.metrics...)
		}
	}
	m.mu.Unlock()
	for name, sample := range m.own() {
		byName[name] = []*dto.Metric{metricOf(dto.MetricType_GAUGE, sample.Value, pairs(sample.Labels))}
	}
	process, _ := m.process.Gather() // what cannot be told of the process is no reason to keep the accounts' back
	return encode(w, append(process, families(byName)...))
}

// byFamily are the metrics of an account.
func (r result) byFamily() map[string][]*dto.Metric {
	byName := map[string][]*dto.Metric{}
	for _, s := range r.series {
		byName[s.family] = s.metrics
	}
	return byName
}

func families(byName map[string][]*dto.Metric) (all []*dto.MetricFamily) {
	for _, f := range Families {
		if metrics := byName[f.Name]; len(metrics) > 0 {
			all = append(all, &dto.MetricFamily{Name: &f.Name, Help: &f.Help, Type: &f.Type, Metric: metrics})
		}
	}
	return all
}

// encode writes families in the order of their names.
func encode(w io.Writer, all []*dto.MetricFamily) error {
	slices.SortFunc(all, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	for _, f := range all {
		if _, err := expfmt.MetricFamilyToText(w, f); err != nil {
			return err
		}
	}
	return nil
}

// own are the metrics of the exporter itself.
func (m *monitor) own() map[string]report.Sample {
	m.mu.Lock()
	defer m.mu.Unlock()
	truth := func(is bool) report.Sample {
		if is {
			return report.Sample{Value: 1}
		}
		return report.Sample{}
	}
	own := map[string]report.Sample{
		listAccounts: {Value: float64(len(m.order))},
		listRead:     {Value: float64(m.read.Unix())},
		listReloaded: truth(m.trouble == ""),
		buildInfo:    {Value: 1, Labels: []string{"version", app.Tool().Version}},
	}
	if m.state.dir != "" {
		own[stateSaved] = truth(m.state.trouble() == "")
	}
	return own
}
