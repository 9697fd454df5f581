package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Spool is a text that grows: in memory up to a limit, and beyond it in a temporary file that only
// its owner may read and that goes away with Close. Where there is no room for such a file, memory
// holds the rest too.
type Spool struct {
	limit  int
	memory bytes.Buffer
	file   *os.File
	full   bool // there is no room for a file
	size   int64
}

// NewSpool keeps up to limit bytes in memory.
func NewSpool(limit int) *Spool { return &Spool{limit: limit} }

// Size is how much was written.
func (s *Spool) Size() int64 { return s.size }

// Write adds to the text.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && !s.full && s.memory.Len()+len(p) > s.limit {
		s.toFile()
	}
	if s.file != nil {
		n, err := s.file.Write(p)
		if err == nil {
			s.size += int64(n)
			return n, nil
		}
		if err := s.toMemory(); err != nil {
			return 0, fmt.Errorf("read a temporary file: %w", Plain(err))
		}
	}
	n, _ := s.memory.Write(p)
	s.size += int64(n)
	return n, nil
}

func (s *Spool) toFile() {
	file, err := os.CreateTemp("", PartPrefix+"*")
	if err != nil {
		s.full = true
		return
	}
	s.file = file
	if _, err := file.Write(s.memory.Bytes()); err != nil {
		s.full = true
		_ = s.Close()
		return
	}
	s.memory = bytes.Buffer{}
}

// toMemory takes back what the file has.
func (s *Spool) toMemory() error {
	s.full = true
	_, err := s.memory.ReadFrom(s.Reader())
	return errors.Join(err, s.Close())
}

// ReadAt reads what was written.
func (s *Spool) ReadAt(p []byte, at int64) (int, error) {
	if s.file != nil {
		return s.file.ReadAt(p, at)
	}
	return bytes.NewReader(s.memory.Bytes()).ReadAt(p, at)
}

// Reader reads the text from its beginning.
func (s *Spool) Reader() io.Reader { return io.NewSectionReader(s, 0, s.size) }

// Close removes the text.
func (s *Spool) Close() error {
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// Stream is a file in the making that takes the place of an older one when it is complete. What is
// no regular file, as a pipe or a device, is written to as it is.
type Stream struct {
	*place
	target string // empty: written in place
}

// PartPrefix begins the name of a file in the making, beside the one whose place it will take.
const PartPrefix = ".credguide-"

// NewStream begins to write a file. One that grows is written in its place, so that what is written
// stays if the program is killed.
func NewStream(name string, mode fs.FileMode, grows bool) (*Stream, error) {
	return newStream(name, mode, grows, PipeWait)
}

func newStream(name string, mode fs.FileMode, grows bool, wait time.Duration) (*Stream, error) {
	asItIs, err := toPlace(name, wait)
	switch {
	case err != nil:
		return nil, err
	case asItIs != nil:
		return &Stream{place: asItIs}, nil
	}
	target := ""
	var file *os.File
	if grows {
		file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	} else {
		target = Target(name)
		file, err = os.CreateTemp(filepath.Dir(target), PartPrefix+"*")
	}
	if err != nil {
		return nil, Plain(err)
	}
	s := &Stream{&place{file, wait}, target}
	if err := file.Chmod(mode); err != nil {
		s.Abort()
		return nil, Plain(err)
	}
	return s, nil
}

// Commit ends the writing, and puts the file in its place.
func (s *Stream) Commit() error {
	if s.target == "" {
		return s.Close()
	}
	err := s.file.Sync()
	err = errors.Join(err, s.Close())
	if err == nil {
		err = os.Rename(s.file.Name(), s.target)
	}
	if err != nil {
		return errors.Join(Plain(err), os.Remove(s.file.Name()))
	}
	return nil
}

// Abort gives up; what stood there stays.
func (s *Stream) Abort() {
	_ = s.Close()
	if s.target != "" {
		_ = os.Remove(s.file.Name())
	}
}
