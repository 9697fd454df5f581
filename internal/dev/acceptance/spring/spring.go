//go:build acceptance

// Package spring starts a Spring Authorization Server as Spring Boot makes it.
// It answers in error codes alone, without a sentence, and its tokens of this
// grant stand for no account: userinfo refuses them.
package spring

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/java"
	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

//go:embed project
var files embed.FS

// Client is a registration: its grant and authentication methods are those of
// RFC 6749 and OpenID Connect, by name.
type Client struct {
	ID, Secret string
	Grant      string
	Methods    []string
	Scopes     []string
}

// Server is a running authorization server.
type Server struct {
	Issuer string // https://localhost:PORT
	*process.Server
}

// Start builds the program at first and runs it with these clients.
func Start(ctx context.Context, clients []Client) (*Server, error) {
	program, err := build(ctx)
	if err != nil {
		return nil, fmt.Errorf("build the Spring Authorization Server: %w", err)
	}
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
	configuration, err := properties(s.Issuer, ports[0], set, clients)
	if err != nil {
		return nil, err
	}
	command := java.Command("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", program)
	command.Env = append(command.Environ(), "SPRING_APPLICATION_JSON="+configuration)
	s.Server, err = process.Serve(command, client, s.Issuer+"/.well-known/openid-configuration", nil)
	return s, err
}

type object = map[string]any

func properties(issuer string, port int, set certificates.Set, clients []Client) (string, error) {
	registered := object{}
	for _, c := range clients {
		registration := object{
			"client-id": c.ID, "client-secret": encode(c.ID, c.Secret), "authorization-grant-types": []string{c.Grant},
			"client-authentication-methods": c.Methods, "scopes": c.Scopes,
		}
		if c.Grant == "authorization_code" {
			registration["redirect-uris"] = []string{"https://app.example.org/cb"}
		}
		registered[c.ID] = object{"registration": registration}
	}
	text, err := json.Marshal(object{
		"server": object{
			"address": "127.0.0.1", "port": port,
			"ssl": object{"certificate": "file:" + set.Server, "certificate-private-key": "file:" + set.ServerKey},
		},
		"spring": object{"security": object{"oauth2": object{"authorizationserver": object{"issuer": issuer, "client": registered}}}},
	})
	return string(text), err
}

// encode is how the program keeps a secret: salted, so that no two are alike.
func encode(salt, secret string) string {
	sum := sha256.Sum256([]byte(secret + "{" + salt + "}"))
	return "{" + salt + "}" + hex.EncodeToString(sum[:])
}

// build lets Maven make the program once for each state of the embedded files.
func build(ctx context.Context) (string, error) {
	release, err := labdir.Lock("spring")
	if err != nil {
		return "", err
	}
	defer release()
	project, err := fs.Sub(files, "project")
	if err != nil {
		return "", err
	}
	home, err := labdir.Keyed("spring", project)
	if err != nil {
		return "", err
	}
	err = labdir.Once(home, func(temporary string) error {
		if err := os.CopyFS(temporary, project); err != nil {
			return err
		}
		return java.Package(ctx, temporary)
	})
	return filepath.Join(home, "target", "authorization-server-1.jar"), err
}
