package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/credguide/credguide/environments/forms"
)

// Limits of the search: the real page is small, and its script has one megabyte.
const (
	maxScript   = 8 << 20
	mostScripts = 3
	mostBases   = 3
	findTimeout = 30 * time.Second
)

// ErrNotFound is returned where the portal's page does not tell where the API is.
var ErrNotFound = errors.New("the portal's page does not say where the registry's API is")

// Found is an API that a portal uses. It was found in a page, so a person confirms it before a
// token goes there.
type Found struct {
	API  string
	Form forms.Form // by the configuration that it has today: the proof that it is the API
}

// Find reads the address of a tenant's API from the portal's own page: a build of the portal has it
// in its script. Only the portal's own scripts are read, and a candidate counts when it answers
// with the tenant's form.
func Find(ctx context.Context, client *http.Client, portal, tenant string, form forms.Form) (Found, error) {
	found, err := find(ctx, client, portal, tenant, form)
	if err != nil {
		return Found{}, fmt.Errorf("look for the registry's API: %w", err)
	}
	return found, nil
}

func find(ctx context.Context, client *http.Client, portal, tenant string, form forms.Form) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, findTimeout)
	defer cancel()
	start, err := url.Parse(portal)
	if err != nil || start.Host == "" || start.User != nil || !safe(start) {
		return Found{}, errors.New("the portal's address is not an https URL")
	}
	page, at, err := pages.fetch(ctx, client, start)
	if err != nil {
		return Found{}, err
	}
	last := ErrNotFound
	asked := 0
	for _, script := range scripts(page, at) {
		code, _, err := pages.fetch(ctx, client, script)
		if err != nil {
			last = err
			continue
		}
		for _, base := range bases(code, tenant, start) {
			if asked++; asked > mostBases {
				return Found{}, last
			}
			today, err := (&Client{API: base, Tenant: tenant, HTTP: client}).Form(ctx, form)
			if err == nil {
				return Found{API: base, Form: today}, nil
			}
			last = err
		}
	}
	return Found{}, last
}

// scripts are the first scripts of a page that come from its own origin.
func scripts(page []byte, at *url.URL) []*url.URL {
	var list []*url.URL
	tokens := html.NewTokenizer(strings.NewReader(string(page)))
	for len(list) < mostScripts {
		switch tokens.Next() {
		case html.ErrorToken:
			return list
		case html.StartTagToken, html.SelfClosingTagToken:
			if src, ok := source(tokens.Token()); ok {
				if u, err := at.Parse(src); err == nil && u.Scheme == at.Scheme && strings.EqualFold(u.Host, at.Host) && u.User == nil {
					list = append(list, u)
				}
			}
		}
	}
	return list
}

// source is where a script tag has its script.
func source(tag html.Token) (string, bool) {
	if tag.Data != "script" {
		return "", false
	}
	for _, a := range tag.Attr {
		if a.Key == "src" && a.Val != "" {
			return strings.TrimSpace(a.Val), true
		}
	}
	return "", false
}

// bases are the addresses that a script maps the tenant's name to, each once. A portal elsewhere
// has no say over this machine.
func bases(code []byte, tenant string, portal *url.URL) []string {
	pattern, err := regexp.Compile(`\\?"` + regexp.QuoteMeta(tenant) + `\\?"\s{0,8}:\s{0,8}\\?"(https?://[^"\\\s<>]{1,512})\\?"`)
	if err != nil {
		return nil
	}
	var list []string
	seen := map[string]bool{}
	for _, m := range pattern.FindAllSubmatch(code, 10*mostBases) {
		base := string(m[1])
		u, err := url.Parse(base)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || !safe(u) || loopback(u) && !loopback(portal) || seen[base] {
			continue
		}
		seen[base] = true
		list = append(list, base)
	}
	return list
}
