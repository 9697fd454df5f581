package environments

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

//go:embed *.yaml
var builtIn embed.FS

//go:embed schema.json
var schema []byte

// BuiltInOrigin is the Origin of an environment that the program brings along.
const BuiltInOrigin = catalog.BuiltIn

var kind = catalog.Kind[Environment]{
	Schema: schema, FS: builtIn, Dir: ".", Folder: "environments",
	Entry: func(e *Environment, origin string) (string, error) {
		e.Origin = origin
		e.CAFile = files.In(filepath.Dir(origin), e.CAFile)
		return e.ID, e.valid()
	},
}

// Catalog is the set of environments that can be named. Its lists are never changed, so that clones
// share them.
type Catalog struct {
	all     []Environment
	ordered []Environment                // as All returns them
	forms   func() ([]forms.Form, error) // read at the first use, for all clones together
}

// Load reads the built-in environments and, over them, DIR/environments/*.yaml of each overlay
// folder.
func Load(overlays ...string) (*Catalog, error) {
	all, err := kind.Load(overlays...)
	if err != nil {
		return nil, err
	}
	if testOnly != nil {
		all = slices.DeleteFunc(all, func(e Environment) bool { return e.Origin == BuiltInOrigin && !slices.Contains(testOnly, e.ID) })
	}
	c := &Catalog{all: all, ordered: ordered(all), forms: sync.OnceValues(func() ([]forms.Form, error) { return forms.Load(overlays...) })}
	return c, c.ambiguous()
}

var testOnly []string

// TestOnlyKnow limits the built-in environments to these, for tests of screens that list them. No
// other code may call it.
func TestOnlyKnow(ids ...string) { testOnly = ids }

// LoadFile adds one environment file, as given to --environment FILE.yaml, and returns it.
func (c *Catalog) LoadFile(file string) (Environment, error) {
	e, err := kind.LoadFile(file)
	if err != nil {
		return e, err
	}
	return e, c.Add(e)
}

// Clone returns a catalog of its own, to which an environment can be added without the other
// knowing it.
func (c *Catalog) Clone() *Catalog { return &Catalog{c.all, c.ordered, c.forms} }

// ErrNoForm is returned for an environment whose registry has no form that is known.
var ErrNoForm = errors.New("no form of its registry is known")

// Form is the form in which a client of the environment is registered, from the same folders as the
// environments.
func (c *Catalog) Form(e Environment) (forms.Form, error) {
	if e.Registry == nil || e.Registry.Form == "" {
		return forms.Form{}, ErrNoForm
	}
	if c == nil {
		return forms.Lookup(e.Registry.Form)
	}
	all, err := c.forms()
	if err != nil {
		return forms.Form{}, err
	}
	return forms.Find(all, e.Registry.Form)
}

// Add puts an environment into the catalog, in place of one with the same id.
func (c *Catalog) Add(e Environment) error {
	c.all = append(slices.DeleteFunc(slices.Clone(c.all), func(o Environment) bool { return o.ID == e.ID }), e)
	c.ordered = ordered(c.all)
	return c.ambiguous()
}

// All returns the environments in order of id, the built-in EGI ones first.
func (c *Catalog) All() []Environment { return slices.Clone(c.ordered) }

func ordered(all []Environment) []Environment {
	return slices.SortedStableFunc(slices.Values(all), func(a, b Environment) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.ID, b.ID))
	})
}

// rank puts production before demo and development, as people meet them, and those before the rest.
func rank(e Environment) int {
	first := []string{"production", "demo", "development"}
	if i := slices.Index(first, e.ID); i >= 0 {
		return i
	}
	return len(first)
}

// Lookup finds an environment by id or alias.
func (c *Catalog) Lookup(name string) (Environment, bool) {
	for _, e := range c.all {
		if e.ID == name || slices.Contains(e.Aliases, name) {
			return e, true
		}
	}
	return Environment{}, false
}

// Names lists every id and alias, for completion and for the near miss of a mistyped one.
func (c *Catalog) Names() []string {
	var names []string
	for _, e := range c.All() {
		names = append(append(names, e.ID), e.Aliases...)
	}
	return names
}

// ByIssuer finds the environment with this issuer, a trailing slash aside.
func (c *Catalog) ByIssuer(issuer string) (Environment, bool) {
	i := slices.IndexFunc(c.all, func(e Environment) bool { return e.Issuer == issuer })
	if i < 0 {
		i = slices.IndexFunc(c.all, func(e Environment) bool { return text.SameIssuer(e.Issuer, issuer) })
	}
	if i < 0 {
		return Environment{}, false
	}
	return c.all[i], true
}

// ByRetiredIssuer finds the environment that once had this issuer.
func (c *Catalog) ByRetiredIssuer(issuer string) (Environment, bool) {
	for _, e := range c.all {
		if slices.ContainsFunc(e.RetiredIssuers, func(r string) bool { return text.SameIssuer(r, issuer) }) {
			return e, true
		}
	}
	return Environment{}, false
}

// Sisters returns the other environments of the family, where the client might live instead.
func (c *Catalog) Sisters(e Environment) []Environment {
	var sisters []Environment
	for _, o := range c.All() {
		if e.Family != "" && o.Family == e.Family && o.ID != e.ID && !text.SameIssuer(o.Issuer, e.Issuer) {
			sisters = append(sisters, o)
		}
	}
	return sisters
}

// BackendByName finds a back-end by id, URL or host name in any environment, preferring the given
// one, and says which environments accept it.
func (c *Catalog) BackendByName(name string, prefer Environment) (found Backend, accepts []Environment) {
	theirs, err := url.Parse(name)
	if err != nil {
		theirs = &url.URL{}
	}
	look := func(e *Environment) {
		for i := range e.Backends {
			b := &e.Backends[i]
			if !b.matches(name, theirs) {
				continue
			}
			if found.ID == "" {
				found = *b
			}
			if b.ID == found.ID && !slices.ContainsFunc(accepts, func(o Environment) bool { return o.ID == e.ID }) {
				accepts = append(accepts, *e)
			}
		}
	}
	look(&prefer)
	for i := range c.ordered {
		look(&c.ordered[i])
	}
	return found, accepts
}

// matches tells that a name, read as an address too, is that of the back-end.
func (b *Backend) matches(name string, theirs *url.URL) bool {
	if b.ID == name {
		return true
	}
	if host := cmp.Or(theirs.Host, name); !strings.Contains(strings.ToLower(b.URL), strings.ToLower(host)) {
		return false // most are others
	}
	mine, err := url.Parse(b.URL)
	if err != nil {
		return false
	}
	if name == mine.Host {
		return true
	}
	return theirs.Host != "" && strings.EqualFold(theirs.Host, mine.Host) &&
		strings.TrimSuffix(theirs.Path, "/") == strings.TrimSuffix(mine.Path, "/")
}

// valid checks what a JSON Schema cannot say.
func (e Environment) valid() error {
	if _, err := text.BaseAddress(e.Issuer); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	if err := e.validRegistration(); err != nil {
		return fmt.Errorf("registration: %w", err)
	}
	if r := e.Registry; r != nil {
		if err := errors.Join(page("portal", r.Portal), page("api", r.API)); err != nil {
			return fmt.Errorf("registry: %w", err)
		}
	}
	if err := page("entitlements", e.Entitlements); err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, e.Read); err != nil && e.Read != "" {
		return fmt.Errorf("read: %q is not a day such as 2026-11-25", e.Read)
	}
	defaults := 0
	for _, b := range e.Backends {
		if _, err := text.BaseAddress(b.URL); err != nil {
			return fmt.Errorf("backends: %s: %w", b.ID, err)
		}
		if err := errors.Join(page("billing", b.Billing), page("helpdesk", b.Helpdesk), sentence(b.Deprecated, false), sentence(b.Note, false)); err != nil {
			return fmt.Errorf("backends: %s: %w", b.ID, err)
		}
		if b.Default {
			defaults++
		}
	}
	if defaults > 1 {
		return errors.New("backends: more than one is marked default")
	}
	return nil
}

// ambiguous refuses a name that stands for two environments.
func (c *Catalog) ambiguous() error {
	owner := map[string]string{}
	for _, e := range c.all {
		for _, n := range append([]string{e.ID}, e.Aliases...) {
			if o, taken := owner[n]; taken && o != e.ID {
				return fmt.Errorf("the name %q belongs to two environments: %s and %s", n, o, e.ID)
			}
			owner[n] = e.ID
		}
	}
	return nil
}
