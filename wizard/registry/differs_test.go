package registry

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/dev/shared"
)

// answered is the record in an answer of the registry's software.
func answered(t *testing.T, step string) Record {
	t.Helper()
	for _, e := range shared.Lines[struct {
		Step   string
		Answer any
	}](t, "registry/exchanges.jsonl") {
		answer, ok := e.Answer.(map[string]any)
		if !ok || e.Step != step {
			continue
		}
		data, err := json.Marshal(answer["petition"])
		var d details
		if err := errors.Join(err, json.Unmarshal(data, &d)); err != nil {
			t.Fatal(err)
		}
		return d.record()
	}
	t.Fatalf("no step %q", step)
	return Record{}
}

// What the registry's software tells of a request is that request, however it writes it; and a
// changed field is named.
func TestWhatTheRegistryHasIsToldFromWhatWasChanged(t *testing.T) {
	form, err := forms.Lookup("egi")
	if err == nil {
		form, err = form.ForProfile("egi-2024")
	}
	if err != nil {
		t.Fatal(err)
	}
	for sent, read := range map[string]string{
		"create: all fields of the form, EGI-2024 tenant": "read the request",
		"create: production":                              "read the request with the comment",
	} {
		request, record := recorded(t, sent), answered(t, read)
		if got := Differences(form, request, record); len(got) > 0 {
			t.Errorf("%s: %q", sent, got)
		}
		if _, there := record.Fields["client_secret"]; there || record.Secret.IsZero() {
			t.Errorf("%s: the secret is among the fields", sent)
		}
		changed := maps.Clone(request)
		changed["service_description"], changed["access_token_validity_seconds"] = "Another.", "3600"
		changed["contacts"] = []any{map[string]any{"type": "admin", "email": "other@lab.example.org"}}
		if got := Differences(form, changed, record); !slices.Equal(got, []string{"contacts", "service_description"}) {
			t.Errorf("%s: %q", sent, got)
		}
		changed = maps.Clone(request)
		scopes, _ := changed["scope"].([]any)
		scopes = slices.Clone(scopes)
		slices.Reverse(scopes)
		changed["scope"], changed["client_id"] = scopes, ""
		if got := Differences(form, changed, record); len(got) > 0 {
			t.Errorf("%s, in another order and with an ID of the deployment: %q", sent, got)
		}
	}
}
