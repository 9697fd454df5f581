// Package offline keeps tests on this machine. In a guarded test program every host name but localhost
// and those of the machine's own table is unknown, and a test that asks for one of the real world
// fails the run.
package offline

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// Runner is a *testing.M.
type Runner interface{ Run() int }

// Guarded runs tests under a guard, and fails them where one asked for a name of the real world.
func Guarded(m Runner) Runner { return guarded{m} }

type guarded struct{ Runner }

func (g guarded) Run() int {
	var asked names
	Guard(asked.add)
	code := g.Runner.Run()
	if list := asked.all(); len(list) > 0 {
		fmt.Fprintf(os.Stderr, "FAIL: tests stay on this machine, and these names were looked up: %s\n", strings.Join(list, ", "))
		return 1
	}
	return code
}

// names is a set that several lookups add to.
type names struct {
	mu   sync.Mutex
	list []string
}

func (n *names) add(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.list, name) {
		n.list = append(n.list, name)
	}
}

func (n *names) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}

// Guard answers this program's lookups itself: no name exists but localhost, which Windows has in no
// table. Each one that is not reserved for examples is told.
func Guard(tell func(name string)) {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asks, answers := net.Pipe()
		go serve(answers, tell)
		return asks, nil
	}}
}

// serve is a name server for one connection. A pipe has no packets, so the messages come as over
// TCP (RFC 1035 section 4.2.2).
func serve(conn net.Conn, tell func(string)) {
	defer func() { _ = conn.Close() }()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		answer, name := reply(question)
		if name != "" && !reserved(name) {
			tell(strings.TrimSuffix(name, "."))
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil { //nolint:gosec // little longer than the question, which is a short one
			return
		}
	}
}

// reply says that there is no such name, or where localhost is.
func reply(question []byte) (answer []byte, name string) {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil, ""
	}
	asked := m.Questions[0]
	m.Response, m.RCode, m.RecursionAvailable, m.Additionals = true, dnsmessage.RCodeNameError, true, nil
	if strings.EqualFold(asked.Name.String(), "localhost.") {
		m.RCode = dnsmessage.RCodeSuccess
		if asked.Type == dnsmessage.TypeA {
			header := dnsmessage.ResourceHeader{Name: asked.Name, Class: dnsmessage.ClassINET}
			m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil, ""
	}
	return answer, asked.Name.String()
}

// reserved tells a name that stands for no host (RFC 2606, RFC 6761), also with a search domain
// behind it, and one of no dot.
func reserved(name string) bool {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(name, ".")), ".")
	for n, label := range labels {
		switch label {
		case "test", "invalid", "localhost":
			return true
		case "example":
			if n == len(labels)-1 || slices.Contains([]string{"org", "com", "net"}, labels[n+1]) {
				return true
			}
		}
	}
	return len(labels) == 1
}
