package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
)

// Standing is what an identity provider says of a client ID, asked without a secret.
type Standing struct {
	// Client is known, unknown, disabled, bearer-only, wrong-protocol, realm-disabled, or other
	// when the answer says nothing.
	Client string
	// Certain tells that the server is one whose answers are understood (a Keycloak).
	Certain bool
}

// ErrNoAnswer is returned when the identity provider did not answer; the error that wraps it says
// why.
var ErrNoAnswer = errors.New("no answer")

// Watch asks again and again whether an identity provider knows a client ID. The discovery document
// is read once.
type Watch struct {
	pass          *pass
	authorization string
	keycloak      bool
}

// HeldBack is why a client ID is not asked for: it may be the secret, or hold it.
type HeldBack struct{ Why lint.Holding }

func (h *HeldBack) Error() string { return "the client ID is not asked for: " + string(h.Why) }

// NewWatch prepares to ask the environment for the client of the credentials. Nothing is sent yet,
// and never the secret: it is only compared with the client ID.
func NewWatch(ctx context.Context, e environments.Environment, c credentials.Resolved, o Options) *Watch {
	s := Subject{Environment: e}
	s.Credentials.ClientID, s.Credentials.Secret = c.ClientID, c.Secret
	p := newPass(ctx, s, o.withDefaults(), nil)
	p.client.budget = nil
	return &Watch{pass: p}
}

// Ask asks once: the discovery document at the first time, then the authorization endpoint with the
// client ID. Where the client ID is held back, nobody is asked at all, and the error is a
// *HeldBack.
func (w *Watch) Ask(ctx context.Context) (Standing, error) {
	if w.pass.held {
		return Standing{}, &HeldBack{w.pass.heldBack}
	}
	if w.authorization == "" {
		if err := w.discover(ctx); err != nil {
			return Standing{}, err
		}
	}
	a := w.pass.askAuthorization(ctx, "authorization", w.authorization, w.pass.subject.Credentials.ClientID)
	if !a.ok() {
		return Standing{}, noAnswer(a)
	}
	if a.status >= 500 || a.status == 429 {
		return Standing{}, noAnswer(a)
	}
	return Standing{Client: checks.ClientByAuthorization(w.keycloak, says(a)), Certain: w.keycloak}, nil
}

// Close ends the connections.
func (w *Watch) Close() { w.pass.client.close() }

func (w *Watch) discover(ctx context.Context) error {
	a := w.pass.client.get(ctx, w.pass.issuer()+discoveryPath, call{step: "discovery", effect: Reads})
	if !usableDocument(a) {
		return noAnswer(a)
	}
	address := endpoint(a, "authorization_endpoint")
	switch {
	case address == "":
		return errors.New("the identity provider names no authorization endpoint, so no client ID can be asked for")
	case !w.pass.mayReceiveSecret(address):
		return fmt.Errorf("the authorization endpoint is on another host than the issuer (%s), so no client ID is sent there", hostOf(address))
	}
	w.authorization = address
	w.keycloak = strings.Contains(w.authorization, "/realms/") && strings.HasSuffix(w.authorization, "/protocol/openid-connect/auth")
	return nil
}

func noAnswer(a answer) error { return &unanswered{a.host, ended(a).because} }

// unanswered is an answer that says nothing of the client: none at all, an outage, or something
// else than was asked for.
type unanswered struct{ host, because string }

func (u *unanswered) Error() string { return u.host + ": " + u.because }
func (u *unanswered) Unwrap() error { return ErrNoAnswer }
