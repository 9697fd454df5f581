// Package files reads and writes the files that people name. A read never waits for a pipe that
// stays silent and never takes more than a limit; a write puts the whole file there or nothing,
// with a mode that follows its content.
package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

// PipeWait is how long a pipe may stay silent before it is given up.
const PipeWait = 5 * time.Second

// pause is the time between two looks at a pipe that cannot be waited for.
const pause = 20 * time.Millisecond

// Content is a file that was read.
type Content struct {
	Data []byte
	Mode fs.FileMode
}

// Limits bound a read. Zero for Wait is PipeWait.
type Limits struct {
	Bytes int64
	Wait  time.Duration
}

// Read reads a small file whole. Symbolic links are followed, as Kubernetes mounts its secrets by
// them, and so are pipes, as shells pass `<(command)` as one; directories, devices and sockets are
// not read. Errors do not name the file.
func Read(ctx context.Context, name string, limits Limits) (Content, error) {
	if limits.Wait <= 0 {
		limits.Wait = PipeWait
	}
	found, err := within(ctx, name, limits.Wait, func() (opened, error) { return toRead(name, limits.Bytes) }, opened.close)
	if err != nil {
		return Content{}, err
	}
	if found.file == nil {
		return Content{found.data, found.mode}, nil
	}
	var q *question
	if found.mode.IsRegular() { // a read of a pipe ends when it is closed
		if q, err = ask(ctx, name, limits.Wait); err != nil {
			found.close()
			return Content{}, err
		}
	}
	data, err := drain(ctx, found.file, limits, q, found.data)
	return Content{data, found.mode}, err
}

// opened is a file that is there to be read, or, where it is small, was read whole.
type opened struct {
	file *os.File // nil: there is nothing more in it
	data []byte
	mode fs.FileMode
}

func (o opened) close() {
	if o.file != nil {
		_ = o.file.Close()
	}
}

func toRead(name string, most int64) (opened, error) {
	info, err := stat(name)
	if err != nil {
		return opened{}, Plain(err)
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return opened{}, errors.New("a directory, not a file")
	case mode.IsRegular() && info.Size() > most:
		return opened{}, tooLarge(most)
	case !mode.IsRegular() && mode&fs.ModeNamedPipe == 0:
		return opened{}, errors.New("a device or socket, not a file")
	}
	// A pipe without a writer would keep the open waiting.
	file, err := open(name, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return opened{}, Plain(err)
	}
	o := opened{file: file, mode: info.Mode()}
	const small = 64 << 10
	if !o.mode.IsRegular() || info.Size() > small {
		return o, nil
	}
	return o.whole(info.Size(), most)
}

// whole reads a file of which it is said that it is small; what more there is stays to be read.
func (o opened) whole(size, most int64) (opened, error) {
	o.data = make([]byte, min(size, most)+1)
	n, err := io.ReadFull(o.file, o.data)
	o.data = o.data[:n]
	switch {
	case err == nil:
		return o, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		o.close()
		return opened{data: o.data, mode: o.mode}, nil
	}
	o.close()
	return opened{}, Plain(err)
}

// ReadAll reads standard input, which may keep its reader waiting, and closes it.
func ReadAll(ctx context.Context, in io.ReadCloser, bytes int64) ([]byte, error) {
	return drain(ctx, in, Limits{Bytes: bytes}, nil, nil)
}

// piece is what one reading gave.
type piece struct {
	data []byte
	err  error
}

// pour hands on what comes, until an error, which the end is too, or until nobody takes it.
func pour(in io.Reader, most int64, pieces chan<- piece, left <-chan struct{}) {
	const least = 512
	var buffer []byte
	for size := int64(2 << 10); ; { // most files are small
		if len(buffer) < least {
			buffer = make([]byte, min(most+1, size))
			size = min(8*size, 64<<10)
		}
		n, err := in.Read(buffer)
		if errors.Is(err, syscall.EAGAIN) { // macOS has no poller for pipes
			n, err = 0, nil
			time.Sleep(pause)
		}
		select {
		case pieces <- piece{buffer[:n:n], err}:
			buffer = buffer[n:]
		case <-left:
			return
		}
		if err != nil {
			return
		}
	}
}

// drain reads what follows data to the end, the limit, the silence that is too long or the end of
// ctx, and closes. The reading has a goroutine of its own because a terminal or a pipe cannot
// always be interrupted; closing ends it where it can be.
func drain(ctx context.Context, in io.ReadCloser, limits Limits, q *question, data []byte) ([]byte, error) {
	pieces, left := make(chan piece), make(chan struct{})
	defer close(left)
	defer in.Close()
	go func() {
		defer q.end()
		pour(in, limits.Bytes, pieces, left)
	}()
	var silent <-chan time.Time
	for {
		if silent == nil && limits.Wait > 0 {
			silent = time.After(limits.Wait)
		}
		select {
		case <-ctx.Done():
			q.giveUp()
			return nil, ctx.Err()
		case <-silent:
			if q.giveUp(); q != nil {
				return nil, fmt.Errorf("%w within %s", ErrSilent, limits.Wait)
			}
			return nil, fmt.Errorf("nothing more came within %s", limits.Wait)
		case p := <-pieces:
			if len(p.data) > 0 || p.err != nil {
				silent = nil
			}
			data = append(data, p.data...)
			switch {
			case int64(len(data)) > limits.Bytes:
				return nil, tooLarge(limits.Bytes)
			case errors.Is(p.err, io.EOF):
				return data, nil
			case p.err != nil:
				return nil, Plain(p.err)
			}
		}
	}
}

func tooLarge(limit int64) error { return fmt.Errorf("too large: more than %s", Size(limit)) }

// Size writes a number of bytes as people say it.
func Size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

// Text says why bytes are no text. Windows PowerShell writes UTF-16 by default, so that is named.
func Text(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return errors.New("not text in UTF-8: it starts with the mark of UTF-16; save it as UTF-8")
	case bytes.IndexByte(data, 0) >= 0:
		return errors.New("not text: it holds NUL bytes")
	case !utf8.Valid(data):
		return errors.New("not text in UTF-8")
	}
	return nil
}

// reason is an error in plain words that still answers errors.Is.
type reason struct {
	text  string
	cause error
}

func (r reason) Error() string { return r.text }
func (r reason) Unwrap() error { return r.cause }

// Plain is an error without the system call and the path, which the caller names.
func Plain(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reason{"there is no such file", err}
	case errors.Is(err, fs.ErrPermission):
		return reason{"permission denied", err}
	case inUse(err):
		return reason{"another program has this file open", err}
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return withinSentence(path.Err)
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return withinSentence(link.Err)
	}
	return err
}

// withinSentence is an error that can stand in a sentence: those of Windows are sentences themselves.
func withinSentence(err error) error {
	if said, ok := strings.CutSuffix(err.Error(), "."); ok && said != "" {
		return reason{strings.ToLower(said[:1]) + said[1:], err}
	}
	return err
}
