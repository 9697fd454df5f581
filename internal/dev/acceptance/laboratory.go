//go:build acceptance

package acceptance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
	"github.com/credguide/credguide/internal/dev/acceptance/oidcprovider"
	"github.com/credguide/credguide/internal/dev/acceptance/openeo"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
	"github.com/credguide/credguide/internal/dev/acceptance/pythonclient"
)

// Laboratory is everything that the cases run against.
type Laboratory struct {
	Keycloak *keycloak.Server
	Second   *oidcprovider.Server
	CAFile   string

	backends map[string]*openeo.Backend
	down     string
}

// Open starts one Keycloak, the second identity provider and every back-end.
// What was started is stopped again if something else does not start.
func Open(ctx context.Context, version string) (_ *Laboratory, err error) {
	l := &Laboratory{backends: map[string]*openeo.Backend{}}
	defer func() {
		if err != nil {
			l.Close()
		}
	}()
	if l.Keycloak, err = keycloak.Start(ctx, keycloak.Options{Version: version, Realms: Realms()}); err != nil {
		return nil, err
	}
	l.CAFile = l.Keycloak.Certificates.CA
	if l.Second, err = oidcprovider.Start(ctx, Secret, asciiSecret); err != nil {
		return nil, err
	}
	options := backendOptions(l.Keycloak)
	options[BackendSecond] = openeo.Options{CAFile: l.CAFile, Providers: []openeo.Provider{
		{ID: "second", Title: "Second identity provider", Issuer: l.Second.Issuer, Scopes: []string{"openid", "email"}},
	}}
	for name, option := range options {
		if l.backends[name], err = openeo.Start(option); err != nil {
			return nil, fmt.Errorf("back-end %s: %w", name, err)
		}
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return nil, err
	}
	l.down = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	return l, nil
}

// Close stops everything.
func (l *Laboratory) Close() {
	for _, backend := range l.backends {
		if backend != nil {
			backend.Stop()
		}
	}
	if l.Second != nil {
		l.Second.Stop()
	}
	if l.Keycloak != nil {
		l.Keycloak.Stop()
	}
}

// Backend is the address of a back-end by its name.
func (l *Laboratory) Backend(name string) string {
	switch name {
	case NoBackend:
		return ""
	case BackendDown:
		return l.down
	}
	backend, ok := l.backends[name]
	if !ok {
		panic("no back-end is called " + name) // a mistake in the table
	}
	return backend.URL
}

// Issuer is the issuer that the case asks: its realm's own over TLS, or what
// it puts in its place.
func (l *Laboratory) Issuer(c Case) string {
	if c.Server == SecondServer {
		if c.Issuer == "" {
			return l.Second.Issuer
		}
		return strings.ReplaceAll(c.Issuer, "{second}", l.Second.Issuer)
	}
	if c.Issuer == "" {
		return l.Keycloak.Issuer(c.Realm)
	}
	return strings.NewReplacer(
		"{https}", l.Keycloak.HTTPS, "{http}", l.Keycloak.HTTP,
		"{address}", strings.Replace(l.Keycloak.HTTPS, "localhost", "127.0.0.1", 1),
	).Replace(c.Issuer)
}

// Environment is the id of the sister environment that the case is about, or
// empty where the case gives an issuer and nothing else.
func (l *Laboratory) Environment(c Case) string {
	if c.Server == SecondServer || c.Issuer != "" {
		return ""
	}
	switch c.Realm {
	case RealmProduction, RealmDevelopment, RealmDemo:
		return "lab-" + c.Realm
	}
	return ""
}

// WriteCatalog writes the sister environments as an overlay for --catalog:
// DIR/environments/lab-egi.yaml and so on. No provider id is in it, so that
// each case says for itself which one it takes.
func (l *Laboratory) WriteCatalog(folder string) error {
	place := filepath.Join(folder, "environments")
	if err := os.MkdirAll(place, 0o755); err != nil {
		return err
	}
	for _, realm := range []string{RealmProduction, RealmDevelopment, RealmDemo} {
		content := fmt.Sprintf("id: lab-%[1]s\ntitle: Laboratory %[1]s\nfamily: lab\nissuer: %[2]s\nsource: the acceptance laboratory\n", realm, l.Keycloak.Issuer(realm))
		if err := os.WriteFile(filepath.Join(place, "lab-"+realm+".yaml"), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Login is the case as the Python client is told it.
func (l *Laboratory) Login(c Case) pythonclient.Login {
	login := pythonclient.Login{Backend: l.Backend(c.Backend)}
	if !c.OmitID {
		login.ClientID = &c.ClientID
	}
	if !c.OmitKey {
		login.ClientSecret = &c.Secret
	}
	if c.ProviderID != "" {
		login.ProviderID = &c.ProviderID
	}
	return login
}
