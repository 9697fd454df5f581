package sandbox

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/idp"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// Issuer is the issuer of one environment, as the world knows it.
func (s *Sandbox) Issuer(environment string) string {
	p := s.world.IDPs[environment]
	if p == nil {
		return ""
	}
	return p.AddressOn(s.net)
}

// BackendURL is the back-end's address, as a person gives it to an openEO client.
func (s *Sandbox) BackendURL() string { return s.net.Place("backend") }

// LabURL is the same of the back-end whose environments have no registry.
func (s *Sandbox) LabURL() string { return s.net.Place(s.world.Lab.Name) }

// RegistryURL is the address of the registry's portal.
func (s *Sandbox) RegistryURL() string { return s.net.Place("registry") }

// writeFiles writes what a user of this world would hold, and derives the arguments.
func (s *Sandbox) writeFiles() error {
	if err := s.put(world.File{Name: "ca.pem", Content: string(s.net.RootsPEM()), Mode: 0o644}); err != nil {
		return err
	}
	if err := s.writeRegistryToken(); err != nil {
		return err
	}
	u := s.world.User
	for _, f := range u.Files {
		if err := s.put(f); err != nil {
			return err
		}
	}
	if text := dotenv(u); text != "" {
		if err := s.put(world.File{Name: "openeo.env", Content: text, Mode: u.Mode}); err != nil {
			return err
		}
	}
	if u.SecretIn == world.InFlag {
		if err := s.put(world.File{Name: "secret", Content: u.Secret, Mode: u.Mode}); err != nil {
			return err
		}
	}
	for _, id := range world.Environments { // last: they tell that all of it is a sandbox's
		if err := s.writeEnvironment(id); err != nil {
			return err
		}
	}
	s.arguments()
	return nil
}

// tokenLifetime outlives what a person tries out.
const tokenLifetime = 7 * 24 * time.Hour

// PersonToken is an access token of a person at the identity provider that the registry's portal
// signs in with. The people are alice, who holds the files, her colleague bob, the administrator
// olga, and nina, who has never signed in at the portal.
func (s *Sandbox) PersonToken(username, scope string) (string, error) {
	i := slices.IndexFunc(s.world.People, func(p world.Person) bool { return p.Username == username })
	if i < 0 {
		return "", fmt.Errorf("no person %q", username)
	}
	return idp.PersonToken(s.net, s.world.IDPs[world.Production], s.world.People[i], scope, tokenLifetime)
}

func (s *Sandbox) writeRegistryToken() error {
	token, err := s.PersonToken(s.world.Owner().Username, "openid profile email")
	if err != nil {
		return err
	}
	return s.put(world.File{Name: "registry.token", Content: token + "\n", Mode: 0o600})
}

func (s *Sandbox) writeEnvironment(id string) error {
	e := *s.world.Files[id]
	if e.Issuer == "" {
		e.Issuer = s.Issuer(id)
	}
	if e.Registry != nil {
		registry := *e.Registry
		registry.Portal, registry.API = s.net.Expand(registry.Portal), s.net.Expand(registry.API)
		registry.Issuer, registry.TokenPlaces = s.Issuer(world.Production), s.net.ExpandAll(registry.TokenPlaces)
		if s.options.HideAPI {
			registry.API = ""
		}
		e.Registry = &registry
	}
	if e.Registration != nil {
		way := *e.Registration
		way.URL, way.To, way.Rotate = s.net.Expand(way.URL), s.net.Expand(way.To), s.net.ExpandAll(way.Rotate)
		e.Registration = &way
	}
	e.Issuer = s.net.Expand(e.Issuer)
	e.RetiredIssuers = s.net.ExpandAll(e.RetiredIssuers)
	e.TokenEndpointHosts = s.net.ExpandAll(e.TokenEndpointHosts)
	e.Backends = slices.Clone(e.Backends)
	for i := range e.Backends {
		b := &e.Backends[i]
		b.URL, b.Billing, b.Helpdesk = s.net.Expand(b.URL), s.net.Expand(b.Billing), s.net.Expand(b.Helpdesk)
	}
	if !s.options.PlainHTTP && !s.world.User.NoCA {
		e.CAFile = "../ca.pem"
	}
	data, err := e.YAML()
	if err != nil {
		return fmt.Errorf("write the environment %s: %w", id, err)
	}
	return s.put(world.File{Name: filepath.Join("environments", id+".yaml"), Content: string(data), Mode: 0o644})
}

// again tells that the folder is of an earlier sandbox, whose secrets open nothing any longer.
func again(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "environments", "*.yaml"))
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && bytes.Contains(text, []byte(world.MadeBySandbox))
	})
}

// put writes one file with exactly the mode asked for, whatever the umask. In a folder of
// somebody's own it asks before.
func (s *Sandbox) put(f world.File) error {
	path := filepath.Join(s.Dir, f.Name)
	if s.foreign && s.options.MayReplace != nil {
		if err := s.options.MayReplace(path); err != nil {
			return err
		}
	}
	if f.Folder {
		return os.MkdirAll(path, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(s.net.Expand(f.Content)), f.Mode); err != nil {
		return err
	}
	return os.Chmod(path, f.Mode)
}

// dotenv is the credentials file, or "" if neither value stands there.
func dotenv(u world.User) string {
	var b strings.Builder
	if u.IDIn == world.InDotenv {
		b.WriteString("OPENEO_AUTH_CLIENT_ID=" + dotenvValue(u.ID) + "\n")
	}
	if u.SecretIn == world.InDotenv {
		b.WriteString("OPENEO_AUTH_CLIENT_SECRET=" + dotenvValue(u.Secret) + "\n")
	}
	return b.String()
}

// dotenvValue writes a value so that a dotenv reader gets exactly these characters back.
func dotenvValue(v string) string {
	plain := strings.IndexFunc(v, func(r rune) bool {
		return r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
	switch {
	case plain:
		return v
	case !strings.ContainsAny(v, "'\n\r"):
		return "'" + v + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "$", `\$`).Replace(v) + `"`
}

// arguments derives what the check command is called with.
func (s *Sandbox) arguments() {
	u := s.world.User
	args := []string{"--catalog", s.Dir}
	if u.Issuer != "" {
		args = append(args, "--issuer", s.net.Expand(u.Issuer))
	} else {
		args = append(args, "--environment", u.Environment)
	}
	if !s.options.PlainHTTP && !u.NoCA {
		args = append(args, "--ca-file", filepath.Join(s.Dir, "ca.pem"))
	}
	if dotenv(u) != "" {
		args = append(args, "--credentials", filepath.Join(s.Dir, "openeo.env"))
	}
	if u.IDIn == world.InFlag {
		args = append(args, "--client-id", u.ID)
	}
	if u.SecretIn == world.InFlag {
		args = append(args, "--secret-file", filepath.Join(s.Dir, "secret"))
	}
	for _, pair := range [][2]string{{"--backend", u.Backend}, {"--provider-id", u.ProviderID}} {
		if pair[1] != "" {
			args = append(args, pair[0], s.net.Expand(pair[1]))
		}
	}
	s.Args = append(args, s.net.ExpandAll(u.Flags)...)
	s.variables(u)
}

func (s *Sandbox) variables(u world.User) {
	if u.IDIn == world.InVariable {
		s.Env["OPENEO_AUTH_CLIENT_ID"] = u.ID
	}
	if u.SecretIn == world.InVariable {
		s.Env["OPENEO_AUTH_CLIENT_SECRET"] = u.Secret
	}
	for _, name := range slices.Sorted(maps.Keys(u.Variables)) {
		s.Env[name] = s.net.Expand(u.Variables[name])
	}
}
