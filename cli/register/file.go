package register

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
)

// WithSubmit adds `request submit`: a registration whose answers are all in a file, by the
// registry's API.
func WithSubmit(a *app.App, request *cobra.Command) *cobra.Command {
	var flags Flags
	cmd := &cobra.Command{
		Use:   "submit FILE",
		Short: "Submit a registration request by the registry's API, and see it through",
		Long: "submit does what register --submit does, with the answers from FILE: it validates the request, submits it once, waits " +
			"for the approval and the deployment, and checks the login. Run it again to continue. Exit code 3 means that the request " +
			"waits for an administrator.",
		Example: `  credguide request submit nightly-ndvi.yaml --environment development --approve --registry-token-command "oidc-token egi"
  credguide request submit nightly-ndvi.yaml --registry-token-file egi.token --store dotenv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return app.WithHint(errors.New("submit takes one file"), "credguide request submit FILE")
			}
			return submitFile(cmd.Context(), a, flags, args[0])
		},
	}
	flags.AddTo(cmd)
	for _, name := range ofRegister {
		_ = cmd.Flags().MarkHidden(name)
	}
	cmd.Flags().Lookup("approve").Usage = "approve your own request where that is allowed"
	completeRegisterFlags(a, cmd)
	request.AddCommand(cmd)
	return request
}

// ofRegister are the flags that the file of a request stands in for.
var ofRegister = []string{"answers", "resume", "state", "submit", "offline", "secret-file"}

func submitFile(ctx context.Context, a *app.App, flags Flags, file string) error {
	if given := app.Given(flags.set, ofRegister...); len(given) > 0 {
		return app.WithHint(errors.New("request submit has no --"+given[0]), "credguide register has it")
	}
	flags.answers, flags.submit, flags.ofFile = file, true, true
	if flags.request == "" {
		flags.request = file
	}
	return runRegister(ctx, a, flags)
}
