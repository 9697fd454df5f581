package fleet

import (
	"bytes"
	"context"
	"fmt"
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
