//go:build acceptance

// Package mitreid starts a MITREid Connect, which older identity providers of
// science are made of. Its web archive comes from Maven Central and runs in
// Jetty, with its database in memory.
package mitreid

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"github.com/credguide/credguide/internal/dev/acceptance/java"
	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

const (
	version = "1.3.4"
	jetty   = "9.4.58.v20250814"
)

// bind is what Java had within it until version 10, and the program relies on.
var bind = [][3]string{
	{"org.glassfish.jaxb", "jaxb-runtime", "2.3.9"},
	{"org.glassfish.jaxb", "txw2", "2.3.9"},
	{"jakarta.xml.bind", "jakarta.xml.bind-api", "2.3.3"},
	{"com.sun.activation", "jakarta.activation", "1.2.2"},
	{"com.sun.istack", "istack-commons-runtime", "3.0.12"},
}

//go:embed clients.sql
var clientsTemplate string

// Client is a registration.
type Client struct {
	ID, Secret string
	Grant      string // as RFC 6749 names it
	Scopes     []string
}

// Server is a running identity provider, which only a web server with TLS
// before it is to ask.
type Server struct {
	Upstream string // http://127.0.0.1:PORT
	*process.Server
}

// Start fetches the program at first and runs it with these clients, as the
// issuer that it is told (with a slash at its end, as it wants).
func Start(ctx context.Context, issuer string, clients []Client) (*Server, error) {
	home, err := program(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare MITREid Connect: %w", err)
	}
	runner, err := java.Artifact(ctx, "org.eclipse.jetty", "jetty-runner", jetty, "jar")
	if err != nil {
		return nil, err
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return nil, err
	}
	s := &Server{Upstream: fmt.Sprintf("http://127.0.0.1:%d", ports[0])}
	command := java.Command("--add-opens=java.base/java.lang=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx384m",
		"-jar", runner, "--host", "127.0.0.1", "--port", strconv.Itoa(ports[0]), "--path", "/", "site")
	s.Server, err = process.Serve(command, http.DefaultClient, s.Upstream+"/.well-known/openid-configuration", func(folder string) error {
		return lay(home, filepath.Join(folder, "site"), issuer, clients)
	})
	return s, err
}

// program unpacks the archive, with the libraries that Java lacks today.
func program(ctx context.Context) (string, error) {
	release, err := labdir.Lock("mitreid")
	if err != nil {
		return "", err
	}
	defer release()
	home, err := labdir.Path("mitreid", version)
	if err != nil {
		return "", err
	}
	return home, labdir.Once(home, func(temporary string) error {
		archive, err := java.Artifact(ctx, "org.mitre", "openid-connect-server-webapp", version, "war")
		if err != nil {
			return err
		}
		if err := java.Unpack(archive, temporary, 0); err != nil {
			return err
		}
		for _, library := range bind {
			file, err := java.Artifact(ctx, library[0], library[1], library[2], "jar")
			if err != nil {
				return err
			}
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(temporary, "WEB-INF", "lib", filepath.Base(file)), content, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// lay copies the program and writes its issuer and its clients, which it reads
// from files among its own.
func lay(home, site, issuer string, clients []Client) error {
	if err := os.CopyFS(site, os.DirFS(home)); err != nil {
		return err
	}
	configuration := filepath.Join(site, "WEB-INF", "server-config.xml")
	content, err := os.ReadFile(configuration)
	if err != nil {
		return err
	}
	const shipped = "http://localhost:8080/openid-connect-server-webapp/"
	text := strings.ReplaceAll(string(content), shipped, issuer)
	if text == string(content) {
		return fmt.Errorf("%s does not name %s", configuration, shipped)
	}
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		return err
	}
	parsed, err := template.New("clients.sql").Parse(clientsTemplate)
	if err != nil {
		return err
	}
	var statements strings.Builder
	if err := parsed.Execute(&statements, clients); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(site, "WEB-INF", "classes", "db", "hsql", "clients.sql"), []byte(statements.String()), 0o600)
}
