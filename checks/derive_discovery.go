package checks

import (
	"slices"
	"strings"
)

var (
	DiscoveryDocument         = concluded("discovery.document", Text, "what came from the discovery address: object, page (HTML), other, absent (404), refused, certificate (the server asks for a client certificate), realm-unknown, https-required, outage")
	DiscoveryAlternativeFound = concluded("discovery.alternative_found", Bool, "another shape of the issuer answers with a discovery document")
	DiscoveryIncomplete       = concluded("discovery.incomplete", Bool, "a field of the discovery document that this grant needs is missing or not a URL")
	DiscoveryIssuerSlash      = concluded("discovery.issuer_slash", Bool, "the issuer that the discovery document names ends with a slash")
	DiscoveryGrantListed      = concluded("discovery.grant_listed", Bool, "the discovery document lists client_credentials among the grants that it offers")
	IssuerFound               = concluded("issuer.found", Bool, "a discovery document came from the issuer asked for")
	IssuerInCatalog           = concluded("issuer.in_catalog", Bool, "the catalog has this issuer")
)

func deriveDiscovery(f Facts) {
	// An answer that broke off, was too large or led in a circle has a status too, but nothing came
	// of it.
	if status, ok := f.Int(AtDiscovery.Status); ok && f.Text(AtDiscovery.Failure) == "" {
		f.Set(DiscoveryDocument, documentKind(f, status))
		f.Set(DiscoveryAlternativeFound, f.Text(DiscoveryAlternative) != "")
	}
	if f.Known(AtDiscovery.Status) || f.Text(AtDiscovery.Failure) != "" {
		f.Set(IssuerFound, f.Text(DiscoveryDocument) == "object")
	}
	if f.Known(DiscoveryIssuer) {
		f.Set(DiscoveryIssuerSlash, strings.HasSuffix(f.Text(DiscoveryIssuer), "/"))
	}
	if f.Known(DiscoveryMissing) {
		f.Set(DiscoveryIncomplete, len(f.List(DiscoveryMissing)) > 0)
	}
	if f.Known(DiscoveryGrantOffered) {
		f.Set(DiscoveryGrantListed, slices.Contains(f.List(DiscoveryGrants), "client_credentials"))
	}
	if f.Known(EnvironmentIssuer) {
		f.Set(IssuerInCatalog, f.Text(EnvironmentKnownAs) != "")
	}
}

func documentKind(f Facts, status int) string {
	shape := f.Text(AtDiscovery.Shape)
	switch {
	case outage(f, AtDiscovery, status):
		return "outage"
	case f.Text(AtDiscovery.Error) == "Realm does not exist":
		return "realm-unknown"
	case f.Text(AtDiscovery.ErrorDescription) == "HTTPS required":
		return "https-required"
	case status >= 200 && status < 400 && shape == "object" && f.Text(AtDiscovery.RedirectHost) == "":
		return "object"
	case status >= 200 && status < 300 && shape == "html":
		return "page"
	case status >= 200 && status < 300:
		return "other"
	case wantsCertificate(f, AtDiscovery):
		return "certificate"
	case status == 404, status == 410:
		return "absent"
	}
	return "refused"
}
