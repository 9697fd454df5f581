package credentials

import (
	"strings"
	"testing"
)

func FuzzAuthConfig(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", `{"backends":null}`, `{"backends":{"https://b.example":{"oidc":{"providers":{"egi":{"client_id":"i","client_secret":"s"}}}}}}`,
		`{"backends":{"https://b.example":{"oidc":null}}}`, `{"backends":{"https://b.example":[]}}`, "\uFEFF{}", `{"a":1e999,"a":2}`,
	} {
		f.Add([]byte(seed))
	}
	entry := Entry{ClientID: "i", Secret: NewSecret("cAnArY\"\n"), ProviderID: "egi", BackendURL: "b.example", Issuer: "https://i.example"}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := parseAuthConfig(data); err != nil {
			if len(data) > 200 && strings.Contains(err.Error(), string(data[:200])) {
				t.Fatal("the error quotes the file")
			}
			return
		}
		merged, err := mergeAuthConfig(data, entry, "2026-11-23T12:00:00Z", "test")
		if err != nil {
			return
		}
		backends, err := parseAuthConfig(merged)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		for _, found := range backends["https://b.example"] {
			if found.provider == "egi" && found.id != nil && *found.id == "i" && found.secret != nil && *found.secret == entry.Secret.Reveal() {
				return
			}
		}
		t.Fatal("what was written is not found")
	})
}
