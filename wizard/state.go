package wizard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard/request"
)

// maxState bounds a saved state; a real one has a few hundred bytes.
const maxState = 1 << 20

// Save writes a file that only its owner may read, whole or not at all.
func Save(path string, data []byte) error {
	if err := files.Replace(path, data, files.Private); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Saved reads a saved state as it is; fs.ErrNotExist when there is none.
func Saved(path string) ([]byte, error) {
	state, err := files.Read(context.Background(), path, files.Limits{Bytes: maxState})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return state.Data, nil
}

// Same tells that these are answers about one client: its environment, its service and its ID.
func (i *Interview) Same(a, b Answers) bool {
	same := func(id string) bool {
		x, _ := a.Text(id)
		y, _ := b.Text(id)
		return x == y
	}
	return same(EnvironmentID) && same(ClientIDField) && i.ServiceName(a) == i.ServiceName(b)
}

// Unfinished is what a saved state says of its registration.
type Unfinished struct {
	Service, Environment string
	ClientID             string
	Submitted            bool   // it waits for the registry now, or for whoever was asked
	Asked                bool   // whoever makes the client was written to; there is no registry
	Account              string // what it is kept as, while its deployment is awaited
	Resume               string // the command that goes on
}

// LoadUnfinished reads that without the questions. What cannot be read is told when the
// registration goes on.
func LoadUnfinished(ctx context.Context, path string) (u Unfinished, ok bool) {
	state, err := files.Read(ctx, path, files.Limits{Bytes: maxState})
	if err != nil {
		return u, false
	}
	inputs, err := request.Parse(path, state.Data)
	if err != nil || len(inputs) != 1 {
		return u, false
	}
	said := func(id string) string { text, _ := scalarText(inputs[0].Fields[id]); return text }
	return Unfinished{
		Service: cmp.Or(said("service_name"), said(NameID)), Asked: said(SentID) != "", Environment: said(EnvironmentID), ClientID: said("client_id"), Submitted: said(SubmittedID) != "" || said(SentID) != "",
		Account: said(AccountID),
		Resume:  cmp.Or(said(ResumeID), "credguide register --resume"),
	}, true
}

// Forget removes a saved state. It is not there either way afterwards, unless there is an error.
func Forget(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", path, files.Plain(err))
	}
	return nil
}

// Pending says where a registration stands that is taken up again, and what it waits for.
func (i *Interview) Pending(a Answers) Note {
	n := Note{Kind: Follows, Text: "Where the registration stands"}
	w, known := i.Where(a)
	if !known {
		n.Lines = []string{"The service is not chosen yet."}
		if service, chosen := i.chosenBackend(a); chosen && service != OtherBackend {
			n.Lines = []string{"The environment is not chosen yet."}
		}
		return n
	}
	name := i.ServiceName(a)
	if name == "" {
		name = "the new client"
	}
	n.Text = "Where the registration of " + text.Line(name, 60) + " at " + w.Environment.Title + " stands"
	_, submitted := a.Text(SubmittedID)
	switch open := len(i.Missing(a)); {
	case w.HasForm() && submitted:
		_, list := w.PortalPages()
		n.Lines = append(n.Lines, "The request is submitted. "+waitsFor(w.Environment), "Its badge is in the list: "+list)
	case w.HasForm() && open == 0:
		n.Lines = append(n.Lines, "All questions are answered. The request is not submitted yet.")
	case a.Has(SentID) && !a.Has(AnsweredID):
		n.Lines = append(n.Lines, "The request is sent to "+w.Environment.Registration.To+". Its answer is awaited.")
	case open == 0:
		n.Lines = append(n.Lines, "The client is made. Its secret is not stored yet, and the login not checked.")
	default:
		n.Lines = append(n.Lines, text.Plural(open, "question")+" still open.")
	}
	return n
}

// waitsFor says who has to act next.
func waitsFor(e environments.Environment) string {
	if e.Approval == environments.ApprovalSelf {
		return "You approve it yourself: Review at the registry, if you have not done so."
	}
	return "An administrator approves it; until then the identity provider does not know the client ID."
}
