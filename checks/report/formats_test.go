package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
)

// A saved report may name any file; an annotation points into the repository or nowhere.
func TestAPlaceIsInTheRepository(t *testing.T) {
	for file, want := range map[string]string{
		"ops/list.yaml": "ops/list.yaml", "./list.yaml": "list.yaml", "/etc/passwd": "", "../list.yaml": "", "ops/../../list.yaml": "",
		"": "", "standard input": "", "https://evil.example/x": "", `C:\list.yaml`: "",
	} {
		if got := relative(file); got != want {
			t.Errorf("%q: %q", file, got)
		}
		r := interrupted()
		r.Subject.List = &checks.Listed{File: file, Line: 7}
		if place := "file=" + want + ",line=7,"; strings.Contains(write(t, "github", r), "file=") != (want != "") || want != "" && !strings.Contains(write(t, "github", r), place) {
			t.Errorf("%q: %s", file, write(t, "github", r))
		}
	}
}

func TestGitHubCommandsCannotBeForged(t *testing.T) {
	for name, r := range samples() {
		r.Diagnoses = append(slices.Clone(r.Diagnoses), checks.Finding{Severity: "error", Title: "a\n::error::forged", Means: "b\r\n::stop-commands::x"})
		for l := range strings.SplitSeq(strings.TrimSuffix(write(t, "github", r), "\n"), "\n") {
			if !regexp.MustCompile(`^::(error|warning|notice) (file=ops/list\.yaml,line=12,)?title=[^:,\r]*::[^\r]*$`).MatchString(l) {
				t.Errorf("%s: %q", name, l)
			}
		}
	}
}

func TestGitHubAnnotatesByGravity(t *testing.T) {
	for name, want := range map[string][]string{
		"healthy":        {"::notice title=Works%3A openeo.cloud", "::notice title=This is a service account%2C not you"},
		"unreachable":    {"::error title=Cannot tell%3A the identity provider is not answering"},
		"inconclusive":   {"::error title=Cannot tell whether this login works"},
		"secret-refused": {"::error title=Possible%3A The secret", "::error title=Possible%3A The client ID", "::error title=Possible%3A The client is"},
	} {
		lines := strings.Split(strings.TrimSuffix(write(t, "github", samples()[name]), "\n"), "\n")
		if len(lines) != len(want) {
			t.Errorf("%s: %d lines", name, len(lines))
			continue
		}
		for i := range want {
			if !strings.HasPrefix(lines[i], want[i]) {
				t.Errorf("%s: %q does not start with %q", name, lines[i], want[i])
			}
		}
	}
}

// The grammar of the text exposition format 0.0.4, as far as gauges need it.
var (
	helpLine   = regexp.MustCompile(`^# HELP ([a-z_]+) [^\n]+$`)
	typeLine   = regexp.MustCompile(`^# TYPE ([a-z_]+) gauge$`)
	sampleLine = regexp.MustCompile(`^([a-z_]+)\{([a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z0-9_]+="(?:[^"\\\n]|\\[\\"n])*")*)\} -?[0-9.]+$`)
)

func TestPrometheusFollowsTheFormat(t *testing.T) {
	var all []checks.Report
	for _, r := range samples() {
		all = append(all, r, r) // the same subject many times
	}
	expiring := healthy()
	expiring.Facts.Set(checks.AccountExpires, "2027-03-31")
	expiring.Subject.Labels = map[string]string{"team": "eo", "cost-centre": "1", "cost_centre": "2", "cost.centre_conflict1": "3", "name": "\"}\n"}
	late := healthy()
	late.Facts.Set(checks.EntryNotChecked, true)
	all = append(all, expiring, late, grantNotEnabled().Without(map[string]string{"grant-not-enabled": "until the move"}))
	var b strings.Builder
	if err := Formats["prometheus"].WriteAll(&b, all); err != nil {
		t.Fatal(err)
	}
	family, families, series := "", map[string]bool{}, map[string]bool{}
	for l := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\n"), "\n") {
		switch m := sampleLine.FindStringSubmatch(l); {
		case helpLine.MatchString(l):
			family = helpLine.FindStringSubmatch(l)[1]
			if families[family] {
				t.Errorf("family %s stands there twice", family)
			}
			families[family] = true
		case typeLine.MatchString(l) && typeLine.FindStringSubmatch(l)[1] == family:
		case m == nil || m[1] != family:
			t.Errorf("no line of the format: %q", l)
		case series[m[1]+m[2]]:
			t.Errorf("series twice: %q", l)
		default:
			series[m[1]+m[2]] = true
		}
	}
	if len(families) != len(Metrics) {
		t.Errorf("families: %v", families)
	}
}

// A label that Prometheus refuses would take the whole file with it, and two names that differ only
// behind the end of a label must stay two series.
func TestPrometheusShortensWhatIsLong(t *testing.T) {
	long := strings.Repeat("a", 10_000)
	var list []checks.Report
	for _, end := range []string{"1", "2"} {
		r := samples()["healthy"]
		r.Subject.Name, r.Subject.Owner, r.Subject.ClientID = long+end, long, long
		r.Subject.Labels = map[string]string{long: long, long + "1": "b"}
		list = append(list, r)
	}
	var b strings.Builder
	if err := Formats["prometheus"].WriteAll(&b, list); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(b.String()) {
		series := line[:strings.LastIndexByte(line, ' ')]
		if len(line) > 3000 || seen[series] && !strings.HasPrefix(line, "#") {
			t.Errorf("%d bytes, or twice: %.60s", len(line), line)
		}
		seen[series] = true
	}
	one := list[0]
	if file, exporter := write(t, "prometheus", one), SubjectLabels(Labelled(one).Subject, one.Subject.Name); !strings.Contains(file, `{name="`+exporter[1]+`",`) {
		t.Errorf("file and exporter name it differently: %s", exporter[1])
	}
}

func TestPrometheusTellsUpFromDown(t *testing.T) {
	for name, want := range map[string]string{"healthy": "} 1\n", "healthy-warnings": "} 1\n", "unreachable": "} 0\n", "interrupted": "} 0\n"} {
		text := write(t, "prometheus", samples()[name])
		_, rest, _ := strings.Cut(text, "credguide_up{")
		line, _, _ := strings.Cut(rest, "# HELP")
		if !strings.HasSuffix(line, want) {
			t.Errorf("%s: %q", name, line)
		}
	}
}

func TestSARIFHoldsTogether(t *testing.T) {
	for name, r := range samples() {
		var log sarifLog
		if err := json.Unmarshal([]byte(write(t, "sarif", r)), &log); err != nil {
			t.Fatal(err)
		}
		if log.Version != "2.1.0" || len(log.Runs) != 1 {
			t.Fatalf("%s: %+v", name, log)
		}
		run := log.Runs[0]
		wrong := len(r.BySeverity(checks.Error)) + len(r.BySeverity(checks.Warning))
		if wrong == 0 && (r.Verdict != checks.Healthy || r.Interrupted) {
			wrong = 1
		}
		if len(run.Results) != wrong || run.Tool.Driver.Name == "" || len(run.Properties.Accounts) != 1 {
			t.Errorf("%s: %d results for %d findings", name, len(run.Results), len(r.Diagnoses))
		}
		for _, res := range run.Results {
			if !slices.ContainsFunc(run.Tool.Driver.Rules, func(rule sarifRule) bool { return rule.ID == res.RuleID && rule.FullDescription.Text != "" }) {
				t.Errorf("%s: there is no rule %s", name, res.RuleID)
			}
			if !slices.Contains([]string{"none", "note", "warning", "error"}, res.Level) || res.Kind != "fail" && res.Level != "none" {
				t.Errorf("%s: level %q, kind %q", name, res.Level, res.Kind)
			}
			if res.Message.Text == "" || len(res.Locations) != 1 {
				t.Errorf("%s: %+v", name, res)
			}
		}
	}
}

// longList is a long list: so many entries of each kind, in turn while there are any.
func longList(broken, unknown, warned int) (list []Entry) {
	for i := range max(broken, unknown, warned) {
		for _, kind := range []struct {
			letter string
			count  int
			report checks.Report
		}{{"w", warned, healthyWithWarnings()}, {"u", unknown, unreachable()}, {"b", broken, grantNotEnabled()}} {
			if i < kind.count {
				list = append(list, Entry{Report: kind.report, Label: fmt.Sprint(kind.letter, i)})
			}
		}
	}
	return list
}

// GitHub takes 25,000 results of a run, here 25. What is left out is counted, and it is not what must
// be fixed while there is room for it.
func TestSARIFOfALongListIsTaken(t *testing.T) {
	const each = 2 // warnings of an account with warnings
	format := Formats["sarif"]
	if !slices.Equal(format.List.Limits, []Limit{{0, 2, 25_000}}) {
		t.Errorf("%v", format.List.Limits)
	}
	format.List.Limits = []Limit{{0, 2, 25}}
	for _, c := range []struct{ broken, unknown, warned, unknownShown, warningsShown int }{
		{16, 8, 2, 8, 1},
		{16, 10, 10, 9, 0},
		{26, 1, 1, 0, 0},
		{0, 0, 13, 0, 24}, // the last account has two, and there is room for one
		{0, 3, 1, 3, each},
	} {
		var b strings.Builder
		if err := format.WriteList(&b, longList(c.broken, c.unknown, c.warned), ListOptions{}); err != nil {
			t.Fatal(err)
		}
		var log sarifLog
		if err := json.Unmarshal([]byte(b.String()), &log); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		run, kinds := log.Runs[0], ""
		for _, res := range run.Results {
			kinds += res.Properties["name"][:1]
		}
		if want := strings.Repeat("b", min(c.broken, 25)) + strings.Repeat("u", c.unknownShown) + strings.Repeat("w", c.warningsShown); kinds != want {
			t.Errorf("%+v: %d results, %d of them broken, %d unknown", c, len(kinds), strings.Count(kinds, "b"), strings.Count(kinds, "u"))
		}
		left := c.broken + c.unknown + each*c.warned - len(run.Results)
		if run.Properties.LeftOut != left || len(run.Properties.Accounts) != c.broken+c.unknown+c.warned {
			t.Errorf("%+v: %d left out, not %d, %d accounts", c, run.Properties.LeftOut, left, len(run.Properties.Accounts))
		}
		if said := run.Invocations[0].ToolExecutionNotifications; (left > 0) != (len(said) == 1) || left > 0 && !strings.HasPrefix(said[0].Message.Text, fmt.Sprint(left, " results left out")) {
			t.Errorf("%+v: %+v", c, said)
		}
	}
}

// Ten annotations of a kind are all that GitHub shows: what must be fixed is not hidden behind what
// could not be told.
func TestGitHubShowsWhatMustBeFixedFirst(t *testing.T) {
	for _, c := range []struct {
		broken, unknown int
		kinds, more     string
	}{
		{2, 20, "bbuuuuuuu", "::error title=13 more of this kind::"},
		{12, 20, "bbbbbbbbb", "::error title=23 more of this kind::"},
		{2, 7, "bbuuuuuuu", ""},
	} {
		var b strings.Builder
		if err := Formats["github"].WriteList(&b, longList(c.broken, c.unknown, 0), ListOptions{}); err != nil {
			t.Fatal(err)
		}
		kinds := ""
		for _, m := range regexp.MustCompile(`(?m)^::error title=([bu])\d+%3A `).FindAllStringSubmatch(b.String(), -1) {
			kinds += m[1]
		}
		if kinds != c.kinds || c.more != "" && !strings.Contains(b.String(), c.more) || c.more == "" && strings.Contains(b.String(), "more of this kind") {
			t.Errorf("%+v: %s\n%s", c, kinds, &b)
		}
	}
}

func TestEveryFormatWritesManyAsOneDocument(t *testing.T) {
	many := []checks.Report{healthy(), grantNotEnabled(), unreachable(), secretRefused()}
	for _, name := range Names() {
		var b strings.Builder
		if err := Formats[name].WriteAll(&b, many); err != nil {
			t.Fatal(err)
		}
		if name == "text" || name == "markdown" {
			golden(t, "all/many"+extensions[name], []byte(b.String()))
		}
		if !strings.Contains(b.String(), "nightly-ndvi") || !strings.HasSuffix(b.String(), "\n") {
			t.Errorf("%s: %q", name, b.String())
		}
	}
}

// Whoever must be waited for is the same in every format: TLS that the network breaks is no failure of the credential.
func TestFormatsAgreeOnWhatIsWaitedFor(t *testing.T) {
	c, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	observed, err := checks.ParseFacts(map[string]any{
		"discovery.tried": true, "discovery.failure": "tls-handshake", "discovery.failure_detail": "no common protocol", "discovery.host": "idp.example.org",
	})
	if err != nil {
		t.Fatal(err)
	}
	r := checks.Diagnose(c, checks.Evidence{Facts: observed})
	if first, _ := r.First(); r.Verdict != checks.Unreachable || first.ID != "tls-handshake-failed" {
		t.Fatalf("%s because of %q", r.Verdict, first.ID)
	}
	if got := outcomes(readSuite(t, write(t, "junit", r))); len(got) == 0 || !strings.HasPrefix(got[0], "error: ") {
		t.Errorf("JUnit calls it %q", got)
	}
	if got := write(t, "github", r); !strings.Contains(got, "title=Cannot tell") {
		t.Errorf("GitHub says %q", got)
	}
}

// Whatever a log is read by, a text of a server is no command to it, turns nothing around and pretends no host.
func TestEveryFormatIsHarmlessInALog(t *testing.T) {
	evil := "\x1b[31m::stop-commands::x\n::add-mask::y ##vso[task.setvariable]z ##teamcity[buildStatus] ##[error]w \u202e\u2066\u200b <script>alert(1)</script> https://\u0430ai.egi.eu/x"
	obeyed := regexp.MustCompile(`(?im)^\s*::(?:stop|add)|##[a-z]*\[|[\x{200b}\x{202e}\x{2066}\x{430}\x1b]`)
	for _, name := range Names() {
		r := withText(evil)
		if name == "json" {
			r = tidy(r, clean) // its texts are those of the evidence, which is clean
		}
		for _, document := range []string{write(t, name, r), many(t, name, r, r)} {
			if found := obeyed.FindString(document); found != "" || name == "html" && strings.Contains(document, "<script") {
				t.Errorf("%s: %q in\n%s", name, found, document)
			}
		}
	}
}

func many(t *testing.T, name string, reports ...checks.Report) string {
	t.Helper()
	var b strings.Builder
	if err := Formats[name].WriteAll(&b, reports); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// "Works" without a reservation means that the openEO Python client would log in here.
func TestTheHeadlineSaysWhereThePythonClientFails(t *testing.T) {
	for certainty, want := range map[checks.Certainty]string{
		checks.Certain: "Works, but not with the Python client: openeo.cloud accepts this service account", checks.Possible: "Works: openeo.cloud accepts this service account",
	} {
		r := healthy()
		r.Diagnoses = append(r.Diagnoses, checks.Finding{ID: "python-client-differs", Severity: checks.Warning, Certainty: certainty})
		if got := headline(r); got != want {
			t.Errorf("%s: %s", certainty, got)
		}
	}
}

// A warning is no cause: what could not be told is a result beside it.
func TestSARIFSaysWhatCouldNotBeToldBesideAWarning(t *testing.T) {
	r := healthyWithWarnings()
	r.Verdict = checks.Inconclusive
	sarif := write(t, "sarif", r)
	for _, id := range []string{unclearID, r.Diagnoses[0].ID} {
		if !strings.Contains(sarif, `"ruleId":"`+id+`"`) {
			t.Errorf("%s is missing in %s", id, sarif)
		}
	}
}

// Where the only cause is ignored, every format says so, and none of them fails a job.
func TestAnIgnoredCauseFailsNoFormat(t *testing.T) {
	r := grantNotEnabled().Without(map[string]string{"grant-not-enabled": "until the move"})
	if !r.Settled() {
		t.Fatalf("%s, %+v", r.Verdict, r.Diagnoses)
	}
	said := "Ignored: " + afterColon(r.Hidden[0].Title)
	for format, never := range map[string][]string{
		"text": {"Cannot tell", "Works"}, "markdown": {"Cannot tell", "Works"}, "html": {"Cannot tell", "Works"},
		"junit": {"<failure", "<error"}, "github": {"::error", "::warning"},
	} {
		one := write(t, format, r)
		var list strings.Builder
		if err := Formats[format].WriteList(&list, []Entry{{Report: r, Label: "nightly"}}, ListOptions{Text: PlainText}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(one, "%3A", ":")), " "), said) {
			t.Errorf("%s: %s", format, one)
		}
		for _, words := range never {
			if strings.Contains(one, words) || strings.Contains(list.String(), words) {
				t.Errorf("%s says %q:\n%s\n%s", format, words, one, &list)
			}
		}
		if format == "text" && !strings.Contains(list.String(), "1 checked, 0 work, 1 ignored") || format == "junit" && !strings.Contains(list.String(), `errors="0" failures="0" skipped="1"`) {
			t.Errorf("%s: %s", format, &list)
		}
	}
	if got, want := written(t, r, TextOptions{Unicode: true, Quiet: true}), "‼ "+said+" (grant-not-enabled)\n"; got != want {
		t.Errorf("--quiet: %q, not %q", got, want)
	}
	if metrics := write(t, "prometheus", r); !regexp.MustCompile(`(?m)^credguide_ignored\{.*id="grant-not-enabled"\} 1$`).MatchString(metrics) {
		t.Error(metrics)
	}
	if sarif := write(t, "sarif", r); strings.Contains(sarif, `"ruleId"`) || !strings.Contains(sarif, `"ignored":"grant-not-enabled"`) {
		t.Error(sarif)
	}
	if json := write(t, "json", r); !strings.Contains(json, `"verdict": "inconclusive"`) || !strings.Contains(json, `"ignored": "until the move"`) {
		t.Error(json)
	}
}

// The report of an account says which one it is, whose, and what its labels are: several of them
// stand in one summary, one folder or one test page.
func TestAnAccountIsNamedInEveryFormat(t *testing.T) {
	for _, r := range []checks.Report{healthy(), grantNotEnabled()} {
		r.Subject.Name, r.Subject.Owner, r.Subject.Labels = "weekly-run", "eo-ops at the lab", map[string]string{"team": "forests"}
		for _, format := range Names() {
			text := write(t, format, r)
			for _, want := range []string{"weekly-run", "eo-ops at the lab", "team", "forests"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s lacks %q:\n%s", format, want, text)
				}
			}
		}
	}
}

// CI systems tell test cases apart by class and name.
func TestTestCasesOfTwoAccountsStayApart(t *testing.T) {
	a, b := grantNotEnabled(), grantNotEnabled()
	a.Subject.Name, b.Subject.Name = "a.1", "b"
	classes := regexp.MustCompile(`classname="[^"]*"`)
	for _, class := range classes.FindAllString(write(t, "junit", a), -1) {
		if !strings.Contains(class, ".a-1") || slices.Contains(classes.FindAllString(write(t, "junit", b), -1), class) {
			t.Error(class)
		}
	}
}
