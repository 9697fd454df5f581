package guard

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/credentials"
)

// What is far from an escape need not be looked at again without it: nothing is missed by that, and
// nothing more is found.
func TestPartsFindWhatTheWholeDoes(t *testing.T) {
	const made = "uMNz3x-9a_Q0kJvWc7rT1bYhE5sXgL%&+\"é"
	secrets := []string{made, "pass word+more", "strong", "s1x-six"}
	pieces := []string{
		made, made[:12], url.QueryEscape(made), url.QueryEscape(url.QueryEscape(made)), "pass word+more", "pass\n  word%2Bmore", "client_secret=strong", "stronger",
		`client_secret\u003dstrong"`, "s1x-six", "%", "%25", "+", "\\u0022", "&amp;", "&quot;", "\n", "  ", "é", "<", `"`, "plain words", "0123456789",
	}
	g := New()
	for _, s := range secrets {
		g.Add(credentials.NewSecret(s))
	}
	x := newIndex(g.known, nil)
	whole := *x
	whole.around = everything
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for range rapid.IntRange(1, 12).Draw(t, "pieces") {
			text.WriteString(rapid.SampledFrom(pieces).Draw(t, "piece"))
			text.WriteString(strings.Repeat("more ", rapid.SampledFrom([]int{0, 0, 1, x.around / 5, x.around / 2}).Draw(t, "between")))
		}
		s := text.String()
		for name, find := range map[string]func(*index) []span{
			"outside": func(x *index) []span { found, _ := x.outside(s, nil, spare); return found },
			"own":     func(x *index) []span { return x.written(s, search{sure: true}) },
			"JSON":    func(x *index) []span { return x.written(s, search{sure: true, syntax: true}) },
			"page":    func(x *index) []span { return x.written(s, search{whole: true, syntax: true}) },
		} {
			if got, want := replaced(s, slices.Clone(find(x))), replaced(s, slices.Clone(find(&whole))); got != want {
				t.Fatalf("%s of\n%q\nbecomes\n%q\nand not\n%q", name, s, got, want)
			}
		}
	})
}

func TestAnEscapeIsLookedUpWhereItStands(t *testing.T) {
	v := view{text: `a\u0041b%42c`}
	v.escapes = v.findEscapes(unescape)
	var got strings.Builder
	for i := range len(v.text) {
		if v.escaped(i) {
			fmt.Fprint(&got, "#")
		} else {
			got.WriteByte(v.text[i])
		}
	}
	if got.String() != "a######b###c" {
		t.Error(got.String())
	}
}
