//go:build acceptance

package acceptance

import (
	"os"
	"strings"
)

// Command is the case as credguide is told it: the arguments behind the
// program's name, and the whole environment. Id and secret go by environment,
// exactly as they are; home is an empty folder in place of the user's own, and
// catalog is where WriteCatalog wrote.
func (l *Laboratory) Command(c Case, catalog, home string) (arguments, environment []string) {
	arguments = []string{"check", "--output", "json", "--catalog", catalog}
	if !c.BySystem {
		arguments = append(arguments, "--ca-file", l.CAFile)
	}
	for _, argument := range c.Arguments {
		arguments = append(arguments, l.fill(c, argument, home))
	}
	if id := l.Environment(c); id != "" {
		arguments = append(arguments, "--environment", id)
	} else {
		arguments = append(arguments, "--issuer", l.Issuer(c))
	}
	backend := "none"
	if c.Backend != NoBackend {
		backend = l.Backend(c.Backend)
	}
	arguments = append(arguments, "--backend", backend)
	if c.ProviderID != "" {
		arguments = append(arguments, "--provider-id", c.ProviderID)
	}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "OPENEO_") {
			environment = append(environment, variable)
		}
	}
	for name, value := range l.variables(c, home) {
		environment = append(environment, name+"="+value)
	}
	environment = append(environment, "DBUS_SESSION_BUS_ADDRESS=unix:path="+home+"/no-keyring")
	if c.BySystem {
		environment = append(environment, "SSL_CERT_FILE="+l.CAFile)
	}
	if !c.OmitID {
		environment = append(environment, "OPENEO_AUTH_CLIENT_ID="+c.ClientID)
	}
	if !c.OmitKey {
		environment = append(environment, "OPENEO_AUTH_CLIENT_SECRET="+c.Secret)
	}
	return arguments, environment
}
