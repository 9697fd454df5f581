package fleet

import (
	"context"
	"slices"
)

// Preparation is what a task needs before it asks a host, and what may take long by itself: a
// program that hangs must not keep a place at a host that others could use.
type Preparation struct {
	Needed func(i int) bool
	Do     func(ctx context.Context, i int) // run side by side, before the task and each time again
}

// preparing bounds the preparations of all queues together. They are programs.
const preparing = 32

// queueFor is where a task waits: for its preparation, where it needs one. So many of a queue are
// prepared at once as it may run, and as many may wait prepared, because what is prepared ages. For
// that reason none is prepared long before its turn either.
func (s *scheduler[T]) queueFor(q *queue, i int) *queue {
	if s.tasks.First.Needed == nil || !s.tasks.First.Needed(i) {
		return q
	}
	if q.before == nil {
		q.before = &queue{at: -1, after: q}
	}
	return q.before
}

// prepare makes a task ready for its queue.
func (s *scheduler[T]) prepare(ctx context.Context, q *queue, i int) {
	s.tasks.First.Do(ctx, i)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.preparing--
	q.running--
	at, _ := slices.BinarySearch(q.after.prepared, i)
	q.after.prepared = slices.Insert(q.after.prepared, at, i)
	s.offer(q)
	s.offer(q.after)
	s.wake.Broadcast()
}

// able tells that a queue may begin a task.
func (q *queue) able(most int) bool {
	if len(q.tasks)+len(q.prepared) == 0 || q.running >= most {
		return false
	}
	return q.after == nil || len(q.after.prepared) < most && q.after.ahead(q.tasks[0]) < most
}

// ahead is how many of the tasks that need no preparation go before one that does, about: what is
// run again stands at the end.
func (q *queue) ahead(i int) int {
	n, _ := slices.BinarySearch(q.tasks, i)
	return n
}

// head is the number of the earliest task that waits.
func (q *queue) head() int {
	if len(q.prepared) > 0 && (len(q.tasks) == 0 || q.prepared[0] < q.tasks[0]) {
		return q.prepared[0]
	}
	return q.tasks[0]
}

// take takes the earliest task out of the queue.
func (q *queue) take() int {
	i := q.head()
	if len(q.prepared) > 0 && q.prepared[0] == i {
		q.prepared = slices.Delete(q.prepared, 0, 1)
	} else {
		q.tasks = q.tasks[1:]
	}
	q.running++
	return i
}
