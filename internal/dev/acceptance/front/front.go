//go:build acceptance

// Package front puts real web servers, nginx and haproxy from Debian's
// packages, before the laboratory's servers: with TLS, and with what an
// operator may have set there.
package front

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

//go:embed nginx.conf haproxy.cfg
var files embed.FS

// Site is one address and what is done there.
type Site struct {
	Name     string
	Upstream string // http://127.0.0.1:PORT: what stands behind, if anything does
	// Server and Location hold directives in the words of the web server: for
	// the whole site, and for what is passed on.
	Server, Location []string
	Plain            bool   // without TLS
	Certificate      string // another one than the laboratory's, with KEY beside it as .key
}

// Make is which web server it is.
type Make string

// The web servers.
const (
	Nginx   Make = "nginx"
	HAProxy Make = "haproxy"
)

// Front is a web server with its sites.
type Front struct {
	make  Make
	ports map[string]int
	plain map[string]bool
	*process.Server
}

// Plan gives each site its address before anything is started, since what
// stands behind must often know how it is called.
func Plan(server Make, sites []Site) (*Front, error) {
	ports, err := process.FreePorts(len(sites) + 1)
	if err != nil {
		return nil, err
	}
	f := &Front{make: server, ports: map[string]int{"": ports[len(sites)]}, plain: map[string]bool{}}
	for i, site := range sites {
		f.ports[site.Name], f.plain[site.Name] = ports[i], site.Plain
	}
	return f, nil
}

// URL is where a site is found.
func (f *Front) URL(name string) string {
	port, ok := f.ports[name]
	if !ok {
		panic("no site is called " + name) // a mistake in the table
	}
	if f.plain[name] {
		return fmt.Sprintf("http://localhost:%d", port)
	}
	return fmt.Sprintf("https://localhost:%d", port)
}

// Start runs the web server with these sites, which were planned before.
func (f *Front) Start(ctx context.Context, sites []Site) error {
	set, err := certificates.Ensure()
	if err != nil {
		return err
	}
	configuration, err := f.render(set, sites)
	if err != nil {
		return err
	}
	var name string
	arguments := []string{"-f", "haproxy.cfg", "-db"}
	if name = "haproxy.cfg"; f.make == Nginx {
		name = "nginx.conf"
		arguments = []string{"-p", ".", "-c", "nginx.conf", "-e", "stderr"}
	}
	program, err := find(string(f.make))
	if err != nil {
		return err
	}
	write := func(folder string) error {
		pair, err := together(set)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "pair.pem"), pair, 0o600); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, name), configuration, 0o600)
	}
	for range tries {
		f.Server, err = process.Serve(exec.Command(program, arguments...), http.DefaultClient, fmt.Sprintf("http://127.0.0.1:%d/", f.ports[""]), write)
		if err == nil || ctx.Err() != nil {
			break
		}
		time.Sleep(time.Second)
	}
	return err
}

// tries: the ports were free when they were planned, which is a while ago, and something else on this
// machine may hold one for a moment.
const tries = 3

// Stop ends the web server, if it was started.
func (f *Front) Stop() {
	if f != nil && f.Server != nil {
		f.Server.Stop()
	}
}

// together is the certificate and its key in one file, as haproxy wants them.
func together(set certificates.Set) ([]byte, error) {
	certificate, err := os.ReadFile(set.Server)
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(set.ServerKey)
	return append(certificate, key...), err
}

// find looks beside PATH where Debian keeps servers.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	path := filepath.Join("/usr/sbin", program)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is not installed (Debian: nginx-light, haproxy): %w", program, err)
	}
	return path, nil
}

type rendered struct {
	Site
	Port int
	Key  string
}

func (f *Front) render(set certificates.Set, sites []Site) ([]byte, error) {
	all := make([]rendered, len(sites))
	for i, site := range sites {
		all[i] = rendered{Site: site, Port: f.ports[site.Name], Key: set.ServerKey}
		if all[i].Certificate == "" {
			all[i].Certificate = set.Server
		} else {
			all[i].Key = site.Certificate[:len(site.Certificate)-len("pem")] + "key"
		}
	}
	parsed, err := template.ParseFS(files, "nginx.conf", "haproxy.cfg")
	if err != nil {
		return nil, err
	}
	name := "haproxy.cfg"
	if f.make == Nginx {
		name = "nginx.conf"
	}
	var text bytes.Buffer
	err = parsed.ExecuteTemplate(&text, name, map[string]any{"CA": set.CA, "Ready": f.ports[""], "Sites": all})
	return text.Bytes(), err
}
