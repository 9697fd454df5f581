package javascript

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

func eachLine[T any](t *testing.T, file string, check func(T)) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, n := bufio.NewScanner(f), 0
	for lines.Scan() {
		var c T
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		check(c)
		n++
	}
	if n == 0 || lines.Err() != nil {
		t.Fatalf("%s: %d lines, %v", file, n, lines.Err())
	}
}

// TestURLs compares the library that stands in for JavaScript's URL with what Node.js 20 made of
// the same texts.
func TestURLs(t *testing.T) {
	type recorded struct {
		Text, Scheme, Host string
		OK                 bool
	}
	eachLine(t, "testdata/urls.jsonl", func(c recorded) {
		got, err := whatwg.Parse(c.Text)
		if (err == nil) != c.OK || c.OK && (got.Scheme() != c.Scheme || got.Hostname() != c.Host) {
			t.Errorf("%q: %v %v, Node.js %+v", c.Text, got, err, c)
		}
	})
}

// TestNumbers compares with what Node.js 20 made of the same texts.
func TestNumbers(t *testing.T) {
	type recorded struct{ Text, Number, Int, Float string }
	eachLine(t, "testdata/numbers.jsonl", func(c recorded) {
		got := recorded{c.Text, NumberText(ToNumber(c.Text)), NumberText(ParseInt(c.Text)), NumberText(ParseFloat(c.Text))}
		if got != c {
			t.Errorf("%q: %+v, Node.js %+v", c.Text, got, c)
		}
	})
}

func TestLengths(t *testing.T) {
	for text, want := range map[string][2]int{
		"":              {0, 0},
		"abc":           {3, 3},
		"名前":            {2, 2},
		"😀😀":            {4, 2},
		"❤\uFE0F":       {2, 1},
		"\uFE0F\uFE0F":  {2, 2},
		"a\uFE0F\uFE0F": {3, 2},
		"e\u0301":       {2, 2},
	} {
		if got := [2]int{Length(text), Characters(text)}; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{`^[^\s]*$`, "a\u00a0b", false},
		{`^\S+$`, "a\ufeff", false},
		{`^\s+$`, "\t\u2028\v", true},
		{`^.$`, "\u2028", false},
		{`^.$`, "😀", false}, // two UTF-16 units
		{`^..$`, "😀", true},
		{`^[[]x.]$`, "[x.]", true},
		{`^[\]]$`, "]", true},
		{`^(https?|chrome):\/\/[^\s$.?#].[^\s]*$`, "https://a", false},
		{`^(https?|chrome):\/\/[^\s$.?#].[^\s]*$`, "https://😀", true},
	} {
		p, err := Compile(c.pattern)
		if got := p.Match(c.text); err != nil || got != c.want {
			t.Errorf("%s on %q: %v, %v", c.pattern, c.text, got, err)
		}
	}
	if _, err := Compile(`(?=a)`); err == nil {
		t.Error("what cannot be translated must be an error")
	}
}

func TestText(t *testing.T) {
	for want, v := range map[string]any{
		"null": nil, "undefined": Undefined{}, "true": true, "1.5": 1.5, "1e+21": 1e21,
		"a,,1,b,2": []any{"a", nil, 1.0, []any{"b", 2.0}}, ObjectText: map[string]any{"a": 1.0},
	} {
		if got := String(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	if got := Lower("İX"); got != "i\u0307x" {
		t.Errorf("%q", got)
	}
	if got := Trim("\ufeff \u3000x\u2003\n"); got != "x" {
		t.Errorf("%q", got)
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"https://a@b:80/c?d#e", "foo://[::1]", "http://0x7f.1", "file://c:/x", "https://%41\u00ad.de"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := whatwg.Parse(s); err == nil && u.Scheme() == "" {
			t.Errorf("%q has no scheme", s)
		}
		if Length(s) < utf8.RuneCountInString(s) || Characters(s) > Length(s) {
			t.Errorf("%q: lengths %d, %d", s, Length(s), Characters(s))
		}
		ParseFloat(s)
		if n := ParseInt(s); n == n && ToNumber(s) == ToNumber(s) && NumberText(n) == "" {
			t.Errorf("%q: %v", s, n)
		}
	})
}
