// Package sandbox runs, on loopback only, what a credential check meets in the world: three
// EGI-like identity providers (realms that answer like Keycloak 26.7.3), an openEO back-end that
// validates tokens through their userinfo, and a small registry where a client goes from pending to
// deployed; and two more without a registry, with a dashboard and a help desk. A world is described
// first, faults change that description, and only then the servers start: so each fault is one
// small entry in a table, and several of them combine. What a user would hold (environment files, a
// CA, a credentials file, arguments, variables) is written to a folder, so that the real check
// command can be pointed at it.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/sandbox/faults"
	"github.com/credguide/credguide/internal/sandbox/idp"
	"github.com/credguide/credguide/internal/sandbox/openeo"
	"github.com/credguide/credguide/internal/sandbox/registry"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// Options say what to start. The zero value is a healthy world over https, in a temporary folder.
type Options struct {
	Dir string // where the files go; "" is a new temporary folder that Close removes
	// MayReplace refuses to write over a file of Dir that no earlier sandbox wrote; nil: none.
	MayReplace func(file string) error
	Faults     []string      // ids of Faults; they are applied in this order
	Delay      time.Duration // added to every answer, as a stand-in for a round trip
	PlainHTTP  bool          // http on loopback instead of https with the sandbox's own certificate authority
	JWTBearer  bool          // the back-end also lists and takes the plain JWT bearer form of openEO API 1.3

	// A registered client is approved by the operator after ApproveAfter (not in sandbox-dev, where
	// its owner approves it) and reaches the identity provider DeployAfter after that. 0 is three
	// seconds; negative is never.
	ApproveAfter time.Duration
	DeployAfter  time.Duration
	// CommitAfter is how long the registry does not know a request that it has just accepted: a
	// review refused in that time is what the real one does now and then.
	CommitAfter time.Duration
	HideAPI     bool // the environment files do not say where the registry's API is: the portal's page does

	Change func(*world.World) // a change that is no fault; for tests
}

// Request is a registration request, for Sandbox.Submit.
type Request = registry.Request

// Environments are the ids of all environments that a sandbox writes.
func Environments() []string { return slices.Clone(world.Environments) }

// Faults lists what Options.Faults may name, in a stable order.
func Faults() []faults.Fault { return faults.All() }

// Shown are those of them that this system can show.
func Shown() []faults.Fault {
	return slices.DeleteFunc(faults.All(), func(f faults.Fault) bool { return !faults.CanShow(f.ID) })
}

// Sandbox is a running world.
type Sandbox struct {
	Dir  string            // holds environments/*.yaml, ca.pem and openeo.env
	Args []string          // for the check command
	Env  map[string]string // variables that the check must see; normally empty

	ClientID     string // of the client as it is registered, whatever the user's files say
	ClientSecret string // likewise

	*registry.Registry

	world    *world.World
	options  Options
	net      *wire.Network
	backends []*openeo.Server
	log      *os.File   // what the hosts were asked
	mu       sync.Mutex // guards release
	once     sync.Once
	closed   error
	release  func() bool
	tempDir  bool
	foreign  bool // the folder was there, and not of a sandbox
}

// Start builds the world, lets the faults change it, starts every server and writes the files. The
// sandbox ends with Close or with the context, whichever comes first.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	w := world.Healthy()
	if err := faults.Apply(w, o.Faults); err != nil {
		return nil, err
	}
	if o.Change != nil {
		o.Change(w)
	}
	s := &Sandbox{world: w, options: o, Env: map[string]string{}}
	s.ClientID, s.ClientSecret = w.GoodClient.ID, w.GoodClient.Secret
	if err := s.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), s.Close())
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	s.mu.Lock() // the context may have ended already
	defer s.mu.Unlock()
	s.release = stop
	return s, nil
}

func (s *Sandbox) start() (err error) {
	if err := s.folder(); err != nil {
		return err
	}
	if s.log, err = freshFile(filepath.Join(s.Dir, "access.log")); err != nil {
		return err
	}
	if s.net, err = wire.NewNetwork(s.options.Delay, s.options.PlainHTTP); err != nil {
		return err
	}
	if err := s.listen(); err != nil {
		return err
	}
	if err := idp.PrepareKey(s.world.Main()); err != nil { // now, so that no answer has to wait for it
		return err
	}
	return s.writeFiles()
}

// freshFile opens a file for writing in place of what was there: a pipe of that name would be
// waited for.
func freshFile(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// listen starts every host of the world.
func (s *Sandbox) listen() error {
	n, w := s.net, s.world
	n.SetPlace("dir", s.Dir)
	n.LogTo(s.log)
	w.Backend.JWTBearer = w.Backend.JWTBearer || s.options.JWTBearer
	s.backends = []*openeo.Server{openeo.New(n, w, w.Backend), openeo.New(n, w, w.Lab)}
	s.Registry = registry.New(n, w, registry.Pace{
		Approve: s.options.ApproveAfter, Deploy: s.options.DeployAfter, Commit: s.options.CommitAfter,
	}, func(token string) (string, bool) { return idp.Subject(n, s.world.IDPs[world.Production], token) })
	for _, env := range world.Environments {
		p := w.IDPs[env]
		if err := n.Listen(&p.Host, idp.New(n, p)); err != nil {
			return err
		}
	}
	for _, b := range s.backends {
		if err := n.Listen(&b.Host, b); err != nil {
			return err
		}
	}
	if err := n.Listen(w.Registry, s.Site()); err != nil {
		return err
	}
	if w.Elsewhere != nil {
		return n.Listen(w.Elsewhere, foreign{n})
	}
	return nil
}

// foreign is a web server that has nothing to do with signing in: a captive portal's login page.
type foreign struct{ n *wire.Network }

func (f foreign) Endpoint(*http.Request) string { return "page" }

func (f foreign) Serve(w http.ResponseWriter, r *http.Request, _ string) { wire.LoginPage(f.n, w, r) }

// folder makes the place for the files: the one asked for, or a temporary one.
func (s *Sandbox) folder() error {
	if s.options.Dir != "" {
		s.Dir, s.foreign = s.options.Dir, !again(s.options.Dir)
		return os.MkdirAll(s.Dir, 0o700)
	}
	dir, err := os.MkdirTemp("", "credguide-sandbox-")
	s.Dir, s.tempDir = dir, err == nil
	return err
}

// Close ends every server and connection and removes a temporary folder. It may be called more than
// once.
func (s *Sandbox) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		release := s.release
		s.mu.Unlock()
		if release != nil {
			release()
		}
		var errs []error
		if s.net != nil {
			errs = append(errs, s.net.Close())
		}
		for _, b := range s.backends {
			b.Close()
		}
		if s.log != nil {
			errs = append(errs, s.log.Close())
		}
		if s.tempDir {
			errs = append(errs, os.RemoveAll(s.Dir))
		}
		s.closed = errors.Join(errs...)
	})
	return s.closed
}
