package request

import (
	"regexp"
	"slices"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/credguide/credguide/wizard/request/javascript"
)

// A private address stands for a redirect URI in the test environments: the registry compares its
// text with these shapes and looks no further, so that even 10.999.1.1 passes.
var (
	privateIPv4 = regexp.MustCompile(`^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}$`)
	privateIPv6 = regexp.MustCompile(`^(::1|(fe80|fc[0-9a-fA-F]{2})::[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){0,6})$`)
)

// formRedirects judges a list of redirect URIs.
func formRedirects(a asked) *problem {
	if !a.applies() {
		return nil
	}
	list, _ := a.value.([]any)
	if len(list) == 0 {
		if a.required() {
			return &problem{code: "missing"}
		}
		return nil
	}
	for _, item := range list {
		text, ok := item.(string)
		if !ok || text == "" {
			return itemProblem(item)
		}
		if p := a.formRedirect(text); p != nil {
			return p
		}
	}
	return a.twice(list)
}

func (a asked) formRedirect(text string) *problem {
	if a.private(text) {
		return nil
	}
	if p := a.redirect(text); p != nil {
		return p
	}
	switch {
	case strings.Contains(text, "*"):
		return &problem{code: "uri-wildcard", item: text}
	case strings.Contains(text, " "):
		return &problem{code: "uri-space", item: text}
	}
	return nil
}

// serverRedirects does not mind wildcards, spaces and repetition: its checks for the first two have
// no effect.
func serverRedirects(a asked) *problem {
	if !a.applies() {
		return nil
	}
	list, ok := a.value.([]any)
	if a.required() && (len(list) == 0 && (ok || !javascript.Truthy(a.value))) {
		return &problem{code: "missing"}
	}
	if serverEmpty(a.value) {
		return nil
	}
	if !ok {
		return &problem{code: "type", item: shown(a.value)}
	}
	for _, item := range list {
		text, ok := item.(string)
		if !ok || text == "" {
			return itemProblem(item)
		}
		if a.private(text) {
			continue
		}
		if p := a.redirect(text); p != nil {
			return p
		}
	}
	return nil
}

func (a asked) private(text string) bool {
	return a.testEnvironment() && (privateIPv4.MatchString(text) || privateIPv6.MatchString(text))
}

func (a asked) testEnvironment() bool {
	return slices.Contains(a.rules.form.TestEnvironments, a.environment())
}

// redirect is what both sides refuse in one URI. Anything but WEB, even an empty application type,
// counts as NATIVE.
func (a asked) redirect(text string) *problem {
	url, err := whatwg.Parse(text) // as JavaScript's new URL(text), which both sides call
	if err != nil {
		return &problem{code: "uri-invalid", item: text}
	}
	if strings.Contains(text, "#") {
		return &problem{code: "uri-fragment", item: text}
	}
	web := a.view.text(a.rules.form.Roles.ApplicationType) == "WEB"
	switch {
	case !web && (url.Scheme() == "javascript" || url.Scheme() == "data"):
		return &problem{code: "uri-scheme", item: text}
	case !web, url.Scheme() == "https":
		return nil
	case a.testEnvironment() && url.Scheme() != "http":
		return &problem{code: "uri-http", item: text}
	case !a.testEnvironment() && (url.Scheme() != "http" || url.Hostname() != "localhost"):
		return &problem{code: "uri-https", item: text}
	}
	return nil
}
