//go:build acceptance

// Package zitadel starts an identity provider that is made with the library
// zitadel/oidc. Its tokens of this grant are accepted by userinfo, so that a
// whole login works with it.
package zitadel

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

// Client is a registration.
type Client struct {
	ID, Secret string
	Grant      string // as RFC 6749 names it
	Scopes     []string
}

// Server is a running identity provider.
type Server struct {
	Issuer string // https://localhost:PORT
	*process.Server

	program string
}

// Start builds the server, a module of its own, and runs it with these clients.
func Start(ctx context.Context, clients []Client) (_ *Server, err error) {
	set, err := certificates.Ensure()
	if err != nil {
		return nil, err
	}
	client, err := set.HTTPClient(false)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	ports, err := process.FreePorts(1)
	if err != nil {
		return nil, err
	}
	s := &Server{Issuer: fmt.Sprintf("https://localhost:%d", ports[0])}
	if s.program, err = build(ctx); err != nil {
		return nil, fmt.Errorf("build the server with zitadel/oidc: %w", err)
	}
	input, err := json.Marshal(map[string]any{
		"Issuer": s.Issuer, "Address": fmt.Sprintf("127.0.0.1:%d", ports[0]),
		"Certificate": set.Server, "Key": set.ServerKey, "Clients": clients,
	})
	if err != nil {
		return nil, err
	}
	command := exec.Command(s.program)
	command.Stdin = bytes.NewReader(input)
	s.Server, err = process.Serve(command, client, s.Issuer+"/.well-known/openid-configuration", nil)
	return s, err
}

// Stop ends the server and removes the program.
func (s *Server) Stop() {
	s.Server.Stop()
	os.RemoveAll(filepath.Dir(s.program))
}

// build makes the program. Go keeps what it compiled, so that only the first
// time is long.
func build(ctx context.Context) (string, error) {
	place := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/credguide/credguide")
	output, err := process.Output(place)
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(folder, "zitadel")
	compile := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	compile.Dir = filepath.Join(strings.TrimSpace(string(output)), "internal", "dev", "acceptance", "zitadel", "server")
	return program, process.Run(compile)
}
