package register

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
)

// stateFile is where the answers of an unfinished registration are kept.
type stateFile struct {
	path   string // empty: no folder is known
	broken bool   // it could not be written; that was said
	used   bool   // something was written
	named  bool   // it is not where --resume looks
	last   []byte // what this run has read there, or written
}

func (r *registration) stateFile() stateFile {
	if r.flags.state != "" {
		return stateFile{path: r.flags.state}
	}
	return stateFile{path: r.UnfinishedFile()}
}

// begin takes up what was left the last time, if the person wants that.
func (r *registration) begin(ctx context.Context) error {
	if r.state.path == "" || r.flags.answers != "" || r.ask == nil && !r.flags.resume {
		if r.flags.resume {
			return app.WithHint(errors.New("no folder is known to resume from"), "name the file with --state FILE")
		}
		return nil
	}
	var saved wizard.Answers
	data, err := wizard.Saved(r.state.path)
	if err == nil {
		saved, err = r.guide.ReadState(r.state.path, data)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.flags.resume && len(r.Unfinished(ctx)) > 0:
		return app.WithHint(fmt.Errorf("nothing to resume: %w", err), "credguide accounts shows the registrations that are not finished")
	case errors.Is(err, fs.ErrNotExist) && r.flags.resume:
		return app.WithHint(fmt.Errorf("nothing to resume: %w", err), "credguide register starts from the beginning")
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil && r.flags.resume:
		return fmt.Errorf("resume: %w", err)
	case err != nil:
		r.setAside(err)
		return nil
	}
	if !r.flags.resume && r.asksForAnother(saved) {
		r.stays(ctx, saved)
		return nil
	}
	if !r.flags.resume {
		answer, err := r.askResume(ctx, saved)
		switch {
		case err != nil:
			return err
		case answer == anotherOne:
			r.stays(ctx, saved)
			return nil
		case answer == fromTheStart:
			r.state.last = data // to be written over
			return nil
		}
	}
	r.state.last = data
	r.answers, r.state.used = saved, true
	if r.box != nil {
		r.answers = freshWorld(saved)
	}
	if r.flags.resume {
		r.tell(r.guide.Pending(r.answers))
	}
	return nil
}

// setAside keeps answers that cannot be read: perhaps another version of this program can.
func (r *registration) setAside(why error) {
	n := wizard.Note{Kind: wizard.Warning, Text: "The answers of an earlier registration cannot be read: " + why.Error()}
	aside := r.state.path + ".unreadable"
	if err := os.Rename(r.state.path, aside); err == nil {
		n.Lines = []string{"The file is kept as " + aside}
	}
	r.tell(n)
}

// asksForAnother tells that a flag names another environment or client than saved answers have.
func (r *registration) asksForAnother(saved wizard.Answers) bool {
	where, known := r.guide.Where(saved)
	id, answered := saved.Text(wizard.ClientIDField)
	return known && r.flags.environment != "" && r.flags.environment != where.Environment.ID ||
		answered && r.flags.clientID != "" && r.flags.clientID != id
}

// of names what saved answers are about.
func (r *registration) of(saved wizard.Answers) string {
	if name := r.guide.ServiceName(saved); name != "" {
		return " of " + app.Bounded(name)
	}
	return ""
}

// The answers to the question whether a registration goes on.
const goOn, anotherOne, fromTheStart = "on", "another", "new"

func (r *registration) askResume(ctx context.Context, saved wizard.Answers) (string, error) {
	answer, err := r.ask.Ask(ctx, wizard.Question{
		ID: "resume", Ask: "Continue the unfinished registration" + r.of(saved) + "?", Kind: wizard.Choose, First: true, Default: goOn,
		Choices: []wizard.Choice{
			{Value: goOn, Label: "continue"},
			{Value: anotherOne, Label: "start another", Note: "this one is kept for later"},
			{Value: fromTheStart, Label: "start over", Note: "its answers are replaced"},
		},
	})
	return answer.Text, err
}

// stays says that saved answers are kept while another registration begins, whose flags are no
// concern of theirs.
func (r *registration) stays(ctx context.Context, saved wizard.Answers) {
	u, _ := wizard.LoadUnfinished(ctx, r.state.path)
	r.tell(wizard.Note{
		Kind: wizard.Warning, Text: "The unfinished registration" + r.of(saved) + " stays. To continue it:",
		Runs: []string{text.Line(u.Resume, 4000)},
	})
}

// save keeps the answers. A disk that is full or read-only is told of once, and the interview goes
// on.
func (r *registration) save() {
	if r.state.broken || r.state.path == "" {
		r.state.broken = true
		return
	}
	if !r.ownFile() {
		return
	}
	data, err := r.answers.With(wizard.ResumeID, r.resumeFrom(absolute)).Encode()
	if err == nil {
		err = wizard.Save(r.state.path, data)
	}
	if err != nil {
		r.state.broken = true
		if r.ask == nil { // they are in a file already
			return
		}
		r.tell(wizard.Note{
			Kind: wizard.Warning, Text: "The answers cannot be saved: " + err.Error() + ". The interview continues; they are printed when it ends.",
			Lines: []string{"Another place for them: --state FILE."},
		})
		return
	}
	r.state.used, r.state.last = true, data
}

// ownFile keeps away from the answers of another registration, which a second terminal may have at
// the same time: this one gets a file of its own. Answers that are all in a file need none.
func (r *registration) ownFile() bool {
	if data, err := wizard.Saved(r.state.path); err != nil || bytes.Equal(data, r.state.last) || r.sameAs(data) {
		return true
	}
	if r.ask == nil {
		return false
	}
	whole, ending := r.state.path, filepath.Ext(r.state.path)
	for n := 2; ; n++ {
		r.state.path = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(whole, ending), n, ending)
		if _, err := os.Lstat(r.state.path); err != nil { // it is not there, or nothing can be
			break
		}
	}
	r.state.named = true
	r.tell(wizard.Note{Kind: wizard.Warning, Text: whole + " has the answers of another registration, which may be running in another terminal. Those of this one are kept in " + r.state.path})
	return true
}

// sameAs tells that saved answers are of this very registration.
func (r *registration) sameAs(data []byte) bool {
	defer func(before bool) { r.live.reading = before }(r.live.reading)
	r.live.reading = true // nobody is asked
	theirs, err := r.guide.ReadState(r.state.path, data)
	return err == nil && r.guide.Same(theirs, r.answers)
}

// kept says where the answers are when the interview stops early, or prints them.
func (r *registration) kept() {
	if r.ask != nil && !r.state.used && !r.state.broken { // all came from a file, and --resume is promised
		r.save()
	}
	switch {
	case r.ask == nil && !r.state.used && r.flags.answers != "":
		r.Say("\nTo continue:\n  %s", r.asGiven(r.flags.answers))
	case r.state.broken:
		data, err := r.answers.Encode()
		if err != nil {
			return
		}
		r.Say("\nThe answers could not be saved. Put these lines into a file for --answers:\n\n%s", data)
	case r.state.used:
		r.Say("\nYour answers are saved in\n  %s", r.state.path)
		r.unstoredSecret()
		r.Say("To continue:")
		r.Say("  %s", r.resumeCommand())
	}
}

// unstoredSecret says that the answers do not hold the secret that was entered: a page that shows it
// once may still be open.
func (r *registration) unstoredSecret() {
	if !r.unstored {
		return
	}
	where := "A page that shows it once may still be open: keep it at hand."
	if place := wizard.SecretPlace(r.where); place != "" {
		where = place
	}
	r.Say("The secret is not stored, so it will be asked for again. %s", where)
}

// absolute names a file from any folder, as far as the folder of now is known.
func absolute(name string) string {
	if whole, err := app.Absolute(name); err == nil {
		return whole
	}
	return name
}

// forget drops the kept answers when all is done: the request file has them now.
func (r *registration) forget() {
	if data, _ := wizard.Saved(r.state.path); r.state.used && bytes.Equal(data, r.state.last) {
		if err := wizard.Forget(r.state.path); err != nil {
			r.Say("the kept answers are still in %s: %v", r.state.path, err)
		}
	}
}
