package checks

import "strings"

func networkConclusions() []FactDef {
	defs := []FactDef{
		{"clock.ahead", Bool, "the local clock is more than a minute ahead of a server's", true},
		{"clock.behind", Bool, "the local clock is more than a minute behind a server's", true},
		{"issuer.plain_http", Bool, "the issuer was given as plain http", true},
		{"backend.plain_http", Bool, "the back-end was given as plain http", true},
	}
	for _, party := range []string{"idp", "backend"} {
		defs = append(defs,
			FactDef{party + ".outage", Text, "it answered, but not now: rate-limited (429) or error (5xx); empty when it did answer", true},
			FactDef{party + ".page", Text, "an HTML page stood in for an answer: portal (status 511), foreign (on another host), login (a login form or block page), html, late (only after true answers), or empty", true},
			FactDef{party + ".page_step", Text, "the step that was answered with a page", true},
			FactDef{party + ".page_host", Text, "the host asked", true},
			FactDef{party + ".page_to", Text, "the other host that the page came from", true},
		)
	}
	return defs
}

func deriveNetwork(f Facts) {
	deriveOutage(f, "idp", idpSteps)
	deriveOutage(f, "backend", backendSteps)
	derivePage(f, "idp", idpSteps, f.Text("discovery.document") == "object")
	derivePage(f, "backend", backendSteps, f.Is("capabilities.is_openeo"))
	if skew, ok := f.Int("clock.skew_s"); ok {
		f.Set("clock.ahead", f.Is("clock.skewed") && skew > 0)
		f.Set("clock.behind", f.Is("clock.skewed") && skew < 0)
	}
	for fact, address := range map[string]string{"issuer.plain_http": "environment.issuer", "backend.plain_http": "backend.url"} {
		if f.Known(address) {
			f.Set(fact, strings.HasPrefix(strings.ToLower(f.Text(address)), "http://"))
		}
	}
}

// networkAuthenticationRequired is RFC 6585 section 6: only what stands in between answers so, never the service itself.
const networkAuthenticationRequired = 511

func deriveOutage(f Facts, party string, steps []string) {
	status, ok := f.Int(party + ".status")
	switch {
	case ok && status == 429:
		f.Set(party+".outage", "rate-limited")
	case ok && status != networkAuthenticationRequired:
		f.Set(party+".outage", "error")
	case answeredAny(f, steps):
		f.Set(party+".outage", "")
	}
}

func answeredAny(f Facts, steps []string) bool {
	for _, s := range steps {
		if f.Known(s + ".status") {
			return true
		}
	}
	return false
}

// derivePage looks for a page where a service should have answered. Where the party has answered as itself (genuine), a page
// at a later step is no sign of a captive network, at most of something in front of that one address.
func derivePage(f Facts, party string, steps []string, genuine bool) {
	if !answeredAny(f, steps) {
		return
	}
	f.Set(party+".page", "")
	for _, s := range steps {
		kind := pageKind(f, s)
		if kind == "" || (s == "well_known" && genuine) { // many back-ends answer unknown paths with their web page
			continue
		}
		if genuine && kind != "portal" {
			if kind == "html" {
				continue
			}
			kind = "late"
		}
		f.Set(party+".page", kind)
		f.Set(party+".page_step", StepTitles[s])
		f.Set(party+".page_host", f.Text(s+".host"))
		f.Set(party+".page_to", f.Text(s+".redirect_host"))
		return
	}
}

func pageKind(f Facts, step string) string {
	status, ok := f.Int(step + ".status")
	switch {
	case !ok, f.Text(step+".failure") != "":
		return ""
	case status == networkAuthenticationRequired:
		return "portal"
	case f.Text(step+".shape") != "html", status >= 300 && status != 401 && status != 403:
		return ""
	case f.Text(step+".redirect_host") != "":
		return "foreign"
	case f.Is(step + ".login_page"):
		return "login"
	case status < 300:
		return "html"
	}
	return ""
}
