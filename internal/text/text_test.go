package text_test

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/credguide/credguide/internal/text"
)

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "√‼×·□…─‹›": 9, "日本": 4, "e\u0301": 1, "👩\u200d👧": 2, "\x1b[31mred\x1b[0m": 3, "µ": 1,
	} {
		if got := text.Width(s); got != want {
			t.Errorf("%q: %d cells, want %d", s, got, want)
		}
	}
	if got := text.Pad("日本", 6) + "|" + text.Pad("abc", 2); got != "日本  |abc" {
		t.Errorf("%q", got)
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		in    string
		limit int
		unit  text.Unit
		want  string
	}{
		{"abcdef", 6, text.Cells, "abcdef"},
		{"abcdef", 5, text.Cells, "abcd…"},
		{"abcdef", 1, text.Cells, "…"},
		{"abcdef", 0, text.Cells, ""},
		{"abcdef", -3, text.Cells, ""},
		{"日本語", 6, text.Cells, "日本語"},
		{"日本語", 5, text.Cells, "日本…"},
		{"日本語", 4, text.Cells, "日…"},
		{"日本語", 3, text.Runes, "日本語"},
		{"日本語x", 3, text.Runes, "日本…"},
		{"abc", 1, text.Runes, "…"},
		{"abc", 0, text.Runes, ""},
		{"日本語", 9, text.Bytes, "日本語"},
		{"日本語x", 9, text.Bytes, "日本…"},
		{"日本語", 8, text.Bytes, "日…"},
		{"abcdef", 4, text.Bytes, "a…"},
		{"abcdef", 2, text.Bytes, ""},
	} {
		if got := text.Cut(test.in, test.limit, test.unit); got != test.want {
			t.Errorf("Cut(%q, %d, %d) = %q, want %q", test.in, test.limit, test.unit, got, test.want)
		}
	}
}

func TestCutKeepsItsLimit(t *testing.T) {
	size := map[text.Unit]func(string) int{
		text.Cells: text.Width, text.Runes: utf8.RuneCountInString, text.Bytes: func(s string) int { return len(s) },
	}
	rapid.Check(t, func(t *rapid.T) {
		s, limit := text.Sanitise(rapid.String().Draw(t, "text")), rapid.IntRange(-1, 40).Draw(t, "limit")
		for unit, of := range size {
			got := text.Cut(s, limit, unit)
			if of(got) > max(limit, 0) || of(s) <= limit && got != s || utf8.ValidString(s) && !utf8.ValidString(got) {
				t.Errorf("%q cut to %d of unit %d: %q", s, limit, unit, got)
			}
		}
	})
}

func TestPlural(t *testing.T) {
	got := []string{
		text.Plural(1, "second"), text.Plural(0, "second"), text.Plural(2, "entry"), text.Plural(2, "day"), text.Plural(3, "key"),
		text.Plural(2, "field is refused", "fields are refused"), text.Plural(-1, "hour"),
	}
	if diff := cmp.Diff([]string{"1 second", "0 seconds", "2 entries", "2 days", "3 keys", "2 fields are refused", "-1 hours"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWrap(t *testing.T) {
	if diff := cmp.Diff([]string{"one two", "three", "https://long.example/word", "日本語 x"}, text.Wrap(" one two\tthree\nhttps://long.example/word 日本語 x", 9)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"run", "a b c", "or", "d e f g"}, text.Fill([]string{"run", "a b c", "or", "d e f g"}, 6)); diff != "" {
		t.Error(diff)
	}
	if got := text.Wrap(" \n", 9); got != nil {
		t.Errorf("%q", got)
	}
	if got := text.Wrap("a b", -5); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func TestHang(t *testing.T) {
	for _, test := range []struct{ mark, in, want string }{
		{"", "one two three", "one two\nthree\n"},
		{"· ", "one two three", "· one two\n  three\n"},
		{"1. ", "one two three", "1. one\n   two\n   three\n"},
		{"· ", "one\ntwo\n\nthree", "· one two\n\n  three\n"},
		{"√ ", "", "√ \n"},
	} {
		if got := text.Hang(test.mark, test.in, 9); got != test.want {
			t.Errorf("%q behind %q: %q, want %q", test.in, test.mark, got, test.want)
		}
	}
}

func TestWrapKeepsTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, width := rapid.String().Draw(t, "text"), rapid.IntRange(1, 30).Draw(t, "width")
		lines := text.Wrap(s, width)
		if diff := cmp.Diff(strings.Fields(s), strings.Fields(strings.Join(lines, " "))); diff != "" {
			t.Error(diff)
		}
		for _, line := range lines {
			if text.Width(line) > width && len(strings.Fields(line)) > 1 {
				t.Errorf("%q is wider than %d", line, width)
			}
		}
	})
}

func TestMap(t *testing.T) {
	type part struct{ Name string }
	type whole struct {
		Parts  []part
		Values map[string]any
		At     *part
		None   *part
		Empty  []string
		When   time.Time
		N      int
	}
	now := time.Now()
	got := text.Map(struct {
		A string
		B whole
	}{"a", whole{Parts: []part{{"b"}}, Values: map[string]any{"k": []string{"v"}, "n": 1, "none": nil}, At: &part{"p"}, When: now, N: 3}}, strings.ToUpper)
	if got.A != "A" || got.B.Parts[0].Name != "B" || got.B.Values["K"].([]string)[0] != "V" || got.B.Values["N"] != 1 || got.B.At.Name != "P" ||
		got.B.None != nil || got.B.Empty == nil || !got.B.When.Equal(now) || got.B.N != 3 {
		t.Errorf("%+v", got)
	}
}

func TestMapLeavesTheValueAsItIs(t *testing.T) {
	type part struct {
		Name   string
		Labels map[string]string
		Values map[string]any
		List   []string
		At     *part
	}
	fresh := func() part {
		return part{"a", map[string]string{"k": "v"}, map[string]any{"x": "y", "l": []string{"m"}}, []string{"b"}, &part{Name: "p"}}
	}
	value := fresh()
	got := text.Map(value, strings.ToUpper)
	if !reflect.DeepEqual(value, fresh()) {
		t.Errorf("the value became %+v", value)
	}
	if got.Labels["K"] != "V" || got.Values["X"] != "Y" || len(got.Labels) != 1 || len(got.Values) != 2 || got.List[0] != "B" || got.At.Name != "P" {
		t.Errorf("%+v", got)
	}
}

func TestACommandIsNeverBroken(t *testing.T) {
	const command = "credguide check --environment /a/long/folder/of/environments/production.yaml --backend https://openeo.example.org --client-id nightly"
	for width := range 100 {
		got := text.HangRun("  1. ", "Then check again, with the values that are in force:", command, width)
		if !strings.Contains(got, command+"\n") || strings.Count(got, command) != 1 {
			t.Errorf("width %d:\n%s", width, got)
		}
	}
	if got, want := text.HangRun("· ", "Check:", "credguide check", 80), "· Check: credguide check\n"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}
