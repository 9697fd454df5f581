package operations

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// run runs a program that reads a file for itself, and shows what it says against it.
func run(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", filepath.Base(program), err, out)
	}
}

type rules struct {
	Groups []struct {
		Name  string `json:"name"`
		Rules []struct {
			Alert       string            `json:"alert,omitempty"`
			Record      string            `json:"record,omitempty"`
			Expr        string            `json:"expr"`
			For         string            `json:"for,omitempty"`
			Labels      map[string]string `json:"labels,omitempty"`
			Annotations map[string]string `json:"annotations,omitempty"`
		} `json:"rules"`
	} `json:"groups"`
}

var (
	ours     = regexp.MustCompile(`\bcredguide_\w+`)              // begins like a metric of credguide
	matched  = regexp.MustCompile(`\b(\w+)\s*(?:=~|!~|!=|=)\s*"`) // the label of a matcher
	grouped  = regexp.MustCompile(`\b(?:by|on) \(([^)]*)\)`)      // labels by which series are grouped or joined
	reported = regexp.MustCompile("`([a-z_]+)`")                  // a name in the reference
)

// known: a rule over a name or a label that nobody writes never fires, and nobody notices.
func known(t *testing.T, expression string) {
	t.Helper()
	names := []string{"job", "instance"} // of every scrape
	for _, m := range reported.FindAllStringSubmatch(read(t, "../../../docs/metrics.md"), -1) {
		names = append(names, m[1])
	}
	used := append(ours.FindAllString(expression, -1), "credguide_up")
	for _, m := range matched.FindAllStringSubmatch(expression, -1) {
		used = append(used, m[1])
	}
	for _, m := range grouped.FindAllStringSubmatch(expression, -1) {
		used = append(used, strings.FieldsFunc(m[1], func(r rune) bool { return r == ' ' || r == ',' })...)
	}
	for _, name := range used {
		if !slices.Contains(names, name) {
			t.Errorf("there is no metric or label %s: %s", name, expression)
		}
	}
}

func TestTheAlertRules(t *testing.T) {
	file := filepath.Join(folder, "prometheus", "credguide.rules.yaml")
	var r rules
	if err := yaml.UnmarshalStrict([]byte(read(t, file)), &r); err != nil {
		t.Fatal(err)
	}
	var alerts []string
	for _, g := range r.Groups {
		for _, rule := range g.Rules {
			alerts = append(alerts, rule.Alert)
			known(t, rule.Expr)
			if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" || rule.Labels["severity"] == "" {
				t.Errorf("%s says too little: %v", rule.Alert, rule.Annotations)
			}
		}
	}
	tests := read(t, filepath.Join(folder, "prometheus", "credguide.rules.test.yaml"))
	for _, alert := range alerts {
		if !regexp.MustCompile(`alertname: ` + alert + `\n`).MatchString(tests) {
			t.Errorf("no test of %s", alert)
		}
	}
	run(t, "promtool", "check", "rules", file)
	run(t, "promtool", "test", "rules", filepath.Join(folder, "prometheus", "credguide.rules.test.yaml"))
}

type dashboard struct {
	Title, UID, Timezone, Refresh string
	SchemaVersion                 int
	Editable                      bool
	Time                          struct{ From, To string }
	Tags                          []string
	Templating                    struct {
		List []struct {
			Name, Label, Type, Query, Definition string
			Datasource                           *source
			Refresh                              int
			Multi, IncludeAll                    bool
			AllValue                             string
			Sort                                 int
		}
	}
	Panels []struct {
		ID                       int
		Type, Title, Description string
		Datasource               source
		GridPos                  struct{ H, W, X, Y int }
		Targets                  []struct {
			RefID, Expr, LegendFormat, Format string
			Instant                           bool
		}
		FieldConfig     map[string]any
		Options         map[string]any
		Transformations []any
	}
}

type source struct{ Type, UID string }

func TestTheDashboard(t *testing.T) {
	file := read(t, filepath.Join(folder, "grafana", "dashboard.json"))
	var d dashboard
	decoder := json.NewDecoder(strings.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	variables := map[string]bool{}
	for _, v := range d.Templating.List {
		variables[v.Name] = true
		known(t, v.Query)
	}
	text := "groups:\n- name: dashboard\n  rules:\n"
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" || p.Datasource.UID != "${datasource}" || !variables["datasource"] || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%+v", p)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" && other != p.Title {
					t.Fatalf("%s lies on %s", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		for _, target := range p.Targets {
			known(t, target.Expr)
			for _, m := range regexp.MustCompile(`\$\{?(\w+)`).FindAllStringSubmatch(target.Expr, -1) {
				if !variables[m[1]] {
					t.Errorf("there is no variable %s: %s", m[1], target.Expr)
				}
			}
			quoted, err := json.Marshal(target.Expr)
			if err != nil {
				t.Fatal(err)
			}
			text += "  - {record: r, expr: " + string(quoted) + "}\n"
		}
	}
	// promtool reads the language of the queries; to it a variable within quotes is a text like any
	// other.
	rulesFile := filepath.Join(t.TempDir(), "dashboard.yaml")
	write(t, rulesFile, text)
	run(t, "promtool", "check", "rules", "--lint=none", rulesFile)
}
