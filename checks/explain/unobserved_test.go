package explain

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
)

var (
	numbers = regexp.MustCompile(`[0-9]+`)
	deeds   = regexp.MustCompile(`(?i)was sent|were not tried|this check|not repeated`)
)

// TestOnlyWhatTheTextTellsIsSaid: of a status, a place or a deed that the text does not tell, no
// cause speaks. A server may answer invalid_client with 400 or 401 (RFC 6749 section 5.2), and a
// refused connection may be of any host.
func TestOnlyWhatTheTextTellsIsSaid(t *testing.T) {
	r := testReader(t)
	for _, text := range littleTold(t, r.diagnoses) {
		for _, c := range r.Read([]byte(text)).Causes {
			own, _ := r.diagnoses.ByID(c.ID)
			said := strings.Join([]string{c.Title, c.Means, c.SeparateBy}, " ")
			for _, number := range numbers.FindAllString(said, -1) {
				if !strings.Contains(text, number) && !slices.Contains(numbers.FindAllString(catalogWords(own), -1), number) {
					t.Errorf("%q: %s speaks of %s: %s", text, c.ID, number, said)
				}
			}
			if deed := deeds.FindString(said); deed != "" {
				t.Errorf("%q: %s tells of what no check did: %s", text, c.ID, said)
			}
			if own.Unplaced != "" && !strings.Contains(text, "https://") && c.Title != own.Unplaced {
				t.Errorf("%q: %s knows where it was: %s", text, c.ID, c.Title)
			}
		}
	}
}

// littleTold are texts with a fact or two: what the diagnoses quote, error codes alone and in JSON,
// statuses alone.
func littleTold(t *testing.T, c *checks.Catalog) (texts []string) {
	t.Helper()
	for _, s := range Symptoms(c) {
		texts = append(texts, s.Text)
	}
	for _, code := range slices.Sorted(maps.Keys(knownErrors)) {
		texts = append(texts, code, fmt.Sprintf(`{"error":%q}`, code), fmt.Sprintf(`{"error":%q,"error_description":"words of its own"}`, code))
	}
	for _, code := range slices.Sorted(maps.Keys(meCodes)) {
		texts = append(texts, code, fmt.Sprintf(`{"code":%q}`, code), fmt.Sprintf(`{"code":%q,"message":"words of its own"}`, code))
	}
	for _, status := range []int{302, 400, 401, 402, 403, 404, 405, 413, 429, 431, 500, 503} {
		for _, path := range []string{"/realms/x/protocol/openid-connect/token", "/realms/x/.well-known/openid-configuration", "/me", "/userinfo", "/credentials/oidc"} {
			texts = append(texts, fmt.Sprintf("requests.exceptions.HTTPError: %d Client Error: Refused for url: https://login.example.org%s", status, path))
		}
	}
	return texts
}

// catalogWords are the sentences of a diagnosis without the places for facts.
func catalogWords(d *checks.Diagnosis) string {
	words := append([]string{d.Title, d.SeparateBy}, d.Means...)
	for _, r := range d.Rules {
		words = append(append(words, r.Title, r.SeparateBy), r.Means...)
	}
	return factName.ReplaceAllString(strings.Join(words, " "), "")
}

func TestATitleNamesTheServerThatTheTextNames(t *testing.T) {
	r := testReader(t)
	for text, want := range map[string]string{
		"requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://openeo.cloud/me": "The openEO back-end is limiting requests",
		"429 Too Many Requests": "A server is limiting requests",
		"Connection refused":    "A server refuses connections",
	} {
		seen := r.Read([]byte(text))
		if len(seen.Causes) == 0 || seen.Causes[0].Title != want {
			t.Errorf("%q: got %+v, want %q", text, seen.Causes, want)
		}
	}
}
