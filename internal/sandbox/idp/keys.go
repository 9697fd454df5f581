package idp

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the x5t member of RFC 7517 section 4.8 is a SHA-1 thumbprint
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// signingKey is a realm's RS256 key, and the key set in which it is published.
type signingKey struct {
	id        string
	key       *rsa.PrivateKey
	published []jose.JSONWebKey
}

func (k *signingKey) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: &k.key.PublicKey, KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}
}

// keys are made when they are first needed and kept for the life of the process: making one takes a
// good part of the time that a sandbox needs to start.
var keys sync.Map // name -> func() (*signingKey, error)

func keyOf(name string) (*signingKey, error) {
	known, _ := keys.LoadOrStore(name, sync.OnceValues(newKey))
	return known.(func() (*signingKey, error))()
}

// PrepareKey makes the key of an identity provider, if it has none yet.
func PrepareKey(p *world.IDP) error {
	_, err := keyOf(p.Name)
	return err
}

func newKey() (*signingKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	k := &signingKey{key: key}
	if k.id, err = nameOf(&key.PublicKey); err != nil {
		return nil, err
	}
	encryption := encryptionKey()
	id, err := nameOf(encryption)
	if err != nil {
		return nil, err
	}
	for _, published := range []jose.JSONWebKey{k.public(), {Key: encryption, KeyID: id, Algorithm: string(jose.RSA_OAEP), Use: "enc"}} {
		if published, err = certified(published, key); err != nil {
			return nil, err
		}
		k.published = append(k.published, published)
	}
	return k, nil
}

// nameOf is the key id: the thumbprint of RFC 7638.
func nameOf(key *rsa.PublicKey) (string, error) {
	jwk := jose.JSONWebKey{Key: key}
	sum, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("name a key: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

// encryptionKey is the second key that a Keycloak realm publishes. Nothing is ever encrypted to it,
// so nobody needs its private half, and the modulus may be any odd number: that saves the time of
// making a key.
func encryptionKey() *rsa.PublicKey {
	b := make([]byte, 256)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	b[0], b[255] = b[0]|0x80, b[255]|1
	return &rsa.PublicKey{N: new(big.Int).SetBytes(b), E: 65537}
}

// certified adds the certificate and its thumbprints, as Keycloak does (RFC 7517 sections 4.7 to
// 4.9).
func certified(k jose.JSONWebKey, signer *rsa.PrivateKey) (jose.JSONWebKey, error) {
	now := time.Now()
	t := &x509.Certificate{SerialNumber: wire.Serial(), Subject: pkix.Name{CommonName: "egi"}, NotBefore: now, NotAfter: now.AddDate(10, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, k.Key, signer)
	if err != nil {
		return k, fmt.Errorf("make the certificate of a key: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return k, fmt.Errorf("read the certificate of a key: %w", err)
	}
	short, long := sha1.Sum(der), sha256.Sum256(der) //nolint:gosec // see above
	k.Certificates, k.CertificateThumbprintSHA1, k.CertificateThumbprintSHA256 = []*x509.Certificate{cert}, short[:], long[:]
	return k, nil
}
