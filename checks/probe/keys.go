package probe

import (
	"context"
	"crypto"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/credguide/credguide/checks"
)

// keySet are the published keys (RFC 7517).
type keySet struct {
	usable []crypto.PublicKey
	ids    []string
}

func (k keySet) has(id string) bool { return slices.Contains(k.ids, id) }

func skipKeys(p *pass) string {
	if p.document().jwks == "" {
		return "not tried: the address of the keys is not known"
	}
	return ""
}

func runKeys(ctx context.Context, p *pass) outcome {
	a := p.client.get(ctx, p.document().jwks, call{step: "keys", effect: Reads})
	p.frame(checks.AtKeys, a)
	if !a.ok() || a.status != 200 || a.document == nil {
		return warned(ended(a).because)
	}
	k := readKeys(a)
	p.set(checks.KeysCount, len(k.usable))
	p.keys = k
	if len(k.usable) == 0 {
		return warned("no usable key in the set")
	}
	return passed(fmt.Sprintf("%d published", len(k.usable)))
}

// maxKeys bounds the work; real sets hold a handful.
const maxKeys = 100

// readKeys takes each key alone: one of an unknown kind must not spoil the set.
func readKeys(a answer) (k keySet) {
	raw, _ := a.document["keys"].([]any)
	for _, v := range raw[:min(len(raw), maxKeys)] {
		text, err := json.Marshal(v)
		if err != nil {
			continue
		}
		var key jose.JSONWebKey
		if key.UnmarshalJSON(text) != nil || !key.Valid() || !key.IsPublic() {
			continue
		}
		k.usable = append(k.usable, key.Key)
		k.ids = append(k.ids, sanitize(key.KeyID, 300))
	}
	return k
}
