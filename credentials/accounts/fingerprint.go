package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/internal/files"
)

// Sameness compares a secret with the one that worked the last time.
type Sameness int

// The answers. SameUnknown: no fingerprint was made, or its key is gone.
const (
	SameUnknown Sameness = iota
	SameValue
	OtherValue
)

// fingerprint tells later whether a secret is the same, without holding anything of it: an HMAC
// with a random key that lies in another folder. Key names the key, so that a new one is not taken
// for a new secret.
type fingerprint struct {
	Key   string `json:"key,omitempty"`
	Value string `json:"value,omitempty"`
}

const keyBytes = 32

func fingerprintOf(key []byte, secret credentials.Secret) fingerprint {
	if len(key) != keyBytes || lint.Guessable(secret) {
		return fingerprint{}
	}
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte("credguide secret\x00" + secret.Reveal()))
	name := sha256.Sum256(append([]byte("credguide key\x00"), key...))
	return fingerprint{Key: hex.EncodeToString(name[:8]), Value: hex.EncodeToString(mac.Sum(nil))}
}

func (f fingerprint) compare(other fingerprint) Sameness {
	switch {
	case f.Value == "" || other.Value == "" || f.Key != other.Key:
		return SameUnknown
	case hmac.Equal([]byte(f.Value), []byte(other.Value)):
		return SameValue
	}
	return OtherValue
}

// key reads the key of the fingerprints, and with create makes one where there is none.
func (m Memory) key(ctx context.Context, create bool) ([]byte, error) {
	if m.readKey != nil && create {
		return m.readKey()
	}
	if m.KeyFile == "" {
		return nil, nil
	}
	key, err := readKey(m.KeyFile)
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case !missing:
		return key, err
	case !create:
		return nil, nil
	}
	if err := os.MkdirAll(filepath.Dir(m.KeyFile), 0o700); err != nil {
		return nil, fmt.Errorf("write %s: %w", m.KeyFile, files.Plain(err))
	}
	unlock, err := lock(ctx, m.KeyFile)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if key, err := readKey(m.KeyFile); !errors.Is(err, fs.ErrNotExist) {
		return key, err // another run was faster
	}
	key = make([]byte, keyBytes)
	_, _ = rand.Read(key) // it never fails
	if err := files.Replace(m.KeyFile, []byte(hex.EncodeToString(key)+"\n"), files.Private); err != nil {
		return nil, fmt.Errorf("write %s: %w", m.KeyFile, err)
	}
	return key, nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > 1<<10:
		return nil, fmt.Errorf("%s holds no key; remove it", path)
	case files.Permissions(info.Mode())&0o077 != 0:
		return nil, fmt.Errorf("other users can read %s (mode %03o), so secrets are not compared; remove it, and a new one is made", path, info.Mode().Perm())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, files.Plain(err))
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(data)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%s holds no key; remove it", path)
	}
	return key, nil
}
