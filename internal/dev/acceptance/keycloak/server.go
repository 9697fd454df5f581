//go:build acceptance

package keycloak

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/labdir"
	"github.com/credguide/credguide/internal/dev/acceptance/process"
)

// Options say which Keycloak to start.
type Options struct {
	Version   string // Oldest unless given
	Realms    []Realm
	ExtraArgs []string // further options of `kc.sh start`
}

// Server is a running Keycloak.
type Server struct {
	Version      string
	HTTP, HTTPS  string // http://localhost:PORT, https://localhost:PORT
	Certificates certificates.Set
	Log          string        // the server's log file
	Prepared     time.Duration // download, build and snapshot: nothing from the second run on
	Started      time.Duration // from exec to the first answer

	run     string
	process *process.Process
	base    string
}

// Start prepares what is missing and starts a fresh server.
func Start(ctx context.Context, options Options) (*Server, error) {
	if options.Version == "" {
		options.Version = Oldest
	}
	began := time.Now()
	l, err := prepare(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("prepare Keycloak %s: %w", options.Version, err)
	}
	prepared := time.Since(began)
	began = time.Now()
	running, err := l.start()
	if err != nil {
		os.RemoveAll(l.run)
		return nil, err
	}
	return &Server{
		Version:      options.Version,
		HTTP:         fmt.Sprintf("http://localhost:%d", l.http),
		HTTPS:        fmt.Sprintf("https://localhost:%d", l.https),
		Certificates: l.certificates,
		Log:          l.log(),
		Prepared:     prepared,
		Started:      time.Since(began),
		run:          l.run, process: running, base: l.base(),
	}, nil
}

// prepare holds the version's lock, so that test processes which start side
// by side do the long work once.
func prepare(ctx context.Context, options Options) (*launch, error) {
	release, err := labdir.Lock("keycloak-" + options.Version)
	if err != nil {
		return nil, err
	}
	defer release()
	home, err := distribution(ctx, options.Version)
	if err != nil {
		return nil, err
	}
	database, err := snapshot(ctx, options.Version, home, options.Realms)
	if err != nil {
		return nil, err
	}
	run, err := os.MkdirTemp("", "credguide-lab-")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(filepath.Join(run, "data", "h2"), os.DirFS(database)); err != nil {
		return nil, err
	}
	l, err := newLaunch(options.Version, home, run)
	if err != nil {
		return nil, err
	}
	l.extra = options.ExtraArgs
	return l, nil
}

// Stop ends the server and removes what it wrote. Nothing that it holds is
// worth a slow shutdown.
func (s *Server) Stop() {
	s.process.Stop(2 * time.Second)
	os.RemoveAll(s.run)
}

// PID is the id of the Java process.
func (s *Server) PID() int { return s.process.PID() }

// Issuer is the realm's issuer as the server itself names it over TLS.
func (s *Server) Issuer(realm string) string { return s.HTTPS + "/auth/realms/" + realm }

// Admin calls the admin API: the path starts behind /admin.
func (s *Server) Admin(ctx context.Context, method, path string, in, out any) error {
	admin, err := newAdministrator(ctx, s.base)
	if err != nil {
		return err
	}
	return admin.call(ctx, method, path, in, out)
}
