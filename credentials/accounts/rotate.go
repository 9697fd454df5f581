package accounts

import "strings"

// Rotation is what the steps of a rotation depend on, besides the account.
type Rotation struct {
	Provider []string // how a new secret is made there, as its environment says; may be empty
	Where    string   // the page or address of the provider; may be empty
	Others   []string // other places of this machine that still hold the old secret
	// Command writes a command with what is in force, such as the catalog; nil: as it is.
	Command func(words ...string) string
}

// RotationStep is one step: what to do, and perhaps in more detail, and the command that does or
// proves it.
type RotationStep struct {
	ID      string
	Text    string
	Details []string
	Run     string
}

// The steps, in their order.
const (
	StepMake   = "make-new"
	StepPlace  = "put-in-place"
	StepCheck  = "check-new"
	StepOthers = "other-places"
	StepOld    = "refuse-old"
)

// RotationSteps is the way from an old secret to a new one. The old one is taken away last, so that
// nothing stops working in between where the provider can have two.
func RotationSteps(a Account, r Rotation) []RotationStep {
	command := r.Command
	if command == nil {
		command = func(words ...string) string { return strings.Join(words, " ") }
	}
	steps := []RotationStep{{ID: StepMake, Text: "Make a new secret for the client" + of(a.ClientID) + " at the identity provider" + at(r.Where) + ".", Details: r.Provider}}
	if len(r.Provider) == 0 {
		steps[0].Details = []string{"How this is done there is not known; ask whoever registered the client" + owner(a.Owner) + "."}
	}
	steps = append(steps,
		placeStep(a, command),
		RotationStep{ID: StepCheck, Text: "Check the new secret.", Run: command("credguide", "check", a.Name)})
	if len(r.Others) > 0 {
		steps = append(steps, RotationStep{ID: StepOthers, Text: "Put the new secret into the other places of this machine that still hold the old one.", Details: r.Others})
	}
	return append(steps, RotationStep{
		ID: StepOld, Text: "Make sure that the identity provider refuses the old secret from now on.",
		Details: []string{
			"Some providers keep the old secret valid for a while, or until it is removed; others refuse it at once.",
			"Other machines, CI variables and colleagues may still use the old secret; they need the new one first.",
		},
	})
}

func of(what string) string {
	if what == "" {
		return ""
	}
	return " " + what
}

func owner(of string) string {
	if of == "" {
		return ""
	}
	return " (its owner here: " + of + ")"
}

func at(where string) string {
	if where == "" {
		return ""
	}
	return " (" + where + ")"
}

// placeStep says how the new secret gets to where the account has it.
func placeStep(a Account, command func(words ...string) string) RotationStep {
	step := RotationStep{ID: StepPlace}
	switch a.Source.Kind {
	case SecretFile:
		step.Text = "Replace the whole content of " + a.Source.Name + " with the new secret, without a line break."
	case Credentials:
		step.Text = "Replace the value of OPENEO_AUTH_CLIENT_SECRET in " + a.Source.Name + "."
	case SecretVariable:
		step.Text = "Set the variable " + a.Source.Name + " to the new secret wherever it is set: a CI setting, a unit file, a shell profile."
		if strings.HasPrefix(a.Source.Name, "OPENEO_AUTH_CLIENT_CREDENTIALS_") {
			step.Details = []string{"It holds provider ID/client ID/client secret; only the part after the second slash changes."}
		}
	case SecretCommand:
		step.Text = "Put the new secret where the " + a.Source.String() + " reads it."
	case Keyring:
		step.Text = "Store the new secret in the system keyring; you are asked for it."
		step.Run = command("credguide", "accounts", "update", a.Name, "--keyring")
	case AuthConfig:
		step.Text = "Replace client_secret in the openEO Python client's auth-config.json."
	}
	return step
}

// StillHeld lists the other accounts whose secret is still the old one. read gets an account's
// secret; an account that cannot be read is left out.
func StillHeld(l List, changed string, read func(Entry) (same bool)) []string {
	var names []string
	for _, e := range l.Entries {
		if e.Fault == nil && e.Name != changed && read(e) {
			names = append(names, "account "+e.Label()+" ("+e.Source.String()+")")
		}
	}
	return names
}
