package report

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/russross/blackfriday/v2"

	"github.com/credguide/credguide/checks"
)

// withText returns the hostile report with another text in the place of its own.
func withText(text string) checks.Report {
	r := hostile()
	evil := r.Subject.ClientID
	return tidy(r, func(s string) string { return strings.ReplaceAll(s, evil, text) })
}

// tags lists the tags of a page in order, without their attributes' values.
func tags(page string) []string {
	value := regexp.MustCompile(`="[^"]*"`)
	var out []string
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1) {
		out = append(out, value.ReplaceAllString(tag, ""))
	}
	return out
}

func TestNoTextBecomesMarkup(t *testing.T) {
	evil := `</p><img src=x onerror=alert(1)>"'><script>alert(1)</script><!-- {{.}} &lt; javascript:alert(1)`
	if d := cmp.Diff(tags(write(t, "html", withText("plain"))), tags(write(t, "html", withText(evil)))); d != "" {
		t.Errorf("html: a text of a server changes the tags (-plain +evil):\n%s", d)
	}
	if d := cmp.Diff(elements(t, write(t, "junit", withText("plain"))), elements(t, write(t, "junit", withText(evil+"]]>")))); d != "" {
		t.Errorf("junit: a text of a server changes the elements (-plain +evil):\n%s", d)
	}
}

// elements lists the elements of an XML document in order.
func elements(t *testing.T, document string) (out []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			out = append(out, "<"+e.Name.Local)
		case xml.EndElement:
			out = append(out, e.Name.Local+">")
		}
	}
}

func TestHTMLLoadsNothing(t *testing.T) {
	for name, r := range samples() {
		page := write(t, "html", r)
		for _, tag := range tags(page) {
			if regexp.MustCompile(`(?i)\b(src|href|action|on[a-z]+)\b|<(script|link|iframe|object|embed|img|base|form)\b`).MatchString(tag) {
				t.Errorf("%s: %s", name, tag)
			}
		}
		for _, need := range []string{"<!DOCTYPE html>", `<html lang="en">`, `name="viewport"`, "default-src 'none'", "@media print"} {
			if !strings.Contains(page, need) {
				t.Errorf("%s lacks %s", name, need)
			}
		}
		if strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") {
			t.Errorf("%s: the template left a hole", name)
		}
	}
}

// rendered is Markdown as an implementation that is not ours shows it.
func rendered(text string) string {
	return string(blackfriday.Run([]byte(text), blackfriday.WithExtensions(blackfriday.CommonExtensions)))
}

func TestMarkdownStaysText(t *testing.T) {
	for _, evil := range []string{
		"<script>alert(1)</script>", "[click](https://evil.example)", "![x](https://evil.example/x.png)", "*bold* _it_ **b** ~~gone~~",
		"# heading", "- item", "1. item", "> quote", "    code", "| a | b |", "***", "&copy;", `\*x\*`, "a\n\n# b", "[x]: https://evil.example", "=====",
		"see https://evil.example/a_b|c?d=[e].", "www.evil.example", "mailto:me@evil.example", "me@evil.example", "@octocat", "(@org/team)", "#12 and org/repo#12", "see GH-12",
	} {
		code := func(tag string) bool { return tag == "<code>" || tag == "</code>" } // may be set anywhere
		allowed := slices.DeleteFunc(tags(rendered(write(t, "markdown", withText("plain")))), code)
		page := rendered(write(t, "markdown", withText(evil)))
		if d := cmp.Diff(allowed, slices.DeleteFunc(tags(page), code)); d != "" {
			t.Errorf("%q becomes markup (-plain +evil):\n%s", evil, d)
		}
	}
	for _, evil := range []string{"@octocat", "me@evil.example", "https://evil.example", "org/repo#12", "GH-12", "www.evil.example"} {
		page := regexp.MustCompile(`(?s)<code>.*?</code>`).ReplaceAllString(rendered(write(t, "markdown", withText("a "+evil+" b"))), "")
		if strings.Contains(page, evil) || regexp.MustCompile(`[@#]\w`).MatchString(page) {
			t.Errorf("%q is no code in:\n%s", evil, page)
		}
	}
	page := rendered(write(t, "markdown", withText("&copy; <b> OPENEO_AUTH_X __x__")))
	if want := "&amp;copy; &lt;b&gt; OPENEO_AUTH_X __x__"; !strings.Contains(page, want) {
		t.Errorf("the text is not shown as it is:\n%s", page)
	}
}

func TestMarkdownSetsCommandsAsCode(t *testing.T) {
	page := write(t, "markdown", otherEnvironment())
	for _, want := range []string{"1. Either use it where it lives: `credguide check --environment development`\n", "More: `credguide explain client-in-other-environment`"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing in:\n%s", want, page)
		}
	}
}

func TestSegmentsLoseNothing(t *testing.T) {
	for text, commands := range map[string][]string{
		"plain":              nil,
		"See `a b`, or `c`.": {"a b", "c"},
		"`x` first":          {"x"},
		"`` is nothing":      nil,
		"two `` and `d`":     {"d"},
		"an odd ` quote":     nil,
	} {
		var all string
		var got []string
		for _, s := range segments(text) {
			all += s.Text
			if s.Code {
				got = append(got, s.Text)
			}
		}
		want := text
		for _, code := range commands {
			want = strings.ReplaceAll(want, "`"+code+"`", code)
		}
		if all != want || !slices.Equal(got, commands) {
			t.Errorf("%q: %q, commands %q", text, all, got)
		}
	}
}

// An account that works may soon not: its row has the warnings, and the heading counts it.
func TestTheTableHasTheWarningsOfWhatWorks(t *testing.T) {
	warned := healthy()
	warned.Diagnoses = append([]checks.Finding{{ID: "client-expires-soon", Severity: checks.Warning, Title: "The client's end date is near"}}, warned.Diagnoses...)
	for format, escaped := range map[string]string{"html": "The client&#39;s end date is near", "markdown": "The client's end date is near"} {
		var b strings.Builder
		if err := Formats[format].WriteAll(&b, []checks.Report{warned, grantNotEnabled()}); err != nil {
			t.Fatal(err)
		}
		heading, row := "", ""
		for line := range strings.Lines(b.String()) {
			if heading == "" && (strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "<h1>")) {
				heading = line
			}
			if row == "" && strings.Contains(line, ". Warning: "+escaped) {
				row = line
			}
		}
		if !strings.Contains(heading, "2 checked, 1 work, 1 misconfigured, 1 with warnings") {
			t.Errorf("%s: the heading is %q", format, heading)
		}
		if !strings.HasPrefix(row, "| √ |") && !strings.HasPrefix(row, `<tr class="healthy">`) {
			t.Errorf("%s: no row names it: %q", format, row)
		}
	}
}
