// Package serve is the command serve: it checks the accounts of a list on a schedule of its own,
// and shows the last results as metrics and as pages.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/internal/text"
)

// flags are those of serve.
type flags struct {
	check.Flags
	listen, state, config string
	protected             bool // --web.config.file keeps strangers out
	every                 time.Duration
	shard                 shard
}

// The contract's defaults.
const (
	defaultListen = "127.0.0.1:9877"
	defaultEvery  = 6 * time.Hour
)

// Command is `credguide serve`.
func Command(a *app.App) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "serve [FILE]",
		Short: "Check accounts on a schedule, and show the results to Prometheus and to people",
		Long: "serve checks the accounts of a list (without FILE, your own accounts) on a schedule and shows the last results: " +
			"metrics for Prometheus at /metrics, a status page at /, and a page for each account at /accounts/NAME. " +
			"/probe?name=NAME has the metrics of one account; /-/healthy and /-/ready are for process supervisors. The checks " +
			"are spread in time. A request never causes a check, and no account gets a token more often " +
			"than --every says. Secrets are read again for each check. credguide help check shows the form of a list.\n\n" +
			"With --state, a restart keeps the last results, and each account is checked when it is due. Results of an account " +
			"that left the list are removed after a week. If the folder cannot be written to, the checks go on, and the page " +
			"and a metric say so.\n\n" +
			"The list is read again when its file changes, and on SIGHUP. New accounts are checked soon after, and so are " +
			"accounts whose check would now send something else, such as another client ID. A new owner, label or end date " +
			"triggers no check: it shows after the next one. A change under ignore: counts at once. If the new list has an error, " +
			"the old one stays in force, and the page and a metric say so. The catalogs and --ca-file are read only at the " +
			"start.\n\n" +
			"An account whose last check got no token is checked again within minutes after the file with its secret changes, " +
			"and after SIGHUP.\n\n" +
			"serve listens on this machine only, where it answers to localhost and to IP addresses; --listen chooses another " +
			"address. Pages show names, client IDs and findings, never a secret. --web.config.file sets up TLS and passwords, as " +
			"for Prometheus' own exporters; a password is then needed for every page. SIGTERM and Ctrl-C end the program within a " +
			"few seconds.",
		Example: `  credguide serve accounts.yaml --every 6h --state /var/lib/credguide
  credguide serve accounts.yaml --shard 1/3
  credguide serve --listen :9877 --web.config.file web.yaml`,
		Args: app.AtMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			if err := app.NotEmpty(cmd.Flags(), "state", "web.config.file"); err != nil {
				return err
			}
			return run(cmd.Context(), a, &f, file)
		},
	}
	set := cmd.Flags()
	set.StringVar(&f.listen, "listen", defaultListen, "`ADDRESS` to listen on")
	set.DurationVar(&f.every, "every", defaultEvery, "`TIME` between two checks of an account")
	set.StringVar(&f.state, "state", "", "`DIR` that keeps the results across restarts")
	set.Var(&f.shard, "shard", "check only part `I/N` of the list, for several instances: 1/3, 2/3, 3/3")
	set.StringVar(&f.config, "web.config.file", "", "`FILE` with TLS and basic authentication, as Prometheus exporters take it")
	f.AddServing(set)
	return cmd
}

func (f *flags) valid(ctx context.Context) error {
	if f.every < time.Second {
		return app.WithHint(errors.New("--every must be at least one second"), "for example --every 6h")
	}
	_, port, err := net.SplitHostPort(f.listen)
	if err == nil && port != "" {
		_, err = net.DefaultResolver.LookupPort(ctx, "tcp", port)
	}
	if err != nil {
		return app.WithHint(errors.New("--listen must be an address with a port"), "for example --listen "+defaultListen)
	}
	return f.Valid()
}

// stopWithin is how long running requests, and then running checks, may take when the program ends.
const stopWithin = time.Second

func run(ctx context.Context, a *app.App, f *flags, file string) error {
	if err := f.valid(ctx); err != nil {
		return err
	}
	if f.config != "" {
		var err error
		if f.protected, err = readConfig(ctx, f.config); err != nil {
			return app.WithHint(fmt.Errorf("--web.config.file: %w", err), "its form: https://prometheus.io/docs/prometheus/latest/configuration/https/")
		}
	}
	said := newMessages(a.Sys.Stderr)
	defer said.end(stopWithin)
	a.Sys.Stderr = said
	if a.Sys.OutlivePipes != nil { // of the log
		a.Sys.OutlivePipes()
	}
	hangups, stop := (<-chan os.Signal)(nil), func() {}
	if a.Sys.Hangups != nil { // from now on: with what was kept of many accounts, the start takes a while
		hangups, stop = a.Sys.Hangups()
	}
	defer stop()
	m, err := newMonitor(ctx, a, f, file)
	switch {
	case err != nil && ctx.Err() != nil: // as later: whoever stops the service has not seen it fail
		return nil
	case err != nil:
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", f.listen)
	if err != nil {
		return app.WithHint(fmt.Errorf("listen on %s: %w", f.listen, reasonOf(err)), "--listen chooses another address, for example --listen 127.0.0.1:9878")
	}
	f.tell(a, m.size(), listener.Addr())
	if n := m.unnamed(); n > 0 {
		a.Say("warning: %s no name. Each is known by its position in the list, so reordering the list mixes up their histories", text.Plural(n, "entry has", "entries have"))
	}
	return m.serve(ctx, listener, hangups)
}

// tell says where the pages are, and who can read them.
func (f *flags) tell(a *app.App, accounts int, at net.Addr) {
	where := "http://" + at.String() + "/"
	if f.config != "" {
		where = at.String() // perhaps with TLS
	}
	a.Say("checking %s every %s; the status page is at %s", text.Plural(accounts, "account"), pace(f.every), where)
	if !loopback(at) && !f.protected {
		a.Say("warning: everybody who can reach %s can read the names, client IDs and findings; --web.config.file sets up TLS and passwords", at)
	}
}

func loopback(at net.Addr) bool {
	tcp, ok := at.(*net.TCPAddr)
	return !ok || tcp.IP.IsLoopback()
}

// reasonOf is why an address cannot be listened on, without the address and the system call.
func reasonOf(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}

// server has bounds for whatever others may do, or leave undone.
func (m *monitor) server(at net.Addr) *http.Server {
	pages := m.handler()
	if loopback(at) && !m.flags.protected {
		pages = ofThisMachine(pages)
	}
	return &http.Server{
		Handler: pages, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: log.New(io.Discard, "", 0),
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: 4},
	}
}

// serve answers and checks until ctx ends.
func (m *monitor) serve(ctx context.Context, listener net.Listener, hangups <-chan os.Signal) error {
	server := m.server(listener.Addr())
	served := make(chan error, 1)
	go func() {
		no := false
		served <- web.Serve(&bounded{Listener: listener, most: mostConnections}, server, &web.FlagConfig{WebSystemdSocket: &no, WebConfigFile: &m.flags.config}, quietLog())
	}()
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	scheduled := make(chan struct{})
	go func() {
		defer close(scheduled)
		m.schedule(working, hangups)
	}()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
	}
	cancel()
	last, end := context.WithTimeout(context.Background(), stopWithin)
	defer end()
	if server.Shutdown(last) != nil {
		_ = server.Close()
	}
	select {
	case <-scheduled:
	case <-time.After(stopWithin): // a read that nobody answers cannot be interrupted
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// quietLog keeps the toolkit from writing a line of its own form at the start; errors come back as
// values.
func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// shard is the part of a list that this instance checks; the zero value is all of it.
type shard struct{ part, of int }

func (s *shard) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.part, s.of)
}

// Type is for help texts.
func (s *shard) Type() string { return "I/N" }

// Set reads I/N.
func (s *shard) Set(text string) error {
	i, n, ok := strings.Cut(text, "/")
	part, err1 := strconv.Atoi(i)
	of, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || part < 1 || of < part || of > 1e6 {
		return errors.New("expected a part of a whole such as 2/3")
	}
	s.part, s.of = part, of
	return nil
}
