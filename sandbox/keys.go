package sandbox

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// signingKey is a realm's RS256 key.
type signingKey struct {
	id  string
	key *rsa.PrivateKey
}

func (k *signingKey) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: &k.key.PublicKey, KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}
}

// keys are made when they are first needed and kept for the life of the process: making one takes a good part of the time
// that a sandbox needs to start.
var keys sync.Map // name -> func() (*signingKey, error)

func keyOf(name string) (*signingKey, error) {
	known, _ := keys.LoadOrStore(name, sync.OnceValues(newKey))
	return known.(func() (*signingKey, error))()
}

func newKey() (*signingKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	jwk := jose.JSONWebKey{Key: &key.PublicKey}
	sum, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("name a signing key: %w", err)
	}
	return &signingKey{id: base64.RawURLEncoding.EncodeToString(sum), key: key}, nil
}
