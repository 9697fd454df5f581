package check

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// listOutput is one --output of a list. What it cannot write to its file goes to standard output,
// unless a program reads another format there.
type listOutput struct {
	output
	app      *app.App
	writer   *report.Writer
	screen   *screen
	stream   *files.Stream // of a document that grows; nil: standard output, or not begun
	spare    bool          // standard output may take over
	fault    error
	diverted bool
}

// screen is standard output, through what keeps secrets out of it. Its first fault is kept, and the
// files are written all the same.
type screen struct {
	app   *app.App
	fault error
}

func (s *screen) Write(b []byte) (int, error) {
	if s.fault == nil {
		s.fault = s.app.PrintVerbatim(b)
	}
	return len(b), nil
}

// listOutputs begins the documents of a list.
func listOutputs(a *app.App, outputs []output, labels []string, flags ReportFlags) (list []*listOutput, shown *screen) {
	widest := 0
	for _, name := range labels {
		widest = max(widest, min(text.Width(app.Plain(name)), widestName))
	}
	shown = &screen{app: a}
	for _, o := range outputs {
		l := &listOutput{output: o, app: a, screen: shown, spare: textOnStdout(outputs)}
		options := report.ListOptions{Text: textOptions(a, o, flags), NameWidth: widest}
		l.writer = o.format.NewWriter(l, options)
		list = append(list, l)
	}
	return list, shown
}

// widestName is how many columns the names of a list get at most.
const widestName = 40

// Write takes the text of a document that grows.
func (l *listOutput) Write(b []byte) (int, error) {
	switch {
	case l.file == "" || l.diverted:
		return l.screen.Write(b)
	case l.fault != nil:
		return len(b), nil // said at the end
	case l.stream == nil:
		l.stream, l.fault = l.begin(true)
	}
	if l.fault == nil {
		_, l.fault = l.stream.Write(b)
	}
	if l.diverted = l.fault != nil && l.spare; l.diverted {
		return l.screen.Write(b) // the whole report: half of one is of no use
	}
	return len(b), nil
}

// finish ends the document. The error says what could not be written.
func (l *listOutput) finish() error {
	defer func() { _ = l.writer.Close() }()
	var err error
	switch {
	case l.file == "" || l.format.List.Streams:
		err = l.writer.Finish(l)
		if l.stream != nil {
			err = errors.Join(err, l.stream.Commit())
		}
	case isSummary(l.app, l.output):
		var b bytes.Buffer
		if err = l.writer.Finish(&b); err == nil {
			l.fault = appendSummary(l.file, b.Bytes(), l.mode())
		}
	default:
		l.fault = l.put(l.writer.Finish)
	}
	if l.fault != nil && !l.format.List.Streams && l.spare {
		err = errors.Join(err, l.writer.Finish(l.screen))
	}
	if l.fault != nil {
		err = errors.Join(err, notWritten(l.file, l.fault))
	}
	return err
}

// keepsOlder tells whether a part of the list is worse than the whole one of an earlier run: where
// metrics of an account are missing, no alert about it stays.
func (l *listOutput) keepsOlder() bool {
	info, err := os.Stat(l.file)
	return l.format.Name == "prometheus" && err == nil && info.Mode().IsRegular() && info.Size() > 0
}

var _ io.Writer = (*listOutput)(nil)
