package registry

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
	"github.com/credguide/credguide/internal/sandbox/sandboxtest"
)

func TestTheAPIIsFoundInThePortalsPage(t *testing.T) {
	box := sandboxtest.Box(t, sandbox.Options{PlainHTTP: true, HideAPI: true})
	known, err := environments.Load(box.Dir)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := known.Lookup("sandbox-dev")
	if _, err := For(e, nil, none); !errors.Is(err, ErrUnknown) {
		t.Fatalf("the file names it: %v", err)
	}
	found, err := Find(t.Context(), HTTP(nil, none), e.Registry.Portal, e.Registry.Tenant, egi(t))
	if err != nil || found.API != box.RegistryURL()+"/" || found.Form.Profile != "live" {
		t.Errorf("%q %q %v", found.API, found.Form.Profile, err)
	}
	if _, err := Find(t.Context(), HTTP(nil, none), e.Registry.Portal, "nope", egi(t)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a tenant that is not there: %v", err)
	}
}

// portal serves a page with these scripts, and what a script says.
func portal(t *testing.T, page string, script http.HandlerFunc) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, page) })
	mux.HandleFunc("GET /main.js", script)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestPortalsThatSayNothingOrTooMuch(t *testing.T) {
	var asked atomic.Int32
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer stranger.Close()
	one := `<html><head><script defer src="/main.js"></script>`
	js := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, text) }
	}
	for name, c := range map[string]struct {
		page   string
		script http.HandlerFunc
		want   string
	}{
		"no script":             {"<html>", js(""), "does not say"},
		"not a page":            {"\x00\xff{", js(""), "does not say"},
		"a script of others":    {`<script src="` + stranger.URL + `/main.js"></script>`, js(""), "does not say"},
		"another name":          {one, js(`JSON.parse('{"H":{"other":"https://x.example.org/"}}')`), "does not say"},
		"no address":            {one, js(`{"egi":"EGI"}`), "does not say"},
		"not https":             {one, js(`{"egi":"http://registry.example.org/"}`), "does not say"},
		"a user in the address": {one, js(`{"egi":"https://a:b@registry.example.org/"}`), "does not say"},
		"fifty megabytes": {one, func(w http.ResponseWriter, _ *http.Request) {
			for range 50 {
				if _, err := w.Write([]byte(strings.Repeat("x", 1<<20))); err != nil {
					return
				}
			}
		}, "more than 8 MiB"},
		"elsewhere":   {one, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, stranger.URL, http.StatusFound) }, "redirect to another address"},
		"not the API": {one, js(`{"egi":"http://127.0.0.1:1/"}`), "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Find(t.Context(), HTTP(nil, none), portal(t, c.page, c.script).URL, "egi", egi(t))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
		})
	}
	if asked.Load() != 0 {
		t.Error("another site was asked")
	}
}

// A portal elsewhere cannot send anybody to a server on this machine.
func TestBasesOfAPortalElsewhere(t *testing.T) {
	far := mustParse(t, "https://portal.example.org/federation")
	code := []byte(`a={"egi":"http://localhost:5077/"},b={'x':1},c='{"H":{"egi":"https://api.example.org/v2/","tmpl":"https://t.example.org/"}}',d="{\"egi\":\"https://api.example.org/v2/\"}"`)
	if got := bases(code, "egi", far); len(got) != 1 || got[0] != "https://api.example.org/v2/" {
		t.Errorf("%q", got)
	}
	if got := bases([]byte(`{"e.i":"https://x.example.org/","egi":"https://y.example.org/"}`), "e.i", far); len(got) != 1 || got[0] != "https://x.example.org/" {
		t.Errorf("a name is no pattern: %q", got)
	}
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
