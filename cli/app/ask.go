package app

import (
	"bufio"
	"context"
	"strings"
)

// ReadLine reads one line and not a byte more: what follows may be read by a hidden prompt. An end
// of the input counts as the end of the line. An interrupt leaves the reader behind.
func ReadLine(ctx context.Context, in interface{ Read([]byte) (int, error) }) (string, error) {
	type outcome struct {
		line string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		line, err := bufio.NewReaderSize(oneByte{in}, 16).ReadString('\n')
		if line != "" {
			err = nil
		}
		done <- outcome{strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err}
	}()
	select {
	case got := <-done:
		return got.line, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// oneByte hands out single bytes, so that a reader around it never takes more than it needs.
type oneByte struct {
	in interface{ Read([]byte) (int, error) }
}

func (o oneByte) Read(p []byte) (int, error) { return o.in.Read(p[:1]) }
