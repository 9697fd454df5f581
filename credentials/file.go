package credentials

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
	"unicode/utf8"
)

const (
	// maxFile bounds every file that is read. A real one has some hundred
	// bytes; auth-config.json grows by about 300 bytes a back-end.
	maxFile = 64 << 10
	// pipeWait is how long a named pipe or standard input of a script may
	// keep us waiting, unless the Query says otherwise.
	pipeWait = 5 * time.Second
)

// Files is the part of the file system that Resolve looks at.
type Files interface {
	Open(name string) (fs.File, error)
	Stat(name string) (fs.FileInfo, error)
}

// osFiles is the real file system. Open does not block on a named pipe that
// nobody writes to.
type osFiles struct{}

func (osFiles) Open(name string) (fs.File, error) {
	return os.OpenFile(name, os.O_RDONLY|openNonblocking, 0)
}

func (osFiles) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// content is a file that could be read.
type content struct {
	data []byte
	mode fs.FileMode
}

// readBounded reads a small text file. Symbolic links are followed, as
// Kubernetes mounts its secrets by them, and so are pipes, as shells pass
// `<(command)` as one; devices and directories are not read.
func readBounded(ctx context.Context, files Files, name string, wait time.Duration) (content, error) {
	info, err := files.Stat(name)
	if err != nil {
		return content{}, plainReason(err)
	}
	if err := refuseKind(info.Mode()); err != nil {
		return content{}, err
	}
	if info.Mode().IsRegular() && info.Size() > maxFile {
		return content{}, tooLarge()
	}
	file, err := files.Open(name)
	if err != nil {
		return content{}, plainReason(err)
	}
	data, err := drain(ctx, file, wait)
	if err != nil {
		return content{}, err
	}
	return content{data: data, mode: info.Mode()}, nil
}

func refuseKind(mode fs.FileMode) error {
	switch {
	case mode.IsDir():
		return errors.New("a directory, not a file")
	case mode.IsRegular(), mode&fs.ModeNamedPipe != 0:
		return nil
	}
	return errors.New("a device or socket, not a file")
}

// drain reads to the end, the limit, the time limit or the end of ctx, and
// closes. The reading goes on in its own goroutine because a terminal or a
// pipe cannot always be interrupted; closing ends it where it can be.
func drain(ctx context.Context, in io.ReadCloser, wait time.Duration) ([]byte, error) {
	type outcome struct {
		data []byte
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
		done <- outcome{data, err}
	}()
	var expired <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		expired = timer.C
	}
	defer in.Close()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-expired:
		return nil, fmt.Errorf("nothing more came within %s", wait)
	case got := <-done:
		if got.err != nil {
			return nil, plainReason(got.err)
		}
		return got.data, refuseBytes(got.data)
	}
}

// refuseBytes says why bytes are no text. Windows PowerShell writes UTF-16
// by default, so that is named.
func refuseBytes(data []byte) error {
	switch {
	case len(data) > maxFile:
		return tooLarge()
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return errors.New("not text in UTF-8: it starts with the mark of UTF-16")
	case bytes.IndexByte(data, 0) >= 0:
		return errors.New("not text: it holds NUL bytes")
	case !utf8.Valid(data):
		return errors.New("not text in UTF-8")
	}
	return nil
}

func tooLarge() error {
	return fmt.Errorf("too large: more than %d KiB", maxFile>>10)
}

// reason is an error in plain words that still answers errors.Is.
type reason struct {
	text  string
	cause error
}

func (r reason) Error() string { return r.text }
func (r reason) Unwrap() error { return r.cause }

// plainReason drops the system call and the path, which the caller names.
func plainReason(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reason{"there is no such file", err}
	case errors.Is(err, fs.ErrPermission):
		return reason{"no permission to read it", err}
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
