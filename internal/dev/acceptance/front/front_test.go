//go:build acceptance

package front

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
)

// Each web server passes on what it is asked, says who was asked, and obeys
// what a site says.
func TestFronts(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.Join([]string{r.Header.Get("X-Forwarded-Proto"), r.Host, r.Header.Get("Authorization")}, " "))
	}))
	defer behind.Close()
	for server, refuse := range map[Make]string{Nginx: "return 403;", HAProxy: "http-request deny deny_status 403"} {
		t.Run(string(server), func(t *testing.T) {
			sites := []Site{{Name: "open", Upstream: behind.URL}, {Name: "shut", Server: []string{refuse}}, {Name: "plain", Upstream: behind.URL, Plain: true}}
			f, err := Plan(server, sites)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Start(t.Context(), sites); err != nil {
				t.Fatal(err)
			}
			defer f.Stop()
			host := strings.TrimPrefix(f.URL("open"), "https://")
			if status, text := ask(t, f.URL("open")); status != 200 || text != "https "+host+" Bearer x" {
				t.Errorf("open: %d %q", status, text)
			}
			if status, _ := ask(t, f.URL("shut")); status != 403 {
				t.Errorf("shut: %d", status)
			}
			if status, text := ask(t, f.URL("plain")); status != 200 || !strings.HasPrefix(text, "http ") {
				t.Errorf("plain: %d %q", status, text)
			}
		})
	}
}

func ask(t *testing.T, address string) (int, string) {
	t.Helper()
	set, err := certificates.Ensure()
	if err != nil {
		t.Fatal(err)
	}
	client, err := set.HTTPClient(false)
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer x")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}
