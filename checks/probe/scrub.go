package probe

import (
	"regexp"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/guard"
)

// repeated stands for a text in which a server sent a secret back: error texts that quote the request do.
const repeated = "(not shown: it repeats a secret)"

// tokenMembers of a token response are meant to be secret; they are used and never shown.
var tokenMembers = map[string]bool{"access_token": true, "id_token": true, "refresh_token": true}

// tokenText matches a JSON Web Token, also one that was cut off. Whoever made it, it is nobody else's business: a server may
// show the token of another session, or one of this check before the check knows it.
var tokenText = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.(?:eyJ|[A-Za-z0-9_-]{16,})`)

// repeats tells that a text holds a secret or a token.
func repeats(guard *guard.Guard, s string) bool {
	return s != "" && (guard.Find([]byte(s)) || tokenText.MatchString(s))
}

// scrub takes what repeats a secret out of an answer, before anything of it is cut to length: half a secret would pass the
// last guard.
func (a *answer) scrub(guard *guard.Guard) {
	found := func(s string) bool { return repeats(guard, s) }
	for name, values := range a.header {
		for i, v := range values {
			if name != "Location" && found(v) { // of a Location only the host is kept
				values[i] = ""
			}
		}
	}
	if found(a.pageText) {
		a.pageText = repeated
	}
	for name, value := range a.document {
		if !tokenMembers[name] {
			a.document[name] = scrubValue(value, found, 0)
		}
	}
}

// scrubDepth bounds the walk; nothing deeper is ever shown.
const scrubDepth = 8

func scrubValue(v any, found func(string) bool, depth int) any {
	if depth > scrubDepth {
		return nil
	}
	switch x := v.(type) {
	case string:
		if found(x) {
			return repeated
		}
	case []any:
		for i := range x {
			x[i] = scrubValue(x[i], found, depth+1)
		}
	case map[string]any:
		for k, e := range x {
			if found(k) {
				delete(x, k)
				continue
			}
			x[k] = scrubValue(e, found, depth+1)
		}
	}
	return v
}

// scrubbed is the evidence without what repeats a secret. At the end every token is known, also those that were minted
// after a server had them already (the steps of the two servers run side by side), and an address that a redirect led to is
// looked at for the first time. Without this the last guard would refuse the whole report, and a server could keep the
// reader from any diagnosis.
func (p *pass) scrubbed(e checks.Evidence) checks.Evidence {
	clean := func(s string) string {
		if repeats(p.guard, s) {
			return repeated
		}
		return s
	}
	for name, v := range e.Facts {
		switch v := v.(type) {
		case string:
			e.Facts[name] = clean(v)
		case []string:
			list := make([]string, len(v))
			for i := range v {
				list[i] = clean(v[i])
			}
			e.Facts[name] = list
		}
	}
	for i := range e.Checks {
		e.Checks[i].Because = clean(e.Checks[i].Because)
	}
	for i := range e.Requests {
		e.Requests[i].URL = clean(e.Requests[i].URL)
	}
	e.Subject.ProviderID = clean(e.Subject.ProviderID)
	return e
}
