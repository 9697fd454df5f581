package explain

import (
	"strings"

	"github.com/credguide/credguide/checks"
)

// layers head the groups of a list, in the words of somebody who logs in.
var layers = map[checks.Layer]string{
	"input":     "What you gave",
	"network":   "Network",
	"tls":       "Encryption (TLS)",
	"discovery": "The identity provider's description of itself",
	"service":   "Services that are down or busy",
	"client":    "Your client at the identity provider",
	"token":     "The request for a token",
	"jwt":       "The token",
	"openeo":    "The openEO back-end",
	"account":   "The account",
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

// fixer says who can fix it. Where the evidence decides between a server and the network, it may be
// either.
func fixer(party checks.Party, who string) string {
	switch {
	case byEvidence(who):
		return "whoever runs that server or the network can fix it"
	case who != "":
		return "who can fix it: " + who
	}
	switch party {
	case "you":
		return "you can fix it"
	case "registry-admin":
		return "an administrator of the registry can fix it"
	case "identity-provider":
		return "the identity provider's administrators can fix it"
	case "backend":
		return "the back-end's administrators can fix it"
	case "network":
		return "whoever runs the network can fix it"
	}
	return "fixed by: " + string(party)
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

var systems = map[string]string{"federation-registry": "Federation Registry", "environment": "environment variable"}

// system names where something is to be changed.
func system(id string) string {
	if words, ok := systems[id]; ok {
		return words
	}
	return strings.ReplaceAll(id, "-", " ")
}
