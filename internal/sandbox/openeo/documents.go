package openeo

import (
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

// jwtConformance is the class by which a back-end says that it takes plain JWT bearer tokens
// (openEO API 1.3).
const jwtConformance = "https://api.openeo.org/1.3.0/authentication/jwt"

// wellKnown is the version document of the openEO API.
func (b *Server) wellKnown() map[string]any {
	var versions []any
	for _, v := range b.Versions {
		if !strings.Contains(v, ".") {
			continue // a bare "1" in a URL is an alias
		}
		versions = append(versions, map[string]any{
			"api_version": v + ".0", "production": b.Production[v] || b.JWTBearer && v == "1.3",
			"url": b.n.Place(b.Name) + "/openeo/" + v + "/",
		})
	}
	return map[string]any{"versions": versions}
}

// capabilities is the landing page of one API version.
func (b *Server) capabilities(version string) map[string]any {
	root := b.n.Place(b.Name) + "/openeo/" + version
	get := []string{"GET"}
	return map[string]any{
		"api_version": fullVersion(version), "backend_version": "0.0.1", "stac_version": "1.0.0", "type": "Catalog",
		"id": "credguide-sandbox", "title": b.Title, "description": "Validates tokens through the identity provider's userinfo; runs nothing.",
		"production": b.Production[version], "conformsTo": b.conformsTo(version), "billing": map[string]any{"currency": nil},
		"endpoints": []any{
			map[string]any{"path": "/credentials/oidc", "methods": get},
			map[string]any{"path": "/me", "methods": get},
			map[string]any{"path": "/jobs", "methods": get},
			map[string]any{"path": "/conformance", "methods": get},
		},
		"links": []any{
			map[string]any{"href": b.n.Place(b.Name) + "/.well-known/openeo", "rel": "version-history", "type": wire.JSONType},
			map[string]any{"href": root + "/conformance", "rel": "conformance", "type": wire.JSONType},
		},
	}
}

func fullVersion(version string) string {
	for strings.Count(version, ".") < 2 {
		version += ".0"
	}
	return version
}

func (b *Server) conformsTo(version string) []string {
	classes := []string{"https://api.openeo.org/" + fullVersion(version), "https://api.stacspec.org/v1.0.0/collections"}
	if b.JWTBearer && !b.JWTUnlisted {
		classes = append(classes, jwtConformance)
	}
	return classes
}

// listProviders is the list in /credentials/oidc. Its first entry is what clients take by default.
func (b *Server) listProviders() []any {
	list := []any{}
	for _, p := range b.Providers {
		entry := map[string]any{
			"title": p.Title, "issuer": b.issuer(p), "scopes": slices.Clone(p.Scopes),
			"default_clients": []any{map[string]any{
				"id":          "openeo-sandbox-default-client",
				"grant_types": []string{"urn:ietf:params:oauth:grant-type:device_code+pkce", "refresh_token"},
			}},
		}
		if p.ID != "" { // the API requires one
			entry["id"] = p.ID
		}
		list = append(list, entry)
	}
	return list
}

// issuer is how the back-end lists a provider's issuer.
func (b *Server) issuer(p world.Provider) string {
	issuer := b.world.IDPs[p.IDP].AddressOn(b.n)
	if p.Slash {
		issuer += "/"
	}
	if p.Capitals {
		host := b.world.IDPs[p.IDP].Public
		issuer = strings.Replace(issuer, host, strings.ToUpper(host), 1)
	}
	return issuer
}
