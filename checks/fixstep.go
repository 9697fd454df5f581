package checks

import (
	"cmp"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// FixStep is one thing to do: words, and perhaps the command that does it. Both are templates over
// facts. In a diagnosis file a step may also be a plain string.
type FixStep struct {
	Text string `yaml:"text" json:"text"`
	Run  string `yaml:"run" json:"run,omitempty"`
	// Change stands for the registry's own steps to the field that the finding names. Where these
	// are not known, Text stays.
	Change bool `yaml:"change" json:"-"`
	// Registry is the system of whose pages the step speaks. Where clients are made elsewhere, it
	// is left out.
	Registry string `yaml:"registry" json:"-"`
}

// UnmarshalYAML reads a step in either form.
func (s *FixStep) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&s.Text) == nil {
		return nil
	}
	type fields FixStep
	return unmarshal((*fields)(s))
}

// Line is the step as one text. A command stands last and whole.
func (s FixStep) Line() string {
	if s.Run == "" {
		return s.Text
	}
	return s.Lead() + " " + s.Run
}

// Lead is what stands before the command, or the whole text of a step without one.
func (s FixStep) Lead() string {
	if s.Run == "" {
		return s.Text
	}
	return strings.TrimRight(s.Text, ".:") + ":"
}

// FixSteps are what to do, in order.
type FixSteps []FixStep

// Lines are the steps as texts.
func (steps FixSteps) Lines() []string {
	lines := make([]string, 0, len(steps))
	for _, s := range steps {
		lines = append(lines, s.Line())
	}
	return lines
}

// render fills in the facts and drops the steps that cannot be said. What a server or a file gave
// stands in a command as one word of a shell.
func (steps FixSteps) render(f Facts, where *Where) FixSteps {
	out := FixSteps{}
	for _, s := range steps {
		if s.Registry != "" && elsewhere(s.Registry, f) {
			continue
		}
		if own := where.change(f); s.Change && len(own) > 0 {
			out = append(out, own...)
			continue
		}
		words, said := fill(s.Text, f)
		run, runs := fillWith(s.Run, f, text.Word)
		if said && runs {
			out = append(out, FixStep{Text: words, Run: run})
		}
	}
	return out
}

// change are the steps of the environment's registry that lead to a field of its form.
func (w *Where) change(f Facts) (steps FixSteps) {
	if w == nil || w.Tab == "" || w.Value == "" || elsewhere(w.System, f) {
		return nil
	}
	field := strings.NewReplacer("{tab}", w.Tab, "{field}", cmp.Or(w.Label, w.Field), "{value}", w.Value)
	for _, line := range f.List(RegistryChange) {
		steps = append(steps, FixStep{Text: field.Replace(line)})
	}
	return steps
}

// check refuses a step that names an undeclared fact.
func (steps FixSteps) check() error {
	var texts Sentences
	for _, s := range steps {
		texts = append(texts, s.Text, s.Run)
	}
	return texts.check()
}

// WithCommands returns the report with each command of its steps as the caller completes it: with
// the environment, the back-end and the account that are in force. The catalog's own steps stay as
// they are. A step whose command comes back empty is left out.
func (r Report) WithCommands(complete func(run string) string) Report {
	r.Diagnoses, r.Hidden = withCommands(r.Diagnoses, complete), withCommands(r.Hidden, complete)
	return r
}

func withCommands(findings []Finding, complete func(string) string) []Finding {
	out := make([]Finding, 0, len(findings))
	for _, f := range findings {
		steps := make(FixSteps, 0, len(f.Steps))
		for _, s := range f.Steps {
			if s.Run != "" {
				if s.Run = complete(s.Run); s.Run == "" {
					continue
				}
			}
			steps = append(steps, s)
		}
		f.Steps, f.Fix = steps, steps.Lines()
		out = append(out, f)
	}
	return out
}
