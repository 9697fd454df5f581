package registry

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/text"
)

// The registry refuses whoever asks, for one of three reasons that its answers tell apart.
var (
	// ErrToken: the identity provider's userinfo does not take the token.
	ErrToken = errors.New("the registry does not take this token: it has expired, comes from another identity provider, or was not granted the scope openid")
	// ErrStranger: the token is good, and the registry has never seen its owner. A service
	// account's token ends here too.
	ErrStranger = errors.New("the registry does not know you yet: sign in at its portal once, in a browser, then try again")
	// ErrNotAllowed: the registry knows who asks, and does not let them do this, or not yet.
	ErrNotAllowed = errors.New("the registry does not let you do this")
	// ErrTaken: somebody has the client ID, or an open request asks for it.
	ErrTaken = errors.New("the registry refuses the request without a reason, which it does where the client ID is not free")
	// ErrGone: there is no such request or service among yours.
	ErrGone = errors.New("the registry has no such request among yours")
)

// Refused is a request with fields that the registry does not take.
type Refused struct{ Fields []FieldRefusal }

// FieldRefusal is one of them, in the registry's words.
type FieldRefusal struct{ Field, Message string }

func (r *Refused) Error() string {
	parts := make([]string, 0, len(r.Fields))
	for _, f := range r.Fields {
		parts = append(parts, f.Field+" ("+f.Message+")")
	}
	return "the registry refuses " + strings.Join(parts, ", ")
}

// Place is where a refused field stands in the form.
func (f FieldRefusal) Place(form forms.Form) (tab, label string, ok bool) {
	for _, t := range form.Tabs {
		for _, field := range t.Fields {
			if field.Name == f.Field {
				return t.Label, field.Label, true
			}
		}
	}
	return "", "", false
}

// Silence is a call without an answer.
type Silence struct {
	cause   error
	perhaps bool
}

func (s *Silence) Error() string { return s.cause.Error() }
func (s *Silence) Unwrap() error { return s.cause }

// Perhaps reports whether the registry may have done what it was asked to.
func (s *Silence) Perhaps() bool { return s.perhaps }

// neverSent recognises an error that comes before the request was written.
func neverSent(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	_, unknown := errors.AsType[*net.DNSError](err)
	return unknown || badCertificate(err)
}

// Strange is an answer that is not the registry's API, or the API at a loss.
type Strange struct {
	Host   string
	Status int
	Page   bool          // a web page
	Trace  bool          // the insides of the registry's program
	Words  string        // its own, where they are meant for people; made safe to show
	Wait   time.Duration // how long it asks to wait; 0 is not said
}

func (s *Strange) Error() string {
	switch {
	case s.Status == http.StatusTooManyRequests:
		return fmt.Sprintf("%s answers %d: it is limiting requests%s%s", s.Host, s.Status, s.patience(), s.quoted())
	case s.Status >= 300 && s.Status < 400:
		return fmt.Sprintf("%s answers %d and points to another address, which gets no token", s.Host, s.Status)
	case s.Trace:
		return fmt.Sprintf("%s answers %d with an error of its own program, which is also what it says of a tenant that it does not know", s.Host, s.Status)
	case s.Status >= 500: // a page too: that of a gateway
		return fmt.Sprintf("%s answers %d: the registry could not do it%s", s.Host, s.Status, s.patience())
	case s.Page:
		return fmt.Sprintf("%s answers %d with a web page: the registry's API is not at this address", s.Host, s.Status)
	}
	return fmt.Sprintf("%s answers %d in a way that the registry's API does not%s", s.Host, s.Status, s.quoted())
}

// patience says when to try again, where the answer says that.
func (s *Strange) patience() string {
	if s.Wait <= 0 {
		return ""
	}
	return "; try again in " + s.Wait.String()
}

// quoted are the server's own words, after what we say.
func (s *Strange) quoted() string {
	if s.Words == "" {
		return ""
	}
	return ": " + text.Quote(s.Words, longestMessage)
}

// perhaps reports whether the registry may have done what it was asked to: an error of its program
// or of a gateway says nothing about that.
func (s *Strange) perhaps() bool { return s.Status >= 500 || s.Status == http.StatusOK }

func (r reply) strange() error {
	kind, _, _ := mime.ParseMediaType(r.kind)
	start := bytes.ToLower(bytes.TrimSpace(r.body[:min(len(r.body), 256)]))
	page := kind == "text/html" || bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
	var doc struct {
		Error       any    `json:"error"` // a text, but for some gateways
		Message     string `json:"message"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(r.body, &doc) // what is another document has no words for people
	said, _ := doc.Error.(string)
	s := &Strange{Host: r.host, Status: r.status, Page: page, Trace: strings.Contains(said, "\n    at "), Wait: r.wait}
	if !s.Trace {
		s.Words = text.Line(cmp.Or(doc.Description, doc.Message, said), longestMessage)
	}
	return s
}

// fault says what an answer that is no success means.
func (r reply) fault() error {
	switch r.status {
	case http.StatusUnauthorized:
		return r.unauthorised()
	case http.StatusNotFound:
		if len(r.body) == 0 {
			return ErrGone
		}
	case http.StatusUnprocessableEntity:
		if len(bytes.TrimSpace(r.body)) == 0 {
			return ErrTaken
		}
		if refused := r.refused(); refused != nil {
			return refused
		}
	}
	return r.strange()
}

func (r reply) unauthorised() error {
	switch body := strings.TrimSpace(string(r.body)); {
	case body == "":
		return ErrToken
	case body == "Unauthenticated Request":
		return ErrStranger
	case json.Valid(r.body):
		return ErrNotAllowed
	}
	return r.strange()
}

// Limits of what is shown of a refusal.
const (
	mostFields     = 50
	longestMessage = 200
)

// refused reads the list of refused fields: [{"[0].field": "message"}, …]; nil where it is another
// document.
func (r reply) refused() error {
	var list []map[string]any
	if json.Unmarshal(r.body, &list) != nil {
		return nil
	}
	bad := &Refused{}
	for _, item := range list {
		for key, v := range item {
			message, ok := v.(string)
			if _, field, cut := strings.Cut(key, "]."); ok && cut && len(bad.Fields) < mostFields {
				bad.Fields = append(bad.Fields, fieldRefusal(text.Line(field, longestMessage), text.Line(message, longestMessage)))
			}
		}
	}
	if len(bad.Fields) == 0 {
		return nil
	}
	return bad
}

// fieldRefusal gives a field the name that it has in a request: the server names all ticks alike,
// and the organisation by its number.
func fieldRefusal(field, message string) FieldRefusal {
	switch name, rest, _ := strings.Cut(message, " "); {
	case field == "service_boolean" && rest == "field should be enabled":
		field = name
	case field == "organization_id":
		field = "organization_name"
	}
	return FieldRefusal{field, message}
}
