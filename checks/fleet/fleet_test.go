package fleet

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestASilentQueueKeepsNoOtherWaiting(t *testing.T) {
	others := make(chan struct{})
	var done atomic.Int32
	queue := func(i int) string {
		if i < 20 {
			return "silent"
		}
		return "other"
	}
	left := Run(t.Context(), Options{PerQueue: 2}, Tasks[int]{
		Count: 60, Queue: queue, Done: func(int, int) {},
		Do: func(_ context.Context, i int) Outcome[int] {
			if queue(i) == "silent" {
				<-others // would wait for ever if the others came later
			} else if done.Add(1) == 40 {
				close(others)
			}
			return Outcome[int]{}
		},
	})
	if len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestNoMoreThanThePlacesOfAQueue(t *testing.T) {
	var now, most atomic.Int32
	Run(t.Context(), Options{PerQueue: 3}, Tasks[int]{
		Count: 50, Queue: func(int) string { return "one" }, Done: func(int, int) {},
		Do: func(context.Context, int) Outcome[int] {
			n := now.Add(1)
			for m := most.Load(); n > m; m = most.Load() {
				if most.CompareAndSwap(m, n) {
					break
				}
			}
			time.Sleep(time.Millisecond)
			now.Add(-1)
			return Outcome[int]{}
		},
	})
	if most.Load() > 3 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestWhatIsNotBegunIsNamed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var ended []int
	left := Run(ctx, Options{PerQueue: 1}, Tasks[int]{
		Count: 10, Queue: func(int) string { return "one" }, Done: func(i, _ int) { ended = append(ended, i) },
		Do: func(_ context.Context, i int) Outcome[int] {
			if i == 3 {
				cancel()
			}
			return Outcome[int]{}
		},
	})
	slices.Sort(ended) // what asks no host any more ends side by side
	if !slices.Equal(ended, []int{0, 1, 2, 3}) || !slices.Equal(left, []int{4, 5, 6, 7, 8, 9}) {
		t.Errorf("ended %v, left %v", ended, left)
	}
}

func TestAgainWhileThereIsTime(t *testing.T) {
	var mu sync.Mutex
	tries := map[int]int{}
	results := map[int]int{}
	left := Run(t.Context(), Options{PerQueue: 1, RetryFor: time.Hour}, Tasks[int]{
		Count: 3, Queue: func(int) string { return "one" }, Done: func(i, r int) { results[i] = r },
		Do: func(_ context.Context, i int) Outcome[int] {
			mu.Lock()
			defer mu.Unlock()
			tries[i]++
			if i == 1 && tries[i] < 3 {
				return Outcome[int]{Again: time.Millisecond}
			}
			return Outcome[int]{Result: tries[i]}
		},
	})
	if len(left) != 0 || results[0] != 1 || results[1] != 3 || results[2] != 1 {
		t.Errorf("left %v, results %v", left, results)
	}
}

// A task that waits to be run again has a result, which the end of the run does not lose, and which
// a run that was cut does not replace.
func TestWhatWasFoundBeforeTheEndCounts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begun, tries := make(chan struct{}), 0
	results := map[int]string{}
	left := Run(ctx, Options{PerQueue: 1, RetryFor: time.Hour}, Tasks[string]{
		Count: 3, Done: func(i int, r string) { results[i] = r },
		Queue: func(i int) string { return []string{"one", "one", "two"}[i] }, // the second begins when the first is kept
		Do: func(ctx context.Context, i int) Outcome[string] {
			switch i {
			case 0:
				return Outcome[string]{Again: time.Minute, Finish: func() string { return "waits" }}
			case 2:
				close(begun)
				<-ctx.Done()
				return Outcome[string]{Result: "cut", Cut: true}
			}
			if tries++; tries == 1 {
				return Outcome[string]{Result: "before", Again: time.Millisecond}
			}
			<-begun
			cancel()
			return Outcome[string]{Result: "cut", Cut: true}
		},
	})
	if want := map[int]string{0: "waits", 1: "before", 2: "cut"}; len(left) != 0 || !maps.Equal(results, want) {
		t.Errorf("left %v, results %v", left, results)
	}
}

// With a host that is away, all of a long list may wait; their results need not all be kept.
func TestFewResultsAreKeptOfWhatWaits(t *testing.T) {
	const all = mostFound + 500
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := 0
	left := Run(ctx, Options{PerQueue: 1, RetryFor: time.Hour}, Tasks[int]{
		Count: all + 1, Queue: func(int) string { return "one" }, Done: func(int, int) { ended++ },
		Do: func(_ context.Context, i int) Outcome[int] {
			if i == all {
				cancel()
			}
			return Outcome[int]{Again: time.Minute}
		},
	})
	if ended != mostFound+1 || len(left) != all-mostFound {
		t.Errorf("%d ended, %d left", ended, len(left))
	}
}

// A task that only works on its result keeps no place of its queue.
func TestAQueueGoesOnWhileAResultIsFinished(t *testing.T) {
	second := make(chan struct{})
	results := map[int]int{}
	left := Run(t.Context(), Options{PerQueue: 1}, Tasks[int]{
		Count: 2, Queue: func(int) string { return "one" }, Done: func(i, r int) { results[i] = r },
		Do: func(_ context.Context, i int) Outcome[int] {
			if i == 1 {
				close(second)
			}
			return Outcome[int]{Finish: func() int {
				<-second // would wait for ever if the second came later
				return 10 + i
			}}
		},
	})
	if len(left) != 0 || results[0] != 10 || results[1] != 11 {
		t.Errorf("left %v, results %v", left, results)
	}
}

// Without a disk, a list is kept in memory, and its order all the same.
func TestOrderWithoutADisk(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	var got []int
	o := NewOrder(func(i int, parts []string) error {
		if len(parts[0]) != inMemory-i {
			t.Errorf("%d has %d bytes", i, len(parts[0]))
		}
		got = append(got, i)
		return nil
	})
	for _, i := range []int{2, 1, 0, 3} {
		if err := o.Put(i, []string{strings.Repeat("x", inMemory-i)}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, []int{0, 1, 2, 3}) || o.held != 0 {
		t.Errorf("%v, held %d", got, o.held)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

func TestOrder(t *testing.T) {
	var out bytes.Buffer
	o := NewOrder(func(i int, parts []string) error {
		_, err := fmt.Fprintf(&out, "%d:%d:%s ", i, len(parts[0]), parts[1][:1])
		return err
	})
	const n = 30
	big := strings.Repeat("x", inMemory/8) // more than fits into memory
	want := ""
	for i := n - 1; i >= 0; i-- {
		if i == 7 {
			if err := o.Skip(i); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := o.Put(i, []string{big[:len(big)-i], string(byte('a' + i%26))}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if i != 7 {
			want += fmt.Sprintf("%d:%d:%c ", i, len(big)-i, 'a'+i%26)
		}
	}
	if out.String() != want || o.held != 0 {
		t.Errorf("%s\nwant %s\nheld %d", out.String(), want, o.held)
	}
	if o.spool == nil {
		t.Error("nothing went to the file")
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

// What must be prepared holds no place meanwhile: with one place, the others of its queue begin
// before it, whatever it waits for.
func TestAPreparationHoldsNoPlace(t *testing.T) {
	others := make(chan struct{})
	var begun []int
	var ended int
	left := Run(t.Context(), Options{PerQueue: 1}, Tasks[int]{
		Count: 10, Queue: func(int) string { return "one" },
		First: Preparation{
			Needed: func(i int) bool { return i == 0 },
			Do:     func(context.Context, int) { <-others }, // would wait for ever with a place
		},
		Do: func(_ context.Context, i int) Outcome[int] {
			if begun = append(begun, i); i == 9 {
				close(others)
			}
			return Outcome[int]{}
		},
		Done: func(int, int) { ended++ },
	})
	if len(left) != 0 || ended != 10 || len(begun) != 10 || begun[9] != 0 {
		t.Errorf("%d ended, begun %v, left %v", ended, begun, left)
	}
}

// However slow the tasks, few are prepared ahead of them: a secret is read shortly before it is
// used. And each is prepared again when it is run again.
func TestFewArePreparedAhead(t *testing.T) {
	const n, places = 40, 2
	var prepared, begun, again atomic.Int32
	var mu sync.Mutex
	times := map[int]int{}
	left := Run(t.Context(), Options{PerQueue: places, RetryFor: time.Hour}, Tasks[int]{
		Count: n, Queue: func(i int) string { return "one" }, Done: func(int, int) {},
		First: Preparation{
			Needed: func(i int) bool { return i%4 != 3 },
			Do: func(_ context.Context, i int) {
				if ahead := prepared.Add(1) - begun.Load(); ahead > 3*places {
					t.Errorf("%d are prepared ahead", ahead)
				}
				mu.Lock()
				times[i]++
				mu.Unlock()
			},
		},
		Do: func(_ context.Context, i int) Outcome[int] {
			time.Sleep(time.Millisecond)
			if i%4 != 3 {
				begun.Add(1)
			}
			if i == 5 && again.Add(1) == 1 {
				return Outcome[int]{Again: time.Millisecond}
			}
			return Outcome[int]{}
		},
	})
	for i := range n {
		if want := map[bool]int{true: 1}[i%4 != 3] + map[bool]int{true: 1}[i == 5]; times[i] != want {
			t.Errorf("%d was prepared %d times, not %d", i, times[i], want)
		}
	}
	if len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// A secret that a command prints at the beginning of a long list may be another one by the time that
// its entry is checked.
func TestNothingIsPreparedLongBeforeItsTurn(t *testing.T) {
	const n, places = 40, 2
	var begun atomic.Int32
	again := true
	left := Run(t.Context(), Options{PerQueue: places, RetryFor: time.Hour}, Tasks[int]{
		Count: n + 3, Queue: func(int) string { return "one" }, Done: func(int, int) {},
		First: Preparation{
			Needed: func(i int) bool { return i >= n },
			Do: func(_ context.Context, i int) {
				if before := int(begun.Load()); before < n-2*places { // so many are ahead, or just begin
					t.Errorf("%d is prepared after %d tasks", i, before)
				}
			},
		},
		Do: func(_ context.Context, i int) Outcome[int] {
			begun.Add(1)
			if i == 0 && again { // alone in its place
				again = false
				return Outcome[int]{Again: time.Millisecond}
			}
			return Outcome[int]{}
		},
	})
	if len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// What is being prepared when a run is interrupted was not begun.
func TestAnInterruptionEndsPreparations(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	left := Run(ctx, Options{PerQueue: 2}, Tasks[int]{
		Count: 5, Queue: func(int) string { return "one" },
		First: Preparation{
			Needed: func(int) bool { return true },
			Do:     func(ctx context.Context, _ int) { cancel(); <-ctx.Done() },
		},
		Do:   func(context.Context, int) Outcome[int] { t.Error("begun"); return Outcome[int]{} },
		Done: func(int, int) {},
	})
	if !slices.Equal(left, []int{0, 1, 2, 3, 4}) {
		t.Errorf("left: %v", left)
	}
}
