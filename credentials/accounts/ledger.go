package accounts

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/files"
)

// ledger is the file of what is remembered of the accounts in a list. Each account has a line of
// its own, which is written over in its place, so that neither the work for one account nor the
// file grows with the number of checks. Several runs may have it open: they take turns with the
// lock, and who only reads sees a line as it was or as it is, or a torn one, which is none.
type ledger struct {
	path, state, lockName string

	mu       sync.Mutex
	file     *os.File
	info     fs.FileInfo // which file that is
	writable bool
	gone     bool // it was another one before
	lock     *os.File
	lines    map[string]span // by name
	live     int64           // their bytes
	read     int64           // how far the lines are known
	size     int64           // more than that: the last line has no end
	kept     bool            // it could not be made smaller
	most     bounds
}

// bounds of a file. One of ours grows no larger; what else stands in its place is not read.
type bounds struct {
	bytes int64
	lines int
}

// span is where a line stands, with its end.
type span struct {
	at   int64
	size int
}

const (
	mostLine = 64 << 10
	// A line has room for a longer one to follow it: a cause, the first fingerprint.
	spare, step = 64, 128
)

// usualBounds: no line of ours is so short that a file of that size has more.
var usualBounds = bounds{bytes: 256 << 20, lines: 1 << 20}

// newLedger is that of a list. Lists may have the same name, so a digest makes the difference. All
// lists have one lock.
func newLedger(folder, list string) *ledger {
	digest := sha256.Sum256([]byte(list))
	state := filepath.Join(folder, "state")
	return &ledger{path: filepath.Join(folder, "list-"+hex.EncodeToString(digest[:8])+".tsv"), state: state, lockName: lockName(state), most: usualBounds}
}

// turn keeps other goroutines and runs away while a line is read and written over. The file is
// made where there is none.
func (l *ledger) turn(ctx context.Context) (end func(), err error) {
	until := time.Now().Add(lockWait)
	leave, err := among(ctx, l.lockName, l.state, until)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	end = func() {
		l.unlock()
		l.mu.Unlock()
		leave()
	}
	if err = l.openLock(); err == nil {
		err = waitFor(ctx, l.lock, l.state, until)
	}
	if err == nil {
		err = l.refresh(true)
	}
	if err == nil {
		err = l.tidy()
	}
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

func (l *ledger) openLock() (err error) {
	if l.lock != nil {
		return nil
	}
	folder := filepath.Dir(l.state)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("%s: %w", folder, files.Plain(err))
	}
	l.lock, err = openLock(l.lockName, l.state)
	return err
}

// unlock lets the others go on. Where somebody took the files away, the lock may have gone too.
func (l *ledger) unlock() {
	switch {
	case l.lock == nil:
	case l.gone:
		_ = l.lock.Close()
		l.lock, l.gone = nil, false
	default:
		release(l.lock)
	}
}

// refresh takes in what other runs have done to the file.
func (l *ledger) refresh(toWrite bool) error {
	info, err := os.Stat(l.path)
	if l.file != nil && (err != nil || !os.SameFile(info, l.info) || info.Size() < l.size) {
		l.closeFile()
		l.gone = true
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && !toWrite:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", l.path, files.Plain(err))
	case l.file == nil, toWrite && !l.writable:
		if err := l.open(toWrite); err != nil {
			return fmt.Errorf("%s: %w", l.path, files.Plain(err))
		}
	case info.Size() == l.size:
		return nil
	}
	return l.scan()
}

func (l *ledger) open(toWrite bool) error {
	if toWrite {
		if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
			return err
		}
	}
	file, err := files.OpenPrivate(l.path, toWrite)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return err
	}
	if l.file != nil { // where it can only be read, it stays as it is
		l.closeFile()
	}
	l.file, l.info, l.writable, l.lines = file, info, toWrite, map[string]span{}
	return nil
}

// scan notes where the lines stand that were added since the last time.
func (l *ledger) scan() error {
	info, err := l.file.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", l.path, files.Plain(err))
	case info.Size() > l.most.bytes:
		return fmt.Errorf("%s: larger than %s; remove it", l.path, files.Size(l.most.bytes))
	}
	l.size = info.Size()
	l.read, err = l.each(l.read, func(line []byte, place span) error {
		name := nameIn(line)
		switch _, twice := l.lines[name]; {
		case name == "":
		case twice && isBroken(line): // who was killed left it, and the one before it is still there
		case !twice && len(l.lines) >= l.most.lines:
			return fmt.Errorf("%s: more than %d lines; remove it", l.path, l.most.lines)
		default:
			l.note(name, place)
		}
		return nil
	})
	return err
}

// each reads the lines that begin there or later, and tells where the last of them ends.
func (l *ledger) each(from int64, do func(line []byte, place span) error) (end int64, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(l.file, from, l.size-from), mostLine)
	at, end := from, from
	for whole := true; ; {
		line, err := in.ReadSlice('\n')
		at += int64(len(line))
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			whole = false // of another making: no line is so long
			continue
		case errors.Is(err, io.EOF):
			return end, nil // the last line is being written, or was never finished
		case err != nil:
			return end, fmt.Errorf("%s: %w", l.path, files.Plain(err))
		}
		if whole {
			if err := do(line, span{at - int64(len(line)), len(line)}); err != nil {
				return end, err
			}
		}
		end, whole = at, true
	}
}

// find returns the line of an account; nil: there is none.
func (l *ledger) find(name string) ([]byte, error) {
	place, ok := l.lines[name]
	if !ok {
		return nil, nil
	}
	line := make([]byte, place.size)
	if _, err := l.file.ReadAt(line, place.at); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", l.path, files.Plain(err))
	}
	return line, nil
}

// put writes the line of an account: over its old one, or at the end.
func (l *ledger) put(name string, line []byte) error {
	old, known := l.lines[name]
	if known && len(line) < old.size {
		return l.write(padded(line, old.size), old.at)
	}
	size := (len(line) + 1 + spare + step - 1) / step * step
	if size > mostLine {
		return fmt.Errorf("%s: no line may be longer than %s", l.path, files.Size(mostLine))
	}
	if !l.hasRoom(size, known) {
		if err := l.makeRoom(time.Now()); err != nil {
			return err
		}
		if old, known = l.lines[name]; !l.hasRoom(size, known) {
			return fmt.Errorf("%s: there is no room for more; remove it", l.path)
		}
	}
	data, at := padded(line, size), l.size
	if l.read < l.size { // a run that was killed left a line without an end
		data = slices.Insert(data, 0, '\n')
	}
	if err := l.write(data, at); err != nil {
		_ = l.file.Truncate(at)
		return err
	}
	l.size += int64(len(data))
	l.read = l.size
	l.note(name, span{l.size - int64(size), size})
	if known {
		return l.write(padded(nil, old.size), old.at)
	}
	return nil
}

// hasRoom tells that a line can be added.
func (l *ledger) hasRoom(size int, known bool) bool {
	return l.size+int64(size)+1 <= l.most.bytes && (known || len(l.lines) < l.most.lines)
}

// drop takes the line of an account away, and what who was killed left of it elsewhere.
func (l *ledger) drop(name string) error {
	l.strike(name)
	_, err := l.each(0, func(line []byte, place span) error {
		if nameIn(line) != name {
			return nil
		}
		return l.write(padded(nil, place.size), place.at)
	})
	return err
}

func (l *ledger) write(data []byte, at int64) error {
	if _, err := l.file.WriteAt(data, at); err != nil {
		return fmt.Errorf("%s: %w", l.path, files.Plain(err))
	}
	return nil
}

// padded is a line that fills its place.
func padded(line []byte, size int) []byte {
	line = append(line, bytes.Repeat([]byte(" "), size-len(line))...)
	line[size-1] = '\n'
	return line
}

func (l *ledger) closeFile() {
	_ = l.file.Close()
	l.file, l.info, l.lines, l.live, l.read, l.size = nil, nil, nil, 0, 0, 0
}

func (l *ledger) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		l.closeFile()
	}
	if l.lock != nil {
		_ = l.lock.Close()
		l.lock = nil
	}
}
