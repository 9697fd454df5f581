package wizard

import (
	"testing"

	"pgregory.net/rapid"
)

// samples are answers that a field may get, right ones among them.
var samples = []string{
	"", "-", "x", "NDVI time series", "team@lab.example.org", "https://lab.example.org", "http://lab.example.org/a", "nightly-ndvi",
	"a b", "grÜße", "gr", Yes, No, "HTTPS://X", "a+b",
}

// answerTo draws an answer that passes.
func answerTo(t *rapid.T, q Question) string {
	tries := append([]string{q.Default}, samples...)
	if len(q.Choices) > 0 {
		tries = nil
		for _, c := range q.Choices {
			if c.Value != NotYet && c.Value != ShowAgain { // these are no answers
				tries = append(tries, c.Value)
			}
		}
	}
	start := rapid.IntRange(0, len(tries)-1).Draw(t, q.ID)
	for n := range tries {
		if text := tries[(start+n)%len(tries)]; q.Valid(text) == nil {
			return text
		}
	}
	t.Fatalf("no answer passes for %s", q.ID)
	return ""
}

// Whatever is answered and however often somebody goes back: the interview ends, asks nothing twice
// on the way, goes back exactly one question at a time, and what comes out is what the registry
// takes.
func TestAnyConversationEndsInAnAcceptableRequest(t *testing.T) {
	i := interview(t)
	rapid.Check(t, func(t *rapid.T) {
		var a Answers
		var asked []string // on the way to here
		backs := rapid.IntRange(0, 6).Draw(t, "backs")
		for range 100 {
			q, more := i.Next(a)
			if !more {
				break
			}
			for _, id := range asked {
				if id == q.ID {
					t.Fatalf("%s is asked twice", id)
				}
			}
			if q.First != (len(asked) == 0) {
				t.Fatalf("%s: First is %v after %d questions", q.ID, q.First, len(asked))
			}
			if len(asked) > 0 && backs > 0 && rapid.Bool().Draw(t, "go back") {
				backs--
				before, ok := i.Back(a)
				if !ok {
					t.Fatalf("cannot go back from %s", q.ID)
				}
				last := asked[len(asked)-1]
				if again, more := i.Next(before); !more || again.ID != last {
					t.Fatalf("back from %s leads to %s, not to %s", q.ID, again.ID, last)
				}
				a, asked = before, asked[:len(asked)-1]
				continue
			}
			a = a.With(q.ID, answerTo(t, q))
			asked = append(asked, q.ID)
		}
		if q, more := i.Next(a); more {
			t.Fatalf("%s is still asked", q.ID)
		}
		where, ok := i.Where(a)
		if !ok {
			t.Fatal("no environment")
		}
		if !where.HasForm() {
			return
		}
		if v := i.Judge(where, a); !v.Acceptable {
			t.Fatalf("refused: %+v", v.Errors)
		}
		checkSaved(t, i, a)
		checkWayBack(t, i, a, len(asked))
	})
}

// checkSaved: a saved state brings back the same answers, and the same request.
func checkSaved(t *rapid.T, i *Interview, a Answers) {
	data, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := i.ReadState("state.yaml", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	where, _ := i.Where(a)
	first, _ := i.RequestYAML(where, a)
	second, err := i.RequestYAML(where, again)
	if err != nil || string(first) != string(second) {
		t.Fatalf("%v\n%s\n%s", err, first, second)
	}
}

// checkWayBack: one can always go back to the very first question.
func checkWayBack(t *rapid.T, i *Interview, a Answers, steps int) {
	for range steps {
		before, ok := i.Back(a)
		if !ok {
			t.Fatal("the way back ends too early")
		}
		a = before
	}
	if _, ok := i.Back(a); ok {
		t.Fatal("there is a way back from the first question")
	}
}
