package accounts

import (
	"context"

	"github.com/credguide/credguide/credentials"
)

// Compare tells whether a secret is the one that worked the last time.
func (m Memory) Compare(r Record, secret credentials.Secret) Sameness {
	key, err := m.key(context.Background(), false)
	if err != nil {
		return SameUnknown
	}
	return r.worked.compare(fingerprintOf(key, secret))
}

// OlderFile is where versions without ledgers kept an account's record.
func (m Memory) OlderFile(name string) string { return m.olderFile(name) }

// Bound is how many accounts are remembered at most.
func (m Memory) Bound(lines int) { m.shared.most.lines = lines }
