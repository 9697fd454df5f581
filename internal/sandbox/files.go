package sandbox

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Issuer is the issuer of one environment, as the world knows it.
func (s *Sandbox) Issuer(environment string) string {
	p := s.world.idps[environment]
	if p == nil {
		return ""
	}
	return p.addressOn(s.net)
}

// BackendURL is the back-end's address, as a person gives it to an openEO client.
func (s *Sandbox) BackendURL() string { return s.net.place("backend") }

// RegistryURL is the address of the registry's portal.
func (s *Sandbox) RegistryURL() string { return s.net.place("registry") }

// writeFiles writes what a user of this world would hold, and derives the arguments.
func (s *Sandbox) writeFiles() error {
	for _, id := range []string{production, demo, development} {
		if err := s.writeEnvironment(id); err != nil {
			return err
		}
	}
	if err := s.put(file{name: "ca.pem", content: string(s.net.rootsPEM()), mode: 0o644}); err != nil {
		return err
	}
	u := s.world.user
	for _, f := range u.files {
		if err := s.put(f); err != nil {
			return err
		}
	}
	if text := dotenv(u); text != "" {
		if err := s.put(file{name: "openeo.env", content: text, mode: u.mode}); err != nil {
			return err
		}
	}
	if u.secretIn == inFlag {
		if err := s.put(file{name: "secret", content: u.secret, mode: u.mode}); err != nil {
			return err
		}
	}
	s.arguments()
	return nil
}

func (s *Sandbox) writeEnvironment(id string) error {
	e := *s.world.files[id]
	if e.Issuer == "" {
		e.Issuer = s.Issuer(id)
	}
	registry := *e.Registry
	registry.Portal, registry.API = s.net.expand(registry.Portal), s.net.expand(registry.API)
	e.Registry = &registry
	e.Issuer = s.net.expand(e.Issuer)
	e.RetiredIssuers = s.net.expandAll(e.RetiredIssuers)
	e.TokenEndpointHosts = s.net.expandAll(e.TokenEndpointHosts)
	e.Backends = slices.Clone(e.Backends)
	for i := range e.Backends {
		e.Backends[i].URL = s.net.expand(e.Backends[i].URL)
	}
	data, err := e.YAML()
	if err != nil {
		return fmt.Errorf("write the environment %s: %w", id, err)
	}
	return s.put(file{name: filepath.Join("environments", id+".yaml"), content: string(data), mode: 0o644})
}

// put writes one file with exactly the mode asked for, whatever the umask.
func (s *Sandbox) put(f file) error {
	path := filepath.Join(s.Dir, f.name)
	if f.folder {
		return os.MkdirAll(path, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(s.net.expand(f.content)), f.mode); err != nil {
		return err
	}
	return os.Chmod(path, f.mode)
}

// dotenv is the credentials file, or "" if neither value stands there.
func dotenv(u user) string {
	var b strings.Builder
	if u.idIn == inDotenv {
		b.WriteString("OPENEO_AUTH_CLIENT_ID=" + dotenvValue(u.id) + "\n")
	}
	if u.secretIn == inDotenv {
		b.WriteString("OPENEO_AUTH_CLIENT_SECRET=" + dotenvValue(u.secret) + "\n")
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
	u := s.world.user
	args := []string{"--catalog", s.Dir}
	if u.issuer != "" {
		args = append(args, "--issuer", s.net.expand(u.issuer))
	} else {
		args = append(args, "--environment", u.environment)
	}
	if !s.options.PlainHTTP {
		args = append(args, "--ca-file", filepath.Join(s.Dir, "ca.pem"))
	}
	if dotenv(u) != "" {
		args = append(args, "--credentials", filepath.Join(s.Dir, "openeo.env"))
	}
	if u.idIn == inFlag {
		args = append(args, "--client-id", u.id)
	}
	if u.secretIn == inFlag {
		args = append(args, "--secret-file", filepath.Join(s.Dir, "secret"))
	}
	for _, pair := range [][2]string{{"--backend", u.backend}, {"--provider-id", u.providerID}} {
		if pair[1] != "" {
			args = append(args, pair[0], s.net.expand(pair[1]))
		}
	}
	s.Args = append(args, s.net.expandAll(u.flags)...)
	s.variables(u)
}

func (s *Sandbox) variables(u user) {
	if u.idIn == inVariable {
		s.Env["OPENEO_AUTH_CLIENT_ID"] = u.id
	}
	if u.secretIn == inVariable {
		s.Env["OPENEO_AUTH_CLIENT_SECRET"] = u.secret
	}
	for _, name := range slices.Sorted(maps.Keys(u.variables)) {
		s.Env[name] = s.net.expand(u.variables[name])
	}
}
