package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments/forms"
	"github.com/credguide/credguide/internal/nearmiss"
	"github.com/credguide/credguide/internal/text"
)

// Nearest returns the name that was probably meant, or "": one spelt nearly so, else the only one
// that starts so.
func Nearest(typed string, names []string) string {
	if near := nearmiss.Of(typed, names); near != "" {
		return near
	}
	var starts []string
	for _, name := range names {
		if len(typed) >= 3 && strings.HasPrefix(name, strings.ToLower(typed)) {
			starts = append(starts, name)
		}
	}
	if len(starts) == 1 {
		return starts[0]
	}
	return ""
}

// Unknown is the error for a name that is none of ours; hint says where the right ones are.
func Unknown(kind, typed string, names []string, hint string) error {
	said := fmt.Sprintf("unknown %s %q", kind, Bounded(typed))
	if near := Nearest(typed, names); near != "" {
		said += fmt.Sprintf(" (did you mean %q?)", near)
	}
	return WithHint(errors.New(said), hint)
}

// OneOf is the hint for a short list of names.
func OneOf(names []string) string {
	return "one of: " + strings.Join(slices.Sorted(slices.Values(names)), ", ")
}

// Bounded makes what somebody typed fit for an error line: cut to its length, and not shown where
// it may be the secret.
func Bounded(typed string) string {
	if lint.SecretShaped(typed) {
		return "(not shown: it looks like a secret)"
	}
	return text.Cut(typed, 60, text.Runes)
}

// KnownProfile refuses the name of a configuration that the form does not have.
func KnownProfile(form forms.Form, name string) error {
	var ids []string
	for _, p := range form.Profiles {
		if p.ID == name {
			return nil
		}
		ids = append(ids, p.ID)
	}
	if name == "" {
		return nil
	}
	return Unknown("profile", name, ids, OneOf(ids))
}
