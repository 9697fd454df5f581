package credentials

import (
	"os"
	"strings"
)

// environmentValues reads the variables of the openEO Python client.
func environmentValues(q Query, j *journal) *place {
	found := newPlace(KindEnvironment)
	for _, variable := range variables {
		source := Source{Kind: KindEnvironment, Name: variable.name}
		text, set := q.lookup(variable.name)
		if !set {
			j.look(source, variable.value, Absent, strings.TrimPrefix(nearName(variable.name, func(name string) bool {
				_, set := q.lookup(name)
				return set
			}), "; "))
			continue
		}
		found.put(variable.value, NewSecret(text), source)
		j.lookAt(variable.value, found.values[variable.value])
	}
	return found
}

// HoldsSecret tells by its name that a variable holds a secret.
func HoldsSecret(variable string) bool {
	return variable == EnvClientSecret || strings.HasPrefix(variable, CredentialsVariable)
}

// Withhold takes the variables with secrets from the programs that are started until they are given
// back. A browser stays when this program has ended, gives its environment on to programs of its own,
// and may send it with the report of a crash.
func Withhold() (giveBack func()) {
	withheld := map[string]string{}
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); HoldsSecret(name) {
			withheld[name] = value
			_ = os.Unsetenv(name)
		}
	}
	return func() {
		for name, value := range withheld {
			_ = os.Setenv(name, value)
		}
	}
}

// nearName looks for a variable whose name is nearly right: with the byte
// order mark that an editor put before it, or without a part of the prefix.
func nearName(name string, set func(string) bool) string {
	short := strings.TrimPrefix(name, "OPENEO_AUTH_")
	if set(byteOrderMark + name) {
		return "; there is one whose name starts with a byte order mark (U+FEFF)"
	}
	for _, near := range []string{
		strings.ToLower(name), "OPENEO_" + short, "OPENEO_OIDC_" + short, "OIDC_" + short, "OAUTH2_" + short, "EGI_" + short, "CDSE_" + short, "TERRASCOPE_" + short, short,
	} {
		if set(near) {
			return "; " + near + " is set, but no openEO client reads it"
		}
	}
	return ""
}
