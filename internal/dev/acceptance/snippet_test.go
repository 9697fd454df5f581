//go:build acceptance

package acceptance

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credguide/credguide/cli/snippet"
	"github.com/credguide/credguide/environments/snippets"
	"github.com/credguide/credguide/internal/dev/acceptance/javascriptclient"
	"github.com/credguide/credguide/internal/dev/acceptance/pythonclient"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

// snippetOf renders a snippet for the sandbox, with the secret in a file that
// ends in a line end, as an editor writes it.
func snippetOf(t *testing.T, box *sandbox.Sandbox, id, backend string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "the secret")
	if err := os.WriteFile(file, []byte(box.ClientSecret+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := snippets.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := snippet.Render(s, snippet.Values{
		Environment: "Sandbox", Issuer: box.Issuer("sandbox"), Backend: backend, ProviderID: "egi", ClientID: box.ClientID,
		SecretFile: file, Check: []string{"--environment", "sandbox"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), box.ClientSecret) {
		t.Fatal("the snippet holds the secret")
	}
	return string(text)
}

func startSandbox(t *testing.T, faults ...string) *sandbox.Sandbox {
	t.Helper()
	return sandboxtest.Box(t, sandbox.Options{PlainHTTP: true, Faults: faults})
}

func TestPythonSnippetLogsIn(t *testing.T) {
	python, err := pythonclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	box := startSandbox(t)
	program := snippetOf(t, box, "python", box.BackendURL())
	for name, variables := range map[string][]string{
		"secret in the file":                        nil,
		"secret in the environment":                 {"OPENEO_AUTH_CLIENT_SECRET=" + box.ClientSecret},
		"the clients' provider variable is another": {"OPENEO_AUTH_PROVIDER_ID=egi-dev"},
		"an id without its secret":                  {"OPENEO_AUTH_CLIENT_ID=somebody-else"},
	} {
		output, err := python.Run(t.Context(), program, variables...)
		if err != nil || !strings.Contains(output, "@sandbox.egi.eu") {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
		if strings.Contains(output, box.ClientSecret) {
			t.Errorf("%s: the secret was printed", name)
		}
	}
	if output, err := python.Run(t.Context(), program, "OPENEO_AUTH_CLIENT_SECRET=wrong"); err == nil {
		t.Errorf("a wrong secret logged in: %s", output)
	}
}

// The variables alone are enough for the Python client.
func TestEnvSnippetLogsIn(t *testing.T) {
	python, err := pythonclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	box := startSandbox(t)
	var variables []string
	for line := range strings.Lines(snippetOf(t, box, "env", box.BackendURL())) {
		if strings.HasPrefix(line, "OPENEO_AUTH_") {
			variables = append(variables, strings.TrimSpace(line))
		}
	}
	if len(variables) != 4 {
		t.Fatalf("%q", variables)
	}
	variables[3] += box.ClientSecret
	program := "import openeo\nc = openeo.connect(" + inQuotes(box.BackendURL()) + ")\nc.authenticate_oidc()\nprint(c.describe_account()['user_id'])\n"
	output, err := python.Run(t.Context(), program, variables...)
	if err != nil || !strings.Contains(output, "@sandbox.egi.eu") {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestJavaScriptSnippetLogsIn(t *testing.T) {
	javascript, err := javascriptclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	box := startSandbox(t)
	module := snippetOf(t, box, "javascript", box.BackendURL())
	for name, variables := range map[string][]string{
		"secret in the file":        nil,
		"secret in the environment": {"OPENEO_AUTH_CLIENT_SECRET=" + box.ClientSecret},
	} {
		output, err := javascript.Run(t.Context(), module, variables...)
		if err != nil || !strings.Contains(output, "@sandbox.egi.eu") {
			t.Errorf("%s: %v\n%s", name, err, output)
		}
	}
	output, err := javascript.Run(t.Context(), module, "OPENEO_AUTH_CLIENT_SECRET=wrong")
	if err == nil || !strings.Contains(err.Error(), "Invalid client or Invalid client credentials") {
		t.Errorf("a wrong secret: %v\n%s", err, output)
	}
}

// Of an issuer that is listed with a slash at its end the client makes a
// double one in the middle of an address, which identity providers refuse.
func TestJavaScriptSnippetRemovesTheSlash(t *testing.T) {
	javascript, err := javascriptclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	box := startSandbox(t, "issuer-trailing-slash")
	module := snippetOf(t, box, "javascript", box.BackendURL())
	if output, err := javascript.Run(t.Context(), module); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	const line = "provider.issuer = withoutSlash(provider.issuer);"
	output, err := javascript.Run(t.Context(), strings.Replace(module, line, "", 1))
	if err == nil || !strings.Contains(err.Error(), "missingNormalization") {
		t.Errorf("without the line: %v\n%s", err, output)
	}
}

func inQuotes(s string) string { b, _ := json.Marshal(s); return string(b) }

// withJobs puts a back-end in front of the sandbox's that has jobs.
func withJobs(t *testing.T, box *sandbox.Sandbox) string {
	t.Helper()
	behind, err := url.Parse(box.BackendURL() + "/openeo/1.2")
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]any{
		"/jobs": map[string]any{"jobs": []any{
			map[string]any{"id": "j-1", "status": "error", "created": "2026-01-01T00:00:00Z"},
			map[string]any{"id": "j-2", "status": "finished", "title": "NDVI", "created": "2026-01-02T00:00:00Z"},
		}, "links": []any{}},
		"/jobs/j-2":      map[string]any{"id": "j-2", "status": "finished", "created": "2026-01-02T00:00:00Z"},
		"/jobs/j-2/logs": map[string]any{"logs": []any{map[string]any{"id": "1", "level": "warning", "message": "cloudy"}}, "links": []any{}},
		"/jobs/j-2/results": map[string]any{"type": "Feature", "assets": map[string]any{
			"ndvi.tif": map[string]any{"href": "https://data.example/ndvi.tif", "type": "image/tiff"},
		}, "links": []any{}},
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(behind) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		switch {
		case r.URL.Path == "/.well-known/openeo": // would lead past this server
			http.NotFound(w, r)
		case ok && !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer oidc/egi/"):
			http.Error(w, `{"code":"AuthenticationRequired","message":"no token"}`, http.StatusUnauthorized)
		case ok:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(answer)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// The notebook's code is run cell by cell, as Jupyter would.
func TestJobsNotebookListsTheAccountsJobs(t *testing.T) {
	python, err := pythonclient.Prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	box := startSandbox(t)
	text := snippetOf(t, box, "jobs", withJobs(t, box))
	program := "import json\ncells = json.loads(" + inQuotes(text) + ")['cells']\nscope = {}\n" +
		"for cell in cells:\n    if cell['cell_type'] == 'code':\n        exec(''.join(cell['source']), scope)\n" +
		"print(scope['jobs'].to_csv())\n"
	output, err := python.Run(t.Context(), program)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, want := range []string{
		"Logged in as", "@sandbox.egi.eu", "j-2 finished", "warning", "cloudy", "ndvi.tif https://data.example/ndvi.tif",
		"0,finished,NDVI,2026-01-02T00:00:00Z,j-2", "/jobs/j-1/logs",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("nothing of %q in\n%s", want, output)
		}
	}
}
