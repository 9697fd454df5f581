package register

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/cli/browser"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/request"
	"github.com/credguide/credguide/wizard/sheet"
)

// writeRequest judges the request and writes it. done: it is refused, and a person was sent back or
// told.
func (r *registration) writeRequest(ctx context.Context) (done bool, err error) {
	v := r.guide.Judge(r.where, r.answers)
	if !v.Acceptable {
		n := wizard.Note{Kind: wizard.Refused, Text: "The registry would refuse the request"}
		for _, e := range v.Errors {
			n.Lines = append(n.Lines, e.Label+": "+e.Message)
		}
		r.tell(n)
		return true, app.ExitCode(app.ExitMisconfigured)
	}
	text, err := r.guide.RequestYAML(r.where, r.answers)
	if err != nil {
		return false, err
	}
	r.request = r.requestPath(ctx, text)
	written := "written to " + r.request
	if r.isAnswers(r.request) {
		written = "all of it is in " + r.request
	} else if err := wizard.Save(r.request, text); err != nil {
		if r.ask == nil {
			return false, app.WithHint(err, "another place for the request: --request FILE")
		}
		written = "here it is, since it cannot be kept: " + err.Error()
		defer r.Say("\n%s", text)
	}
	n := wizard.Note{Kind: wizard.Good, Text: fmt.Sprintf("The request is complete: %d fields on both tabs, accepted by the registry's own rules; %s", len(r.guide.Request(r.where, r.answers)), written)}
	r.tell(n)
	for _, advice := range v.Advice {
		r.tell(wizard.Note{Kind: wizard.Warning, Text: advice.Message})
	}
	return false, ctx.Err()
}

// requestPath is the file asked for, else one beside the user that is free or ours. The file of
// answers is it only where it has the whole request, and then it stays as it is: it may have
// comments, and answers that are not the form's.
func (r *registration) requestPath(ctx context.Context, text []byte) string {
	complete := r.answersHave(ctx, text)
	if name := r.flags.request; name != "" && (complete || !r.isAnswers(name)) {
		return name
	}
	name, _ := r.answers.Text(wizard.ClientIDField)
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" || name == wizard.Generated {
		name = "request"
	}
	dir := ""
	if r.box != nil {
		dir = r.box.Dir
	}
	header, _, _ := bytes.Cut(text, []byte("\n"))
	for n := 1; ; n++ {
		path := filepath.Join(dir, name+".yaml")
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d.yaml", name, n))
		}
		if r.isAnswers(path) {
			if complete {
				return path
			}
			continue
		}
		old, err := files.Read(ctx, path, files.Limits{Bytes: request.MaxRequest})
		if errors.Is(err, fs.ErrNotExist) || bytes.HasPrefix(old.Data, header) || n >= 100 {
			return path
		}
	}
}

// isAnswers tells that this is the file of answers.
func (r *registration) isAnswers(file string) bool {
	return r.flags.answers != "" && files.Same(file, r.flags.answers)
}

// answersHave tells that the file of answers alone makes this request.
func (r *registration) answersHave(ctx context.Context, text []byte) bool {
	if r.flags.answers == "" || r.flags.answers == "-" {
		return false
	}
	defer func(before bool) { r.live.reading = before }(r.live.reading)
	r.live.reading = true // nobody is asked again
	a, err := r.readAnswers(ctx)
	if err != nil {
		return false
	}
	alone, err := r.guide.RequestYAML(r.where, a)
	return err == nil && bytes.Equal(alone, text)
}

// showValues shows the form's tabs, with a rest between them where somebody reads.
func (r *registration) showValues(ctx context.Context) error {
	notes := wizard.Sheet(r.where, r.guide.Request(r.where, r.answers))
	tabs := r.where.Rules[0].Form().Tabs
	for n, note := range notes {
		r.tell(note)
		if r.ask == nil {
			continue
		}
		next := ""
		if n+1 < len(notes) {
			next = tabs[n+1].Label
		}
		answer, err := r.ask.Ask(ctx, wizard.ShownQuestion(next))
		if err != nil {
			return err
		}
		if answer.Text == wizard.CopyPage {
			r.copyPage(ctx)
			return nil
		}
	}
	return nil
}

// copyPage writes the sheet as a page with a copy button for each value, and opens it.
func (r *registration) copyPage(ctx context.Context) {
	file := strings.TrimSuffix(r.request, filepath.Ext(r.request)) + "-sheet.html"
	in := request.Input{ID: filepath.Base(r.request), Fields: r.guide.Request(r.where, r.answers)}
	s := sheet.New(r.where.Rules[0], in, r.guide.Judge(r.where, r.answers))
	s.Where, s.Tool = r.where, "credguide "+app.Version()
	s.Command = app.InForceOf(r.flags.set).At(s.Where.Environment.ID, r.environmentArgument()).Command
	var page bytes.Buffer
	err := sheet.HTML(&page, s)
	if err == nil {
		err = wizard.Save(file, page.Bytes())
	}
	if err != nil {
		r.tell(wizard.Note{Kind: wizard.Refused, Text: "The page could not be made: " + err.Error()})
		return
	}
	if absolute, err := filepath.Abs(file); err == nil {
		file = absolute
	}
	r.openPage(ctx, "file://"+filepath.ToSlash(file))
}

// openPage opens a browser, and prints the address for people whose browser is on another machine.
func (r *registration) openPage(ctx context.Context, address string) {
	r.Say("\n%s", address)
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	defer credentials.Withhold()()
	opened := make(chan error, 1)
	go func() { opened <- browser.OpenURL(address) }()
	select {
	case err := <-opened:
		if err != nil {
			r.Say("No browser could be opened here; open the address yourself.")
		}
	case <-time.After(3 * time.Second): // some browsers keep their starter waiting
	case <-ctx.Done():
	}
}
