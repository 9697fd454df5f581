package sandbox

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/environments"
)

// environmentFile is the catalog entry of one environment, with placeholders.
type environmentFile struct{ environments.Environment }

// environmentFiles describes the family as its users know it.
func environmentFiles() map[string]*environmentFile {
	files := map[string]*environmentFile{}
	for _, e := range []struct{ id, title, approval, integration string }{
		{production, "Sandbox production", environments.ApprovalOperator, "production"},
		{demo, "Sandbox demo", environments.ApprovalOperator, "demo"},
		{development, "Sandbox development", environments.ApprovalSelf, "development"},
	} {
		files[e.id] = &environmentFile{environments.Environment{
			ID: e.id, Title: e.title, Family: "sandbox", Approval: e.approval,
			Registry: &environments.Registry{
				Portal: "{registry}", API: "{registry}", Tenant: "egi", IntegrationEnvironment: e.integration, Form: "egi", SecretLength: 87,
			},
			Notes:  []string{"Runs on this machine only and ends with the command that started it."},
			Source: "made by credguide sandbox",
		}}
	}
	for id, provider := range map[string]string{production: "egi", development: "egi-dev"} {
		files[id].Backends = []environments.Backend{{
			ID: "sandbox-openeo", Title: "Sandbox openEO back-end", URL: "{backend}", ProviderID: provider, Default: true, Scopes: slices.Clone(listedScopes),
		}}
	}
	return files
}

// writeFiles writes what a user of this world would hold, and derives the arguments.
func (s *Sandbox) writeFiles() error {
	for _, id := range []string{production, demo, development} {
		if err := s.writeEnvironment(id); err != nil {
			return err
		}
	}
	if err := s.put(file{name: "ca.pem", content: string(s.tls.pem()), mode: 0o644}); err != nil {
		return err
	}
	u := s.world.user
	for _, f := range u.files {
		if err := s.put(f); err != nil {
			return err
		}
	}
	if text := u.dotenv(); text != "" {
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
	e := s.world.files[id].Environment
	if e.Issuer == "" {
		e.Issuer = s.Issuer(id)
	}
	registry := *e.Registry
	registry.Portal, registry.API = s.expand(registry.Portal), s.expand(registry.API)
	e.Registry = &registry
	e.Issuer = s.expand(e.Issuer)
	e.RetiredIssuers = s.expandAll(e.RetiredIssuers)
	e.TokenEndpointHosts = s.expandAll(e.TokenEndpointHosts)
	e.Backends = slices.Clone(e.Backends)
	for i := range e.Backends {
		e.Backends[i].URL = s.expand(e.Backends[i].URL)
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
	if err := os.WriteFile(path, []byte(s.expand(f.content)), f.mode); err != nil {
		return err
	}
	return os.Chmod(path, f.mode)
}

// dotenv is the credentials file, or "" if neither value stands there.
func (u user) dotenv() string {
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
		args = append(args, "--issuer", s.expand(u.issuer))
	} else {
		args = append(args, "--environment", u.environment)
	}
	if !s.options.PlainHTTP {
		args = append(args, "--ca-file", filepath.Join(s.Dir, "ca.pem"))
	}
	if u.dotenv() != "" {
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
			args = append(args, pair[0], s.expand(pair[1]))
		}
	}
	s.Args = append(args, s.expandAll(u.flags)...)
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
		s.Env[name] = s.expand(u.variables[name])
	}
}

func (s *Sandbox) expandAll(list []string) []string {
	out := make([]string, 0, len(list))
	for _, text := range list {
		out = append(out, s.expand(text))
	}
	return out
}
