package environments

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/text"
)

// Published is what a back-end and one of its login providers say of themselves.
type Published struct {
	Backend, BackendTitle     string // its address and name
	ProviderID, ProviderTitle string
	Issuer                    string // as the back-end lists it
	Scopes                    []string
	// Announced is the issuer that the identity provider names itself; empty where it could not be
	// asked.
	Announced string
	// Grants are the grants that the identity provider lists; nil where it lists none.
	Grants       []string
	GrantOffered bool
	Day          time.Time
}

// Draft is an environment made of what is published. How a client is made there stands in none of
// these documents, so nothing is claimed of it.
func Draft(id string, p Published) (Environment, error) {
	host := hostOf(p.Backend)
	e := Environment{
		ID: cmp.Or(id, DraftID(p.Backend)), Title: cmp.Or(oneLine(p.ProviderTitle, 100), hostOf(p.Issuer)), Issuer: strings.TrimRight(p.Issuer, "/"),
		Backends: []Backend{{
			ID: text.Cut(host, 64, text.Runes), Title: oneLine(p.BackendTitle, 120), URL: p.Backend, ProviderID: p.ProviderID, Default: true,
			Scopes: p.Scopes, WebEditor: Unknown,
		}},
		Source: "Read from " + strings.TrimRight(p.Backend, "/") + " and the discovery document of the issuer by credguide environments add.",
		Read:   p.Day.Format(time.DateOnly),
	}
	switch {
	case p.Announced == "":
		e.Notes = append(e.Notes, "The identity provider did not answer when this file was written.")
	case text.SameIssuer(p.Announced, p.Issuer):
		e.Issuer = p.Announced
	default:
		e.Notes = append(e.Notes, "The discovery document names another issuer: "+oneLine(p.Announced, 200))
	}
	if p.Announced != "" {
		e.Notes = append(e.Notes, grantNote(p))
	}
	data, err := e.YAML()
	if err != nil {
		return e, err
	}
	return kind.Read(e.ID+".yaml", data)
}

// grantNote says what the identity provider announces of the grant that a service account needs.
func grantNote(p Published) string {
	switch {
	case p.Grants == nil:
		return "The identity provider does not say which grants it offers."
	case p.GrantOffered:
		return "The identity provider offers the client credentials grant."
	}
	return "The identity provider does not offer the client credentials grant, so service accounts cannot log in there."
}

// longestDraftID leaves room for a provider's ID behind it.
const longestDraftID = 40

// DraftID is a name for the environment of a back-end, made of its host.
func DraftID(backend string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(hostOf(backend)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
			continue
		}
		b.WriteByte('-')
	}
	id := b.String()
	return cmp.Or(strings.Trim(id[:min(len(id), longestDraftID)], "-"), "backend")
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return fmt.Sprintf("%q", raw)
	}
	return text.Host(u.Host)
}

// oneLine is a text of a server as a file may hold it.
func oneLine(s string, most int) string { return strings.TrimSpace(text.Line(s, most)) }
