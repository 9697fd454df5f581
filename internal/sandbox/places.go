package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// Placeholders in the world's strings. {NAME} is the origin of a host, for example https://127.0.0.1:4711; {NAME.host} its
// host and port, {NAME.localhost} the same origin by another name, {NAME.port} its port; {closed} the host and port of an address where nothing listens; {dir} the folder with the files. Ports are
// known only once everything listens, so faults write placeholders and expand fills them in.
func (s *Sandbox) expand(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(s.places))
	for _, name := range slices.Sorted(maps.Keys(s.places)) {
		pairs = append(pairs, "{"+name+"}", s.places[name])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// expandAny expands the strings inside a JSON value.
func (s *Sandbox) expandAny(v any) any {
	switch v := v.(type) {
	case string:
		return s.expand(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = s.expandAny(v[i])
		}
		return out
	default:
		return v
	}
}

// apply changes a JSON document.
func (s *Sandbox) apply(doc map[string]any, edits []edit) {
	for _, e := range edits {
		if e.value == nil {
			delete(doc, e.key)
			continue
		}
		doc[e.key] = s.expandAny(e.value)
	}
}

// Issuer is the issuer of one environment, as the world knows it.
func (s *Sandbox) Issuer(environment string) string {
	p := s.world.idps[environment]
	if p == nil {
		return ""
	}
	return s.addressOf(p)
}

// BackendURL is the back-end's address, as a person gives it to an openEO client.
func (s *Sandbox) BackendURL() string { return s.places["backend"] }

// RegistryURL is the address of the registry's portal.
func (s *Sandbox) RegistryURL() string { return s.places["registry"] }

// addressOf is the issuer under which the world knows an identity provider: catalog and back-end name it so.
func (s *Sandbox) addressOf(p *idp) string {
	if p.kind == otherServer {
		return s.places[p.name]
	}
	return s.places[p.name] + p.base + "/realms/" + p.realm
}

// issuerOf is what the identity provider calls itself, in discovery and tokens.
func (s *Sandbox) issuerOf(p *idp) string {
	if p.issuer != "" {
		return s.expand(p.issuer)
	}
	return s.addressOf(p)
}
