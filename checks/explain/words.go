package explain

import (
	"cmp"
	"strings"

	"github.com/credguide/credguide/checks"
)

// layers head the groups of a list, in the words of somebody who logs in.
var layers = map[checks.Layer]string{
	checks.LayerInput:     "What you gave",
	checks.LayerNetwork:   "Network",
	checks.LayerTLS:       "Encryption (TLS)",
	checks.LayerDiscovery: "The identity provider's description of itself",
	checks.LayerService:   "Services that are down or busy",
	checks.LayerClient:    "Your client at the identity provider",
	checks.LayerToken:     "The request for a token",
	checks.LayerJWT:       "The token",
	checks.LayerOpenEO:    "The openEO back-end",
	checks.LayerAccount:   "The account",
}

// Layer names a part of a login; a layer that is not known here keeps its own name.
func Layer(layer checks.Layer) string {
	if words, ok := layers[layer]; ok {
		return words
	}
	return string(layer)
}

var severities = map[checks.Severity]string{
	checks.Error:   "the login cannot work",
	checks.Warning: "works now, may fail later",
	checks.Note:    "worth knowing",
}

// fixer says who can fix it.
func fixer(party checks.Party, who string) string {
	switch {
	case who != "" && !byEvidence(who): // which may be many words
		return "who can fix it: " + who
	case who == "" && party.Words() == "":
		return "fixed by: " + string(party)
	}
	return whoFixes(party, who) + " can fix it"
}

// whoFixes names them. Where the evidence decides between a server and the network, it may be either.
func whoFixes(party checks.Party, who string) string {
	if byEvidence(who) {
		return "whoever runs that server or the network"
	}
	return cmp.Or(who, party.Words(), string(party))
}

// byEvidence tells words that name a fact.
func byEvidence(who string) bool { return strings.Contains(who, "{") }

func outcome(expect string) string {
	switch expect {
	case "no":
		return "it is not this"
	case "unknown":
		return "it cannot be told"
	}
	return expect
}
