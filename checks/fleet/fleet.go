// Package fleet runs many checks at once: a queue for each set of hosts, so that a silent host
// keeps nobody waiting but its own entries, and results that are handed on in the order of the list
// whatever order they end in.
package fleet

import (
	"container/heap"
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/crew"
)

// Options bound a run.
type Options struct {
	PerQueue int           // tasks of one queue at once; at least 1
	RetryFor time.Duration // how long after the start a task may ask to be run again
}

// atOnce bounds the tasks of all queues together. Most of them wait for a network.
const atOnce = 256

// Outcome is how a task ended: with a result, or with the wish to be run once more after a pause.
type Outcome[T any] struct {
	Result T
	Again  time.Duration // more than zero: not ended yet, unless there is no time left for it
	Finish func() T      // where the result takes work that asks no host: its queue goes on meanwhile
	Cut    bool          // by the end of ctx: what was found before counts, where the task has run before
}

// Tasks are what is to be done, numbered from 0.
type Tasks[T any] struct {
	Count int
	Queue func(i int) string                          // the hosts that the task asks
	First Preparation                                 // of the tasks that need one
	Do    func(ctx context.Context, i int) Outcome[T] // run side by side
	Done  func(i int, result T)                       // called as tasks end, one call at a time
}

// Run runs the tasks until all have ended or ctx has: then those that run are waited for, which the
// context they have ends too, and the others are not begun. Those that wait to be run again end with
// what was found so far. It returns the numbers of the tasks that were never ended.
func Run[T any](ctx context.Context, o Options, t Tasks[T]) (left []int) {
	s := &scheduler[T]{Options: o, tasks: t, started: time.Now(), queues: map[string]*queue{}, found: map[int]Outcome[T]{}, ended: make([]bool, t.Count), finishing: make(chan struct{}, max(4, runtime.GOMAXPROCS(0)))}
	s.wake = sync.NewCond(&s.mu)
	for i := range t.Count {
		s.add(t.Queue(i), i)
	}
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.wake.Broadcast()
	})
	defer stop()
	s.run(ctx)
	for _, i := range slices.Sorted(maps.Keys(s.found)) {
		s.end(i, s.found[i])
	}
	for i, ended := range s.ended {
		if !ended {
			left = append(left, i)
		}
	}
	return left
}

// queue holds the tasks that ask the same hosts, or those of them that must be prepared first.
type queue struct {
	tasks    []int // in order
	prepared []int // in order
	running  int
	at       int    // in its heap; -1: not there
	before   *queue // what waits to be prepared for this one
	after    *queue // of a queue of preparations, where its tasks go on
}

// scheduler hands out the tasks. All fields are guarded by mu, Done by done.
type scheduler[T any] struct {
	Options
	tasks   Tasks[T]
	started time.Time

	mu      sync.Mutex
	wake    *sync.Cond
	queues  map[string]*queue
	ready   readyQueues // those that may begin a task
	first   readyQueues // those that may begin a preparation
	running int

	preparing int
	delayed   int                // tasks that wait to be run again
	found     map[int]Outcome[T] // by those, so far
	ended     []bool

	done      sync.Mutex
	finishing chan struct{} // as many at once as the processors can do, about
}

func (s *scheduler[T]) add(name string, i int) {
	q, ok := s.queues[name]
	if !ok {
		q = &queue{at: -1}
		s.queues[name] = q
	}
	s.wait(q, i)
}

// wait puts a task at the end of its queue.
func (s *scheduler[T]) wait(q *queue, i int) {
	q = s.queueFor(q, i)
	q.tasks = append(q.tasks, i)
	s.offer(q)
}

// offer puts a queue among those that may begin a task, where it may.
func (s *scheduler[T]) offer(q *queue) {
	among := &s.ready
	if q.after != nil {
		among = &s.first
	}
	switch able := q.able(max(s.PerQueue, 1)); {
	case able && q.at < 0:
		heap.Push(among, q)
	case !able && q.at >= 0:
		heap.Remove(among, q.at)
	case able:
		heap.Fix(among, q.at)
	}
}

func (s *scheduler[T]) run(ctx context.Context) {
	workers, running := crew.New(), sync.WaitGroup{}
	defer workers.Close()
	defer running.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for ctx.Err() == nil {
		switch {
		case len(s.first) > 0 && s.preparing < preparing:
			q := s.first[0]
			i := q.take()
			s.preparing++
			s.offer(q)
			workers.Run(&running, func() { s.prepare(ctx, q, i) })
		case len(s.ready) > 0 && s.running < atOnce:
			q := s.ready[0]
			i := q.take()
			s.running++
			s.offer(q)
			if q.before != nil {
				s.offer(q.before)
			}
			workers.Run(&running, func() { s.do(ctx, q, i) })
		case s.running == 0 && s.delayed == 0 && s.preparing == 0:
			return
		default:
			s.wake.Wait()
		}
	}
}

func (s *scheduler[T]) do(ctx context.Context, q *queue, i int) {
	outcome := s.tasks.Do(ctx, i)
	again := outcome.Again > 0 && ctx.Err() == nil && time.Since(s.started)+outcome.Again < s.RetryFor
	outcome = s.remember(i, outcome, again)
	if again {
		s.leave(q, 1)
		time.AfterFunc(outcome.Again, func() { s.back(q, i) })
		return
	}
	s.finishing <- struct{}{}
	s.leave(q, 0)
	s.end(i, outcome)
	<-s.finishing
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.wake.Broadcast()
}

// mostFound bounds the outcomes that are kept of tasks that wait to be run again: each holds a whole
// report, and with a host that is away all tasks of a long list may wait.
const mostFound = 1000

// remember keeps what was found by a task that is run again, and gives it back where the next run
// was cut.
func (s *scheduler[T]) remember(i int, o Outcome[T], again bool) Outcome[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, ok := s.found[i]
	switch {
	case ok && o.Cut:
		o = before
	case again && (ok || len(s.found) < mostFound):
		s.found[i] = o
		return o
	}
	delete(s.found, i)
	return o
}

func (s *scheduler[T]) end(i int, o Outcome[T]) {
	if o.Finish != nil {
		o.Result = o.Finish()
	}
	s.done.Lock()
	s.tasks.Done(i, o.Result)
	s.done.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended[i] = true
}

// leave gives a queue its place back; so many of its tasks wait to be run again.
func (s *scheduler[T]) leave(q *queue, delayed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running -= delayed
	s.delayed += delayed
	q.running--
	s.offer(q)
	s.wake.Broadcast()
}

// back puts a task that waited into its queue again.
func (s *scheduler[T]) back(q *queue, i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delayed--
	s.wait(q, i)
	s.wake.Broadcast()
}

// readyQueues is a heap: the queue with the earliest task first, so that the list is worked through
// from its beginning.
type readyQueues []*queue

func (r readyQueues) Len() int           { return len(r) }
func (r readyQueues) Less(i, j int) bool { return r[i].head() < r[j].head() }

func (r readyQueues) Swap(i, j int) {
	r[i], r[j] = r[j], r[i]
	r[i].at, r[j].at = i, j
}

// Push is heap's.
func (r *readyQueues) Push(q any) {
	next := q.(*queue)
	next.at = len(*r)
	*r = append(*r, next)
}

// Pop is heap's.
func (r *readyQueues) Pop() any {
	last := len(*r) - 1
	q := (*r)[last]
	(*r)[last] = nil
	*r = (*r)[:last]
	q.at = -1
	return q
}
