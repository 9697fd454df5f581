package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// ErrSilent is that of a file system which does not answer: of a server that is gone, or of a
// program that serves the files.
var ErrSilent = errors.New("the file system does not answer")

// passing are the states of a machine, or of a file system, in which nothing can be read: they say
// nothing of the file.
var passing = []error{
	ErrSilent, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EAGAIN, syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT,
}

// Passing tells an error that may be over in a moment, though nobody changes the file.
func Passing(err error) bool {
	return slices.ContainsFunc(passing, func(state error) bool { return errors.Is(err, state) })
}

// What waits for such a file system cannot be interrupted, and each call keeps a thread. So none is
// made for a file that is still waited for, and a bounded number in a folder and in all.
const (
	mostInFolder = 16
	mostSilent   = 1000
)

// waiting are the files that were given up while a call for them is still out.
var waiting = struct {
	sync.Mutex
	files   map[string]*question
	folders map[string]int
}{files: map[string]*question{}, folders: map[string]int{}}

// question is a call, or a row of calls, for one file; nil is one that can be interrupted.
type question struct {
	name            string
	patient         time.Time // who gave up sooner does not know that the file system is silent
	over            chan struct{}
	given, answered bool
}

// ask tells whether calls for a file may be made, to which an answer within so long is awaited. It
// waits for one that somebody else gave up in less.
func ask(ctx context.Context, name string, wait time.Duration) (*question, error) {
	for {
		q, before := newQuestion(name, wait)
		switch {
		case q != nil:
			return q, nil
		case !before.ends(ctx):
			return nil, cmp.Or(ctx.Err(), fmt.Errorf("%w, and has not since it was last asked", ErrSilent))
		}
	}
}

// newQuestion is a question, or the one that is still out for the same file, or where too many are,
// one of those.
func newQuestion(name string, wait time.Duration) (q, before *question) {
	waiting.Lock()
	defer waiting.Unlock()
	folder := filepath.Dir(name)
	switch before = waiting.files[name]; {
	case before != nil:
	case waiting.folders[folder] >= mostInFolder:
		before = lastOut(func(q *question) bool { return filepath.Dir(q.name) == folder })
	case len(waiting.files) >= mostSilent:
		before = lastOut(func(*question) bool { return true })
	default:
		return &question{name: name, patient: time.Now().Add(wait), over: make(chan struct{})}, nil
	}
	return nil, before
}

// lastOut is, of the questions that are out, the one that may be waited for the longest.
func lastOut(counts func(*question) bool) (last *question) {
	for _, q := range waiting.files {
		if counts(q) && (last == nil || q.patient.After(last.patient)) {
			last = q
		}
	}
	return last
}

// ends waits for the end of a question as long as who asked it would have.
func (q *question) ends(ctx context.Context) bool {
	patience := time.NewTimer(time.Until(q.patient))
	defer patience.Stop()
	select {
	case <-q.over:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	return false
}

// giveUp notes that nobody waits for the answer any longer.
func (q *question) giveUp() {
	if q == nil {
		return
	}
	waiting.Lock()
	defer waiting.Unlock()
	if !q.answered && !q.given && waiting.files[q.name] == nil {
		q.given = true
		waiting.files[q.name] = q
		waiting.folders[filepath.Dir(q.name)]++
	}
}

// end notes that no call is out any longer.
func (q *question) end() {
	if q == nil {
		return
	}
	waiting.Lock()
	defer waiting.Unlock()
	q.answered = true
	close(q.over)
	if !q.given {
		return
	}
	delete(waiting.files, q.name)
	folder := filepath.Dir(q.name)
	if waiting.folders[folder]--; waiting.folders[folder] == 0 {
		delete(waiting.folders, folder)
	}
}

// within makes a call that a file system may never answer. What comes too late is given to discard.
func within[T any](ctx context.Context, name string, wait time.Duration, call func() (T, error), discard func(T)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	var none T
	q, err := ask(ctx, name, wait)
	if err != nil {
		return none, err
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := call()
		q.end()
		answers <- answer{value, err}
	}()
	late := func() {
		if a := <-answers; a.err == nil {
			discard(a.value)
		}
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		q.giveUp()
		go late()
		return none, ctx.Err()
	case <-patience.C:
		q.giveUp()
		go late()
		return none, fmt.Errorf("%w within %s", ErrSilent, wait)
	}
}

// Stat is os.Stat with the patience of a read.
func Stat(ctx context.Context, name string) (fs.FileInfo, error) {
	return within(ctx, name, PipeWait, func() (fs.FileInfo, error) { return stat(name) }, func(fs.FileInfo) {})
}

// The calls that a test can keep waiting.
var (
	stat = os.Stat
	open = os.OpenFile
)
