//go:build acceptance

package acceptance

import (
	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
	"github.com/credguide/credguide/internal/dev/acceptance/openeo"
)

// The back-ends of the laboratory, by name.
const (
	NoBackend           = ""             // the check ends after the token
	BackendBoth         = "both"         // production first, then development: as the development back-end lists them
	BackendProduction   = "production"   // production alone
	BackendSlashed      = "slashed"      // issuers listed with a trailing slash
	BackendNoScopes     = "no-scopes"    // lists no scopes
	BackendGerman       = "german"       // the realm with a German default
	BackendStale        = "stale"        // the realm whose tokens are all too old
	BackendGuarded      = "guarded"      // the realm with brute-force protection
	BackendEnrolled     = "enrolled"     // asks for a role in the virtual organisation
	BackendProductionVO = "enrolled-egi" // ... and takes it from production only
	BackendBlocking     = "blocking"     // the operator lets nobody in
	BackendSuspending   = "suspending"   // the same, in words that speak of the marketplace
	BackendManyScopes   = "many-scopes"  // lists more scopes than can be tested one by one
	BackendIntrospects  = "introspects"  // asks the identity provider more than userinfo
	BackendDistrusts    = "distrusts"    // does not trust the identity provider's certificate
	BackendMisdirected  = "misdirected"  // lists production, but asks development
	BackendLost         = "lost"         // lists production, but asks a realm that does not exist
	BackendDown         = "down"         // nothing listens
	BackendSecond       = "second"       // lists the second identity provider
	BackendFaultPrefix  = "fault-"       // followed by an openeo.Fault

	// These are there beside the last version of Keycloak only.
	BackendSpring         = "spring"          // other makes of identity provider
	BackendZitadel        = "zitadel"         //
	BackendMITREid        = "mitreid"         //
	BackendFronted        = "fronted"         // the issuer has a web server before it: nginx
	BackendFrontedHAProxy = "fronted-haproxy" // haproxy
	BackendCached         = "cached"          // one that keeps documents for hours
	BackendDateOff        = "date-off"        // one whose clock is wrong
	BackendIssuerStripped = "issuer-stripped" // one that drops the Authorization header
	BackendHostCase       = "host-case"       // the issuer's host in another case
	BackendFastAPI        = "fastapi"         // other software
	BackendFastAPIPolicy  = "fastapi-policy"  // with a rule about who may come in
	BackendEarthEngine    = "earth-engine"    //
	BackendTitiler        = "titiler"         //
	BackendBearerOnly     = "bearer-only"     // takes the form of API 1.3 only

	blockedText         = "No access for this account."
	suspendedText       = "This account was suspended. See the terms of the marketplace."
	requiredRole        = "Basic_User"
	productionID        = "egi"
	developmentID       = "egi-dev"
	productionTitle     = "EGI Check-in"
	developmentTitle    = "EGI Check-in (dev)"
	introspectingClient = "lab-introspector"
)

// backendOptions describes every back-end for a running Keycloak.
func backendOptions(server *keycloak.Server) map[string]openeo.Options {
	list := func(realm, id, title string) openeo.Provider {
		return openeo.Provider{ID: id, Title: title, Issuer: server.Issuer(realm), Scopes: BackendScopes}
	}
	production, development := list(RealmProduction, productionID, productionTitle), list(RealmDevelopment, developmentID, developmentTitle)
	with := func(options openeo.Options, providers ...openeo.Provider) openeo.Options {
		options.Providers = providers
		return options
	}
	trusting := openeo.Options{CAFile: server.Certificates.CA}
	own := map[string]openeo.Introspector{productionID: {ClientID: introspectingClient, Secret: Secret}}
	role := openeo.Access{Roles: []string{requiredRole}}

	slashed, bare, many, misdirected, lost := production, production, production, production, production
	slashed.Issuer += "/"
	bare.Scopes = nil
	many.Scopes = append([]string{"profile", "address", "phone", "offline_access", "microprofile-jwt", "roles", "acr", "web-origins"}, BackendScopes...)
	misdirected.Asks = development.Issuer
	lost.Asks = server.Issuer("no-such-realm")

	all := map[string]openeo.Options{
		BackendBoth:         with(trusting, production, development),
		BackendProduction:   with(trusting, production),
		BackendSlashed:      with(trusting, slashed),
		BackendNoScopes:     with(trusting, bare),
		BackendManyScopes:   with(trusting, many),
		BackendGerman:       with(trusting, list(RealmGerman, productionID, productionTitle)),
		BackendStale:        with(trusting, list(RealmStale, productionID, productionTitle)),
		BackendGuarded:      with(trusting, list(RealmGuarded, productionID, productionTitle)),
		BackendEnrolled:     with(openeo.Options{CAFile: server.Certificates.CA, Access: role}, production, development),
		BackendProductionVO: with(openeo.Options{CAFile: server.Certificates.CA, Access: openeo.Access{Roles: role.Roles, Issuer: production.Issuer}}, production, development),
		BackendBlocking:     with(openeo.Options{CAFile: server.Certificates.CA, Access: openeo.Access{Blocked: blockedText}}, production),
		BackendSuspending:   with(openeo.Options{CAFile: server.Certificates.CA, Access: openeo.Access{Blocked: suspendedText}}, production),
		BackendIntrospects:  with(openeo.Options{CAFile: server.Certificates.CA, Introspect: own}, production, development),
		BackendDistrusts:    with(openeo.Options{}, production),
		BackendMisdirected:  with(trusting, misdirected),
		BackendLost:         with(trusting, lost),
	}
	for _, fault := range []openeo.Fault{
		openeo.NotOpenEO, openeo.NoAPI, openeo.Unavailable, openeo.NoOIDC, openeo.OldVersion, openeo.HeaderStripped,
		openeo.Gateway, openeo.Payment, openeo.EmptyMe, openeo.HTMLProviders,
	} {
		all[BackendFaultPrefix+string(fault)] = with(openeo.Options{CAFile: server.Certificates.CA, Fault: fault}, production, development)
	}
	return all
}
