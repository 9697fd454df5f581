package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Surrounding is something outside of the command line that the program reads or keeps.
type Surrounding struct{ Names, Means string }

// Variables are the environment variables that it reads.
func Variables() []Surrounding {
	return []Surrounding{
		{"OPENEO_AUTH_CLIENT_ID, OPENEO_AUTH_CLIENT_SECRET", "the client ID and the secret, under the names that the openEO Python client reads"},
		{"OPENEO_AUTH_PROVIDER_ID", "ID of the identity provider at the back-end, if --provider-id is not given"},
		{"OPENEO_CONFIG_HOME", "another folder with the openEO Python client's auth-config.json"},
		{"CREDGUIDE_ACCOUNTS", "another file with your accounts"},
		{"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "the proxy, and the hosts that are reached without it"},
		{"NO_COLOR", "if it is set, no colours"},
		{"XDG_CONFIG_HOME, XDG_STATE_HOME", "on Linux, other folders than ~/.config and ~/.local/state"},
	}
}

// Files are those that it keeps. Only those that a person lets it store a secret in hold one.
func Files() []Surrounding {
	return []Surrounding{
		{"~/.config/credguide/accounts.yaml", "your accounts, and where the secret of each is; on macOS in ~/Library/Application Support/credguide, on Windows in %AppData%\\credguide"},
		{"~/.config/credguide/ENVIRONMENT-ID.env", "the client ID and the secret of a client, if you let register store them there"},
		{"~/.config/credguide/register.yaml", "the answers of a registration that is not finished; register-2.yaml of one that began beside it"},
		{"~/.config/credguide/submitted/", "the requests that you submitted by a registry's API, without their secrets"},
		{"~/.local/state/credguide/", "the last result of each account that is checked by name"},
	}
}

func (p *manual) surroundings(title string, list []Surrounding) {
	p.line(".SH", title)
	for _, s := range list {
		p.item(bold(s.Names), s.Means)
	}
}

// plainUsages takes from the flags' descriptions the marks around what a flag takes: a shell that
// completes shows them as they stand.
func plainUsages(cmd *cobra.Command) {
	plain := func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "`", "") }
	cmd.Flags().VisitAll(plain)
	cmd.PersistentFlags().VisitAll(plain)
	for _, c := range cmd.Commands() {
		plainUsages(c)
	}
}
