package credentials

import (
	"context"
	"errors"
	"fmt"
)

// SaveKeyring keeps the entry in the system keyring: the client ID under the
// issuer, the secret under issuer and client ID. The secret goes first, so
// that a failure half-way leaves no id that points nowhere.
func SaveKeyring(ctx context.Context, q Query, e Entry) (Kept, error) {
	if err := e.check(); err != nil {
		return Kept{}, err
	}
	if e.Issuer == "" {
		return Kept{}, errors.New("the system keyring is kept by issuer, and none is chosen")
	}
	store, why := reachKeyring(q)
	if why != "" {
		return Kept{}, fmt.Errorf("reach the system keyring: %s", why)
	}
	for _, item := range []struct{ user, text string }{
		{keyringSecretUser(e.Issuer, e.ClientID), e.Secret.Reveal()},
		{keyringIDUser(e.Issuer), e.ClientID},
	} {
		_, err := withinTime(ctx, func() (string, error) { return "", store.Set(keyringService, item.user, item.text) })
		if err != nil {
			return Kept{}, fmt.Errorf("write to the system keyring: %w", err)
		}
	}
	return Kept{Source: Source{Kind: KindKeyring}}, nil
}

// SaveKeyringAccount keeps an account's secret under the account's name.
func SaveKeyringAccount(ctx context.Context, q Query, name string, secret Secret) (Kept, error) {
	if err := (Entry{ClientID: name, Secret: secret}).check(); err != nil {
		return Kept{}, err
	}
	store, why := reachKeyring(q)
	if why != "" {
		return Kept{}, fmt.Errorf("reach the system keyring: %s", why)
	}
	_, err := withinTime(ctx, func() (string, error) {
		return "", store.Set(keyringService, keyringAccountUser(name), secret.Reveal())
	})
	if err != nil {
		return Kept{}, fmt.Errorf("write to the system keyring: %w", err)
	}
	return Kept{Source: Source{Kind: KindKeyring}}, nil
}

// RenameKeyringAccount keeps an account's secret under its new name. The old
// entry goes where the keyring can take entries away; gone tells. An account
// whose secret lies under its issuer has nothing to rename.
func RenameKeyringAccount(ctx context.Context, q Query, old, name string) (gone bool, err error) {
	store, why := reachKeyring(q)
	if why != "" {
		return false, fmt.Errorf("reach the system keyring: %s", why)
	}
	text, err := withinTime(ctx, func() (string, error) { return store.Get(keyringService, keyringAccountUser(old)) })
	switch {
	case errors.Is(err, ErrNotInKeyring):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("read the system keyring: %w", err)
	}
	if _, err := SaveKeyringAccount(ctx, q, name, NewSecret(text)); err != nil {
		return false, err
	}
	return ForgetKeyringAccount(ctx, q, old) == nil, nil
}

// ForgetKeyringAccount takes an account's secret out of the keyring.
func ForgetKeyringAccount(ctx context.Context, q Query, name string) error {
	store, why := reachKeyring(q)
	if why != "" {
		return fmt.Errorf("reach the system keyring: %s", why)
	}
	forgetful, ok := store.(interface {
		Delete(service, user string) error
	})
	if !ok {
		return errors.New("this keyring takes no entry away")
	}
	_, err := withinTime(ctx, func() (string, error) {
		return "", forgetful.Delete(keyringService, keyringAccountUser(name))
	})
	if err != nil && !errors.Is(err, ErrNotInKeyring) {
		return fmt.Errorf("take the entry out of the system keyring: %w", err)
	}
	return nil
}
