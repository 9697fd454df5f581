// Package sandbox runs, on loopback only, what a credential check meets in the world: three EGI-like identity providers
// (realms that answer like Keycloak 26.7.3), an openEO back-end that validates tokens through their userinfo, and a small
// registry where a client goes from pending to deployed. A world is described first, faults change that description, and
// only then the servers start: so each fault is one small entry in a table, and several of them combine. What a user would
// hold (environment files, a CA, a credentials file, arguments, variables) is written to a folder, so that the real check
// command can be pointed at it.
package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

// Options say what to start. The zero value is a healthy world over https, in a temporary folder.
type Options struct {
	Dir       string        // where the files go; "" is a new temporary folder that Close removes
	Faults    []string      // ids of Faults; they are applied in this order
	Delay     time.Duration // added to every answer, as a stand-in for a round trip
	PlainHTTP bool          // http on loopback instead of https with the sandbox's own certificate authority
	JWTBearer bool          // the back-end also lists and takes the plain JWT bearer form of openEO API 1.3

	// A registered client is approved by the operator after ApproveAfter (not in sandbox-dev, where its owner approves it)
	// and reaches the identity provider DeployAfter after that. 0 is three seconds; negative is never.
	ApproveAfter time.Duration
	DeployAfter  time.Duration

	change func(*world) // a change that is no fault; for tests
}

// Sandbox is a running world.
type Sandbox struct {
	Dir  string            // holds environments/*.yaml, ca.pem and openeo.env
	Args []string          // for the check command
	Env  map[string]string // variables that the check must see; normally empty

	ClientID     string // of the client as it is registered, whatever the user's files say
	ClientSecret string // likewise

	world   *world
	options Options
	nonce   string // marks the back-end's own calls: they are inside a data centre and get no Delay
	places  map[string]string
	tls     *authority
	client  *http.Client // the back-end's
	done    chan struct{}
	mu      sync.Mutex // guards ending and release
	ending  bool
	busy    sync.WaitGroup // handlers and accept loops
	closers []func() error
	once    sync.Once
	closed  error
	release func() bool
	tempDir bool
}

// Start builds the world, lets the faults change it, starts every server and writes the files. The sandbox ends with Close
// or with the context, whichever comes first.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	w := healthy()
	for _, id := range o.Faults {
		f, err := lookup(id)
		if err != nil {
			return nil, err
		}
		f.change(w)
	}
	if o.change != nil {
		o.change(w)
	}
	s := &Sandbox{world: w, options: o, nonce: nonce(), places: map[string]string{}, done: make(chan struct{}), Env: map[string]string{}}
	s.ClientID, s.ClientSecret = w.goodClient.id, w.goodClient.secret
	if err := s.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the sandbox: %w", err), s.Close())
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	s.mu.Lock() // the context may have ended already
	defer s.mu.Unlock()
	s.release = stop
	return s, nil
}

func (s *Sandbox) start() error {
	if err := s.folder(); err != nil {
		return err
	}
	ca, err := newAuthority()
	if err != nil {
		return err
	}
	s.tls = ca
	s.client = s.backendClient()
	s.closers = append(s.closers, func() error { s.client.CloseIdleConnections(); return nil })
	if err := s.listenAll(); err != nil {
		return err
	}
	if _, err := keyOf(s.world.main().name); err != nil { // now, so that no answer has to wait for it
		return err
	}
	return s.writeFiles()
}

// folder makes the place for the files: the one asked for, or a temporary one.
func (s *Sandbox) folder() error {
	if s.options.Dir != "" {
		s.Dir = s.options.Dir
		return os.MkdirAll(s.Dir, 0o700)
	}
	dir, err := os.MkdirTemp("", "credguide-sandbox-")
	s.Dir, s.tempDir = dir, err == nil
	return err
}

// Close ends every server and connection and removes a temporary folder. It may be called more than once.
func (s *Sandbox) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		s.ending = true
		release := s.release
		s.mu.Unlock()
		if release != nil {
			release()
		}
		close(s.done)
		var errs []error
		for i := len(s.closers) - 1; i >= 0; i-- {
			errs = append(errs, s.closers[i]())
		}
		s.busy.Wait()
		if s.tempDir {
			errs = append(errs, os.RemoveAll(s.Dir))
		}
		s.closed = errors.Join(errs...)
	})
	return s.closed
}

// enter counts a handler in, unless the sandbox is ending.
func (s *Sandbox) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return false
	}
	s.busy.Add(1)
	return true
}

func nonce() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}
