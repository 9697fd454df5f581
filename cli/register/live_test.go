package register

import (
	"slices"
	"testing"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/request"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
	"github.com/credguide/credguide/wizard"
)

// A back-end that no catalog knows is asked for its issuers, and offers the environments that these
// belong to.
func TestAnUnknownBackEndChoosesItsEnvironment(t *testing.T) {
	box := sandboxtest.Box(t, sandbox.Options{PlainHTTP: true})
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		t.Fatal(err)
	}
	r := &registration{catalog: catalog}
	l := newLive(r, request.NewToday(r.App, catalog, probe.Options{}), nil)
	want := []string{box.Issuer("sandbox-dashboard"), box.Issuer("sandbox-request")}
	var got []string
	for _, login := range l.logins(t.Context(), box.LabURL()) {
		got = append(got, login.Issuer)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the issuers are %v, not %v", got, want)
	}
	all := catalog.All()
	for n := range all {
		all[n].Backends = nil // nobody knows the back-end
	}
	guide := wizard.New(wizard.Setting{Environments: all, Logins: func(address string) []wizard.Login { return l.logins(t.Context(), address) }})
	q, _ := guide.Next(wizard.Answers{}.Given(wizard.BackendID, wizard.OtherBackend).Given(wizard.BackendURLID, box.LabURL()))
	var offered []string
	for _, c := range q.Choices {
		offered = append(offered, c.Value)
	}
	if q.ID != wizard.EnvironmentID || !slices.Equal(offered, []string{"sandbox-dashboard", "sandbox-request"}) {
		t.Errorf("the question %s offers %v", q.ID, offered)
	}
	r.flags.offline = true
	if got := l.logins(t.Context(), "http://127.0.0.1:1"); got != nil {
		t.Errorf("asked although offline: %v", got)
	}
}
