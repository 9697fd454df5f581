//go:build acceptance

package acceptance

import (
	"cmp"
	"crypto/x509"
	"flag"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/sandbox"
)

// side is one of the two that are compared: what the check is told, and how
// its addresses are named so that both sides read alike.
type side struct {
	subject probe.Subject
	options probe.Options
	names   *strings.Replacer
}

func (s side) observe(t *testing.T) checks.Evidence {
	t.Helper()
	return probe.Run(t.Context(), s.subject, s.options, nil).Evidence
}

// realmOf is the realm that plays each environment of the sandbox.
var realmOf = map[string]string{"sandbox": RealmProduction, "sandbox-dev": RealmDevelopment, "sandbox-demo": RealmDemo}

// playing is the sandbox's side, as its own arguments describe it.
func playing(t *testing.T, box *sandbox.Sandbox, c Case) side {
	t.Helper()
	catalog, err := environments.Load(box.Dir)
	if err != nil {
		t.Fatal(err)
	}
	arguments := flag.NewFlagSet("check", flag.ContinueOnError)
	arguments.SetOutput(io.Discard)
	value := map[string]*string{}
	for _, name := range []string{"catalog", "environment", "ca-file", "credentials", "provider-id", "backend"} {
		value[name] = arguments.String(name, "", "")
	}
	if err := arguments.Parse(box.Args); err != nil {
		t.Fatalf("arguments of the sandbox: %v", err)
	}
	environment, ok := catalog.Lookup(*value["environment"])
	if !ok {
		t.Fatalf("no environment %q", *value["environment"])
	}
	s := side{
		subject: subjectOf(t, catalog, environment, *value["provider-id"], c.Backend != NoBackend, *value["credentials"]),
		options: optionsWith(t, *value["ca-file"]),
	}
	var names [][2]string
	for id := range realmOf {
		names = append(names, [2]string{box.Issuer(id), "{" + id + "}"})
	}
	s.names = naming(s.subject, *value["credentials"], append(names, [2]string{box.BackendURL(), "{backend}"}))
	return s
}

// real is the laboratory's side: the same catalog with the laboratory's
// addresses in it, and a credentials file of its own.
func (l *Laboratory) real(t *testing.T, c Case, played side) side {
	t.Helper()
	environment := l.catalogued(c, played.subject.Environment)
	catalog, err := environments.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := [][2]string{{l.Backend(cmp.Or(c.Backend, BackendBoth)), "{backend}"}}
	for _, e := range played.subject.Catalog.All() {
		if realm := realmOf[e.ID]; realm != "" {
			issuer := l.Keycloak.Issuer(realm)
			if realm == RealmProduction && c.Realm != realm && environment.ID == e.ID {
				issuer = l.Issuer(c) // another realm plays production
			}
			names = append(names, [2]string{issuer, "{" + e.ID + "}"})
			if e = l.catalogued(Case{Realm: realm, Backend: c.Backend}, e); e.ID == environment.ID {
				e = environment
			} else { // sisters have a host of their own, as the sandbox's and EGI's have
				e.Issuer = l.Issuer(Case{Issuer: "{address}/auth/realms/" + realm})
				names = append(names, [2]string{e.Issuer, "{" + e.ID + "}"})
			}
			if err := catalog.Add(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	asked := ""
	if played.subject.ProviderBy == probe.ByFlag {
		asked = played.subject.ProviderID
	}
	file := filepath.Join(t.TempDir(), "openeo.env")
	content := "OPENEO_AUTH_CLIENT_ID=" + quoted(c.ClientID) + "\nOPENEO_AUTH_CLIENT_SECRET=" + quoted(c.Secret) + "\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s := side{subject: subjectOf(t, catalog, environment, asked, c.Backend != NoBackend, file), options: optionsWith(t, l.CAFile)}
	s.names = naming(s.subject, file, names)
	return s
}

// catalogued is the sandbox's catalog entry with the laboratory's addresses.
func (l *Laboratory) catalogued(c Case, e environments.Environment) environments.Environment {
	e.Issuer = l.Issuer(c)
	e.Backends = slices.Clone(e.Backends)
	for i := range e.Backends {
		e.Backends[i].URL = l.Backend(cmp.Or(c.Backend, BackendBoth))
	}
	return e
}

func subjectOf(t *testing.T, catalog *environments.Catalog, e environments.Environment, provider string, withBackend bool, file string) probe.Subject {
	t.Helper()
	s := probe.Subject{Environment: e, Catalog: catalog}
	if b, ok := e.DefaultBackend(); ok && withBackend {
		s.Backend, s.BackendInCatalog, s.ProviderID = &b, true, b.ProviderID
		_, accepts := catalog.BackendByName(b.ID, e)
		for _, a := range accepts {
			s.AcceptedEnvironments = append(s.AcceptedEnvironments, a.ID)
		}
	}
	if s.ProviderID != "" {
		s.ProviderBy = probe.ByCatalog
	}
	if provider != "" {
		s.ProviderID, s.ProviderBy = provider, probe.ByFlag
	}
	var err error
	s.Credentials, err = credentials.Resolve(t.Context(), credentials.Query{CredentialsFile: credentials.Flag{Text: file, Given: true}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func optionsWith(t *testing.T, caFile string) probe.Options {
	t.Helper()
	authority, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatalf("%s holds no certificate", caFile)
	}
	return probe.Options{RootCAs: pool, Tool: checks.Tool{Name: "credguide", Version: "parity"}}
}

// naming writes {sandbox} for an issuer, {idp} for the host of an identity
// provider, {backend} for the back-end and {client} for the client id.
func naming(s probe.Subject, file string, names [][2]string) *strings.Replacer {
	for _, pair := range slices.Clone(names) {
		u, err := url.Parse(pair[0])
		if err != nil {
			continue
		}
		host := "{idp}"
		if pair[1] == "{backend}" {
			host = "{backend}"
		}
		names = append(names, [2]string{u.Scheme + "://" + u.Host, host}, [2]string{u.Host, host})
	}
	if u, err := url.Parse(s.Environment.Issuer); err == nil { // plain http has another port
		names = append(names, [2]string{s.Environment.Issuer, "{issuer}"}, [2]string{u.Scheme + "://" + u.Host, "{idp}"}, [2]string{u.Host, "{idp}"})
	}
	names = append(names, [2]string{filepath.Dir(file) + "/", ""})
	id := strings.TrimSpace(s.Credentials.ClientID)
	names = append(names, [2]string{url.QueryEscape(id), "{client}"}, [2]string{id, "{client}"})
	slices.SortStableFunc(names, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	var flat []string
	for _, pair := range names {
		flat = append(flat, pair[0], pair[1])
	}
	return strings.NewReplacer(flat...)
}

// quoted writes a value of a credentials file so that exactly it is read back.
func quoted(value string) string {
	if !strings.ContainsAny(value, "\n'") {
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
}
