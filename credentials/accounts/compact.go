package accounts

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/files"
)

// This file is about a ledger's size. A line that outgrew its place, or an account that was
// forgotten, leaves a gap; where gaps are more than half of the file, it is written anew.

const (
	// compactFrom is the size of a file below which nobody minds gaps.
	compactFrom = 64 << 10
	// keepUnchecked is how long the record of an account stays that nobody checks. It goes only
	// when there is no room for others.
	keepUnchecked = 400 * 24 * time.Hour
	// keepParts is how long a file stays that a run left behind that was killed while it compacted.
	keepParts = 24 * time.Hour
)

// note takes a line into the account.
func (l *ledger) note(name string, place span) {
	l.strike(name)
	l.lines[name] = place
	l.live += int64(place.size)
}

// strike takes a line out of the account.
func (l *ledger) strike(name string) {
	l.live -= int64(l.lines[name].size)
	delete(l.lines, name)
}

// tidy compacts a file that is mostly gaps. One that cannot be written anew, such as on a full
// disk, is as good with them.
func (l *ledger) tidy() error {
	if l.kept || l.size < compactFrom || l.size <= 2*l.live {
		return nil
	}
	return l.compact(time.Time{})
}

// makeRoom forgets who was last checked long before now, or before the last check of all: a clock
// that is far ahead forgets nobody.
func (l *ledger) makeRoom(now time.Time) error {
	if l.kept {
		return nil
	}
	last := time.Time{}
	_, err := l.each(0, func(line []byte, _ span) error {
		if r, err := readLine(line); err == nil && r.At.After(last) {
			last = r.At
		}
		return nil
	})
	if err != nil {
		return err
	}
	if last.Before(now) {
		now = last
	}
	if err := l.compact(now.Add(-keepUnchecked)); err != nil {
		return err
	}
	l.kept = true // once in a run: it reads the whole file
	return nil
}

// compact writes the file anew, without gaps and without the records of before since, and puts it
// in the place of the old one in one step: whoever is killed leaves one of both. Other runs notice
// that it is another file, as after a removal. It needs the turn.
func (l *ledger) compact(since time.Time) error {
	l.sweep()
	l.kept = true
	out, err := files.NewStream(l.path, files.Private, false)
	if err != nil {
		return nil //nolint:nilerr // the file stays as it is
	}
	if err := l.copyTo(out, since); err != nil {
		out.Abort()
		return nil //nolint:nilerr // the same
	}
	l.closeFile() // Windows replaces no open file
	l.kept = out.Commit() != nil
	return l.refresh(true)
}

// copyTo writes the lines that count.
func (l *ledger) copyTo(out *files.Stream, since time.Time) error {
	buffer := bufio.NewWriterSize(out, mostLine)
	_, err := l.each(0, func(line []byte, place span) error {
		name := nameIn(line)
		if name == "" || l.lines[name] != place || isBroken(line) {
			return nil
		}
		if r, err := readLine(line); err == nil && r.At.Before(since) { // what a newer version wrote stays
			return nil
		}
		_, err := buffer.Write(line)
		return err
	})
	if err == nil {
		err = buffer.Flush()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", l.path, files.Plain(err))
	}
	return nil
}

// sweep removes what killed runs left beside the file.
func (l *ledger) sweep() {
	folder := filepath.Dir(l.path)
	found, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, f := range found {
		if info, err := f.Info(); err == nil && strings.HasPrefix(f.Name(), files.PartPrefix) && info.Mode().IsRegular() && time.Since(info.ModTime()) > keepParts {
			_ = os.Remove(filepath.Join(folder, f.Name()))
		}
	}
}
