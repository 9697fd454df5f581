package wizard

import (
	"strings"
	"testing"

	"github.com/credguide/credguide/environments"
)

func TestBeforeTheFirstJob(t *testing.T) {
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string][]string{
		"production": {"not you", "0.15.1", "https://portal.terrascope.be/dashboard", "https://helpdesk.ggus.eu"},
		"cdse":       {"not you", "https://marketplace-portal.dataspace.copernicus.eu/billing", "https://helpcenter.dataspace.copernicus.eu"},
		"demo":       {"not you"},
	} {
		e, _ := catalog.Lookup(id)
		w := Where{Environment: e}
		if b, ok := e.DefaultBackend(); ok {
			w.Backend = &b
		}
		told := strings.Join(BeforeFirstJob(w, "credguide snippet jobs nightly").Lines, "\n")
		for _, words := range want {
			if !strings.Contains(told, words) {
				t.Errorf("%s: %q is not in\n%s", id, words, told)
			}
		}
		if id == "cdse" && (strings.Contains(told, "terrascope") || strings.Contains(told, "ggus")) {
			t.Errorf("it sends to another platform:\n%s", told)
		}
	}
	for can, want := range map[string]string{environments.Can: "shows them after", environments.Cannot: "cannot show them", "": "if it offers"} {
		w := Where{Backend: &environments.Backend{ID: "b", WebEditor: can}}
		if told := BeforeFirstJob(w, "credguide snippet jobs nightly").Lines[0]; !strings.Contains(told, want) {
			t.Errorf("%s: %s", can, told)
		}
	}
}
