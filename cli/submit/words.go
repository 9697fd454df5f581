package submit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/wizard/registry"
)

// Problem is why the registry did not do it, in words.
type Problem struct {
	Text  string
	Lines []string // each refused field, or what to do
	Code  int      // the exit code
}

// ProblemOf explains an error of the desk. ok is false for what is not the registry's: an
// interrupt, or a file.
func ProblemOf(err error, form forms.Form, e environments.Environment) (p Problem, ok bool) {
	refused := (*registry.Refused)(nil)
	unknown := (*UnknownOrganisation)(nil)
	unsigned := (*registry.NoSignIn)(nil)
	switch {
	case errors.Is(err, context.Canceled):
		return p, false
	case errors.As(err, &refused):
		return refusal(refused, form), true
	case errors.As(err, &unknown):
		return Problem{Text: unknown.Error(), Code: app.ExitMisconfigured, Lines: []string{
			"Correct organization_name to the name that the registry's form offers.", "To add it to the registry, answer new_organization: true.",
		}}, true
	case errors.Is(err, registry.ErrTaken):
		return Problem{Text: err.Error(), Code: app.ExitMisconfigured, Lines: []string{"Choose another client ID."}}, true
	case errors.Is(err, registry.ErrToken):
		return Problem{Text: err.Error(), Code: app.ExitMisconfigured, Lines: tokenSteps(e)}, true
	case errors.Is(err, registry.ErrStranger):
		return Problem{Text: err.Error(), Code: app.ExitMisconfigured, Lines: strangerSteps(e)}, true
	case errors.As(err, &unsigned):
		return Problem{Text: unsigned.Error(), Code: app.ExitMisconfigured, Lines: TokenPlaces(e)}, true
	case errors.Is(err, registry.ErrNotAllowed), errors.Is(err, registry.ErrGone):
		return Problem{Text: err.Error(), Code: app.ExitMisconfigured}, true
	}
	doubt, silence, strange := (*registry.Doubt)(nil), (*registry.Silence)(nil), (*registry.Strange)(nil)
	if errors.As(err, &doubt) {
		return Problem{Text: err.Error(), Code: app.ExitCannotTell, Lines: []string{"Run the same command again: it looks for the request before it submits one."}}, true
	}
	unanswered := (*Unanswered)(nil)
	if errors.As(err, &unanswered) || errors.As(err, &silence) || errors.As(err, &strange) || errors.Is(err, registry.ErrNotFound) {
		return Problem{Text: err.Error(), Code: app.ExitCannotTell}, true
	}
	return p, false
}

// refusal names each refused field as the form does, with what to enter.
func refusal(refused *registry.Refused, form forms.Form) Problem {
	p := Problem{Text: "The registry refuses the request", Code: app.ExitMisconfigured}
	for _, f := range refused.Fields {
		tab, label, there := f.Place(form)
		if !there {
			p.Lines = append(p.Lines, fmt.Sprintf("%s: %s", f.Field, f.Message))
			continue
		}
		line := fmt.Sprintf("%s › %s (%s): %s.", tab, label, f.Field, strings.TrimSuffix(f.Message, "."))
		if field, ok := form.Field(f.Field); ok && field.Enter != "" && !strings.Contains(field.Enter, "{") {
			line += " To do: " + field.Enter + "."
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

// tokenSteps lead to a token that the registry takes.
func tokenSteps(e environments.Environment) []string {
	steps := []string{"Get a new access token of your own login, from the identity provider that the registry's portal uses, with the scope openid."}
	return append(steps, TokenPlaces(e)...)
}

func strangerSteps(e environments.Environment) []string {
	portal := "the registry's portal"
	if e.Registry != nil && e.Registry.Portal != "" {
		portal = e.Registry.Portal
	}
	return []string{
		"Sign in at " + portal + " once, in a browser, with the account that the token is of; then run the command again.",
		"A token of a service account does not do: it has never signed in. Use one of your own.",
	}
}

// TokenPlaces are where a person gets a token, as far as that is known.
func TokenPlaces(e environments.Environment) []string {
	oidcAgent := "With oidc-agent set up for that identity provider, oidc-token prints one."
	if e.Registry == nil {
		return []string{oidcAgent}
	}
	return append(slices.Clone(e.Registry.TokenPlaces), oidcAgent)
}

// Standing says how far a request is.
func Standing(stage registry.Stage) string {
	switch stage {
	case registry.Waiting:
		return "waiting for the review"
	case registry.Changes:
		return "the reviewer requests changes"
	case registry.Deploying:
		return "approved, and being deployed"
	case registry.Deployed:
		return "deployed"
	case registry.Broken:
		return "approved, but the deployment failed"
	case registry.Rejected:
		return "rejected"
	}
	return "cancelled, or not there"
}

// Contact is who decides about requests, and helps.
func Contact(e environments.Environment) string {
	return cmp.Or(e.Contact, "the registry's administrators")
}
