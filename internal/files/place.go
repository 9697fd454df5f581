package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// place is an open file that is written to where it is. A pipe is given up when nobody reads from
// it for too long. Errors do not name the file.
type place struct {
	file *os.File
	wait time.Duration
}

// toPlace opens what cannot be replaced by a new file: a pipe, a device, or a name for a file that
// this process has open, such as /dev/stderr, which others write to as well. For any other name it
// is nil.
func toPlace(name string, wait time.Duration) (*place, error) {
	info, err := os.Stat(name)
	if err != nil || info.IsDir() {
		return nil, nil // whoever makes the file meets the error, if there is one
	}
	if info.Mode().IsRegular() || info.Mode()&fs.ModeSocket != 0 { // a socket cannot be opened by its name: the log of a systemd unit
		file, err := openAlready(name)
		if file == nil || err != nil {
			return nil, Plain(err)
		}
		return &place{file, wait}, nil
	}
	end := time.Now().Add(wait)
	for {
		file, err := os.OpenFile(name, os.O_WRONLY|nonblocking, 0)
		switch {
		case err == nil:
			return &place{file, wait}, nil
		case !noReader(err) || info.Mode()&fs.ModeNamedPipe == 0:
			return nil, Plain(err)
		case time.Now().After(end): // a script may start the reader a moment later
			return nil, nobodyReads(wait)
		}
		time.Sleep(pause)
	}
}

func nobodyReads(wait time.Duration) error {
	return fmt.Errorf("nobody reads from this pipe within %s", wait)
}

// Write waits for a reader as long as it takes something now and then.
func (p *place) Write(data []byte) (written int, err error) {
	const piece = 16 << 10
	for len(data) > 0 && err == nil {
		_ = p.file.SetWriteDeadline(time.Now().Add(p.wait)) // of a pipe; others have none, and take what they are given
		var n int
		n, err = p.file.Write(data[:min(len(data), piece)])
		written, data = written+n, data[n:]
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nobodyReads(p.wait)
	}
	return written, Plain(err)
}

func (p *place) Close() error { return Plain(p.file.Close()) }
