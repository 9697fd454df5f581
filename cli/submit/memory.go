package submit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/registry"
)

// Entry is what is remembered of a request that went to a registry. There is no secret in it.
type Entry struct {
	Environment string `json:"environment"` // as --environment takes it
	API         string `json:"api"`         // confirmed by the person
	Tenant      string `json:"tenant"`
	CAFile      string `json:"ca_file,omitempty"`
	Integration string `json:"integration_environment"`
	ServiceName string `json:"service_name"`
	ClientID    string `json:"client_id,omitempty"` // empty where the deployment makes one
	Backend     string `json:"backend,omitempty"`   // as --backend takes it; empty: the environment's
	Petition    int    `json:"petition,omitempty"`  // 0: it is not known whether it arrived
	Service     int    `json:"service,omitempty"`   // what has become of it, once it is approved
	Digest      string `json:"digest,omitempty"`    // of the request as it was submitted
	Request     string `json:"request,omitempty"`   // the file of the request
	Stored      Place  `json:"stored,omitzero"`     // where its secret is
}

// Place is where the secret of a request was stored.
type Place struct {
	Store string `json:"store"`          // as --store takes it
	File  string `json:"file,omitempty"` // where that is a file that the person named
}

// Name is how a person names it.
func (e Entry) Name() string { return cmp.Or(e.ClientID, e.ServiceName) }

// Of tells that a registration which register keeps the answers of is that of the request. The ID of
// the environment may not be known any more.
func (e Entry) Of(u wizard.Unfinished, environment string) bool {
	place := environment == "" || u.Environment == environment || u.Environment == e.Environment
	return u.Submitted && place && u.Service == e.ServiceName && u.ClientID == e.ClientID
}

// Mark tells it from other requests of its owner.
func (e Entry) Mark() registry.Mark {
	return registry.Mark{Environment: e.Integration, ServiceName: e.ServiceName, ClientID: e.ClientID, Petition: e.Petition, Service: e.Service}
}

// digest is that of a request, whose own order does not matter.
func digest(request map[string]any) string {
	data, err := json.Marshal(request)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Memory keeps each request in a file of its own, so that several runs at a time do not lose one
// another's.
type Memory struct{ folder string }

// MemoryOf is that of the person. Without a folder nothing is remembered; then the registry's own
// list tells what is there.
func MemoryOf(a *app.App) Memory {
	folder := a.Places().ConfigFolder()
	if folder == "" {
		return Memory{}
	}
	return Memory{filepath.Join(folder, "credguide", "submitted")}
}

func (m Memory) file(e Entry) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{e.API, e.Tenant, e.Integration, e.Name()}, "\n")))
	return filepath.Join(m.folder, hex.EncodeToString(sum[:8])+".json")
}

// most bounds a file of the memory; a real one has some hundred bytes.
const most = 64 << 10

// Find returns what is remembered of a request to the same place under the same name.
func (m Memory) Find(ctx context.Context, e Entry) (Entry, bool) {
	if m.folder == "" {
		return Entry{}, false
	}
	known, err := read(ctx, m.file(e))
	return known, err == nil
}

func read(ctx context.Context, file string) (e Entry, err error) {
	content, err := files.Read(ctx, file, files.Limits{Bytes: most})
	if err == nil {
		err = json.Unmarshal(content.Data, &e)
	}
	if err == nil && (e.API == "" || e.Name() == "") {
		err = errors.New("it names no registry or no request")
	}
	if err != nil {
		return e, fmt.Errorf("read %s: %w", file, err)
	}
	return e, nil
}

// All lists what is remembered, by name. A file that cannot be read does not hide the others.
func (m Memory) All(ctx context.Context) (list []Entry, unreadable []error) {
	if m.folder == "" {
		return nil, nil
	}
	names, err := os.ReadDir(m.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, []error{fmt.Errorf("read %s: %w", m.folder, files.Plain(err))}
	}
	for _, n := range names {
		if filepath.Ext(n.Name()) != ".json" {
			continue
		}
		e, err := read(ctx, filepath.Join(m.folder, n.Name()))
		if err != nil {
			unreadable = append(unreadable, err)
			continue
		}
		list = append(list, e)
	}
	slices.SortStableFunc(list, func(x, y Entry) int { return cmp.Compare(x.Name(), y.Name()) })
	return list, unreadable
}

// Put remembers a request.
func (m Memory) Put(e Entry) error {
	if m.folder == "" {
		return errors.New("there is no folder known to keep it in")
	}
	data, err := json.MarshalIndent(e, "", " ")
	if err != nil {
		return fmt.Errorf("remember the request: %w", err)
	}
	if err := files.Replace(m.file(e), append(data, '\n'), files.Private); err != nil {
		return fmt.Errorf("remember the request: %w", err)
	}
	return nil
}

// Forget drops a request that there is no more.
func (m Memory) Forget(e Entry) error {
	if m.folder == "" {
		return nil
	}
	if err := os.Remove(m.file(e)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget the request: %w", files.Plain(err))
	}
	return nil
}
