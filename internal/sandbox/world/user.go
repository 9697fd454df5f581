package world

import (
	"maps"
	"os"
	"slices"

	"github.com/credguide/credguide/environments"
)

// Source is where the user's id or secret stands.
type Source int

// The places.
const (
	InDotenv Source = iota
	InVariable
	InFlag // --client-id, --secret-file
	Nowhere
)

// User is what the person at the keyboard holds.
type User struct {
	Environment    string // --environment
	Issuer         string // --issuer instead, where set
	Backend        string // --backend
	ProviderID     string // --provider-id
	ID, Secret     string // as they stand in the source, right or wrong
	IDIn, SecretIn Source
	Mode           os.FileMode // of the credentials file
	Variables      map[string]string
	Flags          []string
	Files          []File
	NoCA           bool // the sandbox's authority is not given with --ca-file
}

// File is one more file in the sandbox's folder.
type File struct {
	Name    string
	Content string
	Mode    os.FileMode
	Folder  bool
}

// Person is somebody with an account at the identity provider that the registry's portal signs in
// with.
type Person struct {
	Sub, Username, GivenName, FamilyName, Email string
	// Portal: has signed in at the portal once. Until then the registry does not know the person.
	Portal bool
	// Administrator: decides on what others request.
	Administrator bool
}

// MadeBySandbox is the source that the environments of a sandbox name.
const MadeBySandbox = "made by credguide sandbox"

// people are the one at the keyboard, a colleague, an administrator of the registry, and somebody
// who never saw the portal.
func people() []Person {
	return []Person{
		{Sub: NewUUID() + "@sandbox.egi.eu", Username: "alice", GivenName: "Alice", FamilyName: "Tester", Email: "alice@lab.example.org", Portal: true},
		{Sub: NewUUID() + "@sandbox.egi.eu", Username: "bob", GivenName: "Bob", FamilyName: "Tester", Email: "bob@lab.example.org", Portal: true},
		{Sub: NewUUID() + "@sandbox.egi.eu", Username: "olga", GivenName: "Olga", FamilyName: "Tester", Email: "olga@registry.example.org", Portal: true, Administrator: true},
		{Sub: NewUUID() + "@sandbox.egi.eu", Username: "nina", GivenName: "Nina", FamilyName: "Tester", Email: "nina@lab.example.org"},
	}
}

// Owner is the person at the keyboard.
func (w *World) Owner() Person { return w.People[0] }

// PersonOf finds a person by sub.
func (w *World) PersonOf(sub string) (Person, bool) {
	i := slices.IndexFunc(w.People, func(p Person) bool { return p.Sub == sub })
	if i < 0 {
		return Person{}, false
	}
	return w.People[i], true
}

// environmentFiles describes the family as its users know it.
func environmentFiles() map[string]*environments.Environment {
	files := map[string]*environments.Environment{}
	for _, e := range []struct{ id, title, approval, integration string }{
		{Production, "Sandbox production", environments.ApprovalOperator, "production"},
		{Demo, "Sandbox demo", environments.ApprovalOperator, "demo"},
		{Development, "Sandbox development", environments.ApprovalSelf, "development"},
	} {
		files[e.id] = &environments.Environment{
			ID: e.id, Title: e.title, Family: "sandbox", Approval: e.approval,
			Registry: &environments.Registry{
				Portal: "{registry}", API: "{registry}", Tenant: "egi", IntegrationEnvironment: e.integration, Form: "egi", Profile: "egi", SecretLength: 87,
				DeviceClient: SignInClient, TokenPlaces: []string{"The sandbox wrote one to {dir}/registry.token."},
			},
			Registration: &environments.Registration{Kind: environments.ByForm, Rotate: []string{
				"Open {registry} and press \"Reconfigure: new secret\" beside the client {client_id}.",
				"Copy the client secret that is shown. The old one no longer works.",
			}},
			Notes:  []string{"Runs on this machine only and ends with the command that started it."},
			Source: MadeBySandbox,
		}
	}
	for id, provider := range map[string]string{Production: "egi", Development: "egi-dev"} {
		files[id].Backends = []environments.Backend{{
			ID: "sandbox-openeo", Title: "Sandbox openEO back-end", URL: "{backend}", ProviderID: provider, Default: true, Scopes: slices.Clone(ListedScopes),
		}}
	}
	maps.Copy(files, labEnvironments())
	return files
}

// labEnvironments describes those where a client is made without a form.
func labEnvironments() map[string]*environments.Environment {
	files := map[string]*environments.Environment{
		Dashboard: {
			ID: Dashboard, Title: "Sandbox dashboard", Approval: environments.ApprovalSelf,
			Registration: &environments.Registration{
				Kind: environments.ByDashboard, URL: "{registry}/dashboard", Expires: true,
				Steps: []string{
					"Open the dashboard. It is a page of the sandbox and asks for no login.",
					"Enter the name {name}, and an expiry date if the client is to have one. Press Create.",
					"Copy the client ID and the client secret at once. The secret is shown this one time only.",
				},
				Rotate: []string{
					"The dashboard shows the secret of {client_id} once only. Create a new client at {registry}/dashboard and copy both values.",
					"Replace the client ID too, wherever the account has it.",
					"Press Delete beside the old client only when the check of the new one succeeds.",
				},
			},
		},
		Desk: {
			ID: Desk, Title: "Sandbox help desk", Approval: environments.ApprovalOperator,
			Registration: &environments.Registration{
				Kind: environments.ByRequest, To: "{registry}/desk",
				Steps: []string{
					"Open the help desk. It is a page of the sandbox and asks for no login.",
					"Paste the text below and press Send. Somebody answers in a few seconds.",
				},
				Text: "Dear sandbox team,\n\nPlease create a service account (an OIDC client with the client credentials grant).\n\n" +
					"Name: {name}\nPurpose: {purpose}\nBack-end: {backend}\nContact: {mail}",
				Rotate: []string{"Ask at {registry}/desk for a new secret for the client {client_id}."},
			},
		},
	}
	for id, provider := range map[string]string{Dashboard: "dashboard", Desk: "desk"} {
		e := files[id]
		e.Notes, e.Source = []string{"Runs on this machine only and ends with the command that started it."}, MadeBySandbox
		e.Backends = []environments.Backend{{
			ID: "sandbox-lab", Title: "Sandbox lab back-end", URL: "{lab}", ProviderID: provider, Default: true, Scopes: []string{"openid", "email"},
			Billing: "{registry}/dashboard", Helpdesk: "{registry}/desk", WebEditor: environments.Unknown,
		}}
	}
	return files
}
