package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
)

// WriteWithin is Write with another patience, so that tests need not have that of a person.
var WriteWithin = write

// AppendWithin and NewStreamWithin are Append and NewStream with another patience.
var (
	AppendWithin    = appendTo
	NewStreamWithin = newStream
)

// Fill makes the disk full that a spool writes to.
func (s *Spool) Fill() error {
	file, err := os.Open(s.file.Name())
	if err != nil {
		return err
	}
	err = s.file.Close()
	s.file = file
	return err
}

// Waiting is how many files are waited for that were given up.
func Waiting() int {
	waiting.Lock()
	defer waiting.Unlock()
	return len(waiting.files)
}

// Hang keeps calls for the files of a folder waiting until the returned function is called, as a
// file system does whose server is gone.
func Hang(folder string) (answer func(), calls func() int) {
	var made atomic.Int32
	answered := make(chan struct{})
	stat = func(name string) (fs.FileInfo, error) {
		if filepath.Dir(name) == folder {
			made.Add(1)
			<-answered
		}
		return os.Stat(name)
	}
	return func() { close(answered) }, func() int { return int(made.Load()) }
}
