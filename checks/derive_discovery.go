package checks

func discoveryConclusions() []FactDef {
	return []FactDef{
		{"discovery.document", Text, "what came at the discovery address: object, page (HTML), other, absent (404), refused, realm-unknown, https-required, outage", true},
		{"discovery.alternative_found", Bool, "another shape of the issuer answers", true},
		{"discovery.incomplete", Bool, "a field that this grant needs is missing or no URL", true},
		{"issuer.in_catalog", Bool, "the catalog has this issuer", true},
	}
}

func deriveDiscovery(f Facts) {
	// An answer that broke off, was too large or led in a circle has a status too, but nothing came of it.
	if status, ok := f.Int("discovery.status"); ok && f.Text("discovery.failure") == "" {
		f.Set("discovery.document", documentKind(f, status))
		f.Set("discovery.alternative_found", f.Text("discovery.alternative") != "")
	}
	if f.Known("discovery.missing") {
		f.Set("discovery.incomplete", len(f.List("discovery.missing")) > 0)
	}
	if f.Known("environment.issuer") {
		f.Set("issuer.in_catalog", f.Text("environment.known_as") != "")
	}
}

func documentKind(f Facts, status int) string {
	shape := f.Text("discovery.shape")
	switch {
	case outage(f, "discovery", status):
		return "outage"
	case f.Text("discovery.error") == "Realm does not exist":
		return "realm-unknown"
	case f.Text("discovery.error_description") == "HTTPS required":
		return "https-required"
	case status == 200 && shape == "object":
		return "object"
	case status >= 200 && status < 300 && shape == "html":
		return "page"
	case status >= 200 && status < 300:
		return "other"
	case status == 404, status == 410:
		return "absent"
	}
	return "refused"
}
