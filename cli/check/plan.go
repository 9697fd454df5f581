package check

import (
	"context"
	"fmt"
	"strings"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/text"
)

// plannedStep is a step as `check --plan --output json` writes it.
type plannedStep struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Effect string   `json:"effect"`
	Host   string   `json:"host,omitempty"`
	Needs  []string `json:"needs"`
	When   string   `json:"when,omitempty"`
}

var effectWords = map[probe.Effect]string{
	probe.Local:       "nothing leaves",
	probe.Reads:       "reads",
	probe.NamesClient: "names the client",
	probe.SendsSecret: "sends the secret",
	probe.MintsToken:  "sends the secret, gets a token",
}

// showPlan lists what a check would do. It asks for nothing and sends nothing.
func showPlan(ctx context.Context, a *app.App, flags *Flags) error {
	format := "text"
	if len(flags.Outputs) > 0 {
		format = flags.Outputs[len(flags.Outputs)-1]
	}
	if names := []string{"json", "text"}; format != "json" && format != "text" {
		return app.Unknown("output format of a plan", format, names, app.OneOf(names))
	}
	c, err := NewChecker(ctx, a, flags)
	if err != nil {
		return err
	}
	t, err := flags.TargetIn(a)
	if err != nil {
		return err
	}
	s, _, err := a.Subject(ctx, c.Environments, t, false)
	if err != nil {
		return app.NameOne(err, "check --plan")
	}
	steps := probe.Plan(s, c.Options)
	if format == "json" {
		list := make([]plannedStep, 0, len(steps))
		for _, p := range steps {
			list = append(list, plannedStep{p.ID, p.Title, string(p.Effect), p.Host, append([]string{}, p.Needs...), p.When})
		}
		return a.PrintJSON(list)
	}
	return a.Print(app.Plain(planInWords(s, steps, a.Width())))
}

func planInWords(s probe.Subject, steps []probe.Planned, width int) string {
	var b strings.Builder
	subject := s.Environment.Title
	if s.Backend != nil {
		subject += " and " + s.Backend.ID
	}
	b.WriteString(text.Hang("", "The steps of a check of "+subject+". Nothing is sent now.", width))
	b.WriteByte('\n')
	for _, p := range steps {
		line := fmt.Sprintf("  %-14s %-27s %s\n", p.ID, p.Title, effectWords[p.Effect])
		if text.Width(line) > width {
			line = text.Hang(fmt.Sprintf("  %-14s ", p.ID), p.Title+": "+effectWords[p.Effect], width)
		}
		b.WriteString(line)
		var more []string
		if p.Host != "" {
			more = append(more, "asks "+p.Host)
		}
		if len(p.Needs) > 0 {
			more = append(more, "after "+strings.Join(p.Needs, ", "))
		}
		if p.When != "" {
			more = append(more, p.When)
		}
		if len(more) > 0 {
			b.WriteString(text.Hang(strings.Repeat(" ", 17), strings.Join(more, "; "), width))
		}
	}
	return b.String()
}
