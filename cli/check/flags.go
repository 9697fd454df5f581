package check

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/checks/subject"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials"
)

// Flags are the flags of a check.
type Flags struct {
	set *pflag.FlagSet

	environment, issuer, backend, providerID string
	clientID, secretFile, credentialsFile    string
	From, Seen                               string
	All                                      allFlag
	Names                                    []string // of accounts
	ignore                                   []string
	Plan, Public                             bool
	InSandbox                                bool // of try: its addresses are gone afterwards

	Timeout, deadline, retryFor time.Duration
	previous                    string
	ListFlags
	CaFile          string
	noSiblings      bool
	allowTokenHosts []string

	ReportFlags
}

// ReportFlags say where reports go and how.
type ReportFlags struct {
	Outputs                []string
	Strict, Quiet, verbose bool
	anonymise              bool
}

// AddTo adds the flags to a command.
func (f *ReportFlags) AddTo(set *pflag.FlagSet) {
	set.StringArrayVar(&f.Outputs, "output", nil, "`FORMAT` or FORMAT=FILE, repeatable; "+strings.Join(report.Names(), ", "))
	set.BoolVar(&f.Strict, "strict", false, "exit 1 for warnings too")
	set.BoolVar(&f.Quiet, "quiet", false, "print only the report, and nothing if all is well")
	set.BoolVar(&f.anonymise, "anonymise", false, "replace client IDs, user IDs and mail addresses by stand-ins, for a ticket")
	set.BoolVar(&f.verbose, "verbose", false, "show each request and the facts that decided")
}

// AddTo adds the flags to a command.
func (f *Flags) AddTo(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.environment, "environment", "", "`ID` of an environment, or a FILE.yaml")
	set.StringVar(&f.issuer, "issuer", "", "`URL` of an identity provider, instead of an environment")
	set.StringVar(&f.backend, "backend", "", "`ID` or URL of an openEO back-end, or none")
	set.StringVar(&f.providerID, "provider-id", "", "`ID` of the identity provider at the back-end")
	set.StringVar(&f.clientID, "client-id", "", "the client `ID`")
	set.StringVar(&f.secretFile, "secret-file", "", "`FILE` that contains only the secret; - is standard input")
	set.StringVar(&f.credentialsFile, "credentials", "", "`FILE` with OPENEO_AUTH_CLIENT_ID=… and OPENEO_AUTH_CLIENT_SECRET=…")
	set.Var(&f.All, "all", "check the accounts of the list FILE; without FILE, all of yours")
	set.Lookup("all").NoOptDefVal = ownAccounts
	set.StringVar(&f.From, "from", "", "diagnose a saved JSON report `FILE` again, without a network")
	set.StringVar(&f.Seen, "seen", "", "`FILE` with a program's error text, to compare with this check")
	set.BoolVar(&f.Public, "public", false, "check only what the back-end and its identity providers publish, without credentials")
	set.BoolVar(&f.Plan, "plan", false, "list the steps and what each would send, then stop")
	set.DurationVar(&f.retryFor, "retry-for", 0, "check again for this `TIME` while the answer is \"cannot tell\"")
	set.StringVar(&f.previous, "previous", "", "an earlier JSON report `FILE`: say what changed since")
	f.addMore(set)
	f.addEach(set)
	f.ReportFlags.AddTo(set)
}

// AddServing adds those flags that a check on a schedule has.
func (f *Flags) AddServing(set *pflag.FlagSet) {
	f.set = set
	f.addEach(set)
	f.ListFlags.AddTo(set)
}

// addEach adds what every check has, on a schedule or not.
func (f *Flags) addEach(set *pflag.FlagSet) {
	set.StringArrayVar(&f.ignore, "ignore", nil, "`ID` of a finding to ignore; repeatable")
	set.DurationVar(&f.Timeout, "timeout", probe.DefaultStepTimeout, "`TIME` limit for one step")
	set.DurationVar(&f.deadline, "deadline", probe.DefaultDeadline, "`TIME` limit for one check")
	set.StringVar(&f.CaFile, "ca-file", "", "`FILE` with additional certificate authorities to trust (PEM)")
	set.BoolVar(&f.noSiblings, "no-siblings", false, "do not look for the client ID in sister environments")
	set.StringArrayVar(&f.allowTokenHosts, "allow-token-host", nil, "another `HOST` that may receive the secret; repeatable")
}

// CompleteCheckFlags completes the values of the flags that name something of the catalogs.
func CompleteCheckFlags(a *app.App, cmd *cobra.Command) {
	for flag, list := range map[string]app.Completions{
		"environment": app.CompleteFrom(a.EnvironmentNames, cobra.ShellCompDirectiveDefault),
		"backend":     app.CompleteFrom(a.BackendNames, cobra.ShellCompDirectiveNoFileComp),
		"output":      app.CompleteFrom(formatsInWords, cobra.ShellCompDirectiveNoFileComp),
	} {
		if cmd.Flags().Lookup(flag) != nil {
			_ = cmd.RegisterFlagCompletionFunc(flag, list)
		}
	}
}

// formatsInWords lists the output formats, each with a line that a shell shows beside it.
func formatsInWords() (list []string, err error) {
	for _, name := range report.Names() {
		list = append(list, cobra.CompletionWithDesc(name, report.Formats[name].About))
	}
	return list, nil
}

// Disguise makes what is said beside an anonymised report as anonymous.
func (f *ReportFlags) Disguise(a *app.App, clientIDs ...string) {
	if f.anonymise {
		a.Disguise(report.AnonymisedText(clientIDs...))
	}
}

func (f *Flags) text(name, value string) credentials.Flag {
	return credentials.Flag{Text: value, Given: f.set.Changed(name)}
}

// Target is what the flags say of what to check.
func (f *Flags) Target() subject.Target {
	return subject.Target{
		Environment: f.environment, Issuer: f.issuer, Backend: f.backend,
		ProviderID: f.text("provider-id", f.providerID), ClientID: f.text("client-id", f.clientID),
		SecretFile: f.text("secret-file", f.secretFile), CredentialsFile: f.text("credentials", f.credentialsFile),
	}
}

// ParseOutputs reads the --output flags, and keeps them apart from the files that are read.
func (f *Flags) ParseOutputs(a *app.App) ([]output, error) {
	outputs, err := ParseOutputs(a, f.Outputs)
	if err != nil {
		return nil, err
	}
	toFile := slices.ContainsFunc(outputs, func(o output) bool { return o.file != "" })
	if toFile && a.Sys.OutlivePipes != nil { // who leaves early, as head does, takes no file away
		a.Sys.OutlivePipes()
	}
	return outputs, apart(outputs, f.Target(), append(append(a.OwnFiles(), a.CatalogFiles()...), f.All.file, f.From, f.Seen, f.CaFile, f.previous, f.resumeFrom)...)
}

// Valid refuses what cannot go together.
func (f *Flags) Valid() error {
	if err := app.NotEmpty(f.set, "environment", "issuer", "backend", "provider-id", "from", "seen", "ca-file", "previous", "resume-from"); err != nil {
		return err
	}
	if f.Timeout <= 0 || f.deadline <= 0 {
		return app.WithHint(errors.New("--timeout and --deadline must be greater than zero"), "for example --timeout 10s --deadline 60s")
	}
	if f.retryFor < 0 {
		return errors.New("--retry-for must not be negative")
	}
	if err := f.ListFlags.Valid(); err != nil {
		return err
	}
	one := f.set.Lookup("all") != nil && !f.All.given && len(f.Names) < 2 // serve always has a list
	if ofLists := app.Given(f.set, "per-host", "rate", "list-deadline", "resume-from"); one && len(ofLists) > 0 {
		return app.WithHint(fmt.Errorf("--%s goes with a list", ofLists[0]), "a list is checked with: credguide check --all FILE")
	}
	if len(f.only) > 0 && !f.All.given {
		return app.WithHint(errors.New("--only goes with --all"), "for example: credguide check --all accounts.yaml --only nightly")
	}
	if err := f.validPublic(); err != nil {
		return err
	}
	modes := app.Given(f.set, "all", "from")
	single := app.Given(f.set, "issuer", "backend", "provider-id", "client-id", "secret-file", "credentials", "environment", "plan")
	if len(modes) > 0 && len(single) > 0 {
		return app.WithHint(fmt.Errorf("--%s and --%s exclude each other", modes[0], single[0]), "--"+modes[0]+" FILE says what is checked")
	}
	if f.Seen != "" && (f.All.given || f.From != "" || f.Plan || len(f.Names) > 1) {
		return app.WithHint(errors.New("--seen goes with one check that is made now"), "leave out --all, --from and --plan")
	}
	if f.All.given && f.From != "" {
		return app.WithHint(errors.New("--all and --from exclude each other"), "--from makes no checks")
	}
	return nil
}

// ProbeOptions are the limits and authorities that the flags set for the probes.
func ProbeOptions(ctx context.Context, a *app.App, f *Flags) (probe.Options, error) {
	o := probe.Options{
		StepTimeout: f.Timeout, Deadline: f.deadline, NoSiblings: f.noSiblings, AllowTokenHosts: f.allowTokenHosts,
		Lookup: a.Sys.Lookup, Tool: app.Tool(),
	}
	if f.CaFile == "" {
		return o, nil
	}
	var err error
	o.RootCAs, err = rootsWith(ctx, a, f.CaFile)
	return o, err
}

// rootsWith are the system's certificate authorities and those of a file.
func rootsWith(ctx context.Context, a *app.App, file string) (*x509.CertPool, error) {
	pem, _, err := a.ReadFile(ctx, file, app.MaxPEM)
	if err != nil && ctx.Err() != nil { // a sandbox that is interrupted takes its files away
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, app.OrMisplaced(file, app.Certificates, fmt.Errorf("read the certificate authorities: %w", err))
	}
	// Without the system's own there are still those of the file.
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		err := app.WithHint(fmt.Errorf("%s holds no certificate in PEM form", file), "PEM starts with -----BEGIN CERTIFICATE-----")
		return nil, app.OrMisplaced(file, app.Certificates, err)
	}
	return roots, nil
}

// ownAccounts is --all without a file.
const ownAccounts = "your accounts"

// allFlag is --all, with or without a list.
type allFlag struct {
	given bool
	file  string // empty: the person's own accounts
}

// Given tells whether a list is to be checked.
func (f *allFlag) Given() bool { return f.given }

func (f *allFlag) String() string { return f.file }
func (f *allFlag) Type() string   { return "FILE" }

func (f *allFlag) Set(file string) error {
	f.given = true
	if file == ownAccounts {
		return nil
	}
	if file == "" {
		return errEmptyList
	}
	f.file = file
	return nil
}

var errEmptyList = app.EmptyValue("all")

// Take takes over the arguments: names of accounts, or with --all the list.
func (f *Flags) Take(args []string) error {
	if !f.All.given {
		f.Names = args
		return f.namesAlone()
	}
	switch {
	case len(args) > 1 || len(args) == 1 && f.All.file != "":
		return app.WithHint(errors.New("--all takes one list"), "--only NAME chooses an entry of it; your own accounts are checked with: credguide check NAME NAME")
	case len(args) == 1:
		return f.All.Set(args[0])
	}
	return nil
}

// namesAlone: an account says what is checked and where its secret is.
func (f *Flags) namesAlone() error {
	if len(f.Names) == 0 {
		return nil
	}
	refused := []string{"environment", "issuer", "client-id", "secret-file", "credentials", "from"}
	if len(f.Names) > 1 {
		refused = append(refused, "backend", "provider-id", "plan")
	}
	return app.NameAlone(f.set, refused...)
}

// TargetIn is what is checked: an account by its name, or what the flags say.
func (f *Flags) TargetIn(a *app.App) (subject.Target, error) {
	if len(f.Names) == 0 {
		return f.Target(), nil
	}
	entry, list, err := a.Account(f.Names[0])
	if err != nil {
		return subject.Target{}, err
	}
	a.WarnOf(list)
	t, own := a.TargetOf(entry, list), f.Target()
	t.ProviderID = own.ProviderID
	if own.Backend != "" {
		t.Backend = own.Backend
	}
	return t, nil
}
