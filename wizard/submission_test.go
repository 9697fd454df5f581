package wizard

import (
	"slices"
	"testing"
)

// A token is taken as people copy it, and what is none is refused at the question.
func TestAPastedToken(t *testing.T) {
	q := TokenQuestion("registry.example.org", nil)
	for pasted, fine := range map[string]bool{
		"eyJh.eyJp.c2ln": true, " eyJh.eyJp.c2ln\n": true, "opaque-token": true,
		"": false, "  ": false, "Bearer eyJh.eyJp.c2ln": false, "bearer  x": false, "eyJh.eyJp .c2ln": false, "eyJh.eyJp.c2ln\u200b": false, "tökén": false,
	} {
		if err := q.Valid(pasted); (err == nil) != fine {
			t.Errorf("%q: %v", pasted, err)
		}
	}
}

// What the registry has, or may have, is not offered to be entered in the form as well.
func TestTheWayOnAfterAProblem(t *testing.T) {
	for at, want := range map[Reached][]string{
		NotAtRegistry:     {Again, EditAnswers, ByForm, NotYet},
		PerhapsAtRegistry: {Again, NotYet},
		AtRegistry:        {Again, NotYet},
	} {
		var got []string
		for _, c := range ProblemQuestion(at).Choices {
			got = append(got, c.Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", at, got, want)
		}
	}
}
