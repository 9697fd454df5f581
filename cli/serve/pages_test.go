package serve

import (
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"golang.org/x/net/html"

	"github.com/credguide/credguide/checks"
)

// evil is a text that somebody else chose.
const evil = "\"}\n# HELP x </td></table><script>alert(1)</script>{{.}} javascript:alert(1) {} \\ \x1b[31m\u202e' \xff"

// known puts results into a monitor as if checks had found them.
func known(t testing.TB, m *monitor, change func(i int, r *checks.Report)) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	started := time.Now() // of all, as the page has the latest first
	for i, a := range m.order {
		r := reportOf(a.entry, checks.Healthy, started)
		change(i, &r)
		a.result = resultOf(a.after(r, a.mark), nil)
	}
}

func brokenBy(r *checks.Report, title string) {
	r.Verdict = checks.Misconfigured
	r.Diagnoses = []checks.Finding{{
		ID: "client-secret-wrong", Severity: checks.Error, Certainty: checks.Certain, Party: checks.PartyYou, Title: title, Explain: "credguide explain client-secret-wrong",
		Steps: checks.FixSteps{{Text: "Copy the secret again."}, {Text: "Then:", Run: "credguide check --environment demo"}},
	}}
}

// elements are those of a page with that name.
func elements(page *html.Node, name string) (found []*html.Node) {
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func parsed(t *testing.T, text string) *html.Node {
	t.Helper()
	page, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestAPageOfAThousandRowsCanBeRead(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, numbered(1000)...)+entries(issuer, "..", "new"))
	m, _ := start(t, newWorld(), &flags{}, list)
	known(t, m, func(i int, r *checks.Report) {
		switch i {
		case 700:
			brokenBy(r, "the secret is wrong")
		case 800:
			r.Verdict = checks.Unreachable
		case 900:
			r.Verdict = checks.Inconclusive
		}
	})
	m.accounts["new"].result = result{record: record{Name: "new"}}
	text := get(t, m, "/", http.StatusOK)
	page := parsed(t, text)
	for name, want := range map[string]int{
		"html": 1, "title": 1, "header": 1, "main": 1, "footer": 1, "h1": 1, "table": 1, "caption": 1, "thead": 1, "legend": 1, "script": 0, "form": 0, "img": 0, "link": 0,
	} {
		if n := len(elements(page, name)); n != want {
			t.Errorf("%d elements %s, not %d", n, name, want)
		}
	}
	if attribute(elements(page, "html")[0], "lang") != "en" {
		t.Error("the page has no language")
	}
	if got := words(elements(page, "h1")[0]); got != "1002 accounts: 998 work, 1 misconfigured, 2 unclear, 1 not checked yet" {
		t.Error(got)
	}
	for _, input := range elements(page, "input") {
		if !slices.ContainsFunc(elements(page, "label"), func(l *html.Node) bool { return attribute(l, "for") == attribute(input, "id") }) {
			t.Error("an input without a label")
		}
	}
	for _, th := range elements(page, "th") {
		if attribute(th, "scope") == "" || words(th) == "" {
			t.Error("a heading of the table without its scope or words")
		}
	}
	rows := elements(elements(page, "tbody")[0], "tr")
	var first []string
	for _, row := range rows[:5] {
		first = append(first, words(elements(row, "th")[0]))
		if cells := elements(row, "td"); len(cells) != 5 || len(words(cells[0])) < 6 {
			t.Errorf("%d cells, the verdict %q", len(cells), words(cells[0]))
		}
	}
	if len(rows) != 1002 || !slices.Equal(first, []string{"a0700", "a0800", "a0900", "new", "a0000"}) {
		t.Errorf("%d rows, %v first", len(rows), first)
	}
	has(t, text, "the secret is wrong", "Copy the secret again.", "<code>credguide check --environment demo</code>", "Each account is checked every hour.")
	if len(text) > 1<<20 {
		t.Errorf("%d bytes", len(text))
	}
	for _, a := range elements(page, "a") {
		if to := attribute(a, "href"); !strings.HasPrefix(to, "accounts/") && to != "metrics" {
			t.Errorf("a link leads to %q", to)
		}
	}
	has(t, get(t, m, "/accounts/a0700", http.StatusOK), "<h1>", "the secret is wrong",
		`<a href="../">All accounts</a> · misconfigured since `)
	has(t, get(t, m, "/accounts/?name=..", http.StatusOK), "<h1>")
	get(t, m, "/accounts/new", http.StatusServiceUnavailable)
	for _, path := range []string{"/accounts/", "/accounts/other", "/accounts/a%2Fb", "/probe", "/probe?name=", "/probe?name=other", "/probe?name=%00", "/other", "/-/other"} {
		get(t, m, path, http.StatusNotFound)
	}
}

// The command beside a step is its own, or the check at the end; that of another step would be wrong.
func TestTheNextStepHasItsOwnCommand(t *testing.T) {
	const explain = "credguide explain x"
	for want, steps := range map[string]checks.FixSteps{
		"use it: credguide check --environment a": {{Text: "use it", Run: "credguide check --environment a"}, {Text: "or", Run: "credguide register"}},
		"compare: credguide check --only a":       {{Text: "compare"}, {Text: "or", Run: "credguide register"}, {Text: "then", Run: "credguide check --only a"}},
		"set it: " + explain:                      {{Text: "set it"}, {Text: "or register", Run: "credguide register"}},
		": " + explain:                            nil,
	} {
		step, run := nextStep(checks.Finding{Explain: explain, Steps: steps})
		if got := step + ": " + run; got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// Who looks at the page at night sees what broke last, for how long it has been so, and when the
// next check will show that it is mended.
func TestThePageSaysForHowLongAndWhenNext(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "fine", "long", "lately", "new"))
	synctest.Test(t, func(t *testing.T) {
		m, _ := start(t, newWorld(), &flags{every: 6 * time.Hour}, list)
		known(t, m, func(i int, r *checks.Report) {
			r.Started = time.Now().Add(-[]time.Duration{30 * time.Second, 49 * time.Hour, 100 * time.Minute, 0}[i])
			if i > 0 {
				brokenBy(r, "the secret is wrong")
			}
		})
		for _, a := range m.order {
			a.next = time.Now().Add(90 * time.Minute)
		}
		m.accounts["new"].result = result{record: record{Name: "new"}}
		m.accounts["new"].phase = checking
		rows := elements(elements(parsed(t, get(t, m, "/", http.StatusOK)), "tbody")[0], "tr")
		for i, want := range [][]string{
			{"lately", "1999-12-31 22:20 for 100 minutes", "next 2000-01-01 01:30"},
			{"long", "1999-12-29 23:00 for 2 days", "next 2000-01-01 01:30"},
			{"new", "", "next now"},
			{"fine", "1999-12-31 23:59 for less than a minute", "1999-12-31 23:59 next 2000-01-01 01:30"},
		} {
			cells := elements(rows[i], "td")
			name, since, checked := words(elements(rows[i], "th")[0]), words(cells[1]), words(cells[4])
			if name != want[0] || since != want[1] || !strings.HasSuffix(checked, want[2]) {
				t.Errorf("%q %q %q, not %q", name, since, checked, want)
			}
		}
	})
}

// The colours of text against the paper, as WCAG 2.2 measures contrast: 4.5 at least.
func TestTheColoursCanBeRead(t *testing.T) {
	schemes := regexp.MustCompile(`:root \{[^}]*\}`).FindAllString(statusSource, -1)
	if len(schemes) != 2 {
		t.Fatalf("%d schemes", len(schemes))
	}
	for _, scheme := range schemes {
		colour := map[string]float64{}
		for _, c := range regexp.MustCompile(`--(\w+): #([0-9a-f]+)`).FindAllStringSubmatch(scheme, -1) {
			colour[c[1]] = luminance(t, c[2])
		}
		for _, name := range []string{"ink", "soft", "good", "bad", "doubt", "link"} {
			light, dark := max(colour[name], colour["paper"]), min(colour[name], colour["paper"])
			if contrast := (light + 0.05) / (dark + 0.05); contrast < 4.5 {
				t.Errorf("%s has a contrast of %.1f in %s", name, contrast, scheme)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if c := float64(n) / 255; c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}

func TestHostileTextsBreakNothing(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "one", "two")+"- {name: \"</script>{}\\n\", issuer: x}\n")
	m, _ := start(t, newWorld(), &flags{}, list)
	known(t, m, func(_ int, r *checks.Report) {
		brokenBy(r, evil)
		r.Diagnoses[0].Steps = checks.FixSteps{{Text: evil, Run: evil}}
		r.Diagnoses = append(r.Diagnoses, r.Diagnoses[0]) // twice the same series
		r.Subject = checks.Subject{
			Name: evil, Owner: evil, Environment: evil, Backend: evil, ClientID: evil,
			Labels: map[string]string{"a b": evil, "a-b": "2", "name": "mine", evil: evil, "": "empty", "ü": "u"},
		}
		r.Facts = checks.Facts{}
	})
	metrics := get(t, m, "/metrics", http.StatusOK)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(metrics))
	if err != nil {
		t.Fatalf("%v in\n%s", err, metrics)
	}
	seen := map[string]bool{}
	for name, f := range families {
		for _, metric := range f.Metric {
			var labels []string
			for _, l := range metric.Label {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
				if !model.LegacyValidation.IsValidLabelName(l.GetName()) {
					t.Errorf("the label %q", l.GetName())
				}
			}
			slices.Sort(labels)
			if len(slices.Compact(slices.Clone(labels))) != len(labels) || seen[name+fmt.Sprint(labels)] {
				t.Errorf("a series stands there twice: %s %v", name, labels)
			}
			seen[name+fmt.Sprint(labels)] = true
		}
	}
	if got := len(families["credguide_up"].GetMetric()); got != 3 {
		t.Errorf("%d accounts", got)
	}
	for _, path := range []string{"/", "/accounts/one", "/accounts/entry%203"} {
		text := get(t, m, path, http.StatusOK)
		page := parsed(t, text)
		if len(elements(page, "script")) > 0 || strings.Contains(text, "<script") || strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("%s obeys:\n%s", path, text)
		}
		if path == "/" && len(elements(elements(page, "tbody")[0], "tr")) != 3 {
			t.Errorf("the table is broken:\n%s", text)
		}
	}
}

// Names that differ only where a label ends are two series.
func TestLongNamesStayApart(t *testing.T) {
	long := strings.Repeat("a", 2*longestText)
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, long+"1", long+"2", "A", "a"))
	m, _ := start(t, newWorld(), &flags{}, list)
	known(t, m, func(int, *checks.Report) {})
	seen := map[string]bool{}
	for line := range strings.Lines(get(t, m, "/metrics", http.StatusOK)) {
		series := line[:strings.LastIndexByte(line, ' ')]
		if seen[series] && !strings.HasPrefix(line, "#") {
			t.Errorf("%.60s stands there twice", series)
		}
		seen[series] = true
	}
}

func TestAnIgnoredCauseIsNamedOnThePage(t *testing.T) {
	list := put(t, filepath.Join(t.TempDir(), "list.yaml"), entries(issuer, "a"))
	m, _ := start(t, newWorld(), &flags{}, list)
	known(t, m, func(_ int, r *checks.Report) {
		brokenBy(r, "the secret is wrong")
		*r = r.Without(map[string]string{"client-secret-wrong": "until the move"})
	})
	has(t, get(t, m, "/", http.StatusOK), "</span> ignored</td>", "the secret is wrong (until the move)", "0 misconfigured, 0 unclear, 1 ignored")
	has(t, get(t, m, "/accounts/a", http.StatusOK), "Ignored: the secret is wrong")
}
