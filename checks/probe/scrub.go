package probe

import (
	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/internal/text"
)

// tokenMembers of a token response are meant to be secret; they are used and never shown.
var tokenMembers = map[string]bool{"access_token": true, "id_token": true, "refresh_token": true}

// scrub takes the secret and tokens out of an answer in which a server repeats them, before anything of it is cut to length:
// error texts that quote the request do.
func (a *answer) scrub(g *guard.Guard) {
	for name, values := range a.header {
		for i := range values {
			if name != "Location" { // of a Location only the host is kept
				values[i] = g.Text(values[i])
			}
		}
	}
	a.pageText = g.Text(a.pageText)
	for name, value := range a.document {
		if !tokenMembers[name] {
			a.document[name] = scrubValue(value, g, 0)
		}
	}
}

// scrubDepth bounds the walk; nothing deeper is ever shown.
const scrubDepth = 8

func scrubValue(v any, g *guard.Guard, depth int) any {
	if depth > scrubDepth {
		return nil
	}
	switch x := v.(type) {
	case string:
		return g.Text(x)
	case []any:
		for i := range x {
			x[i] = scrubValue(x[i], g, depth+1)
		}
	case map[string]any:
		for k, e := range x {
			if g.Find([]byte(k)) {
				delete(x, k)
				continue
			}
			x[k] = scrubValue(e, g, depth+1)
		}
	}
	return v
}

// scrubbed is the evidence without the secret and the tokens. At the end every token is known, also those that were minted
// after a server had them already (the steps of the two servers run side by side), and an address that a redirect led to is
// looked at for the first time.
func (p *pass) scrubbed(e checks.Evidence) checks.Evidence {
	for name, v := range e.Facts {
		e.Facts[name] = text.Map(v, p.guard.Text)
	}
	for i := range e.Checks {
		e.Checks[i].Because = p.guard.Text(e.Checks[i].Because)
	}
	for i := range e.Requests {
		e.Requests[i].URL = p.guard.Text(e.Requests[i].URL)
	}
	e.Subject = text.Map(e.Subject, p.guard.Text)
	return e
}
