package probe

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// remarks are what is unusual about the files that the values came from, as far as a line of the
// report holds it. Nothing of it keeps this login from working, but another program may read the
// same file in another way.
func (p *pass) remarks() string {
	const enough = 2
	notes, _ := seen[[]string](p, checks.SourcesNotes)
	if len(notes) == 0 {
		return ""
	}
	text := strings.Join(notes[:min(len(notes), enough)], "; ")
	if n := len(notes) - enough; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return "; " + text
}

func (p *pass) sourceFacts(c credentials.Resolved) {
	p.set(checks.CredentialsConflict, false)
	var conflicts []string
	for _, x := range c.Conflicts {
		if x.Value != credentials.ClientID && x.Value != credentials.ClientSecret {
			continue
		}
		text := fmt.Sprintf("%s: %s is used, %s differs", x.Value, x.Used.Words(), x.Other.Words())
		if x.PythonTakesOther {
			p.set(checks.CredentialsPythonTakes, x.Other.Words())
		}
		conflicts = append(conflicts, text)
	}
	if len(conflicts) > 0 {
		p.set(checks.CredentialsConflict, true)
		p.set(checks.CredentialsConflicts, conflicts)
	}
	var looked []string
	for _, l := range c.Looked {
		if missedHere(c, l) {
			looked = append(looked, text.Line(placeWords(l), 200))
		}
	}
	p.set(checks.SourcesLooked, looked)
	p.untakenFacts(c.Untaken)
	p.fileFacts(c)
	method := c.AuthMethod
	p.set(checks.AuthMethodValue, text.Line(method.Value, 60))
	p.set(checks.AuthMethodWrong, method.Set && method.Value != "" && method.Value != "client_credentials")
	if fromVariable(c.ProviderID) {
		p.set(checks.ProviderVariableValue, text.Line(c.ProviderID.Value, 60))
		p.set(checks.ProviderVariableSource, c.ProviderID.Source.Words())
	}
}

// untakenFacts: credentials are there, and nobody chose them.
func (p *pass) untakenFacts(u credentials.Untaken) {
	for name, list := range map[checks.Name][]string{checks.AuthConfigEntries: u.Entries, checks.AuthConfigIssuers: u.Issuers} {
		const enough = 10
		var lines []string
		for _, s := range list[:min(len(list), enough)] {
			lines = append(lines, text.Line(s, 200))
		}
		p.set(name, lines)
	}
	p.set(checks.AuthConfigUntaken, text.Line(u.Why, 200))
}

// missedHere tells that a value which was not found anywhere was looked for at this place. The
// other places and values only hide it.
func missedHere(c credentials.Resolved, l credentials.Looked) bool {
	switch {
	case l.Outcome == credentials.Found, l.Outcome == credentials.Exposed:
		return false
	case l.Value == credentials.ClientID:
		return !c.HasClientID()
	case l.Value == credentials.ClientSecret:
		return !c.HasSecret()
	}
	return l.Value == "" && !(c.HasClientID() && c.HasSecret())
}

// placeWords names a place, with what was odd about it in brackets.
func placeWords(l credentials.Looked) string {
	why := l.Detail
	switch {
	case l.Outcome == credentials.Absent:
	case why == "":
		why = string(l.Outcome)
	default:
		why = string(l.Outcome) + ": " + why
	}
	if why == "" {
		return l.Source.Words()
	}
	return l.Source.Words() + " (" + why + ")"
}

// fromVariable tells that a setting is OPENEO_AUTH_PROVIDER_ID, in the environment or a credentials
// file, and not a flag.
func fromVariable(s credentials.Setting) bool {
	return s.Set && !s.Source.Chosen() && (s.Source.Kind == credentials.KindEnvironment || s.Source.Kind == credentials.KindDotenv)
}

// fileFacts: a file that the user named must be readable. One that was merely found counts where
// the values are missing, for they may stand in it.
func (p *pass) fileFacts(c credentials.Resolved) {
	var unreadable, exposed, notes []string
	for _, n := range c.Notes {
		notes = append(notes, text.Line(n.Source.String()+": "+n.Text, 200))
	}
	for _, u := range c.Unreadable {
		if u.Explicit || !c.HasClientID() || !c.HasSecret() {
			unreadable = append(unreadable, u.String())
		} else {
			notes = append(notes, text.Line("not read: "+u.String(), 200))
		}
	}
	for _, e := range c.Exposed {
		exposed = append(exposed, e.String())
	}
	p.set(checks.SourcesUnreadableAny, len(unreadable) > 0)
	p.set(checks.SourcesUnreadableCommand, slices.ContainsFunc(c.Unreadable, func(u credentials.UnreadableFile) bool { return u.Source.Kind == credentials.KindCommand }))
	p.set(checks.SourcesUnreadableFound, len(unreadable) > 0 && !slices.ContainsFunc(c.Unreadable, func(u credentials.UnreadableFile) bool { return u.Explicit }))
	p.set(checks.SourcesUnreadablePassing, len(unreadable) > 0 && !slices.ContainsFunc(c.Unreadable, func(u credentials.UnreadableFile) bool { return !u.Passing }))
	p.set(checks.SourcesUnreadable, unreadable)
	p.set(checks.SourcesExposedAny, len(exposed) > 0)
	p.set(checks.SourcesExposedVolume, slices.ContainsFunc(c.Exposed, func(e credentials.Exposure) bool { return e.Volume }))
	p.set(checks.SourcesExposed, exposed)
	p.set(checks.SourcesNotes, notes)
}

const maxNetrc = 64 << 10 // bytes

// netrcHost is the host of the token endpoint where the user's netrc file has an entry for it: the
// client (package requests) then sends that name and password in a Basic header, beside the
// client's own in the body.
func (p *pass) netrcHost(ctx context.Context, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for _, file := range p.netrcFiles() {
		c, err := files.Read(ctx, file, files.Limits{Bytes: maxNetrc})
		if err != nil {
			continue
		}
		if hasMachine(string(c.Data), u.Hostname()) {
			return u.Hostname()
		}
		break // the first file that is there
	}
	return ""
}

func (p *pass) netrcFiles() []string {
	if file, _ := firstSet(p.options.Lookup, "NETRC"); file != "" {
		return []string{file}
	}
	home, _ := firstSet(p.options.Lookup, "HOME", "USERPROFILE")
	if home == "" {
		return nil
	}
	return []string{filepath.Join(home, ".netrc"), filepath.Join(home, "_netrc")}
}

// hasMachine finds an entry for the host, or the one for all hosts. Macros, which run to an empty
// line, are passed over.
func hasMachine(text, host string) bool {
	words := strings.Fields(withoutMacros(text))
	for i, word := range words {
		switch {
		case word == "machine" && i+1 < len(words) && words[i+1] == host:
			return true
		case word == "default" && (i == 0 || !slices.Contains([]string{"machine", "login", "user", "account", "password"}, words[i-1])):
			return true
		}
	}
	return false
}

func withoutMacros(text string) string {
	var kept []string
	inMacro := false
	for line := range strings.Lines(text) {
		switch bare := strings.TrimSpace(line); {
		case bare == "":
			inMacro = false
		case strings.HasPrefix(bare, "macdef"):
			inMacro = true
		case !inMacro && !strings.HasPrefix(bare, "#"):
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
