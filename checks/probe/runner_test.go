package probe

import (
	"context"
	"slices"
	"testing"

	"github.com/credguide/credguide/checks"
)

// TestAPanicIsACrashedStep, wherever in the step it comes from, and the steps that wait for it go
// on.
func TestAPanicIsACrashedStep(t *testing.T) {
	fine := func(context.Context, *pass) outcome { return passed("fine") }
	steps := []step{
		{id: "run", run: func(context.Context, *pass) outcome { panic(fuzzSecret) }},
		{id: "skip", skip: func(*pass) string { panic(fuzzSecret) }, run: fine},
		{id: "beside", run: func(context.Context, *pass) outcome {
			sideBySide(3, func(i int) {
				if i == 1 {
					panic(fuzzSecret)
				}
			})
			return passed("fine")
		}},
		{id: "after", needs: []string{"run", "skip", "beside"}, run: fine},
	}
	var told []string
	p := fuzzPass()
	p.on = func(e Event) {
		if e.State == Finished {
			p.mu.Lock()
			told = append(told, e.ID)
			p.mu.Unlock()
		}
	}
	list := p.runAll(t.Context(), newCourse(steps))
	for i, want := range []checks.Status{checks.Crashed, checks.Crashed, checks.Crashed, checks.Passed} {
		if list[i].Status != want || list[i].Because == fuzzSecret {
			t.Errorf("%s: %s, %s", list[i].ID, list[i].Status, list[i].Because)
		}
	}
	slices.Sort(told)
	if !slices.Equal(told, []string{"after", "beside", "run", "skip"}) {
		t.Errorf("told of the end of %v", told)
	}
}

// TestTheBudgetIsAPromise: requests that are made side by side never exceed it, and what a login
// needs stays.
func TestTheBudgetIsAPromise(t *testing.T) {
	b := newBudget()
	made := make([]bool, 100)
	sideBySide(len(made), func(i int) { made[i] = b.pay("variants") })
	if n := len(slices.DeleteFunc(made, func(ok bool) bool { return !ok })); n != maxRequests-len(ownRequest) || b.free() != 0 {
		t.Errorf("%d further requests, %d free", n, b.free())
	}
	for _, step := range ownRequest {
		if !b.pay(step) || b.pay(step) {
			t.Errorf("%s: its own request, and no other", step)
		}
	}
	b = newBudget()
	b.release("me")
	if b.free() != maxRequests-len(ownRequest)+1 {
		t.Errorf("%d free after a step was skipped", b.free())
	}
}

// TestWhatFollowsIsWorkedOutOnce, as long as no fact is added.
func TestWhatFollowsIsWorkedOutOnce(t *testing.T) {
	p := fuzzPass()
	p.set(checks.ClientIDPresent, true)
	first := p.derived()
	first["seen"] = true // a mark, to recognise it by
	if !p.derived().Is(checks.ClientIDPresent) || p.derived()["seen"] != true {
		t.Error("worked out again without need")
	}
	p.set(checks.SecretPresent, true)
	if p.derived()["seen"] == true || !p.derived().Is(checks.SecretPresent) {
		t.Error("a new fact is not seen")
	}
}
