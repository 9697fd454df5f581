package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseANSI(t *testing.T) {
	for _, tc := range []struct {
		name, printed string
		want          []string
	}{
		{"plain", "one\ntwo\n", []string{`<text x="20.0" y="51" textLength="25.2">one</text>`, `<text x="20.0" y="71" textLength="25.2">two</text>`}},
		{"colour and weight", "\x1b[31;1m× no\x1b[0m but", []string{
			`<text x="20.0" y="51" textLength="33.6" class="red bold">× no</text>`, `<text x="62.0" y="51" textLength="25.2">but</text>`,
		}},
		{"across lines", "\x1b[2mone\ntwo\x1b[0m", []string{
			`<text x="20.0" y="51" textLength="25.2" class="faint">one</text>`, `<text x="20.0" y="71" textLength="25.2" class="faint">two</text>`,
		}},
		{"markup in what is printed", "<b> & </b>", []string{`<text x="20.0" y="51" textLength="84.0">&lt;b&gt; &amp; &lt;/b&gt;</text>`}},
		{"an empty line", "\none", []string{`<text x="20.0" y="71" textLength="25.2">one</text>`}},
	} {
		lines, err := parseANSI(tc.printed)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		var out strings.Builder
		for i, runs := range lines {
			for _, r := range runs {
				out.WriteString(drawn(r, titleBar+(i+1)*lineHeight-5))
			}
		}
		if d := cmp.Diff(strings.Join(tc.want, "\n")+"\n", out.String()); d != "" {
			t.Errorf("%s: %s", tc.name, d)
		}
	}
}

func TestParseANSIRefusesWhatItCannotDraw(t *testing.T) {
	for _, printed := range []string{"\x1b[2K", "\x1b]0;title\x07", "\x1b[45mx"} {
		if _, err := parseANSI(printed); err == nil {
			t.Errorf("%q was accepted", printed)
		}
	}
}

func TestSteady(t *testing.T) {
	first := "at 127.0.0.1:41234 in /tmp/credguide-sandbox-1234567890/openeo.env\n  √ token  issued      6 ms\nuser 0fb1ad6e-0b5f-4e9b-9b0c-1f2e3d4c5b6a@x"
	second := "at 127.0.0.1:5123 in /tmp/credguide-sandbox-98765/openeo.env\n  √ token  issued\nuser 11111111-0b5f-4e9b-9b0c-1f2e3d4c5b6a@x"
	if steady([]byte(first)) != steady([]byte(second)) {
		t.Error(cmp.Diff(steady([]byte(first)), steady([]byte(second))))
	}
	if steady([]byte(first)) == steady([]byte(strings.Replace(first, "issued", "refused", 1))) {
		t.Error("a true difference is not seen")
	}
}

func TestTranscriptsAreRun(t *testing.T) {
	before := "Words.\n\n<!-- transcript\n& credguide sandbox --http --dir lab\ncredguide check --catalog lab --environment sandbox --credentials lab/openeo.env --quiet\n" +
		"credguide explain no-such-thing\n-->\nold\n<!-- end of transcript -->\n\nMore words.\n"
	after, err := fillTranscripts(t.Context(), []byte(before))
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile("(?s)^Words.\n\n<!-- transcript\n.*\n-->\n```console\n\\$ credguide check [^\n]*\n\n\\$ credguide explain no-such-thing\n" +
		"error: [^\n]*\n.*\\$ echo \\$\\?\n2\n```\n<!-- end of transcript -->\n\nMore words.\n$")
	if !want.Match(after) {
		t.Errorf("%s", after)
	}
	again, err := fillTranscripts(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(steady(after), steady(again)); d != "" {
		t.Errorf("a second run changes it: %s", d)
	}
}

func TestMarkdownOfData(t *testing.T) {
	p := newPage("A | B", "x.yaml")
	p.heading("List")
	p.list("1.", texts([]string{"a *b*", "<script> [x]"}))
	p.table([]string{"h"}, [][]string{{"a|b"}})
	p.table([]string{"none"}, nil)
	want := "# A | B\n\n## List\n\n1. a \\*b\\*\n2. &lt;script> \\[x\\]\n\n| h |\n| --- |\n| a\\|b |\n"
	_, got, _ := strings.Cut(p.String(), "-->\n\n")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// What somebody types is code, as a whole.
func TestWithCode(t *testing.T) {
	const words = "Set --web.config.file in accounts.yaml, or --no-color. CREDGUIDE_ACCOUNTS names it, --only NAME chooses, --owner '' removes."
	const want = "Set `--web.config.file` in `accounts.yaml`, or `--no-color`. `CREDGUIDE_ACCOUNTS` names it, `--only NAME` chooses, `--owner ''` removes."
	if got := withCode(words); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEmphasised(t *testing.T) {
	for head, want := range map[string]string{
		"certain, where":                          "**certain**, where",
		"likely (worth knowing), where":           "**likely** (worth knowing), where",
		"possible (the login cannot work), where": "**possible** (the login cannot work), where",
	} {
		if got := emphasised(head); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#\s:]+)(#[^)]*)?\)|src="([^":]+)"`)

// TestLinksLead: every relative link in the documentation leads to a file that is there.
func TestLinksLead(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 10 {
		t.Fatalf("only %d pages found", len(files))
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllSubmatch(content, -1) {
			target := string(m[1]) + string(m[3])
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", file, target)
			}
		}
	}
}

func TestWizardScreen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "screens.txt")
	if err := os.WriteFile(file, []byte("one\n? A:\n════ keys: \"x\"\ntwo\n? B:\n════ keys: \"y\"\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]string{"? A:": "one\n? A:", "? B:": "two\n? B:"} {
		if got, err := wizardScreen(file, question); err != nil || got != want {
			t.Errorf("%s: %q, %v", question, got, err)
		}
	}
	if got, err := wizardScreen(file, "? C:"); err == nil {
		t.Errorf("%q", got)
	}
}
