package credentials

import (
	"context"
	"errors"
	"fmt"
)

// SaveKeyring keeps the entry in the system keyring: the client id under the
// issuer, the secret under issuer and client id. The secret goes first, so
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
