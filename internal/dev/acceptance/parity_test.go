//go:build acceptance

package acceptance

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// TestSandboxIsTrue runs the same probes against the sandbox and against a
// real Keycloak, cause by cause, and compares what they observed field by
// field: so the sandbox cannot drift from the truth.
func TestSandboxIsTrue(t *testing.T) {
	eachMeasured(t, func(t *testing.T, laboratory *Laboratory) {
		var table strings.Builder
		out := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
		fmt.Fprintln(out, "cause\tfacts\tset aside\trequests\tdifferent")
		for _, p := range parityCases() {
			if !p.real.RunsOn(laboratory.Keycloak.Version) {
				fmt.Fprintf(out, "%s\t\t\t\tnot on this version\n", p.real.Name)
				continue
			}
			t.Run(p.real.Name, func(t *testing.T) {
				c := laboratory.compareSides(t, p)
				for _, d := range c.differences {
					t.Error(d)
				}
				fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\n", p.real.Name, c.facts, c.aside, c.requests, len(c.differences))
			})
		}
		_ = out.Flush()
		t.Logf("the sandbox beside Keycloak %s\n%s", laboratory.Keycloak.Version, table.String())
	})
	if !t.Failed() && len(keycloak.Versions()) > 1 {
		everyExceptionIsNeeded(t)
	}
}

// comparison is one cause on both sides.
type comparison struct {
	facts, aside, requests int
	differences            []string
}

func (l *Laboratory) compareSides(t *testing.T, p parityCase) (c comparison) {
	t.Helper()
	options := sandbox.Options{Dir: t.TempDir()}
	if p.fault != "" {
		options.Faults = []string{p.fault}
	}
	box := sandboxtest.Box(t, options)
	played := playing(t, box, p.real)
	truth := l.real(t, p.real, played)
	sandboxSaw, keycloakSaw := played.observe(t), truth.observe(t)
	c.compareFacts(l.Keycloak.Version, p.real.Name, readable(sandboxSaw.Facts, played), readable(keycloakSaw.Facts, truth))
	c.compareRequests(requestsOf(sandboxSaw, played), requestsOf(keycloakSaw, truth))
	return c
}

func (c *comparison) compareFacts(version, cause string, played, truth checks.Facts) {
	both := maps.Clone(played)
	maps.Copy(both, truth)
	for _, name := range slices.Sorted(maps.Keys(both)) {
		c.facts++
		p, t := played[name], truth[name]
		if reflect.DeepEqual(p, t) {
			continue
		}
		if excused(version, cause, name) {
			c.aside++
			continue
		}
		c.differences = append(c.differences, fmt.Sprintf("%s: the sandbox has %s, Keycloak has %s", name, shown(played, name), shown(truth, name)))
	}
}

func shown(f checks.Facts, name string) string {
	value, known := f[name]
	if !known {
		return "nothing"
	}
	return fmt.Sprintf("%q", fmt.Sprint(value))
}

// compareRequests compares which requests were made and how each was
// answered. They are sorted, because several are under way at once.
func (c *comparison) compareRequests(played, truth []string) {
	c.requests = len(truth)
	if !slices.Equal(played, truth) {
		c.differences = append(c.differences, fmt.Sprintf("requests: the sandbox had\n  %s\nKeycloak had\n  %s", strings.Join(played, "\n  "), strings.Join(truth, "\n  ")))
	}
}

func requestsOf(e checks.Evidence, s side) []string {
	var list []string
	for _, r := range e.Requests {
		list = append(list, s.names.Replace(fmt.Sprintf("%s %s %s (%s): %d%s", r.Step, r.Method, r.URL, r.Effect, r.Status, r.Failure)))
	}
	slices.Sort(list)
	return list
}

// readable is the evidence with the two sides' addresses and ids called by the
// same names. A list whose order says nothing is sorted.
func readable(f checks.Facts, s side) checks.Facts {
	out := checks.Facts{}
	for name, value := range f {
		switch v := value.(type) {
		case string:
			out[name] = s.names.Replace(v)
		case []string:
			list := slices.Clone(v)
			for i := range list {
				list[i] = s.names.Replace(list[i])
			}
			if name != "providers.ids" {
				slices.Sort(list)
			}
			out[name] = list
		default:
			out[name] = value
		}
	}
	if granted, ok := out["token.granted_scopes"].([]string); ok { // beside those asked for, the client's default scopes: a setting of the realm
		out["token.granted_scopes"] = slices.DeleteFunc(granted, func(scope string) bool { return !slices.Contains(f.List(checks.TokenScopes), scope) })
	}
	return out
}
