//go:build acceptance

// Package oidcprovider starts a second identity provider, the npm package
// oidc-provider, which answers a broken client with far fewer words than
// Keycloak: it shows whether a diagnosis claims more than it can know. What
// npm installs stays in the laboratory's folder.
package oidcprovider

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

//go:embed package.json package-lock.json server.js
var files embed.FS

// Server is a running identity provider.
type Server struct {
	Issuer       string // https://localhost:PORT
	Certificates certificates.Set
	Log          string
	Started      time.Duration

	folder  string
	process *process.Process
}

// Start installs the package at first and runs the server. Every client but
// "lab-special" has the same secret.
func Start(ctx context.Context, secret, specialSecret string) (*Server, error) {
	home, err := install(ctx)
	if err != nil {
		return nil, fmt.Errorf("install oidc-provider: %w", err)
	}
	set, err := certificates.Ensure()
	if err != nil {
		return nil, err
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return nil, err
	}
	s := &Server{
		Issuer: fmt.Sprintf("https://localhost:%d", ports[0]), Certificates: set,
		Log: filepath.Join(folder, "server.log"), folder: folder,
	}
	began := time.Now()
	if err := s.run(home, ports[0], secret, specialSecret); err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	s.Started = time.Since(began)
	return s, nil
}

func (s *Server) run(home string, port int, secret, specialSecret string) error {
	log, err := os.Create(s.Log)
	if err != nil {
		return err
	}
	defer log.Close() // the child has its own descriptor
	command := exec.Command("node", "server.js")
	command.Dir = home
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(),
		fmt.Sprintf("LAB_PORT=%d", port),
		"LAB_CERTIFICATE="+s.Certificates.Server, "LAB_KEY="+s.Certificates.ServerKey,
		"LAB_SECRET="+secret, "LAB_SPECIAL_SECRET="+specialSecret)
	if s.process, err = process.Start(command); err != nil {
		return err
	}
	client, err := s.Certificates.HTTPClient(false)
	if err != nil {
		s.process.Stop(0)
		return err
	}
	defer client.CloseIdleConnections()
	ready := func() bool {
		response, err := client.Get(s.Issuer + "/.well-known/openid-configuration")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	}
	if err := s.process.Ready(30*time.Second, s.Log, ready); err != nil {
		s.process.Stop(0)
		return fmt.Errorf("oidc-provider: %w", err)
	}
	return nil
}

// Stop ends the server and removes its log.
func (s *Server) Stop() {
	s.process.Stop(2 * time.Second)
	os.RemoveAll(s.folder)
}

// install runs `npm ci` once for each state of the embedded files.
func install(ctx context.Context) (string, error) {
	release, err := labdir.Lock("oidc-provider")
	if err != nil {
		return "", err
	}
	defer release()
	home, err := labdir.Keyed("oidc-provider", files)
	if err != nil {
		return "", err
	}
	return home, labdir.Once(home, func(temporary string) error {
		if err := os.CopyFS(temporary, files); err != nil {
			return err
		}
		npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		npm.Dir = temporary
		return process.Run(npm)
	})
}
