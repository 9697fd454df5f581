package cli

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/credguide/credguide/checks/probe"
	"github.com/credguide/credguide/checks/report"
	"github.com/credguide/credguide/credentials"
)

// checkFlags are the flags of a check.
type checkFlags struct {
	set *pflag.FlagSet

	environment, issuer, backend, providerID string
	clientID, secretFile, credentialsFile    string
	all, from                                string
	plan                                     bool
	inSandbox                                bool // of try: its addresses are gone afterwards

	timeout, deadline time.Duration
	caFile            string
	noSiblings        bool
	allowTokenHosts   []string

	reportFlags
}

// reportFlags say where reports go and how.
type reportFlags struct {
	outputs                []string
	strict, quiet, verbose bool
}

func (f *reportFlags) addTo(set *pflag.FlagSet) {
	set.StringArrayVar(&f.outputs, "output", nil, "`FORMAT` or FORMAT=FILE, repeatable; "+strings.Join(report.Names(), ", "))
	set.BoolVar(&f.strict, "strict", false, "exit 1 for warnings too")
	set.BoolVar(&f.quiet, "quiet", false, "say nothing beside the report, and nothing at all if all is well")
	set.BoolVar(&f.verbose, "verbose", false, "show each request, and what decided")
}

func (f *checkFlags) addTo(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.environment, "environment", "", "`ID` of an environment, or a FILE.yaml")
	set.StringVar(&f.issuer, "issuer", "", "`URL` of an identity provider, instead of an environment")
	set.StringVar(&f.backend, "backend", "", "`ID` or URL of an openEO back-end, or none")
	set.StringVar(&f.providerID, "provider-id", "", "`ID` of the identity provider at the back-end")
	set.StringVar(&f.clientID, "client-id", "", "the client `ID`")
	set.StringVar(&f.secretFile, "secret-file", "", "`FILE` that holds the secret and nothing else; - is standard input")
	set.StringVar(&f.credentialsFile, "credentials", "", "`FILE` with OPENEO_AUTH_CLIENT_ID=… and OPENEO_AUTH_CLIENT_SECRET=…")
	set.StringVar(&f.all, "all", "", "check every entry of a list in `FILE`")
	set.StringVar(&f.from, "from", "", "diagnose a saved JSON report `FILE` again, without a network")
	set.BoolVar(&f.plan, "plan", false, "list the steps and what leaves this machine, and do nothing")
	set.DurationVar(&f.timeout, "timeout", probe.DefaultStepTimeout, "longest `TIME` of one step")
	set.DurationVar(&f.deadline, "deadline", probe.DefaultDeadline, "longest `TIME` of the whole")
	set.StringVar(&f.caFile, "ca-file", "", "`FILE` with further certificate authorities to trust (PEM)")
	set.BoolVar(&f.noSiblings, "no-siblings", false, "do not look for the client id in sister environments")
	set.StringArrayVar(&f.allowTokenHosts, "allow-token-host", nil, "a further `HOST` that may receive the secret; repeatable")
	f.reportFlags.addTo(set)
}

func completeCheckFlags(a *app, cmd *cobra.Command) {
	for flag, list := range map[string]completions{
		"environment": completeFrom(a.environmentNames, cobra.ShellCompDirectiveDefault),
		"backend":     completeFrom(a.backendNames, cobra.ShellCompDirectiveNoFileComp),
		"output":      completeFrom(func() ([]string, error) { return report.Names(), nil }, cobra.ShellCompDirectiveNoFileComp),
	} {
		if cmd.Flags().Lookup(flag) != nil {
			_ = cmd.RegisterFlagCompletionFunc(flag, list)
		}
	}
}

func (f *checkFlags) text(name, value string) credentials.Flag {
	return credentials.Flag{Text: value, Given: f.set.Changed(name)}
}

func (f *checkFlags) target() target {
	return target{
		environment: f.environment, issuer: f.issuer, backend: f.backend,
		providerID: f.text("provider-id", f.providerID), clientID: f.text("client-id", f.clientID),
		secretFile: f.text("secret-file", f.secretFile), credentialsFile: f.text("credentials", f.credentialsFile),
	}
}

// valid refuses what cannot go together. An empty value is most often a variable that is not set.
func (f *checkFlags) valid() error {
	for _, name := range []string{"environment", "issuer", "backend", "all", "from", "ca-file"} {
		if f.set.Changed(name) && f.set.Lookup(name).Value.String() == "" {
			return withHint(fmt.Errorf("the value of --%s is empty", name), "a variable in the command line may not be set")
		}
	}
	if f.timeout <= 0 || f.deadline <= 0 {
		return withHint(errors.New("--timeout and --deadline must be longer than nothing"), "for example --timeout 10s --deadline 60s")
	}
	single := []string{"issuer", "backend", "provider-id", "client-id", "secret-file", "credentials", "environment"}
	for _, mode := range []string{"all", "from"} {
		if !f.set.Changed(mode) {
			continue
		}
		for _, name := range append(single, "plan") {
			if f.set.Changed(name) {
				return withHint(fmt.Errorf("--%s and --%s exclude each other", mode, name), "--"+mode+" FILE says what is checked")
			}
		}
	}
	if f.all != "" && f.from != "" {
		return withHint(errors.New("--all and --from exclude each other"), "--from makes no checks")
	}
	return nil
}

func probeOptions(a *app, f *checkFlags) (probe.Options, error) {
	o := probe.Options{
		StepTimeout: f.timeout, Deadline: f.deadline, NoSiblings: f.noSiblings, AllowTokenHosts: f.allowTokenHosts,
		Lookup: a.sys.Lookup, Tool: tool(),
	}
	if f.caFile == "" {
		return o, nil
	}
	pem, err := readFile(f.caFile, maxPEM)
	if err != nil {
		return o, fmt.Errorf("read the certificate authorities: %w", err)
	}
	// Without the system's own there are still those of the file.
	if o.RootCAs, err = x509.SystemCertPool(); err != nil {
		o.RootCAs = x509.NewCertPool()
	}
	if !o.RootCAs.AppendCertsFromPEM(pem) {
		return o, withHint(fmt.Errorf("%s holds no certificate in PEM form", f.caFile), "PEM starts with -----BEGIN CERTIFICATE-----")
	}
	return o, nil
}
