package explain

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestTheAutomatonFindsWhatASearchFinds, over random words of few letters, where they overlap most.
func TestTheAutomatonFindsWhatASearchFinds(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	letters := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte("abx"[random.IntN(3)])
		}
		return b.String()
	}
	for range 300 {
		var words []string
		for range 1 + random.IntN(8) {
			if w := letters(1 + random.IntN(5)); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		text := letters(60) + "?" + letters(20)
		var want, got []string
		for id, w := range words {
			for end := len(w); end <= len(text); end++ {
				if text[end-len(w):end] == w {
					want = append(want, fmt.Sprint(id, " ", end))
				}
			}
		}
		newAutomaton(words).find(text, func(word, end int) { got = append(got, fmt.Sprint(word, " ", end)) })
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Fatalf("%v in %q: got %v, want %v", words, text, got, want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for _, tc := range []struct{ name, in, text string }{
		{"white space", "a  b\t c\r\n\r\n d ", "a b c\nd"},
		{"colours", "\x1b[1;31mError\x1b[0m: x\x1b]0;title\x07y", "Error: xy"},
		{"mail", "> > quoted\r\n>more\n", "quoted\n>more"},
		{"time stamps", "2026-11-25T10:11:12.123Z one\n2026-11-25T10:11:13Z two", "one\ntwo"},
		{"quotation marks", "“a” ‘b’ «c»", `"a" 'b' "c"`},
		{"string literal", `{\"error\":\"x\"}\nline\tend \\\" \/`, "{\"error\":\"x\"}\nline end \" /"},
		{"entities", "&quot;a&quot; &lt;b&gt; &#39;c&#39;", `"a" <b> 'c'`},
		{"quoted printable", "error=3D\"invalid_=\r\nclient\"", `error="invalid_client"`},
		{"invisible", "a\u200bb\x00c\u00a0d", "abc d"},
		{"broken UTF-8", "a\xffb", "a?b"},
		{"UTF-16", string([]byte{0xff, 0xfe, 'a', 0, '\n', 0, 'b', 0}), "a\nb"},
		{"UTF-16, big end first", string([]byte{0xfe, 0xff, 0, 'a', 0, 'b'}), "ab"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := plainly([]byte(tc.in))
			if p.text != tc.text {
				t.Errorf("got %q, want %q", p.text, tc.text)
			}
			if len(p.flat) != len(p.text) {
				t.Errorf("flat is %q", p.flat)
			}
		})
	}
}

func TestWordingsWithAFaultAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{client} failed":  "unknown slot",
		"no {status":       "unknown slot",
		"{url} is wrong":   "too little",
		"x {status} wrong": "too little",
	} {
		if _, err := compile(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
