package report_test

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
)

// Where no environment is known, a label of Prometheus is empty: an alert would say "log in to no
// environment". A class of JUnit needs a name.
func TestNoEnvironmentIsNoLabel(t *testing.T) {
	r := checks.Report{Verdict: checks.Misconfigured}
	r.Subject.Name = "typo"
	for format, want := range map[string]string{"prometheus": `credguide_up{name="typo",environment="",`, "junit": `classname="credguide.no environment`} {
		var b strings.Builder
		if err := report.Formats[format].WriteAll(&b, []checks.Report{r}); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%v: %q is missing in\n%s", err, want, &b)
		}
	}
}
