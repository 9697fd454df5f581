package checks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// overlay writes a diagnosis into a folder of the person's own.
func overlay(t *testing.T, id, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "diagnoses"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "diagnoses", id+".yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

const ownDiagnosis = `id: of-our-own
title: Something of this site is wrong
layer: input
severity: error
party: you
means: ["It comes from {client_id.source}."]
fix:
  - Ask at the desk.
  - {text: Then check again, run: "credguide check --client-id {client_id.shown}"}
  - {text: Not said without a portal, run: "open {environment.portal}"}
rules:
  - {when: {client_id.present: true}, certainty: certain}
examples:
  - {name: found, facts: {client_id.present: true}, expect: certain}
  - {name: missing, facts: {client_id.present: false}, expect: no}
  - {name: not looked at, facts: {}, expect: unknown}
`

func TestStepsAreWordsAndACommand(t *testing.T) {
	c, err := LoadCatalog(overlay(t, "of-our-own", ownDiagnosis))
	if err != nil {
		t.Fatal(err)
	}
	r := Diagnose(c, Evidence{Facts: Facts{"client_id.present": true, "client_id.set_but_empty": false, "client_id.source": "a file", "client_id.shown": "it's; rm -rf $HOME"}})
	first, _ := r.First()
	if d := cmp.Diff(FixSteps{{Text: "Ask at the desk."}, {Text: "Then check again", Run: `credguide check --client-id 'it'\''s; rm -rf $HOME'`}}, first.Steps); d != "" {
		t.Errorf("steps (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"Ask at the desk.", `Then check again: credguide check --client-id 'it'\''s; rm -rf $HOME'`}, first.Fix); d != "" {
		t.Errorf("fix (-want +got):\n%s", d)
	}
	done, _ := r.WithCommands(func(run string) string { return run + " --environment lab" }).First()
	if done.Steps[0].Run != "" || !strings.HasSuffix(done.Fix[1], "$HOME' --environment lab") || strings.HasSuffix(first.Fix[1], "lab") {
		t.Errorf("completed: %q, before: %q", done.Fix, first.Fix)
	}
}

// What nobody declared is found when the file is loaded, wherever it stands.
func TestAnUndeclaredNameIsFoundAtLoad(t *testing.T) {
	for place, change := range map[string][2]string{
		"a condition": {"{client_id.present: true}, certainty", "{client_id.presnt: true}, certainty"},
		"a text":      {"{client_id.source}", "{client_id.sauce}"},
		"a command":   {"{client_id.shown}", "{client_id.shwn}"},
		"an exclude":  {"certainty: certain}\nexamples", "certainty: certain, excludes: [{cause: client-unknown, facts: {token.stats: 401}}]}\nexamples"},
		"a cause":     {"certainty: certain}\nexamples", "certainty: certain, excludes: [{cause: client-unknwn, facts: {token.status: 401}}]}\nexamples"},
	} {
		text := strings.Replace(ownDiagnosis, change[0], change[1], 1)
		if text == ownDiagnosis {
			t.Fatalf("%s: nothing was changed", place)
		}
		if _, err := LoadCatalog(overlay(t, "of-our-own", text)); err == nil {
			t.Errorf("%s: loaded", place)
		}
	}
}

// Whoever's Python client trusts the certificate may trust it here too. A variable that names another
// authority, or no file, helps nobody.
func TestTheVariableOfThePythonClientIsOfferedWhereItHelps(t *testing.T) {
	c := loadCatalog(t)
	for trusts, offered := range map[string]bool{"yes": true, "no": false, "unknown": false} {
		f := Facts{"discovery.failure": "tls-unknown-authority", "discovery.host": "idp.example.org", "discovery.tls_issuer": "Lab CA", "python.bundle": "REQUESTS_CA_BUNDLE", "python.trusts": trusts}
		first, _ := Diagnose(c, Evidence{Facts: f}).First()
		if got := strings.Contains(strings.Join(first.Fix, "\n"), `--ca-file "$REQUESTS_CA_BUNDLE"`); first.ID != "tls-unknown-authority" || got != offered {
			t.Errorf("%s: %s, %q", trusts, first.ID, first.Fix)
		}
	}
}
