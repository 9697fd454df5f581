// Package snippet is the command snippet, and writes the ready-to-use texts: how a value is quoted,
// notebooks.
package snippet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/cli/check"
	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/accounts"
	"github.com/credguide/credguide/credentials/guard"
	"github.com/credguide/credguide/credentials/lint"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/environments/snippets"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// flags say for which account a snippet is, and where it goes.
type flags struct {
	environment, issuer, backend, providerID string
	clientID, secretFile                     string
	file                                     string
	force                                    bool
	account                                  bool   // all of it is one's; then no variable counts
	variables                                bool   // secretFile is a file of variables
	name, sub                                string // of the account: its name, and the subject that its last check saw
	caFile, list                             string // of the account: its authorities, and the file of accounts where a variable names it
	source                                   accounts.Source
	from                                     string
	entitlements                             []string
}

// Command is `credguide snippet`.
func Command(a *app.App) *cobra.Command {
	var flags flags
	cmd := &cobra.Command{
		Use:   "snippet [KIND] [NAME]",
		Short: "Write ready-to-use text for the clients, CI, schedulers and notebooks",
		Long: "snippet writes a program, variables, a CI job or a check on a schedule for the chosen environment and back-end. It " +
			"reads the secret from OPENEO_AUTH_CLIENT_SECRET or a file when it runs, and never contains it. NAME is one of your " +
			"accounts (credguide accounts). Without a KIND it lists what there is.",
		Example: `  credguide snippet
  credguide snippet python nightly
  credguide snippet python --environment development --client-id nightly-ndvi
  credguide snippet ticket nightly
  credguide snippet kubernetes nightly --file cronjob.yaml
  credguide snippet github --client-id nightly-ndvi --file .github/workflows/openeo.yml`,
		Args: app.AtMost(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listSnippets(a)
			}
			if err := app.NotEmpty(cmd.Flags(), "environment", "issuer", "backend", "provider-id", "secret-file", "file", "from"); err != nil {
				return err
			}
			chosen, err := find(a, args[0])
			if err != nil {
				return err
			}
			if err := ofAccount(cmd, a, args[1:], &flags); err != nil {
				return err
			}
			return writeSnippet(cmd.Context(), a, chosen, flags)
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			names := func() ([]string, error) { return snippetNames(a) }
			if len(args) == 1 {
				names = a.AccountNames
			}
			return app.CompleteFrom(names, cobra.ShellCompDirectiveNoFileComp)(cmd, args, typed)
		},
	}
	set := cmd.Flags()
	set.StringVar(&flags.environment, "environment", "", "`ID` of an environment, or a FILE.yaml")
	set.StringVar(&flags.issuer, "issuer", "", "`URL` of an identity provider, instead of an environment")
	set.StringVar(&flags.backend, "backend", "", "`ID` or URL of an openEO back-end, or none")
	set.StringVar(&flags.providerID, "provider-id", "", "`ID` of the identity provider at the back-end")
	set.StringVar(&flags.clientID, "client-id", "", "the client `ID`; default: OPENEO_AUTH_CLIENT_ID, or a place for it")
	set.StringVar(&flags.secretFile, "secret-file", DefaultSecretFile, "`FILE` that the snippet is to read the secret from; it is not read now")
	set.StringVar(&flags.from, "from", "", "take the sub for a ticket from a saved JSON report `FILE`")
	set.StringArrayVar(&flags.entitlements, "entitlement", nil, "a `VALUE` that a ticket asks for; repeatable")
	set.StringVar(&flags.file, "file", "", "write to `FILE` instead of standard output")
	set.BoolVar(&flags.force, "force", false, "overwrite an existing file")
	check.CompleteCheckFlags(a, cmd)
	return cmd
}

func snippetNames(a *app.App) ([]string, error) {
	list, err := snippets.Load(a.Catalogs...)
	return snippets.IDs(list), err
}

func listSnippets(a *app.App) error {
	list, err := snippets.Load(a.Catalogs...)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, s := range list {
		b.WriteString(text.Hang(fmt.Sprintf("%-12s", s.ID), s.Title, a.Width()))
	}
	b.WriteString("\n" + text.HangRun("", "To write one:", "credguide snippet KIND", a.Width()) +
		text.HangRun("", "To write one for your account:", "credguide snippet KIND NAME", a.Width()) + "\nNo snippet contains the secret.\n")
	return a.Print(app.Plain(b.String()))
}

// find is the snippet of that kind. The name of an account alone may stand in its place.
func find(a *app.App, kind string) (s snippets.Snippet, err error) {
	list, err := snippets.Load(a.Catalogs...)
	if err != nil {
		return s, err
	}
	if i := slices.IndexFunc(list, func(s snippets.Snippet) bool { return s.ID == kind }); i >= 0 {
		return list[i], nil
	}
	err = app.Unknown("snippet", kind, snippets.IDs(list), app.OneOf(snippets.IDs(list)))
	if names, unread := a.AccountNames(); unread == nil && slices.Contains(names, kind) {
		err = app.WithHint(fmt.Errorf("%s is an account, not a kind of snippet", kind), "name the kind first, for example: credguide snippet python "+kind)
	}
	return s, err
}

// writeSnippet writes one snippet.
func writeSnippet(ctx context.Context, a *app.App, chosen snippets.Snippet, flags flags) error {
	if err := snippetFile(a, flags); err != nil {
		return err
	}
	if chosen.ID != ticketID && (flags.from != "" || flags.entitlements != nil) {
		return errors.New("--from and --entitlement are for the snippet " + ticketID)
	}
	values, err := snippetValues(ctx, a, flags)
	if err != nil {
		return err
	}
	if !chosen.Unattended && chosen.ID != ticketID {
		sayWhereTheSecretIs(a, flags)
	}
	text, err := Render(chosen, values)
	if errors.Is(err, snippets.ErrNoBackend) {
		return app.WithHint(err, "choose another --environment, or a --backend; credguide environments lists them")
	}
	if err != nil {
		return err
	}
	if err := withoutSecret(a, text, values.ClientID); err != nil {
		return err
	}
	if flags.file == "" || a.IsStandardOutput(flags.file) {
		return a.PrintVerbatim(text)
	}
	if err := files.Write(flags.file, text, files.Readable); err != nil {
		return fmt.Errorf("write the snippet %s: %w", flags.file, err)
	}
	a.Say("%s: %s", flags.file, chosen.Title)
	return nil
}

// snippetFile looks before anything else whether the file may be written.
func snippetFile(a *app.App, flags flags) error {
	if flags.secretFile == "-" {
		return app.WithHint(errors.New("--secret-file: the snippet reads a file when it runs, not standard input"), "name a file outside of the repository")
	}
	if flags.file == "" || a.IsStandardOutput(flags.file) {
		return nil
	}
	if err := app.MayWrite(flags.file, flags.force, append(a.OwnFiles(), flags.secretFile, flags.from)...); err != nil {
		return fmt.Errorf("--file: %w", err)
	}
	return nil
}

// snippetValues work out what the flags stand for, as a check would.
func snippetValues(ctx context.Context, a *app.App, flags flags) (Values, error) {
	var v Values
	provider, _ := a.Sys.Lookup(credentials.EnvProviderID)
	if slices.ContainsFunc(append(slices.Clip(flags.entitlements), flags.providerID, provider), lint.SecretShaped) {
		return v, app.WithHint(errors.New("the provider ID or an entitlement looks like a secret, so it is not written"), "find out which of these values is the secret")
	}
	catalog, err := environments.Load(a.Catalogs...)
	if err != nil {
		return v, err
	}
	t := subject.Target{Environment: flags.environment, Issuer: flags.issuer, Backend: flags.backend, ProviderID: credentials.Flag{Text: flags.providerID}}
	s := probe.Subject{Catalog: catalog}
	var why string
	if s.Environment, why, err = subject.ChooseEnvironment(catalog, t, a.Sys.Lookup); err != nil {
		return v, err
	}
	if flags.account {
		t.Name, t.Own = flags.name, &credentials.Own{}
	}
	a.SayChosen(s, why, t)
	a.TellRedefined(s.Environment)
	if err := subject.WithBackend(&s, flags.backend); err != nil {
		return v, err
	}
	fromVariable := ""
	if !flags.account && flags.environment == "" && flags.backend == "" && flags.issuer == "" {
		// The variables belong together: with another environment than theirs, so is the id.
		fromVariable, _ = a.Sys.Lookup(credentials.EnvProviderID)
	}
	clientID, _ := a.Sys.Lookup(credentials.EnvClientID)
	if flags.account {
		clientID = ""
	}
	v = Values{
		Environment: s.Environment.Title, Issuer: s.Environment.Issuer,
		ProviderID: cmp.Or(flags.providerID, fromVariable), ClientID: cmp.Or(flags.clientID, clientID), SecretFile: flags.secretFile, Variables: flags.variables,
	}
	if s.Backend != nil {
		v.Backend = s.Backend.URL
		v.ProviderID = cmp.Or(v.ProviderID, s.Backend.ProviderID)
	}
	if lint.Suspect(v.ClientID) {
		return v, app.WithHint(errors.New("the client ID looks like a secret, so it is not written"), "the id is the short name that you gave the client; were the two swapped?")
	}
	v.Check = checkArguments(s, flags)
	v.Place = placeOf(flags)
	if flags.name != "" {
		v.CheckLine = "credguide check " + flags.name
	}
	return v, ticketValues(ctx, a, s, flags, &v)
}

// checkArguments are those of `credguide check` for the same target, on a machine that has the
// built-in environments only.
func checkArguments(s probe.Subject, flags flags) []string {
	var args []string
	e := s.Environment
	if e.Origin == environments.BuiltInOrigin && flags.issuer == "" {
		args = append(args, "--environment", e.ID)
	} else {
		args = append(args, "--issuer", e.Issuer)
	}
	usual, _ := e.DefaultBackend()
	switch {
	case s.Backend == nil:
		args = append(args, "--backend", subject.NoBackend)
	case e.Origin == environments.BuiltInOrigin && s.BackendInCatalog && s.Backend.ID == usual.ID:
	case e.Origin == environments.BuiltInOrigin && s.BackendInCatalog:
		args = append(args, "--backend", s.Backend.ID)
	default:
		args = append(args, "--backend", s.Backend.URL)
	}
	switch {
	case flags.providerID != "":
		args = append(args, "--provider-id", flags.providerID)
	case s.Backend != nil && s.Backend.ProviderID != "" && e.Origin != environments.BuiltInOrigin:
		args = append(args, "--provider-id", s.Backend.ProviderID)
	}
	if file := cmp.Or(flags.caFile, e.CAFile); file != "" {
		args = append(args, "--ca-file", file)
	}
	return args
}

// withoutSecret makes sure that a secret that happens to be at hand is not in the text.
func withoutSecret(a *app.App, text []byte, clientID string) error {
	secret, _ := a.Sys.Lookup(credentials.EnvClientSecret)
	if secret == "" {
		return nil
	}
	guard := guard.New(credentials.NewSecret(secret))
	guard.Public(clientID)
	if guard.Find(string(text)) {
		return app.WithHint(errors.New("the text would hold the secret of OPENEO_AUTH_CLIENT_SECRET, so it is not written"),
			"find out which of these values is the secret")
	}
	return nil
}
