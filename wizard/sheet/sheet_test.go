package sheet

import (
	"bytes"
	"maps"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/request"
)

// lab is a request that the registry takes.
func lab(change map[string]any) request.Input {
	fields := map[string]any{
		"service_name": "openEO nightly runner", "integration_environment": "development", "service_description": "Runs NDVI batch jobs every night.",
		"protocol": "oidc", "client_id": "nightly-ndvi", "grant_types": []any{"client_credentials"},
		"scope":    []any{"openid", "email", "eduperson_entitlement", "eduperson_scoped_affiliation"},
		"contacts": []any{},
	}
	for _, kind := range []string{"admin", "technical", "support", "security"} {
		fields["contacts"] = append(fields["contacts"].([]any), map[string]any{"type": kind, "email": "lab@example.org"})
	}
	maps.Copy(fields, change)
	return request.Input{ID: "lab.yaml", Fields: fields}
}

func sheetOf(t *testing.T, environment string, in request.Input) Sheet {
	t.Helper()
	form, err := forms.Lookup("egi")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := request.NewRules(form, "egi-2024")
	if err != nil {
		t.Fatal(err)
	}
	known, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := New(rules, in, rules.Validate(in, request.Target{}))
	if e, ok := known.Lookup(environment); ok {
		s.Where = wizard.Where{Environment: e}
	}
	s.Tool = "credguide test"
	return s
}

func inText(t *testing.T, s Sheet, width int) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, s, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func page1(t *testing.T, s Sheet) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// inOrder finds each of the words behind the one before.
func inOrder(t *testing.T, text string, words ...string) {
	t.Helper()
	rest := strings.Join(strings.Fields(text), " ")
	for _, w := range words {
		_, after, found := strings.Cut(rest, w)
		if !found {
			t.Fatalf("nothing of %q in its place in\n%s", w, text)
		}
		rest = after
	}
}

// The traps of the registry's form stand where they bite.
var story = []string{
	"General", "Service name", "openEO nightly runner", "Integration Environment", "Development",
	"Contacts", "Admin", "lab@example.org", "ADD", "Security", "lab@example.org", "Press ADD after each contact",
	"Protocol Specific", "Select Protocol", "OIDC Service", "Client ID", "nightly-ndvi",
	"Grant Types", "Untick", "authorization code", "Tick", "client credentials", "Redirect URI(s) further down required",
	"Scope", "Tick each of these. What has no box, type and press +", "openid", "eduperson_scoped_affiliation",
	"Generate a new client secret?", "Redirect URI(s)", "Access Token Validation Model (if it is there)",
	"How to register it", "press View beside your service", "says Registration Pending", "After Submit",
}

func TestTheSheetOnATerminal(t *testing.T) {
	for _, width := range []int{80, 60} {
		out := inText(t, sheetOf(t, "development", lab(nil)), width)
		inOrder(t, out, append(story, "choose Approve", "credguide wait --environment development --client-id nightly-ndvi", "A service account is not you")...)
		for line := range strings.Lines(out) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width && !strings.HasPrefix(line, "  credguide ") {
				t.Errorf("%d columns: %q has %d", width, line, n)
			}
		}
	}
}

func TestThePage(t *testing.T) {
	out := page1(t, sheetOf(t, "production", lab(map[string]any{"integration_environment": "production"})))
	root, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	inOrder(t, visible(root), "openEO nightly runner", "The request is lab.yaml.", "The registry refuses", "Contacts", "Press ADD after each contact", "Untick", "authorization code", "Wait for an administrator")
	if values := texts(root, "value"); values[0] != "openEO nightly runner" {
		t.Errorf("a value is not exactly what is to be typed: %q", values)
	}
	accessible(t, root)
	selfContained(t, root, out)
}

// accessible: each control has a name, each button's value and each link's place is there, ids are
// given once.
func accessible(t *testing.T, root *html.Node) {
	t.Helper()
	ids, buttons := map[string]int{}, 0
	each(root, func(n *html.Node) {
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
	})
	each(root, func(n *html.Node) {
		switch {
		case n.Data == "button":
			buttons++
			if ids[attribute(n, "data-copies")] != 1 || !strings.HasPrefix(attribute(n, "aria-label"), "Copy: ") || !has(n, "hidden") {
				t.Errorf("a button without its value or name: %v", n.Attr)
			}
		case n.Data == "input" && (n.Parent.Data != "label" || attribute(n, "autocomplete") != "off"):
			t.Errorf("a box without a label, or one that remembers: %v", n.Attr)
		case n.Data == "a" && strings.HasPrefix(attribute(n, "href"), "#") && ids[attribute(n, "href")[1:]] != 1:
			t.Errorf("a link to nowhere: %s", attribute(n, "href"))
		case n.Data == "section" && ids[attribute(n, "aria-labelledby")] != 1:
			t.Errorf("a section without a name: %v", n.Attr)
		}
	})
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the id %s is given %d times", id, n)
		}
	}
	if buttons < 6 {
		t.Errorf("%d buttons", buttons)
	}
	if n := len(texts(root, "")); ids["told"] != 1 || n == 0 {
		t.Error("nothing tells that a value was copied")
	}
}

// selfContained: nothing is loaded, and only the page's own script may run.
func selfContained(t *testing.T, root *html.Node, source string) {
	t.Helper()
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(source)
	if policy == nil {
		t.Fatal("no policy")
	}
	allowed := html.UnescapeString(policy[1])
	if !strings.HasPrefix(allowed, "default-src 'none'; ") || strings.Contains(allowed, "unsafe") {
		t.Errorf("policy %s", allowed)
	}
	each(root, func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "src" || a.Key == "style" || strings.HasPrefix(a.Key, "on") || (a.Key == "href" && n.Data == "link") {
				t.Errorf("%s has %s", n.Data, a.Key)
			}
		}
		if n.Data == "script" || n.Data == "style" {
			if !strings.Contains(allowed, n.Data+"-src "+hash(n.FirstChild.Data)) {
				t.Errorf("the policy does not allow the page's own %s", n.Data)
			}
		}
	})
}

// A request file may come from anybody.
func TestHostileRequests(t *testing.T) {
	for _, value := range []string{
		`</code><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "{{.Tool}}", "\x1b]0;x\x07\x1b[2J", "javascript:alert(1)", "\u202egro.elpmaxe", strings.Repeat("x", 5000), "a\nb", "`x`",
	} {
		in := lab(map[string]any{
			"service_name": value, "client_id": value, "logo_uri": value, "redirect_uris": []any{value},
			"scope": []any{value}, "contacts": []any{map[string]any{"type": value, "email": value}}, "country": value,
		})
		in.ID = value
		s := sheetOf(t, "development", in)
		out := inText(t, s, 80)
		if strings.ContainsAny(out, "\x1b\x07\u202e\r") {
			t.Errorf("%q moves the cursor", value)
		}
		if strings.Contains(out, "--client-id "+value) && value != "{{.Tool}}" {
			t.Errorf("%q stands in a command line", value)
		}
		source := page1(t, s)
		root, err := html.Parse(strings.NewReader(source))
		if err != nil {
			t.Fatal(err)
		}
		scripts := 0
		each(root, func(n *html.Node) {
			switch n.Data {
			case "script":
				scripts++
			case "img", "iframe", "object":
				t.Errorf("%q made a %s", value, n.Data)
			case "a":
				if h := attribute(n, "href"); !strings.HasPrefix(h, "#") && !strings.HasPrefix(h, "https://") {
					t.Errorf("%q made a link to %s", value, h)
				}
			}
		})
		if scripts != 1 {
			t.Errorf("%q made %d scripts", value, scripts)
		}
		selfContained(t, root, source)
	}
}

func TestASecretOfOnesOwnIsNotShown(t *testing.T) {
	const secret = "canary-5bc1-own-secret"
	s := sheetOf(t, "development", lab(map[string]any{"generate_client_secret": false, "client_secret": secret}))
	for _, out := range []string{inText(t, s, 80), page1(t, s)} {
		if strings.Contains(out, secret) || !strings.Contains(out, "your own secret") {
			t.Errorf("%s", out)
		}
	}
}

func TestARefusedRequestSaysSoFirst(t *testing.T) {
	s := sheetOf(t, "development", lab(map[string]any{"service_name": "abc", "redirect_uris": []any{}, "grant_types": []any{"authorization_code"}}))
	out := inText(t, s, 80)
	inOrder(t, out, "× The registry refuses 2 fields", "General › Service name", "Protocol Specific › Redirect URI(s)", "General (tab 1 of 2)", "Type: abc", "× ")
	inOrder(t, visible(parsed(t, page1(t, s))), "The registry refuses 2 fields", "Refused:")
}

// What is refused is not advised in the same breath.
func TestARefusedFieldIsNotLeft(t *testing.T) {
	in := lab(nil)
	delete(in.Fields, "protocol")
	text := inText(t, sheetOf(t, "development", in), 80)
	if strings.Contains(text, "Leave it empty") || !strings.Contains(text, "choose OIDC Service") {
		t.Error(text)
	}
}

func TestWithoutARegistryNothingIsClaimedOfIt(t *testing.T) {
	out := inText(t, sheetOf(t, "", lab(nil)), 80)
	if strings.Contains(out, "Manage Services ›") || strings.Contains(out, "Open  and") {
		t.Errorf("%s", out)
	}
}

func parsed(t *testing.T, source string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func each(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, f)
	}
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
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// texts are those of the elements of a class; "" is the live region.
func texts(root *html.Node, class string) (list []string) {
	each(root, func(n *html.Node) {
		if class != "" && attribute(n, "class") == class || class == "" && attribute(n, "aria-live") == "polite" {
			list = append(list, visible(n))
		}
	})
	return list
}

func visible(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if n.Data == "script" || n.Data == "style" || n.Data == "title" {
		return ""
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(visible(c))
	}
	return b.String()
}
