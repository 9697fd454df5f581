package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Spool is a text that grows: in memory up to a limit, and beyond it in a temporary file that only
// its owner may read and that goes away with Close.
type Spool struct {
	limit  int
	memory bytes.Buffer
	file   *os.File
	size   int64
}

// NewSpool keeps up to limit bytes in memory.
func NewSpool(limit int) *Spool { return &Spool{limit: limit} }

// Size is how much was written.
func (s *Spool) Size() int64 { return s.size }

// Write adds to the text.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && s.memory.Len()+len(p) > s.limit {
		file, err := os.CreateTemp("", ".credguide-*")
		if err != nil {
			return 0, fmt.Errorf("make a temporary file: %w", Plain(err))
		}
		if _, err := file.Write(s.memory.Bytes()); err != nil {
			return 0, errors.Join(fmt.Errorf("write a temporary file: %w", Plain(err)), file.Close(), os.Remove(file.Name()))
		}
		s.file, s.memory = file, bytes.Buffer{}
	}
	var n int
	var err error
	if s.file != nil {
		if n, err = s.file.Write(p); err != nil {
			err = fmt.Errorf("write a temporary file: %w", Plain(err))
		}
	} else {
		n, _ = s.memory.Write(p)
	}
	s.size += int64(n)
	return n, err
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
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// Stream is a file in the making that takes the place of an older one when it is complete. What is
// no regular file, as a pipe or a device, is written to as it is.
type Stream struct {
	*os.File
	target string // empty: written in place
}

// NewStream begins to write a file. One that grows is written in its place, so that what is written
// stays if the program is killed.
func NewStream(name string, mode fs.FileMode, grows bool) (*Stream, error) {
	info, err := os.Stat(name)
	if special := err == nil && !info.Mode().IsRegular(); special || grows {
		flags := os.O_WRONLY | nonblocking
		if !special {
			flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		}
		file, err := os.OpenFile(name, flags, mode)
		if err == nil && !special {
			err = file.Chmod(mode)
		}
		if err != nil {
			return nil, Plain(err)
		}
		return &Stream{File: file}, nil
	}
	target := Target(name)
	file, err := os.CreateTemp(filepath.Dir(target), ".credguide-*")
	if err != nil {
		return nil, Plain(err)
	}
	if err := file.Chmod(mode); err != nil {
		return nil, errors.Join(Plain(err), file.Close(), os.Remove(file.Name()))
	}
	return &Stream{file, target}, nil
}

// Commit ends the writing, and puts the file in its place.
func (s *Stream) Commit() error {
	if s.target == "" {
		return s.Close()
	}
	err := s.Sync()
	err = errors.Join(err, s.Close())
	if err == nil {
		err = os.Rename(s.Name(), s.target)
	}
	if err != nil {
		return errors.Join(Plain(err), os.Remove(s.Name()))
	}
	return nil
}

// Abort gives up; what stood there stays.
func (s *Stream) Abort() {
	_ = s.Close()
	if s.target != "" {
		_ = os.Remove(s.Name())
	}
}
