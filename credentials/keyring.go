package credentials

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/credguide/credguide/internal/text"
)

// keyringService is the name under which the system keyring shows our
// entries. An account has one, under its name. Without an account there are
// two for each issuer: the client ID under the issuer, and the secret under
// the issuer and that client ID.
const keyringService = "credguide"

// keyringWait bounds a look into the keyring: a locked one may ask the user
// in a window that nobody sees.
const keyringWait = 10 * time.Second

// ErrNotInKeyring is what a Keyring answers when there is no such entry.
var ErrNotInKeyring = keyring.ErrNotFound

// Keyring is the system's keeper of secrets.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, text string) error
}

// systemKeyring is the real one.
type systemKeyring struct{}

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Set(service, user, text string) error     { return keyring.Set(service, user, text) }

func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }

// reachKeyring returns the keyring, or why there is none. On Linux and the
// BSDs it lives behind the session bus; without one the library would try to
// start a bus, so it is not asked.
func reachKeyring(q Query) (Keyring, string) {
	if q.Keyring != nil {
		return q.Keyring, ""
	}
	switch q.GOOS {
	case "darwin", "windows":
		return systemKeyring{}, ""
	case "linux", "freebsd", "openbsd", "netbsd", "dragonfly":
	default:
		return nil, "there is none on this system"
	}
	if address, _ := q.lookup("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		return systemKeyring{}, ""
	}
	if folder, _ := q.lookup("XDG_RUNTIME_DIR"); folder != "" {
		if _, err := os.Stat(folder + "/bus"); err == nil {
			return systemKeyring{}, ""
		}
	}
	return nil, "there is no session bus (D-Bus) to reach it by"
}

// keyringValues looks for what is still missing. It is asked last and only
// then, since a locked keyring opens a window. Any failure of it is a reason
// and no error: most servers have none.
func keyringValues(ctx context.Context, q Query, id candidate, j *journal) *place {
	found := newPlace(KindKeyring)
	source := Source{Kind: KindKeyring}
	if q.Issuer == "" {
		j.look(source, "", NotLooked, "it is kept by issuer, and none is chosen")
		return found
	}
	store, why := reachKeyring(q)
	if why != "" {
		j.look(source, "", NotLooked, why)
		return found
	}
	if !id.set {
		if !keyringGet(ctx, store, keyringIDUser(q.Issuer), ClientID, found, j) {
			return found
		}
		id = found.values[ClientID]
	}
	keyringGet(ctx, store, keyringSecretUser(q.Issuer, id.text.Reveal()), ClientSecret, found, j)
	return found
}

func keyringGet(ctx context.Context, store Keyring, user string, value Value, found *place, j *journal) bool {
	source := Source{Kind: KindKeyring}
	kept, err := withinTime(ctx, func() (string, error) { return store.Get(keyringService, user) })
	switch {
	case errors.Is(err, ErrNotInKeyring):
		j.look(source, value, Absent, "")
		return false
	case err != nil:
		j.look(source, value, NotLooked, "it does not answer: "+text.Visible(err.Error()))
		return false
	}
	found.put(value, NewSecret(kept), source)
	j.lookAt(value, found.values[value])
	return true
}

// keyringAccountUser cannot be taken for an issuer or what follows one.
func keyringAccountUser(name string) string { return "account " + name }

func keyringIDUser(issuer string) string { return strings.TrimRight(issuer, "/") }

func keyringSecretUser(issuer, id string) string { return keyringIDUser(issuer) + " " + id }

// withinTime gives up waiting for a keyring that has a window open. The call
// itself cannot be ended and finishes in the background.
func withinTime(ctx context.Context, call func() (string, error)) (string, error) {
	type outcome struct {
		text string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		text, err := call()
		done <- outcome{text, err}
	}()
	timer := time.NewTimer(keyringWait)
	defer timer.Stop()
	select {
	case got := <-done:
		return got.text, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	case <-timer.C:
		return "", fmt.Errorf("no answer within %s", keyringWait)
	}
}
