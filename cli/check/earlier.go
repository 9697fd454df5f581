package check

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unique"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
)

// eachSaved reads the reports of a file one by one: one report, or one a line as a list has them.
// Of a run that was killed the last line may be incomplete; with partial, it is passed over.
func (c *checker) eachSaved(ctx context.Context, name string, partial bool, take func(e checks.Evidence, at int64, line []byte) error) error {
	in, err := c.openSaved(ctx, name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return c.eachIn(ctx, name, in, partial, take)
}

// eachIn does that with a file that is open.
func (c *checker) eachIn(ctx context.Context, name string, in io.Reader, partial bool, take func(e checks.Evidence, at int64, line []byte) error) error {
	shown := shownFile(name)
	reader := bufio.NewReaderSize(in, 64<<10)
	at := int64(0)
	for number := 1; ctx.Err() == nil; number++ {
		line, err := boundedLine(reader)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return fmt.Errorf("%s: %w", shown, err)
		}
		if number == 1 && !last && !json.Valid(bytes.TrimPrefix(line, []byte("\ufeff"))) { // a report over many lines
			if line, err = rest(reader, line); err != nil {
				return fmt.Errorf("%s: %w", shown, err)
			}
			last = true
		}
		if len(bytes.TrimSpace(line)) > 0 || number == 1 && last {
			evidence, err := report.ReadJSON(reportIn(shown, number), line)
			if err != nil && partial && last && number > 1 {
				c.Say("the last line of %s is incomplete; its entry is checked again", shown)
				return nil
			}
			if err != nil {
				return app.OrMisplaced(name, app.SavedReport, err)
			}
			if err := take(evidence, at, line); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
		at += int64(len(line))
	}
	return ctx.Err()
}

// reportIn names a report in its file.
func reportIn(file string, number int) string {
	if number == 1 {
		return file
	}
	return fmt.Sprintf("%s, report %d", file, number)
}

// savedFile is an open file of reports, in which each can be read again.
type savedFile interface {
	io.ReadCloser
	io.ReaderAt
}

// inMemory is what was read of a pipe.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// openSaved opens what was named; a pipe that stays silent is given up by the reader of package
// files.
func (c *checker) openSaved(ctx context.Context, name string) (savedFile, error) {
	if err := app.SecretAsFile(name); err != nil {
		return nil, err
	}
	file, err := c.openFile(ctx, name)
	if err != nil {
		return nil, app.OrMisplaced(name, app.SavedReport, fmt.Errorf("read the report: %w", err))
	}
	return file, nil
}

func (c *checker) openFile(ctx context.Context, name string) (savedFile, error) {
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, files.Plain(err))
		}
		return file, nil
	}
	data, _, err := c.ReadFile(ctx, name, app.MaxList)
	return inMemory{bytes.NewReader(data)}, err
}

// boundedLine reads a line with its end.
func boundedLine(r *bufio.Reader) (line []byte, err error) {
	for {
		piece, err := r.ReadSlice('\n')
		if len(line)+len(piece) > report.MaxSaved {
			return nil, fmt.Errorf("too large: more than %s", files.Size(report.MaxSaved))
		}
		line = append(line, piece...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

func rest(r *bufio.Reader, before []byte) ([]byte, error) {
	more, err := io.ReadAll(io.LimitReader(r, report.MaxSaved+1))
	if len(before)+len(more) > report.MaxSaved {
		return nil, fmt.Errorf("too large: more than %s", files.Size(report.MaxSaved))
	}
	return append(before, more...), err
}

// earlier are the reports of an earlier run. Only where each stands is kept.
type earlier struct {
	name  string
	file  savedFile
	names map[string]place
}

type place struct {
	at    int64
	size  int
	found found
}

// found is what two reports of an account are compared by; the zero value where they are not.
type found struct {
	verdict  string
	findings unique.Handle[string]
}

// readEarlier looks through the reports of an earlier run. Those that were interrupted say nothing,
// nor do those that are not wanted.
func (c *checker) readEarlier(ctx context.Context, name string, wanted func(checks.Evidence) bool) (*earlier, error) {
	if info, err := os.Stat(name); name == "-" || err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, app.WithHint(fmt.Errorf("read the report: %s is not an ordinary file", shownFile(name)), "it is read twice: write it to a file first")
	}
	e := &earlier{name: name, names: map[string]place{}}
	err := c.eachSaved(ctx, name, true, func(v checks.Evidence, at int64, line []byte) error {
		if delete(e.names, v.Subject.Name); !v.Facts.Is(checks.CheckInterrupted) && wanted(v) {
			e.names[v.Subject.Name] = place{at: at, size: len(line)}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if e.file, err = os.Open(name); err != nil {
		return nil, fmt.Errorf("read the reports %s: %w", name, files.Plain(err))
	}
	return e, nil
}

func (e *earlier) close() {
	if e != nil && e.file != nil {
		_ = e.file.Close()
	}
}

// of is the earlier report of an entry.
func (e *earlier) of(c *checker, label string) (checks.Report, bool) {
	if e == nil {
		return checks.Report{}, false
	}
	p, ok := e.names[label]
	if !ok {
		return checks.Report{}, false
	}
	r, err := e.read(c, p)
	return r, err == nil
}

func (e *earlier) read(c *checker, p place) (checks.Report, error) {
	data := make([]byte, p.size)
	if _, err := e.file.ReadAt(data, p.at); err != nil && !errors.Is(err, io.EOF) {
		return checks.Report{}, fmt.Errorf("read the report: %s: %w", e.name, files.Plain(err))
	}
	evidence, err := report.ReadJSON(e.name, data)
	if err != nil {
		return checks.Report{}, err
	}
	return c.judged(evidence, report.Ignored(data)), nil
}

// ofOne is the earlier report of a single check, which may have no name there.
func (e *earlier) ofOne(c *checker, label string) (checks.Report, bool) {
	if r, ok := e.of(c, label); ok || e == nil || len(e.names) != 1 {
		return r, ok
	}
	for name := range e.names {
		return e.of(c, name)
	}
	return checks.Report{}, false
}

// comparePrevious says what changed since the report of --previous.
func (c *checker) comparePrevious(r checks.Report) {
	if before, ok := c.previous.ofOne(c, r.Subject.Name); ok && !c.flags.Quiet {
		c.sayChange(report.Compare(orCheck(r.Subject.Name), before, r))
	}
}

func orCheck(name string) string {
	if name == "" {
		return "this check"
	}
	return name
}

// proseOptions fit a text to the window.
func (c *checker) proseOptions() report.TextOptions {
	o := report.PlainText
	o.Width, o.Unicode = c.Width(), c.Unicode()
	return o
}

func (c *checker) sayChange(change report.Change) {
	var b bytes.Buffer
	_ = report.WriteChange(&b, change, c.proseOptions())
	c.Say("%s", bytes.TrimRight(b.Bytes(), "\n"))
}
