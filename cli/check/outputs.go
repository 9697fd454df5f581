package check

import (
	"bytes"
	"errors"
	"fmt"
	"github.com/credguide/credguide/credentials/accounts"
	"io"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/guard"
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

// Document is what one output writes: one report, or those of a whole list.
type Document struct {
	Reports []checks.Report
	list    bool
	names   []string    // of the entries of a list
	Again   app.InForce // completes the commands for the person
}

// writeReports renders all outputs, searches them for secrets, and only then writes.
func writeReports(a *app.App, outputs []output, d Document, flags ReportFlags, guard *guard.Guard) error {
	texts := make([][]byte, len(outputs))
	for i, out := range outputs {
		text, err := render(a, out, d, flags)
		if err != nil {
			return fmt.Errorf("write the report as %s: %w", out.format.Name, err)
		}
		if guard.Find(text) {
			return app.WithHint(errors.New("internal: a secret was about to be written, so no report is"),
				"this is a defect of credguide; please report it without the secret")
		}
		texts[i] = text
	}
	for i, out := range outputs {
		if out.file != "" {
			if err := files.Write(out.file, texts[i], files.Private); err != nil { // it tells about an account
				return fmt.Errorf("write the report %s: %w", out.file, err)
			}
			continue
		}
		if err := a.Print(string(texts[i])); err != nil {
			return err
		}
	}
	return nil
}

// render writes one output into memory.
func render(a *app.App, out output, d Document, flags ReportFlags) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch {
	case out.format.Name == textFormat && d.list:
		err = lines(a, &b, out, d)
	case out.format.Name == textFormat:
		r := d.Reports[0].WithCommands(d.Again.Command)
		err = report.Text(&b, r, textOptions(a, out, flags))
	case d.list:
		err = out.format.WriteAll(&b, d.Reports)
	default:
		err = out.format.Write(&b, d.Reports[0].WithCommands(d.Again.Elsewhere().Command))
	}
	return b.Bytes(), err
}

// textFormat is the one format that is fitted to the terminal.
const textFormat = "text"

func textOptions(a *app.App, out output, flags ReportFlags) report.TextOptions {
	o := report.PlainText
	o.Verbose = flags.verbose
	if out.file == "" {
		o.Width, o.Color, o.Unicode, o.Quiet = a.Width(), a.Colour(), a.Unicode(), flags.Quiet
	}
	return o
}

// lines writes one line for each entry of a list, under the name that it has there.
func lines(a *app.App, w io.Writer, out output, d Document) error {
	widest := 0
	for _, name := range d.names {
		widest = max(widest, text.Width(app.Plain(name)))
	}
	o := textOptions(a, out, ReportFlags{})
	for i, r := range d.Reports {
		if _, err := fmt.Fprintln(w, text.Pad(app.Plain(d.names[i]), widest), "", report.Line(r, o)); err != nil {
			return err
		}
	}
	return nil
}
