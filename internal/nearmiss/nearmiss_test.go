package nearmiss

import "testing"

func TestOf(t *testing.T) {
	names := []string{"production", "prod", "demo", "development", "dev", "openeo.cloud"}
	for word, want := range map[string]string{
		"prodution": "production", "Production": "production", "develpoment": "development", "deno": "demo", "dve": "dev",
		"openeo.clod": "openeo.cloud", "staging": "", "x": "", "": "",
	} {
		if got := Of(word, names); got != want {
			t.Errorf("Of(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"abc", "", 3}, {"ca", "abc", 3}} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
