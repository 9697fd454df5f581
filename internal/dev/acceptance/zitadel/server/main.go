// An OpenID Connect provider of the acceptance tests, made with zitadel/oidc: a module of its own,
// so that nothing of it becomes part of the program. The library says most things by their code and
// one sentence.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// configuration comes by standard input, since secrets are in it.
type configuration struct {
	Issuer, Address, Certificate, Key string
	Clients                           []client
}

type client struct {
	ID, Secret string
	Grant      oidc.GrantType
	Scopes     []string
}

func main() {
	var c configuration
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil {
		log.Fatal(err)
	}
	provider, err := op.NewProvider(&op.Config{CryptoKey: sha256.Sum256([]byte("laboratory")), AuthMethodPost: true, CodeMethodS256: true},
		newAccounts(c), op.StaticIssuer(c.Issuer))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: c.Address, Handler: provider, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServeTLS(c.Certificate, c.Key))
}

// accounts keeps service accounts; everything else is the library's own storage in memory.
type accounts struct {
	*storage.Storage
	clients map[string]registered
}

func newAccounts(c configuration) *accounts {
	a := &accounts{Storage: storage.NewStorage(storage.NewUserStore(c.Issuer)), clients: map[string]registered{}}
	for _, one := range c.Clients {
		a.clients[one.ID] = registered{Client: storage.WebClient(one.ID, one.Secret), client: one}
	}
	return a
}

// registered is a client with this grant alone.
type registered struct {
	*storage.Client
	client client
}

func (r registered) GrantTypes() []oidc.GrantType        { return []oidc.GrantType{r.client.Grant} }
func (r registered) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

func (a *accounts) ClientCredentials(_ context.Context, id, secret string) (op.Client, error) {
	known, ok := a.clients[id]
	if !ok || known.client.Secret != secret {
		return nil, errors.New("unknown, or another secret")
	}
	return known, nil
}

func (a *accounts) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	for _, scope := range scopes {
		if !slices.Contains(a.clients[id].client.Scopes, scope) {
			return nil, oidc.ErrInvalidScope()
		}
	}
	return &oidc.JWTTokenRequest{Subject: id, Audience: []string{id}, Scopes: scopes}, nil
}

func (a *accounts) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if known, ok := a.clients[id]; ok {
		return known, nil
	}
	return nil, errors.New("client not found")
}

func (a *accounts) AuthorizeClientIDSecret(ctx context.Context, id, secret string) error {
	_, err := a.ClientCredentials(ctx, id, secret)
	return err
}

func (a *accounts) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

// SetUserinfoFromToken: an account is known by its client's ID and has neither a name nor an
// address.
func (a *accounts) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, _, subject, _ string) error {
	info.Subject = subject
	return nil
}
