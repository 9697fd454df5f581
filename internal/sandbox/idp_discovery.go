package sandbox

import (
	_ "embed" // the measured discovery documents
	"encoding/json"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

//go:embed discovery_keycloak.json
var keycloakDiscovery string

//go:embed discovery_other.json
var otherDiscovery string

// discovery is the document of OpenID Connect Discovery 1.0 section 4.
func (k keycloakSite) discovery(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-cache, must-revalidate, no-transform, no-store")
	k.s.writeDiscovery(w, k.p, keycloakDiscovery, jsonType)
}

// writeDiscovery fills in the addresses and makes the changes that a fault asks for. The endpoints stay where the server
// is, also where its issuer is called otherwise.
func (s *Sandbox) writeDiscovery(w http.ResponseWriter, p *idp, template, contentType string) {
	base := s.places[p.name]
	if p.kind == keycloak {
		base += p.base + "/realms/" + p.realm
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(template, "{realm}", base)), &doc); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	doc["issuer"] = s.issuerOf(p)
	if p.kind == keycloak {
		doc["scopes_supported"] = append(doc["scopes_supported"].([]any), "voperson_id", "eduperson_entitlement", "eduperson_scoped_affiliation")
	}
	s.apply(doc, p.discovery)
	writeTyped(w, http.StatusOK, contentType, doc)
}

// certs is the key set of RFC 7517 that tokens are verified with.
func (s *Sandbox) certs(w http.ResponseWriter, p *idp) {
	key, err := keyOf(p.name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	set := jose.JSONWebKeySet{Keys: key.published}
	if p.kind == otherServer {
		set.Keys = []jose.JSONWebKey{key.public()}
	}
	writeJSON(w, http.StatusOK, set)
}
