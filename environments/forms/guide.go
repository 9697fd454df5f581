package forms

import (
	"fmt"
	"regexp"
	"slices"
)

// Pages are paths below the registry's portal; {tenant} stands for its tenant.
type Pages struct {
	List string `yaml:"list,omitempty" json:"list,omitempty"` // one's own services
	New  string `yaml:"new,omitempty" json:"new,omitempty"`   // an empty form
}

// Guide is what a person does around the form: up to Submit, through the review, and to the secret.
type Guide struct {
	Needs         Passage      `yaml:"needs,omitempty" json:"needs"` // what to have at hand before the first question
	Submit        Passage      `yaml:"submit,omitempty" json:"submit"`
	SubmitTrouble Passage      `yaml:"submit_trouble,omitempty" json:"submit_trouble"`
	Review        Passage      `yaml:"review,omitempty" json:"review"`
	ReviewTrouble Passage      `yaml:"review_trouble,omitempty" json:"review_trouble"`
	Change        Passage      `yaml:"change,omitempty" json:"change"` // to change a field later: {tab}, {field}, {value}
	Badges        Badges       `yaml:"badges,omitempty" json:"badges"`
	Secret        SecretGuide  `yaml:"secret,omitempty" json:"secret"`
	ClientID      Instructions `yaml:"client_id,omitempty" json:"client_id"`
}

// Passage is a heading with its lines: steps in their order, or cases.
type Passage struct {
	Title string `yaml:"title" json:"title"`
	Lines []Line `yaml:"lines" json:"lines"`
}

// Line is one paragraph. {portal}, {list}, {new} and {contact} stand for what the environment has.
type Line struct {
	Text string `yaml:"text" json:"text"`
	// In and Approval limit the line to some of the registry's environments, or to one way of
	// approval.
	In       []string `yaml:"in,omitempty" json:"in,omitempty"`
	Approval string   `yaml:"approval,omitempty" json:"approval,omitempty"`
}

// For tells whether the line is meant for an environment, by the registry's name of it and its way
// of approval.
func (l Line) For(environment, approval string) bool {
	return (len(l.In) == 0 || slices.Contains(l.In, environment)) && (l.Approval == "" || l.Approval == approval)
}

// Places are what the lines of a guide may stand on an environment for.
var Places = []string{"{portal}", "{list}", "{new}", "{contact}"}

var placeholder = regexp.MustCompile(`\{[a-z_]*\}`)

// valid refuses a line that would show a placeholder to a person.
func (g Guide) valid() error {
	for _, p := range []Passage{g.Needs, g.Submit, g.SubmitTrouble, g.Review, g.ReviewTrouble} {
		if err := p.valid(Places); err != nil {
			return err
		}
	}
	return g.Change.valid(append(slices.Clip(Places), "{tab}", "{field}", "{value}"))
}

func (p Passage) valid(known []string) error {
	for _, l := range p.Lines {
		for _, name := range placeholder.FindAllString(l.Text, -1) {
			if !slices.Contains(known, name) {
				return fmt.Errorf("%s: nothing is known by the name %s", p.Title, name)
			}
		}
	}
	return nil
}

// Badges are the words by which the registry's list of services shows how far a request is.
type Badges struct {
	Where   string   `yaml:"where,omitempty" json:"where,omitempty"` // where to see them
	Done    []string `yaml:"done,omitempty" json:"done,omitempty"`
	Waiting []string `yaml:"waiting,omitempty" json:"waiting,omitempty"`
	Trouble []string `yaml:"trouble,omitempty" json:"trouble,omitempty"`
}

// SecretGuide is what there is to know of the secret that the registry makes.
type SecretGuide struct {
	Length int    `yaml:"length,omitempty" json:"length,omitempty"` // of a generated one, in characters
	Find   string `yaml:"find,omitempty" json:"find,omitempty"`     // where to read it
	Mask   string `yaml:"mask,omitempty" json:"mask,omitempty"`     // what to do where dots stand in its place
}

// Instructions say where to find a value.
type Instructions struct {
	Find string `yaml:"find,omitempty" json:"find,omitempty"`
}
