package registry

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/dev/shared"
)

// recorded is the body with which a request was accepted by the registry's software.
func recorded(t *testing.T, step string) map[string]any {
	t.Helper()
	for _, e := range shared.Lines[struct {
		Step string
		Body any
	}](t, "registry/exchanges.jsonl") {
		if body, ok := e.Body.(map[string]any); ok && e.Step == step {
			return body
		}
	}
	t.Fatalf("no step %q", step)
	return nil
}

// A request of the wizard becomes exactly what the registry accepted.
func TestADraftIsWhatTheRegistryAccepted(t *testing.T) {
	want := recorded(t, "create: all fields of the form, EGI-2024 tenant")
	got := draft(t, "nightly-ndvi", "development").WithSecret(credentials.NewSecret("<SECRET>")).body()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	want = recorded(t, "create: demo")
	d := draft(t, "nightly-demo", "demo").WithSecret(credentials.NewSecret("<SECRET>")).WithOrganisation(1)
	d.fields["country"] = "be"
	data, err := json.Marshal(d.body())
	if err != nil {
		t.Fatal(err)
	}
	var sent map[string]any
	if err := json.Unmarshal(data, &sent); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Error(diff)
	}
}

func TestTheSecretIsMadeHere(t *testing.T) {
	form := regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]{86}$`)
	seen := map[string]bool{}
	for range 200 {
		secret := NewSecret().Reveal()
		if !form.MatchString(secret) || seen[secret] {
			t.Fatalf("a secret of %d characters, seen: %v", len(secret), seen[secret])
		}
		seen[secret] = true
	}
	d := draft(t, "x1", "development")
	if text := fmt.Sprintf("%v %+v %#v", d, d, d); strings.Contains(text, d.Secret().Reveal()) {
		t.Error("a draft shows its secret")
	}
	public := NewDraft(egi(t), map[string]any{"token_endpoint_auth_method": "none", "client_secret": ""})
	if !public.Secret().IsZero() || public.fields["allow_introspection"] != false {
		t.Errorf("a public client: %v", public.fields)
	}
	own := NewDraft(egi(t), map[string]any{"client_secret": "my-own-secret", "generate_client_secret": true})
	if own.Secret().Reveal() != "my-own-secret" || own.fields["client_secret"] != nil {
		t.Error("a secret that the request brings is not taken")
	}
}

// The server's default for lifetimes that the request is not about is nothing; for those that it is
// about, the form's.
func TestLifetimesOfADraft(t *testing.T) {
	d := NewDraft(egi(t), map[string]any{"scope": []any{"openid", "offline_access"}, "grant_types": []any{deviceGrant}})
	if d.fields[refreshLifetime] != "28800" && d.fields[refreshLifetime] != "2592000" || d.fields[deviceLifetime] != "1800" {
		t.Errorf("%v, %v", d.fields[refreshLifetime], d.fields[deviceLifetime])
	}
}
