package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// draftFlags are the wishes of environments add.
type draftFlags struct {
	set *pflag.FlagSet

	id, providerID, file, caFile string
	force                        bool
}

func addEnvironmentCommand(a *app.App) *cobra.Command {
	var flags draftFlags
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Write an environment file from what a back-end publishes",
		Long: "add reads what an openEO back-end and its identity provider publish, without credentials, and writes an " +
			"environment file for --environment FILE. How a client is made there is not published: add it under " +
			"registration (credguide environments show cdse --output yaml shows an example).",
		Example: `  credguide environments add https://openeo.example.org
  credguide environments add https://openeo.example.org --provider-id egi --file lab.yaml`,
		Args: app.AtMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return app.WithHint(errors.New("no address of a back-end given"), "for example credguide environments add https://openeo.example.org")
			}
			if err := app.NotEmpty(cmd.Flags(), "provider-id", "id", "file", "ca-file"); err != nil {
				return err
			}
			return addEnvironment(cmd.Context(), a, args[0], flags)
		},
		ValidArgsFunction: app.CompleteFrom(a.BackendNames, cobra.ShellCompDirectiveNoFileComp),
	}
	set := cmd.Flags()
	flags.set = set
	set.StringVar(&flags.providerID, "provider-id", "", "`ID` of the login provider, where the back-end lists several")
	set.StringVar(&flags.id, "id", "", "`ID` of the new environment; default: the back-end's host")
	set.StringVar(&flags.file, "file", "", "`FILE` to write; default: ID.yaml, - is standard output")
	set.BoolVar(&flags.force, "force", false, "replace an existing file")
	set.StringVar(&flags.caFile, "ca-file", "", "`FILE` with further certificate authorities to trust (PEM)")
	return cmd
}

func addEnvironment(ctx context.Context, a *app.App, address string, flags draftFlags) error {
	if flags.file != "" && !a.IsStandardOutput(flags.file) {
		if err := app.CanHold(flags.file); err != nil { // before anybody is asked
			return fmt.Errorf("--file: %w", err)
		}
	}
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return err
	}
	b, accepts := catalog.BackendByName(address, environments.Environment{})
	if len(accepts) == 0 {
		if b, err = subject.ForeignBackend(catalog, address); err != nil {
			return err
		}
	}
	options, err := check.ProbeOptions(ctx, a, &check.Flags{CaFile: flags.caFile})
	if err != nil {
		return err
	}
	published, err := probe.ReadBackend(ctx, b, options)
	if err != nil {
		a.Say("cannot read what the back-end publishes: %s", err)
		a.Say("to find out why: %s", app.InForceOf(flags.set).Command("credguide check --public --backend "+text.Word(b.URL)))
		return app.ExitCode(app.ExitCannotTell)
	}
	listed, err := chooseListed(ctx, a, published.Providers, flags.providerID)
	if err != nil {
		return err
	}
	e, err := draft(ctx, a, b, published, listed, flags.id, options)
	if err != nil {
		return fmt.Errorf("what the back-end publishes makes no environment: %w", err)
	}
	return writeDraft(a, catalog, e, flags)
}

// chooseListed is the login provider that was named, the only one, or the one that a person picks.
func chooseListed(ctx context.Context, a *app.App, list []probe.Listed, id string) (probe.Listed, error) {
	ids := make([]string, len(list))
	for n, l := range list {
		ids[n] = l.ID
	}
	switch {
	case id == "" && len(list) == 1:
		return list[0], nil
	case id == "" && !a.CanAsk():
		return probe.Listed{}, app.WithHint(errors.New("the back-end lists several login providers"), "choose with --provider-id; "+app.OneOf(ids))
	case id == "":
		picked, err := a.Pick(ctx, "Which login provider?", ids)
		if err != nil {
			return probe.Listed{}, err
		}
		id = picked
	}
	n := slices.Index(ids, id)
	if n < 0 {
		return probe.Listed{}, app.Unknown("provider ID", id, ids, app.OneOf(ids))
	}
	return list[n], nil
}

func draft(ctx context.Context, a *app.App, b environments.Backend, p probe.Published, l probe.Listed, id string, o probe.Options) (environments.Environment, error) {
	if id == "" {
		if id = environments.DraftID(b.URL); len(p.Providers) > 1 {
			id += "-" + environments.DraftID("https://"+l.ID)
		}
	}
	announced, err := probe.ReadIssuer(ctx, l.Issuer, o)
	if err != nil {
		a.Say("the identity provider could not be asked: %s", err)
	}
	return environments.Draft(id, environments.Published{
		Backend: b.URL, BackendTitle: p.Title, ProviderID: l.ID, ProviderTitle: l.Title, Issuer: l.Issuer, Scopes: l.Scopes,
		Announced: announced.Issuer, Grants: announced.Grants, GrantOffered: announced.GrantOffered, Day: a.Sys.Now(),
	})
}

func writeDraft(a *app.App, catalog *environments.Catalog, e environments.Environment, flags draftFlags) error {
	data, err := e.YAML()
	if err != nil {
		return err
	}
	if known, ok := catalog.ByIssuer(e.Issuer); ok {
		a.Say("%s has this issuer already: credguide environments show %s", known.ID, known.ID)
	}
	if flags.file != "" && a.IsStandardOutput(flags.file) {
		return a.PrintVerbatim(data)
	}
	file := flags.file
	if file == "" {
		file = e.ID + ".yaml"
	}
	if err := app.MayWrite(file, flags.force, append(a.OwnFiles(), flags.caFile)...); err != nil {
		return fmt.Errorf("--file: %w", err)
	}
	if err := files.Write(file, data, files.Readable); err != nil {
		return fmt.Errorf("write the environment %s: %w", file, err)
	}
	a.Say("%s: %s, %s", file, e.Title, e.Issuer)
	for _, note := range e.Notes {
		a.Say("%s", app.Plain(note))
	}
	a.Say("How a client is made there is not published. To check one: %s", app.InForceOf(flags.set).Command("credguide check --environment "+text.Word(file)))
	return nil
}
