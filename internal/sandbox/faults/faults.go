// Package faults is the table of what the sandbox can get wrong: each row changes the description
// of a world.
package faults

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// Fault is one thing that the sandbox can get wrong on demand.
type Fault struct {
	ID        string // a diagnosis id, or DIAGNOSIS@VARIANT for another face of it
	Diagnosis string // what a check should find
	Title     string
	Layer     string // input, network, tls, discovery, client, token, jwt, openeo, account, service
}

// fault is a row of the tables of this room: an id, a title and a change of the world's
// description.
type fault struct {
	id, title, layer string
	change           func(*world.World)
}

// layers are in the order in which a login meets them; a service that is down can be met anywhere.
var layers = []string{"input", "network", "tls", "discovery", "client", "token", "jwt", "openeo", "service", "account"}

// table is every fault, layer by layer.
var table = slices.SortedStableFunc(
	slices.Values(slices.Concat(inputFaults, networkFaults, tlsFaults, discoveryFaults, clientFaults, tokenFaults, jwtFaults, openeoFaults, accountFaults)),
	func(a, b fault) int { return slices.Index(layers, a.layer) - slices.Index(layers, b.layer) },
)

// All lists every fault, in a stable order.
func All() []Fault {
	list := make([]Fault, 0, len(table))
	for _, f := range table {
		diagnosis, _, _ := strings.Cut(f.id, "@")
		list = append(list, Fault{ID: f.id, Diagnosis: diagnosis, Title: f.title, Layer: f.layer})
	}
	return list
}

// Apply changes a world, one fault after the other.
func Apply(w *world.World, ids []string) error {
	for _, id := range ids {
		f, err := lookup(id)
		if err != nil {
			return err
		}
		f.change(w)
	}
	return nil
}

// CanShow tells whether this system has what a fault needs: not each drops connections, and not each
// keeps the permissions of others on a file.
func CanShow(id string) bool {
	w := world.Healthy()
	if Apply(w, []string{id}) != nil {
		return false
	}
	hosts := []wire.Behaviour{w.Backend.Wire}
	for _, p := range w.IDPs {
		hosts = append(hosts, p.Wire)
	}
	modes := []os.FileMode{w.User.Mode}
	for _, f := range w.User.Files {
		modes = append(modes, f.Mode)
	}
	return (!slices.Contains(hosts, wire.Full) || wire.Drops()) &&
		!slices.ContainsFunc(modes, func(mode os.FileMode) bool { return files.Permissions(mode) != mode })
}

func lookup(id string) (fault, error) {
	ids := make([]string, 0, len(table))
	for _, f := range table {
		if f.id == id {
			return f, nil
		}
		ids = append(ids, f.id)
	}
	if near := nearmiss.Of(id, ids); near != "" {
		return fault{}, fmt.Errorf("unknown fault %q; did you mean %q?", id, near)
	}
	return fault{}, fmt.Errorf("unknown fault %q", id)
}
