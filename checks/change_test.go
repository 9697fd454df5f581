package checks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
)

// A fix that is a field of the registry's form is told in the registry's own steps, and in no other
// house's.
func TestAChangeIsToldInTheRegistrysOwnSteps(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	of := func(more map[string]any) checks.Finding {
		f := checks.Facts{
			"token.status": 401, "token.error": "unauthorized_client", "token.error_description": "Client not enabled to retrieve service account",
			"token.tried": true, "token.shape": "object", "token.content_type": "application/json", "token.failure": "",
			"discovery.keycloak_paths": true, "environment.title": "Lab", "environment.has_registry": true,
		}
		maps.Copy(f, more)
		r := checks.Diagnose(catalog, checks.Evidence{Facts: f})
		at := slices.IndexFunc(r.Diagnoses, func(d checks.Finding) bool { return d.ID == "grant-not-enabled" })
		if at < 0 {
			t.Fatalf("no grant-not-enabled: %+v", r.Diagnoses)
		}
		return r.Diagnoses[at]
	}
	steps := []string{"Press Reconfigure.", "On {tab} set {field} to {value}."}
	known := of(map[string]any{"environment.registry_system": "federation-registry", "registry.change": steps})
	if fix := strings.Join(known.Fix, "\n"); !strings.Contains(fix, "Press Reconfigure.\nOn Protocol Specific set Grant Types to client_credentials.") || strings.Contains(fix, "ask the administrators there") {
		t.Errorf("the registry's steps are not told:\n%s", fix)
	}
	for name, other := range map[string]map[string]any{
		"no form is known": {}, "another registry": {"environment.registry_system": "other", "registry.change": steps},
		"no registry": {"environment.has_registry": false},
	} {
		if fix := strings.Join(of(other).Fix, "\n"); strings.Contains(fix, "Reconfigure") || !strings.Contains(fix, "Change it where the client was registered") {
			t.Errorf("%s:\n%s", name, fix)
		}
	}
	if last := known.Steps[len(known.Steps)-1]; last.Run != "credguide check" {
		t.Errorf("the last step is %+v", last)
	}
}

// The pages of one registry are no advice where clients are made by another.
func TestNoOtherHousesPages(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	foreign := map[string]map[string]any{
		"a dashboard":      {"environment.has_registry": false},
		"another registry": {"environment.has_registry": true, "environment.registry_system": "other", "environment.portal": "https://registry.example.org"},
	}
	for _, d := range catalog.All() {
		for _, example := range d.Examples {
			if example.Expect == "no" || example.Expect == "unknown" {
				continue
			}
			for name, more := range foreign {
				f := checks.Facts{"environment.title": "Lab", "environment.id": "lab"}
				maps.Copy(f, example.Facts)
				maps.Copy(f, more)
				for _, found := range checks.Diagnose(catalog, checks.Evidence{Facts: f}).Diagnoses {
					told := strings.Join(append(found.Fix, found.Means, found.SeparateBy), "\n")
					for _, words := range []string{"Manage Services", "Protocol Specific", "Display client secret", "Generate a new client secret", "badge Deployed"} {
						if strings.Contains(told, words) {
							t.Errorf("%s at %s: %q in\n%s", found.ID, name, words, told)
						}
					}
				}
			}
		}
	}
}

// In the entry of an account no flag was typed: the place to change is a key.
func TestThePlaceInAnEntry(t *testing.T) {
	catalog, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]checks.Where{
		"nightly": {System: "accounts-file", Field: "environment", Value: "lab-dev"},
		"":        {System: "command-line", Field: "--environment", Value: "lab-dev"},
	} {
		f := checks.Facts{
			"token.status": 401, "token.error": "invalid_client", "token.error_description": "Invalid client or Invalid client credentials",
			"token.tried": true, "token.issued": false, "token.shape": "object", "token.content_type": "application/json", "token.failure": "",
			"discovery.keycloak_paths": true, "environment.title": "Lab", "authorization.says": "Client not found.", "sisters.know": []string{"lab-dev"},
			"sisters.know_title": "Lab development", "entry.name": name,
		}
		r := checks.Diagnose(catalog, checks.Evidence{Facts: f})
		at := slices.IndexFunc(r.Diagnoses, func(d checks.Finding) bool { return d.ID == "client-in-other-environment" })
		if at < 0 {
			t.Fatalf("no client-in-other-environment: %+v", r.Diagnoses)
		}
		if got := r.Diagnoses[at].Where; got == nil || *got != want {
			t.Errorf("named %q: %+v, want %+v", name, got, want)
		}
	}
}
