package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/accounts"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// output is one --output: a format, and the file that it goes to.
type output struct {
	format report.Format
	file   string // empty: standard output
}

// ParseOutputs reads the --output flags. Where all of them go to files, the person still gets the text.
func ParseOutputs(flags []string) ([]output, error) {
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
		if file == "-" {
			file = ""
		}
		if file == "" && onStdout != "" {
			return nil, app.WithHint(fmt.Errorf("two formats for standard output: %s and %s", onStdout, name),
				"write one of them to a file: --output "+name+"=FILE")
		}
		if file == "" {
			onStdout = name
		} else if err := app.CanHold(file); err != nil {
			return nil, fmt.Errorf("--output %s: %w", name, err)
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
	more = append(more, t.SecretFile.Text, t.CredentialsFile.Text, t.Account.CAFile)
	if t.Own != nil {
		more = append(more, t.Own.SecretFile, t.Own.Credentials)
	}
	if accounts.IsFile(t.Environment) {
		more = append(more, t.Environment)
	}
	for _, o := range outputs {
		if err := app.Apart(o.file, more...); err != nil {
			return fmt.Errorf("--output %s: %w", o.format.Name, err)
		}
	}
	return nil
}

func textOnStdout(outputs []output) bool {
	return slices.ContainsFunc(outputs, func(o output) bool { return o.file == "" && o.format.Name == textFormat })
}

// Document is what the outputs write: one report, or those of a whole list.
type Document struct {
	Results []Result
	list    bool
	names   []string    // of the entries of a list
	Again   app.InForce // completes the commands for the person
}

func (d Document) reports() (list []checks.Report) {
	for _, r := range d.Results {
		list = append(list, r.Report)
	}
	return list
}

// writeReports renders all outputs and then writes them. What cannot go to its file goes to standard output, unless a
// program reads another format there.
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
			faults = append(faults, fmt.Errorf("write the report %s: %w", out.file, err))
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

// write puts a report into its file. It tells about an account, so only the owner may read it, but for metrics, which another
// program collects. GitHub's summary of a job is a file that each step adds to.
func (o output) write(a *app.App, text []byte) error {
	mode := files.Private
	if o.format.Name == "prometheus" {
		mode = files.Readable
	}
	if summary, _ := a.Sys.Lookup("GITHUB_STEP_SUMMARY"); summary != "" && o.format.Name == "markdown" && files.Same(o.file, summary) {
		return files.Append(o.file, text, mode)
	}
	return files.Write(o.file, text, mode)
}

// render writes one output into memory, and searches it once more for what must not stand in it.
func render(a *app.App, out output, d Document, flags ReportFlags) ([]byte, error) {
	switch {
	case !d.list && out.format.Name == textFormat:
		return guarded(d.Results[0], func(w io.Writer, r checks.Report) error {
			return report.Text(w, r.WithCommands(d.command(d.Again)), textOptions(a, out, flags))
		})
	case !d.list:
		return guarded(d.Results[0], func(w io.Writer, r checks.Report) error {
			return out.format.Write(w, r.WithCommands(d.command(d.Again.Elsewhere())))
		})
	case !out.format.ByLine:
		var b bytes.Buffer
		err := out.format.WriteAll(&b, d.reports()) // each was redacted by itself
		return b.Bytes(), err
	}
	widest := 0
	for _, name := range d.names {
		widest = max(widest, text.Width(app.Plain(name)))
	}
	var whole []byte
	for i, r := range d.Results {
		part, err := guarded(r, func(w io.Writer, r checks.Report) error {
			if out.format.Name == textFormat {
				return line(w, text.Pad(app.Plain(d.names[i]), widest), r, textOptions(a, out, flags))
			}
			return out.format.WriteAll(w, []checks.Report{r})
		})
		if err != nil {
			return nil, err
		}
		whole = append(whole, part...)
	}
	return whole, nil
}

// command completes the commands of the one report; what was typed may hold the secret.
func (d Document) command(in app.InForce) func(string) string {
	return func(run string) string { return d.Results[0].guard.Text(in.Command(run)) }
}

func guarded(r Result, write func(io.Writer, checks.Report) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b, r.Report)
	return r.guard.Document(b.Bytes()), err
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

// line writes one line of a list. A person who wants quiet hears of entries with an error or a warning only.
func line(w io.Writer, name string, r checks.Report, o report.TextOptions) error {
	if o.Quiet && r.Verdict == checks.Healthy && len(r.BySeverity(checks.Warning)) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w, name, "", report.Line(r, o))
	return err
}
