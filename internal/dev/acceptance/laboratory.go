//go:build acceptance

package acceptance

import (
	"context"
	"fmt"
	"maps"
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
	around   surroundings
	nameless string // a certificate
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
	whole := surrounded(version)
	if whole {
		if err = l.plan(); err != nil {
			return nil, err
		}
		if err = l.surround(ctx); err != nil {
			return nil, err
		}
		maps.Copy(options, l.surroundingBackends())
	}
	for name, option := range options {
		if l.backends[name], err = openeo.Start(option); err != nil {
			return nil, fmt.Errorf("back-end %s: %w", name, err)
		}
	}
	if whole {
		if err = l.open(ctx); err != nil {
			return nil, err
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
	l.around.stop()
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
	if strings.HasPrefix(name, "{") {
		return l.around.place(name)
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
	if c.Server != KeycloakServer {
		return l.around.issuerOf(c.Server)
	}
	if c.Issuer == "" {
		return l.Keycloak.Issuer(c.Realm)
	}
	if strings.Contains(c.Issuer, "proxy:") || strings.Contains(c.Issuer, "nginx:") {
		return l.around.place(c.Issuer)
	}
	return strings.NewReplacer(
		"{https}", l.Keycloak.HTTPS, "{http}", l.Keycloak.HTTP,
		"{address}", strings.Replace(l.Keycloak.HTTPS, "localhost", "127.0.0.1", 1),
	).Replace(c.Issuer)
}

// Environment is the id of the sister environment that the case is about, or
// empty where the case gives an issuer and nothing else.
func (l *Laboratory) Environment(c Case) string {
	if c.Server != KeycloakServer || c.Issuer != "" {
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

// Home writes the files of a case, and returns the folder that stands in place
// of the user's own.
func (l *Laboratory) Home(c Case, folder string) (string, error) {
	home := filepath.Join(folder, c.Name)
	if err := os.MkdirAll(home, 0o700); err != nil {
		return "", err
	}
	for name, content := range c.Files {
		file := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, []byte(l.fill(c, content, home)), 0o600); err != nil {
			return "", err
		}
	}
	return home, nil
}

func (l *Laboratory) fill(c Case, text, home string) string {
	return strings.NewReplacer("{home}", home, "{issuer}", l.Issuer(c), "{backend}", l.Backend(c.Backend), "{secret}", Secret, "{ca}", l.CAFile).Replace(text)
}

// variables are those that both programs get, beside the credentials.
func (l *Laboratory) variables(c Case, home string) map[string]string {
	set := map[string]string{"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "OPENEO_CONFIG_HOME": home}
	for name, value := range c.Variables {
		set[name] = l.fill(c, value, home)
	}
	return set
}

// Login is the case as the Python client is told it.
func (l *Laboratory) Login(c Case, home string) pythonclient.Login {
	login := pythonclient.Login{Backend: l.Backend(c.Backend), Environment: l.variables(c, home)}
	if c.BySystem {
		login.Environment["REQUESTS_CA_BUNDLE"] = ""
	}
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
