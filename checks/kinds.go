package checks

import "slices"

// Severity says what a finding means for the login.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the login cannot work
	Warning Severity = "warning" // works now, will bite
	Note    Severity = "note"    // worth knowing
)

// Certainty says how much the evidence proves.
type Certainty string

// The certainties. Certain: the evidence excludes every other cause that is known.
const (
	Certain  Certainty = "certain"
	Likely   Certainty = "likely"
	Possible Certainty = "possible"
)

// Party is who can fix it.
type Party string

// The parties.
const (
	PartyYou              Party = "you"
	PartyRegistryAdmin    Party = "registry-admin"
	PartyIdentityProvider Party = "identity-provider"
	PartyBackend          Party = "backend"
	PartyNetwork          Party = "network"
)

// partyWords are those who can fix something.
var partyWords = map[Party]string{
	PartyYou:              "you",
	PartyRegistryAdmin:    "the registry's administrators",
	PartyIdentityProvider: "the identity provider's administrators",
	PartyBackend:          "the back-end's administrators",
	PartyNetwork:          "whoever runs the network or the proxy here",
}

// Words name the party to people; empty where it is not known.
func (p Party) Words() string { return partyWords[p] }

// Layer is the part of a login that a diagnosis is about.
type Layer string

// The layers.
const (
	LayerInput     Layer = "input"
	LayerNetwork   Layer = "network"
	LayerTLS       Layer = "tls"
	LayerDiscovery Layer = "discovery"
	LayerService   Layer = "service"
	LayerClient    Layer = "client"
	LayerToken     Layer = "token"
	LayerJWT       Layer = "jwt"
	LayerOpenEO    Layer = "openeo"
	LayerAccount   Layer = "account"
)

var (
	severities  = []Severity{Error, Warning, Note}       // the gravest first
	certainties = []Certainty{Certain, Likely, Possible} // the surest first

	// Layers in the order in which a login passes through them.
	Layers = []Layer{LayerInput, LayerNetwork, LayerTLS, LayerDiscovery, LayerService, LayerClient, LayerToken, LayerJWT, LayerOpenEO, LayerAccount}
)

// rank is the place in one of the orders above; the lower comes first.
func rank[T comparable](order []T, x T) int { return slices.Index(order, x) }

// Status is how a step of a check ended.
type Status string

// The states of a step.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Warned  Status = "warned"
	Skipped Status = "skipped"
	Crashed Status = "crashed" // the step itself failed: a defect of this program
)
