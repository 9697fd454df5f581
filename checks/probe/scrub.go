package probe

import (
	"github.com/credguide/credguide/credentials"
)

// repeated stands for a text in which a server sent a secret back: error texts that quote the request do.
const repeated = "(not shown: it repeats a secret)"

// tokenMembers of a token response are meant to be secret; they are used and never shown.
var tokenMembers = map[string]bool{"access_token": true, "id_token": true, "refresh_token": true}

// scrub takes what repeats a secret out of an answer, before anything of it is cut to length: half a secret would pass the
// last guard.
func (a *answer) scrub(guard *credentials.Guard) {
	found := func(s string) bool { return len(s) > 0 && guard.Find([]byte(s)) }
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
