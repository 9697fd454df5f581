package report

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

var errUnplugged = errors.New("unplugged")

// harmless drops what must never reach a terminal from a report.
func harmless(c rune) rune {
	if c == '\n' || unicode.IsPrint(c) {
		return c
	}
	return -1
}

func written(t *testing.T, r checks.Report, o TextOptions) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextInItsOtherForms(t *testing.T) {
	forms := map[string]TextOptions{
		"verbose": {Unicode: true, Verbose: true},
		"ascii":   {},
		"colour":  {Unicode: true, Color: true},
		"narrow":  {Unicode: true, Width: 50},
		"quiet":   {Unicode: true, Quiet: true},
	}
	for form, o := range forms {
		for _, name := range []string{"secret-refused", "hostile"} {
			golden(t, "text-"+form+"/"+name+".txt", []byte(written(t, samples()[name], o)))
		}
	}
}

func TestTextKeepsToItsColumns(t *testing.T) {
	for name, r := range samples() {
		for _, columns := range []int{50, 80, 100} {
			for _, unicode := range []bool{true, false} {
				for l := range strings.SplitSeq(written(t, r, TextOptions{Width: columns, Unicode: unicode}), "\n") {
					if text.Width(l) > columns && !strings.Contains(l, "https://docs.openeo.cloud/join/") && !longWord(l, columns) {
						t.Errorf("%s at %d columns: %q", name, columns, l)
					}
				}
			}
		}
	}
}

// longWord: a line may be too long for one word that cannot be broken, or for a part of the header.
func longWord(l string, columns int) bool {
	return slices.ContainsFunc(strings.Fields(l), func(w string) bool { return text.Width(w) > columns/2 }) || !strings.HasPrefix(l, " ")
}

func TestTextIsHarmless(t *testing.T) {
	for _, o := range []TextOptions{{Unicode: true}, {Unicode: true, Verbose: true}, {Unicode: true, Quiet: true}, {}} {
		for name, r := range samples() {
			page := written(t, r, o)
			if got := strings.Map(harmless, page); got != page {
				t.Errorf("%s, %+v: %q", name, o, page)
			}
			if strings.Contains(page, "owned") || strings.Contains(page, "31m") {
				t.Errorf("%s, %+v: the inside of a terminal sequence is left over", name, o)
			}
		}
	}
	for _, o := range []TextOptions{PlainText, {}} {
		row := textPart(Entry{Report: hostile(), Label: hostile().Subject.ClientID}, ListOptions{Text: o, NameWidth: 12})[0]
		row = strings.ReplaceAll(row, onceMark, "") // as the list writes it
		if strings.Map(harmless, row) != row || strings.Contains(row, "owned") {
			t.Errorf("the entry of a list is not harmless: %q", row)
		}
	}
}

// What many accounts are warned of alike has its advice once. A list of a thousand would bury what
// does not work.
func TestAListAdvisesOnce(t *testing.T) {
	entries := []Entry{{Report: healthyWithWarnings(), Label: "a"}, {Report: healthyWithWarnings(), Label: "b"}, {Report: healthyWithWarnings(), Label: "c"}}
	const other = "credguide explain another"
	entries[2].Diagnoses[0].Explain = other
	var b strings.Builder
	if err := Formats["text"].WriteList(&b, entries, ListOptions{Text: PlainText, NameWidth: 1}); err != nil {
		t.Fatal(err)
	}
	first := healthyWithWarnings().Diagnoses[0]
	for text, want := range map[string]int{first.Title: 3, "More: " + first.Explain + "\n": 1, "More: " + other + "\n": 1, onceMark: 0} {
		if n := strings.Count(b.String(), text); n != want {
			t.Errorf("%q stands there %d times, not %d:\n%s", text, n, want, &b)
		}
	}
}

func TestTextWithoutUnicodeIsASCII(t *testing.T) {
	for name, r := range samples() {
		for _, o := range []TextOptions{{}, {Verbose: true}, {Quiet: true}} {
			page := written(t, r, o)
			if i := strings.IndexFunc(page, func(c rune) bool { return c > unicode.MaxASCII }); i >= 0 {
				t.Errorf("%s: %q", name, page[i:min(len(page), i+20)])
			}
		}
	}
}

func TestOneCauseFitsTheScreen(t *testing.T) {
	for _, name := range []string{"healthy", "other-environment", "grant-not-enabled", "unreachable", "empty-secret", "enrollment"} {
		if n := strings.Count(written(t, samples()[name], PlainText), "\n"); n > screenLines {
			t.Errorf("%s takes %d lines", name, n)
		}
	}
}

func TestTheCauseComesFirst(t *testing.T) {
	for name, r := range samples() {
		page := written(t, r, PlainText)
		first, ok := r.First()
		if !ok || name == "hostile" {
			continue
		}
		if title := strings.Index(page, afterColon(first.Title)); title < 0 && !strings.Contains(page, first.Title) {
			t.Errorf("%s: the cause is missing", name)
		} else if steps := strings.Index(page, "credentials, "); steps >= 0 && steps < title {
			t.Errorf("%s: the steps come before the cause", name)
		}
	}
}

func TestColourIsOnlyAddedToTheSameText(t *testing.T) {
	for name, r := range samples() {
		plain := written(t, r, TextOptions{Unicode: true})
		colour := written(t, r, TextOptions{Unicode: true, Color: true})
		if !strings.Contains(colour, "\x1b[") {
			t.Errorf("%s has no colour", name)
		}
		if got := ansi.Strip(colour); got != plain {
			t.Errorf("%s: without colour it differs:\n%s", name, got)
		}
	}
}

func TestQuietSaysNothingWhereAllIsWell(t *testing.T) {
	for name, want := range map[string]string{
		"healthy":           "",
		"grant-not-enabled": "× The client may not use the client credentials grant (grant-not-enabled)\n",
		"inconclusive":      "? Cannot tell whether this login works\n",
	} {
		if got := written(t, samples()[name], TextOptions{Unicode: true, Quiet: true}); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTheRowNamesClientAndCause(t *testing.T) {
	for name, want := range map[string]string{
		"healthy":     "nightly   √ Works · nightly-ndvi · production → openeo.cloud\n",
		"unreachable": "nightly   ? Cannot tell: the identity provider is not answering\n    nightly-ndvi · production → openeo.cloud\n",
		"secret-refused": "nightly   × The login does not work, for one of these reasons\n    nightly-ndvi · production → openeo.cloud\n" +
			"    × The secret is not this client's secret\n",
	} {
		if got := textPart(Entry{Report: samples()[name], Label: "nightly"}, ListOptions{Text: PlainText, NameWidth: 8})[0]; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Whatever the names, owners and labels of a list, each of its lines fits, but for a command or a
// word that nobody can break. Nothing of what has to be done is lost.
func TestAListKeepsToItsColumns(t *testing.T) {
	for name, r := range samples() {
		r.Subject.Owner, r.Subject.Labels = "the operators of the laboratory, second floor, and their deputies in the other building", map[string]string{"team": strings.Repeat("e", 90)}
		for _, label := range []string{"a", "entry 100000", "nightly-ndvi-of-the-laboratory", strings.Repeat("long.name-", 7), strings.Repeat("a", 200), "日本語のアカウント"} {
			for _, columns := range []int{40, 80, 100} {
				for _, unicode := range []bool{true, false} {
					got := textPart(Entry{Report: r, Label: label}, ListOptions{Text: TextOptions{Width: columns, Unicode: unicode}, NameWidth: 40})[0]
					for l := range strings.SplitSeq(got, "\n") {
						if text.Width(l) > columns && !longWord(" "+l, columns) && !strings.Contains(l, "credguide ") {
							t.Errorf("%s at %d columns: %q", name, columns, l)
						}
					}
					if first, ok := r.First(); ok && first.Severity == checks.Error {
						for _, step := range first.Steps {
							if !strings.Contains(got, step.Run) {
								t.Errorf("%s at %d columns: the command %q is cut", name, columns, step.Run)
							}
						}
					}
				}
			}
		}
	}
}

func TestWhereTheSecretWent(t *testing.T) {
	post := func(url string, status int, failure string) checks.Request {
		return checks.Request{Method: "POST", URL: url, Effect: "mints-token", Status: status, Failure: failure}
	}
	for _, c := range []struct {
		requests []checks.Request
		want     string
	}{
		{nil, "The secret was not sent."},
		{[]checks.Request{{URL: "https://a.example/", Effect: "names-client", Status: 200}}, "The secret was not sent."},
		{[]checks.Request{post("https://a.example/t", 401, "")}, "The secret was sent to a.example only."},
		{[]checks.Request{post("https://a.example/t", 401, ""), post("https://a.example/u", 200, "")}, "The secret was sent to a.example only."},
		{[]checks.Request{post("https://a.example/t", 0, "refused")}, "The secret was not sent."},
		{[]checks.Request{post("https://a.example/t", 0, "tls-hostname")}, "The secret was not sent."},
		{[]checks.Request{post("https://a.example/t", 0, "response-timeout")}, "The secret was sent to a.example only."},
		{[]checks.Request{post("https://a.example/t", 0, "reset"), post("https://b.example:8443/", 200, "")}, "The secret was sent to a.example and b.example:8443."},
	} {
		r := base(checks.Misconfigured)
		r.Requests = c.requests
		if got := whatWasSent(r); got != c.want {
			t.Errorf("%+v: %s", c.requests, got)
		}
	}
}

func TestWrapBreaksNoCommandAndNoAddress(t *testing.T) {
	text := "Run `credguide check --environment development`, then see https://a.example/very/long/address/that/goes/on for more."
	for columns := 20; columns <= 90; columns++ {
		joined := strings.Join(wrap(text, columns), "\n")
		if strings.ReplaceAll(joined, "\n", " ") != text {
			t.Fatalf("%d columns changed the text: %q", columns, joined)
		}
		if !strings.Contains(joined, "https://a.example/very/long/address/that/goes/on") {
			t.Errorf("%d columns broke the address", columns)
		}
		if !strings.Contains(joined, "`credguide check --environment development`,") {
			t.Errorf("%d columns broke a command:\n%s", columns, joined)
		}
	}
}

type brokenWriter struct{ after int }

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.after -= len(p); b.after < 0 {
		return 0, errUnplugged
	}
	return len(p), nil
}

func TestEveryFormatReportsAFailedWrite(t *testing.T) {
	for _, name := range Names() {
		for _, after := range []int{0, 60} {
			if err := Formats[name].Write(&brokenWriter{after}, grantNotEnabled()); !errors.Is(err, errUnplugged) {
				t.Errorf("%s after %d bytes: %v", name, after, err)
			}
			if err := Formats[name].WriteAll(&brokenWriter{after}, []checks.Report{grantNotEnabled(), healthy()}); !errors.Is(err, errUnplugged) {
				t.Errorf("%s, all, after %d bytes: %v", name, after, err)
			}
		}
	}
}

func TestTheVerdictIsOnTheLastScreen(t *testing.T) {
	for name, r := range samples() {
		whole := written(t, r, TextOptions{Unicode: true})
		lines := strings.Count(whole, "\n")
		if got := written(t, r, TextOptions{Unicode: true, Rows: lines + 1}); got != whole {
			t.Errorf("%s: it fits on the screen, and something was added:\n%s", name, got)
		}
		got := written(t, r, TextOptions{Unicode: true, Rows: lines})
		end, found := strings.CutPrefix(got, whole)
		words := clean(verdictInWords(r))
		if !found || !strings.Contains(strings.Join(strings.Fields(end), " "), strings.Join(strings.Fields(words), " ")) {
			t.Errorf("%s: the verdict %q is not repeated at the end:\n%s", name, words, got)
		}
	}
}

// The words of a fault stand below the row, and once.
func TestARowRepeatsNothing(t *testing.T) {
	r := base(checks.Misconfigured, checks.Finding{
		ID: "list-entry-invalid", Severity: checks.Error, Certainty: checks.Certain, Party: checks.PartyYou,
		Title: `This entry cannot be used: list.yaml:6: unknown key "colour"`, Means: `list.yaml:6: unknown key "colour". Nothing was sent for this entry.`,
	})
	r.Facts.Set(checks.EntryInvalid, true)
	got := textPart(Entry{Report: r, Label: "nightly"}, ListOptions{Text: PlainText, NameWidth: 8})[0]
	if !strings.HasPrefix(got, "nightly   × This entry cannot be used\n    list.yaml:6: ") || strings.Count(got, "colour") != 1 {
		t.Errorf("%s", got)
	}
}
