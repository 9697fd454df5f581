package idp

import (
	_ "embed" // the measured discovery documents
	"encoding/json"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

//go:embed discovery_keycloak.json
var keycloakDiscovery string

//go:embed discovery_other.json
var otherDiscovery string

// discovery is the document of OpenID Connect Discovery 1.0 section 4.
func (k keycloakSite) discovery(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-cache, must-revalidate, no-transform, no-store")
	k.writeDiscovery(w, keycloakDiscovery, wire.JSONType)
}

// writeDiscovery fills in the addresses and makes the changes that a fault asks for. The endpoints
// stay where the server is, also where its issuer is called otherwise.
func (m realm) writeDiscovery(w http.ResponseWriter, template, contentType string) {
	base := m.n.Place(m.p.Name)
	if m.p.Kind == world.Keycloak {
		base += m.p.Base + "/realms/" + m.p.Realm
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(template, "{realm}", base)), &doc); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	doc["issuer"] = m.p.IssuerOn(m.n)
	if m.p.Kind == world.Keycloak {
		doc["scopes_supported"] = append(doc["scopes_supported"].([]any), "voperson_id", "eduperson_entitlement", "eduperson_scoped_affiliation")
	}
	m.n.Apply(doc, m.p.Discovery)
	wire.Typed(w, http.StatusOK, contentType, doc)
}

// certs is the key set of RFC 7517 that tokens are verified with.
func (m realm) certs(w http.ResponseWriter) {
	key, err := keyOf(m.p.Name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	set := jose.JSONWebKeySet{Keys: key.published}
	if m.p.Kind == world.OtherServer {
		set.Keys = []jose.JSONWebKey{key.public()}
	}
	wire.JSON(w, http.StatusOK, set)
}
