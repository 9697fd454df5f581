package sandbox

import (
	"os"
	"slices"

	"github.com/credguide/credguide/environments"
)

// source is where the user's id or secret stands.
type source int

const (
	inDotenv source = iota
	inVariable
	inFlag // --client-id, --secret-file
	nowhere
)

// user is what the person at the keyboard holds.
type user struct {
	environment    string // --environment
	issuer         string // --issuer instead, where set
	backend        string // --backend
	providerID     string // --provider-id
	id, secret     string // as they stand in the source, right or wrong
	idIn, secretIn source
	mode           os.FileMode // of the credentials file
	variables      map[string]string
	flags          []string
	files          []file
}

// file is one more file in the sandbox's folder.
type file struct {
	name    string
	content string
	mode    os.FileMode
	folder  bool
}

// environmentFiles describes the family as its users know it.
func environmentFiles() map[string]*environments.Environment {
	files := map[string]*environments.Environment{}
	for _, e := range []struct{ id, title, approval, integration string }{
		{production, "Sandbox production", environments.ApprovalOperator, "production"},
		{demo, "Sandbox demo", environments.ApprovalOperator, "demo"},
		{development, "Sandbox development", environments.ApprovalSelf, "development"},
	} {
		files[e.id] = &environments.Environment{
			ID: e.id, Title: e.title, Family: "sandbox", Approval: e.approval,
			Registry: &environments.Registry{
				Portal: "{registry}", API: "{registry}", Tenant: "egi", IntegrationEnvironment: e.integration, Form: "egi", SecretLength: 87,
			},
			Notes:  []string{"Runs on this machine only and ends with the command that started it."},
			Source: "made by credguide sandbox",
		}
	}
	for id, provider := range map[string]string{production: "egi", development: "egi-dev"} {
		files[id].Backends = []environments.Backend{{
			ID: "sandbox-openeo", Title: "Sandbox openEO back-end", URL: "{backend}", ProviderID: provider, Default: true, Scopes: slices.Clone(listedScopes),
		}}
	}
	return files
}
