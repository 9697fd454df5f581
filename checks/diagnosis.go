package checks

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/credguide/credguide/internal/catalog"
)

// Diagnosis is one cause that a person can act on: the rules by which evidence shows it, and what
// to say and do then.
type Diagnosis struct {
	ID       string   `yaml:"id"`
	Title    string   `yaml:"title"`
	Layer    Layer    `yaml:"layer"`
	Severity Severity `yaml:"severity"`
	Party    Party    `yaml:"party"`
	// Unplaced is the title where an error text does not tell which server it is about.
	Unplaced string `yaml:"unplaced"`
	// Means says what is true when this is reported; Fix what to do. Both are templates over facts.
	Means Sentences `yaml:"means"`
	Fix   FixSteps  `yaml:"fix"`
	Where *Where    `yaml:"where"`
	// SeparateBy says what would tell this cause from its neighbours; shown where the certainty is
	// not certain.
	SeparateBy string `yaml:"separate_by"`
	// Who says who can fix it, where the party alone says too little. It changes no party.
	Who string `yaml:"who"`
	// Rank orders findings of one layer and certainty, the most likely first. Lower comes first.
	Rank  int    `yaml:"rank"`
	Rules []Rule `yaml:"rules"`
	// Also is what else is said where further facts are known, whichever rule held. It changes no
	// certainty.
	Also []Remark `yaml:"also"`
	// HiddenBy lists causes of which this is only the effect: if one is reported, this is not
	// shown.
	HiddenBy []string `yaml:"hidden_by"`
	// Says are texts by which people meet this cause, in the words of their programs; "…" stands
	// for what differs from one to the next. They lead explain and the pages by symptom here.
	// Nothing is decided by them alone.
	Says     []string  `yaml:"says"`
	Refs     []string  `yaml:"refs"`
	Examples []Example `yaml:"examples"`

	// Origin is the file that the diagnosis was read from.
	Origin string `yaml:"-"`
}

// Rule is one kind of evidence for the diagnosis. The first rule that holds gives the finding; what
// it leaves empty is taken from the diagnosis.
type Rule struct {
	When       any       `yaml:"when"`
	Certainty  Certainty `yaml:"certainty"`
	Severity   Severity  `yaml:"severity"`
	Party      Party     `yaml:"party"`
	Title      string    `yaml:"title"`
	Means      Sentences `yaml:"means"`
	Fix        FixSteps  `yaml:"fix"`
	Where      *Where    `yaml:"where"`
	SeparateBy string    `yaml:"separate_by"`
	Who        string    `yaml:"who"`
	// Excludes lists other causes that were considered before this rule was called certain, each
	// with facts in which the catalog does not take it for this one.
	Excludes []Excluded `yaml:"excludes"`

	condition Condition
}

// Remark is a sentence that more facts allow.
type Remark struct {
	When  any       `yaml:"when"`
	Means Sentences `yaml:"means"`

	condition Condition
}

// Excluded is another cause, and evidence of it that looks like this rule's.
type Excluded struct {
	Cause string         `yaml:"cause"`
	Facts map[string]any `yaml:"facts"`
}

// Where names the place to change, for example a field of the registry's form.
type Where struct {
	System string `yaml:"system" json:"system"`
	Tab    string `yaml:"tab" json:"tab,omitempty"`
	Field  string `yaml:"field" json:"field,omitempty"`
	Label  string `yaml:"label" json:"label,omitempty"`
	Value  string `yaml:"value" json:"value,omitempty"`
}

// systemWords are the systems that are not called as their names read.
var systemWords = map[string]string{
	"federation-registry": "Federation Registry", "environment": "environment variable", "accounts-file": "the account's entry",
	"back-end": "back-end", "backend": "back-end",
}

// Path writes the place as one follows it: "Federation Registry › Protocol Specific › Grant Types:
// client_credentials". It is empty where the place is not known, or only by its system.
func (w *Where) Path() string {
	if w == nil {
		return ""
	}
	steps := []string{cmp.Or(systemWords[w.System], strings.ReplaceAll(w.System, "-", " ")), w.Tab, cmp.Or(w.Label, w.Field)}
	steps = slices.DeleteFunc(steps, func(s string) bool { return s == "" })
	if len(steps) < 2 {
		return "" // the name of a system alone leads nowhere
	}
	place := strings.Join(steps, " › ")
	if w.Value != "" {
		place += ": " + w.Value
	}
	return place
}

// Example is evidence with the expected outcome: a certainty ("certain", "likely", "possible"),
// "no" or "unknown".
type Example struct {
	Name   string         `yaml:"name"`
	Facts  map[string]any `yaml:"facts"`
	Expect string         `yaml:"expect"`
}

//go:embed diagnoses/*.yaml
var builtIn embed.FS

//go:embed diagnoses.schema.json
var diagnosisSchema []byte

// Catalog is the set of diagnoses, by id.
type Catalog struct {
	all   []*Diagnosis
	byID  map[string]*Diagnosis
	rules rules
}

// diagnoses are the files of the user's folders; the program's own are read once, see
// builtInDiagnoses.
var diagnoses = catalog.Kind[Diagnosis]{
	Schema: diagnosisSchema, Folder: "diagnoses",
	Entry: func(d *Diagnosis, origin string) (string, error) {
		d.Origin = origin
		return d.ID, d.prepare()
	},
}

// The program's own diagnoses cannot change while it runs, and a hundred files take their time. Half
// of it is that of the examples.
var (
	builtInDiagnoses = sync.OnceValues(func() ([]Diagnosis, error) { return loadBuiltIn("") })
	builtInRules     = sync.OnceValues(func() ([]Diagnosis, error) { return loadBuiltIn("examples") })
)

func loadBuiltIn(unread string) ([]Diagnosis, error) {
	own := diagnoses
	own.FS, own.Dir, own.Unread = builtIn, "diagnoses", unread
	return own.Load()
}

// LoadCatalog reads the built-in diagnoses and, over them, DIR/diagnoses/*.yaml of each overlay
// folder. Nobody changes a diagnosis after that.
func LoadCatalog(overlays ...string) (*Catalog, error) { return loadOver(builtInDiagnoses, overlays) }

// LoadRules is LoadCatalog for what diagnoses and explains nothing: the built-in ones have no
// examples.
func LoadRules(overlays ...string) (*Catalog, error) { return loadOver(builtInRules, overlays) }

func loadOver(own func() ([]Diagnosis, error), overlays []string) (*Catalog, error) {
	base, err := own()
	if err != nil {
		return nil, err
	}
	over, err := diagnoses.Load(overlays...)
	if err != nil {
		return nil, err
	}
	byID := map[string]*Diagnosis{}
	for _, list := range [][]Diagnosis{base, over} {
		for i := range list {
			byID[list[i].ID] = &list[i]
		}
	}
	c := newCatalog(byID)
	return c, errors.Join(c.crossCheck()...)
}

func newCatalog(byID map[string]*Diagnosis) *Catalog {
	all := slices.SortedFunc(maps.Values(byID), func(a, b *Diagnosis) int {
		return cmp.Or(rank(Layers, a.Layer)-rank(Layers, b.Layer), a.Rank-b.Rank, strings.Compare(a.ID, b.ID))
	})
	return &Catalog{all, byID, rulesOf(all)}
}

// All returns the diagnoses in the order of the layers, the most likely cause of a layer first,
// then by id.
func (c *Catalog) All() []*Diagnosis {
	return slices.Clone(c.all)
}

// ByID finds a diagnosis.
func (c *Catalog) ByID(id string) (*Diagnosis, bool) { d, ok := c.byID[id]; return d, ok }

// IDs lists the ids in the order of All.
func (c *Catalog) IDs() []string {
	var ids []string
	for _, d := range c.All() {
		ids = append(ids, d.ID)
	}
	return ids
}

// prepare parses the conditions and checks every name that the file uses.
func (d *Diagnosis) prepare() error {
	for i := range d.Rules {
		r := &d.Rules[i]
		c, err := parseCondition(r.When)
		if err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
		r.condition = c
		for _, x := range r.Excludes {
			if _, err := ParseFacts(x.Facts); err != nil {
				return fmt.Errorf("rule %d: excludes %s: %w", i+1, x.Cause, err)
			}
		}
		if err := errors.Join(r.Means.check(), r.Fix.check(), Sentences{r.Title, r.SeparateBy, r.Who}.check(), r.Where.check()); err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
	}
	for i := range d.Also {
		also := &d.Also[i]
		c, err := parseCondition(also.When)
		if err := errors.Join(err, also.Means.check()); err != nil {
			return fmt.Errorf("also %d: %w", i+1, err)
		}
		also.condition = c
	}
	return errors.Join(d.Means.check(), d.Fix.check(), Sentences{d.Title, d.SeparateBy, d.Who}.check(), d.Where.check())
}

// crossCheck refuses excludes and hidden_by entries that name no diagnosis: a renamed one would
// silently stop hiding its effects.
func (c *Catalog) crossCheck() (problems []error) {
	for _, d := range c.all {
		for i, r := range d.Rules {
			for _, x := range r.Excludes {
				if _, ok := c.byID[x.Cause]; !ok {
					problems = append(problems, fmt.Errorf("%s (%s): rule %d excludes %q, which is no diagnosis", d.ID, d.Origin, i+1, x.Cause))
				}
			}
		}
		for _, h := range d.HiddenBy {
			if _, ok := c.byID[h]; !ok {
				problems = append(problems, fmt.Errorf("%s (%s): hidden_by names %q, which is no diagnosis", d.ID, d.Origin, h))
			}
		}
	}
	return problems
}
