package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// browser is a person's browser with one page open. It sees what a person sees: words, and the
// controls that bear them.
type browser struct {
	client *http.Client
	at     *url.URL
	page   *html.Node
}

func newBrowser() *browser {
	return &browser{client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}, at: &url.URL{}}
}

func (b *browser) open(ctx context.Context, address string) error {
	return b.load(ctx, http.MethodGet, address, nil)
}

func (b *browser) load(ctx context.Context, method, address string, form url.Values) error {
	target, err := b.at.Parse(address)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := b.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	page, err := html.Parse(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return err
	}
	b.at, b.page = answer.Request.URL, page
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %d %s", target, answer.StatusCode, strings.Join(b.alerts(), " | "))
	}
	return nil
}

// alerts are what the page complains about.
func (b *browser) alerts() (list []string) {
	if b.page == nil {
		return nil
	}
	for _, n := range find(b.page, func(n *html.Node) bool { return attribute(n, "class") == "bad" }) {
		list = append(list, words(n))
	}
	return list
}

func find(root *html.Node, fits func(*html.Node) bool) (list []*html.Node) {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && fits(n) {
			list = append(list, n)
		}
	}
	return list
}

func named(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func set(n *html.Node, name, value string, on bool) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if on {
		n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
	}
}

// words is the text of an element, without that of the controls in it.
func words(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data + " ")
		case n.Data == "select" || n.Data == "option":
		default:
			for c := range n.ChildNodes() {
				walk(c)
			}
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// press follows the link, or presses the button, that has this name.
func (b *browser) press(ctx context.Context, name string) error {
	for _, n := range find(b.page, named("a", "button", "summary")) {
		if words(n) != name {
			continue
		}
		switch n.Data {
		case "a":
			return b.open(ctx, attribute(n, "href"))
		case "summary":
			return nil // what it folds out is in the page
		}
		return b.submit(ctx, formOf(n), n)
	}
	return fmt.Errorf("%s has nothing to press by the name %q", b.at, name)
}

func formOf(n *html.Node) *html.Node {
	for n != nil && n.Data != "form" {
		n = n.Parent
	}
	return n
}

// submit sends a form as a browser does: what is ticked, chosen and typed, and the button.
func (b *browser) submit(ctx context.Context, form, button *html.Node) error {
	if form == nil {
		return errors.New("a control stands outside of a form")
	}
	values := url.Values{}
	for _, n := range find(form, named("input", "select")) {
		name, kind := attribute(n, "name"), attribute(n, "type")
		switch {
		case name == "" || has(n, "disabled"):
		case n.Data == "select":
			values.Add(name, chosen(n))
		case kind != "checkbox" && kind != "radio" || has(n, "checked"):
			values.Add(name, attribute(n, "value"))
		}
	}
	if button != nil && has(button, "name") {
		values.Add(attribute(button, "name"), attribute(button, "value"))
	}
	action := attribute(form, "action")
	if attribute(form, "method") == "post" {
		return b.load(ctx, http.MethodPost, action, values)
	}
	return b.open(ctx, action+"?"+values.Encode())
}

func chosen(menu *html.Node) string {
	options := find(menu, named("option"))
	for _, o := range options {
		if has(o, "selected") {
			return attribute(o, "value")
		}
	}
	return attribute(options[0], "value")
}

// control finds a control by its label, or a group of them by its heading; within limits where it
// looks.
func control(within *html.Node, label string) (*html.Node, error) {
	for _, n := range find(within, named("label", "legend")) {
		if words(n) != label {
			continue
		}
		if n.Data == "legend" {
			return n.Parent, nil
		}
		return find(n, named("input", "select"))[0], nil
	}
	for _, n := range find(within, func(n *html.Node) bool { return attribute(n, "aria-label") == label }) {
		return n, nil
	}
	return nil, fmt.Errorf("nothing has the label %q", label)
}

// changed tells the page that a control was changed: others may depend on it.
func (b *browser) changed(ctx context.Context, n *html.Node) error {
	if !has(n, "data-refresh") {
		return nil
	}
	form := formOf(n)
	for _, button := range find(form, named("button")) {
		if attribute(button, "value") == "refresh" {
			return b.submit(ctx, form, button)
		}
	}
	return b.submit(ctx, form, nil)
}

func (b *browser) typeInto(ctx context.Context, within *html.Node, label, text string) error {
	n, err := control(within, label)
	if err != nil {
		return err
	}
	if n.Data != "input" || has(n, "disabled") {
		return fmt.Errorf("nothing can be typed into %s", label)
	}
	set(n, "value", text, true)
	return b.changed(ctx, n)
}

func (b *browser) choose(ctx context.Context, within *html.Node, label, entry string) error {
	n, err := control(within, label)
	if err != nil {
		return err
	}
	if n.Data == "fieldset" {
		return b.tick(ctx, n, entry, true)
	}
	found := false
	for _, o := range find(n, named("option")) {
		fits := o.FirstChild != nil && o.FirstChild.Data == entry
		set(o, "selected", "", fits)
		found = found || fits
	}
	if !found {
		return fmt.Errorf("%s has no entry %q", label, entry)
	}
	return b.changed(ctx, n)
}

func (b *browser) tick(ctx context.Context, within *html.Node, label string, on bool) error {
	n, err := control(within, label)
	if err != nil {
		return err
	}
	if attribute(n, "type") == "radio" {
		for _, other := range find(formOf(n), func(o *html.Node) bool { return attribute(o, "name") == attribute(n, "name") }) {
			set(other, "checked", "", false)
		}
	}
	set(n, "checked", "", on)
	return b.changed(ctx, n)
}
