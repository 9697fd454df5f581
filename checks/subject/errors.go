package subject

import (
	"errors"
	"fmt"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/text"
)

// ErrTwoIssuers is returned where both an environment and an issuer are given.
var ErrTwoIssuers = errors.New("--environment and --issuer exclude each other")

// ErrSecretInAddress is returned where an address holds the client secret: a request would write it
// into logs.
var ErrSecretInAddress = errors.New("the address of the issuer or of the back-end contains the client secret")

// AddressError is an address that cannot be used. It does not repeat the address, which may hold a
// password.
type AddressError struct {
	Of  string // the flag that gave it: issuer or backend
	Err error
}

func (e *AddressError) Error() string { return "--" + e.Of + ": " + e.Err.Error() }

func (e *AddressError) Unwrap() error { return e.Err }

// UnknownError is a name that is in no catalog.
type UnknownError struct {
	Kind  string // environment or back-end
	Name  string // as it was typed
	Known []string
}

func (e *UnknownError) Error() string {
	name := e.Name
	if lint.SecretShaped(name) {
		name = "(not shown: it looks like a secret)"
	}
	return fmt.Sprintf("unknown %s %q", e.Kind, text.Line(name, 60))
}
