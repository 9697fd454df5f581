package check

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/internal/files"
)

// output is one --output: a format, and the file that it goes to.
type output struct {
	format report.Format
	file   string // empty: standard output
}

// ParseOutputs reads the --output flags. Where all of them go to files, the person still gets the
// text.
func ParseOutputs(a *app.App, flags []string) ([]output, error) {
	var list []output
	onStdout := ""
	for _, text := range flags {
		name, file, toFile := strings.Cut(text, "=")
		format, ok := report.Formats[name]
		if !ok {
			return nil, app.Unknown("output format", name, report.Names(), app.OneOf(report.Names()))
		}
		if toFile && file == "" {
			return nil, app.WithHint(fmt.Errorf("--output %s= names no file", name), "for example --output "+name+"=report."+name)
		}
		if a.IsStandardOutput(file) {
			file = ""
		}
		if file == "" && onStdout != "" {
			return nil, app.WithHint(fmt.Errorf("two formats for standard output: %s and %s", onStdout, name),
				"write one of them to a file: --output "+name+"=FILE")
		}
		if file == "" {
			onStdout = name
		}
		if slices.ContainsFunc(list, func(o output) bool { return files.Same(o.file, file) }) {
			return nil, app.WithHint(fmt.Errorf("two formats for the file %s", file), "each report goes to a file of its own")
		}
		list = append(list, output{format, file})
	}
	if onStdout == "" {
		list = append(list, output{format: report.Formats[textFormat]})
	}
	return list, nil
}

// apart refuses an output that is one of the files that a check reads.
func apart(outputs []output, t subject.Target, more ...string) error {
	more = append(more, inputsOf(t)...)
	for _, o := range outputs {
		if err := app.Apart(o.file, more...); err != nil {
			return fmt.Errorf("--output %s: %w", o.format.Name, err)
		}
	}
	return nil
}

// inputsOf are the files that the check of a target reads; some may be empty.
func inputsOf(t subject.Target) []string {
	inputs := []string{t.SecretFile.Text, t.CredentialsFile.Text, t.Account.CAFile}
	if t.Own != nil {
		inputs = append(inputs, t.Own.SecretFile, t.Own.Credentials)
	}
	if accounts.IsFile(t.Environment) {
		inputs = append(inputs, t.Environment)
	}
	return inputs
}

// listApart is apart for a list. Each file is looked up once: in many lists all entries name one.
func (c *checker) listApart(outputs []output, list accounts.List, labels []string) error {
	var places []files.Identity
	for _, o := range outputs {
		if o.file != "" {
			places = append(places, files.IdentityOf(o.file))
		}
	}
	if len(places) == 0 {
		return nil
	}
	looked := map[string]bool{"": true, "-": true}
	silent := map[string]bool{} // folders; each file there would have to wait for as long
	for i, e := range list.Entries {
		t := c.TargetOf(e, list)
		for _, input := range inputsOf(t) {
			if looked[input] {
				continue
			}
			looked[input] = true
			folder := filepath.Dir(input)
			if silent[folder] {
				continue
			}
			found := files.IdentityOf(input)
			silent[folder] = found.Silent()
			if !slices.ContainsFunc(places, found.Same) {
				continue
			}
			if err := apart(outputs, t); err != nil {
				return fmt.Errorf("%s: %s: %w", list.Path, labels[i], err)
			}
		}
	}
	return nil
}

func textOnStdout(outputs []output) bool {
	return slices.ContainsFunc(outputs, func(o output) bool { return o.file == "" && o.format.Name == textFormat })
}

// Document is one report as the outputs write it.
type Document struct {
	Result Result
	Again  app.InForce // completes the commands for the person
}

// notWritten is the error of a report that did not get into its file. That the folder is missing says
// more than that the file is.
func notWritten(file string, err error) error {
	return fmt.Errorf("write the report %s: %w", file, cmp.Or(app.CanHold(file), err))
}

// writeReports renders all outputs and then writes them. What cannot go to its file goes to
// standard output, unless a program reads another format there.
func writeReports(a *app.App, outputs []output, d Document, flags ReportFlags) error {
	texts := make([][]byte, len(outputs))
	for i, out := range outputs {
		text, err := render(a, out, d, flags)
		if err != nil {
			return fmt.Errorf("write the report as %s: %w", out.format.Name, err)
		}
		texts[i] = text
	}
	var faults []error
	for i, out := range outputs {
		if out.file == "" {
			continue
		}
		if err := out.write(a, texts[i]); err != nil {
			faults = append(faults, notWritten(out.file, err))
			if textOnStdout(outputs) {
				outputs, texts = append(outputs, output{format: out.format}), append(texts, texts[i])
			}
		}
	}
	for i, out := range outputs {
		if out.file == "" {
			faults = append(faults, a.Write(texts[i]))
		}
	}
	return errors.Join(faults...)
}

// write puts a report into its file. GitHub's summary of a job is a file that each step adds to.
func (o output) write(a *app.App, text []byte) error {
	if isSummary(a, o) {
		return appendSummary(o.file, text, o.mode())
	}
	return o.put(func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// put writes a document that takes the place of an older one when it is complete.
func (o output) put(write func(io.Writer) error) error {
	s, err := o.begin(false)
	if err != nil {
		return err
	}
	if err := write(s); err != nil {
		s.Abort()
		return err
	}
	return s.Commit()
}

// begin looks at the file once more: what stands there may have come since the check began.
func (o output) begin(grows bool) (*files.Stream, error) {
	if err := app.LosesNoSecret(o.file); err != nil {
		return nil, err
	}
	return files.NewStream(o.file, o.mode(), grows)
}

// mode is that of the file, whatever the umask: it tells about an account, so only the owner may
// read it, but for metrics, which a program of another user collects.
func (o output) mode() fs.FileMode {
	if o.format.Name == "prometheus" {
		return files.Readable
	}
	return files.Private
}

// mostSummary is how much GitHub shows of a step's summary; a longer one is not shown at all.
const mostSummary = 1 << 20

// appendSummary adds to the summary what there is room for, as paragraphs of its own.
func appendSummary(file string, text []byte, mode fs.FileMode) error {
	room := mostSummary
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
		text = append([]byte(gapAfter(file, info.Size())), text...)
		room -= int(min(info.Size(), mostSummary))
	}
	if len(text) > room {
		text = text[:max(room-len(summaryCut), 0)]
		text = append(slices.Clip(text[:bytes.LastIndexByte(text, '\n')+1]), summaryCut...)
	}
	return files.Append(file, text, mode)
}

// gapAfter is what a blank line at the end of a file takes. Without one, the step before may have
// begun a table or HTML that goes on.
func gapAfter(name string, size int64) string {
	if size == 0 {
		return ""
	}
	file, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	end := make([]byte, 2)
	n, _ := file.ReadAt(end[max(2-size, 0):], max(size-2, 0)) // what cannot be read has no blank line
	switch {
	case n == 2 && string(end) == "\n\n":
		return ""
	case n > 0 && end[1] == '\n':
		return "\n"
	}
	return "\n\n"
}

const summaryCut = "\n\nThe rest is left out: GitHub shows 1 MiB of a summary. `--output markdown=FILE` writes all of it.\n"

func isSummary(a *app.App, o output) bool {
	summary, _ := a.Sys.Lookup("GITHUB_STEP_SUMMARY")
	return summary != "" && o.format.Name == "markdown" && files.Same(o.file, summary)
}

// render writes one output into memory, and searches it once more for what must not stand in it.
// Every format has the commands that the text has. They repeat the client ID, so what is anonymised
// is the report with its commands.
func render(a *app.App, out output, d Document, flags ReportFlags) ([]byte, error) {
	r := d.Result
	r.Report = r.WithCommands(func(run string) string { return d.Result.guard.Text(a.Redacted(d.Again.Command(run))) })
	if flags.anonymise {
		r.Report = report.Anonymised(r.Report)
	}
	switch out.format.Name {
	case textFormat:
		return guarded(r, func(w io.Writer, r checks.Report) error { return report.Text(w, r, textOptions(a, out, flags)) })
	case "sarif", "github":
		file, line := workflow(a)
		file, line = savedPlace(a, r.Subject.List, file, line)
		return guarded(r, func(w io.Writer, r checks.Report) error {
			e := report.Entry{Report: r, Label: r.Subject.Name, File: file, Line: line}
			if out.format.Name == "github" {
				return out.format.Write(w, e.Report)
			}
			return out.format.WriteList(w, []report.Entry{e}, report.ListOptions{})
		})
	}
	return guarded(r, out.format.Write)
}

func guarded(r Result, write func(io.Writer, checks.Report) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b, r.Report)
	return []byte(r.guard.Document(b.String())), err
}

// textFormat is the one format that is fitted to the terminal.
const textFormat = "text"

func textOptions(a *app.App, out output, flags ReportFlags) report.TextOptions {
	o := report.PlainText
	o.Verbose = flags.verbose
	if out.file == "" {
		o.Rows = a.Sys.Height
		o.Width, o.Color, o.Unicode, o.Quiet = a.Width(), a.Colour(), a.Unicode(), flags.Quiet
	}
	return o
}
