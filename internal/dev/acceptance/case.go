//go:build acceptance

package acceptance

import (
	"slices"

	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
)

// Server is the make of identity provider that a case runs on.
type Server int

// The identity providers of the laboratory.
const (
	KeycloakServer Server = iota
	SecondServer
	SpringServer
	ZitadelServer
	MITREidServer
)

const (
	// Healthy stands where no error may be reported.
	Healthy = ""
	// Inconclusive stands where a report without any error, but with a verdict
	// that says so, is right too.
	Inconclusive = "inconclusive"
)

// Case is one situation that a person can be in, and what a check must say.
type Case struct {
	Name  string
	Cause string // what is wrong, in words

	Server   Server
	Realm    string
	ClientID string
	Secret   string
	OmitID   bool // no source holds an id at all
	OmitKey  bool // no source holds a secret at all

	Backend    string // one of the Backend names
	ProviderID string
	Issuer     string // replaces the realm's; {https}, {http}, {address}, {second}, {nginx:SITE}, {haproxy:SITE} are filled in

	Arguments []string          // further ones of the check; {home} and {issuer} are filled in
	Variables map[string]string // further ones of the environment, for both
	Files     map[string]string // by their names in the home folder; {issuer} and {secret} are filled in
	// BySystem: the laboratory's authority is among the system's, and neither
	// program is told of it.
	BySystem bool

	// Expect is the diagnosis that must be reported. Or lists what may stand
	// in its place where the servers leave a choice.
	Expect string
	Or     []string
	// And must be reported too: a second fault that can be seen by itself.
	And []string
	// Also may be reported besides, with any certainty.
	Also []string
	// Uncertain: nothing may be called certain, because the server's answers
	// do not carry it.
	Uncertain bool

	// Works tells whether an openEO client can log in, or, without a back-end,
	// whether a token is issued. It is what the diagnosis is judged by.
	Works bool
	// Apart: the Python client is no judge here, because it is not told what
	// the check is told (the environment), or does not look.
	Apart bool
	// Slow: the Python client tries for a long time before it gives up.
	Slow bool

	MinVersion, BelowVersion string // of Keycloak
	Surrounded               bool   // needs what only one laboratory has
}

// RunsOn tells whether the case exists on that version of Keycloak.
func (c Case) RunsOn(version string) bool {
	if (c.Surrounded || c.Server > SecondServer) && !surrounded(version) {
		return false
	}
	return keycloak.AtLeast(version, c.MinVersion) && (c.BelowVersion == "" || !keycloak.AtLeast(version, c.BelowVersion))
}

// Allows tells whether a report of this case may contain the diagnosis.
func (c Case) Allows(id string) bool {
	return id == c.Expect || slices.Contains(c.Or, id) || slices.Contains(c.And, id) || slices.Contains(c.Also, id) ||
		slices.Contains(always, id)
}

// always are remarks: true of every service account, and of every environment without a back-end.
var always = []string{"service-account-is-not-you", "no-openeo-backend"}

// Cases is the whole table.
func Cases() []Case {
	return slices.Concat(healthyCases(), clientCases(), inputCases(), issuerCases(), sisterCases(), scopeCases(), tokenCases(),
		providerCases(), backendCases(), combinedCases(), secondCases(), lawCases(), othersCases(), frontCases(), softwareCases())
}

// by fills what the cases leave out.
func by(usual Case, cases []Case) []Case {
	for i := range cases {
		c := &cases[i]
		fill(&c.Realm, usual.Realm)
		fill(&c.Backend, usual.Backend)
		fill(&c.ProviderID, usual.ProviderID)
		fill(&c.Issuer, usual.Issuer)
		if !c.OmitID {
			fill(&c.ClientID, usual.ClientID)
		}
		if !c.OmitKey {
			fill(&c.Secret, usual.Secret)
		}
		if c.Expect == Healthy {
			fill(&c.Expect, usual.Expect)
		}
		c.Server = usual.Server
	}
	return cases
}

func fill(value *string, usual string) {
	if *value == "" {
		*value = usual
	}
}

// usual is a correct client of production, asked about as most people would.
var usual = Case{Realm: RealmProduction, ClientID: "lab-ok", Secret: Secret, Backend: BackendBoth}

// alone is the same without a back-end.
var alone = Case{Realm: RealmProduction, ClientID: "lab-ok", Secret: Secret}
