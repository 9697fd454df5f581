package request

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
	"github.com/credguide/credguide/wizard"
	"github.com/credguide/credguide/wizard/request"
	"github.com/credguide/credguide/wizard/sheet"
)

// showFlags say which request is shown, and where.
type showFlags struct {
	requestFlags
	id, html string
	force    bool
}

func showRequestCommand(a *app.App) *cobra.Command {
	var flags showFlags
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Show a registration request as a sheet to copy from",
		Long: "show lays out a request like the registry's form: tab by tab, each field in order, with the value to enter and " +
			"the reason, and then how to submit it. --html writes one page with a copy button for each value. " +
			"Exit code 1 means that the registry would refuse the request.",
		Example: `  credguide request show lab.yaml
  credguide request show lab.yaml --html sheet.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return app.WithHint(errors.New("show takes one file"), "credguide request show FILE; - is standard input")
			}
			if err := app.NotEmpty(cmd.Flags(), "html", "id"); err != nil {
				return err
			}
			return showRequest(cmd.Context(), a, args[0], flags)
		},
	}
	flags.addTo(a, cmd)
	cmd.Flags().StringVar(&flags.id, "id", "", "the `ID` of the request, where the file holds several")
	cmd.Flags().StringVar(&flags.html, "html", "", "write a page for the browser to `FILE`")
	cmd.Flags().BoolVar(&flags.force, "force", false, "overwrite an existing page")
	return cmd
}

// showRequest writes the sheet of one request.
func showRequest(ctx context.Context, a *app.App, file string, flags showFlags) error {
	if flags.html != "" && !a.IsStandardOutput(flags.html) {
		if err := app.MayWrite(flags.html, flags.force, file, flags.caFile); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
	}
	j, err := newJudge(ctx, a, flags.requestFlags)
	if err != nil {
		return err
	}
	in, err := oneRequest(ctx, a, file, flags.id)
	if err != nil {
		return err
	}
	s := j.sheet(ctx, in)
	s.Command = app.InForceOf(flags.set).At(s.Where.Environment.ID, flags.environment).Command
	if err := writeSheet(a, s, in, flags); err != nil {
		return err
	}
	if len(s.Refused) > 0 {
		return app.ExitCode(app.ExitMisconfigured)
	}
	return nil
}

// oneRequest reads the request that is to be shown.
func oneRequest(ctx context.Context, a *app.App, file, id string) (request.Input, error) {
	name, data, err := requestFile(ctx, a, file)
	if err != nil {
		return request.Input{}, err
	}
	list, err := request.Parse(name, data)
	var ids []string
	for _, in := range list {
		if id == "" && len(list) == 1 && err == nil || id != "" && in.ID == id {
			return in, nil
		}
		ids = append(ids, app.Bounded(in.ID))
	}
	switch {
	case err != nil:
		return request.Input{}, err
	case id != "":
		return request.Input{}, app.Unknown("request", id, ids, "--id takes one that is in "+name)
	case len(list) == 0:
		return request.Input{}, fmt.Errorf("%s holds no request", name)
	}
	return request.Input{}, app.WithHint(fmt.Errorf("%s holds %d requests, and one can be shown", name, len(list)), "choose it with --id, for example --id "+text.Word(ids[0]))
}

// sheet works out the sheet, with what is known of the place where the request goes.
func (j *judge) sheet(ctx context.Context, in request.Input) sheet.Sheet {
	v := j.verdict(ctx, in)
	s := sheet.New(j.rules, in, v)
	s.Tool = "credguide " + app.Version()
	if e, ok := j.environment(in); ok {
		s.Where = wizard.Where{Environment: e}
		if b, ok := j.backendFor(e); ok {
			s.Where.Backend = &b
		}
	}
	s.Remarks = append(s.Remarks, j.whichRules())
	for _, n := range v.Advice {
		if n.Field == "integration_environment" { // all that follows hangs on it
			s.Remarks = append(s.Remarks, n.Message)
		}
	}
	return s
}

// whichRules says how far the sheet can be trusted.
func (j *judge) whichRules() string {
	form := j.rules.Form()
	if j.today != nil && j.today.rules {
		return "By the registry's limits and lists of today."
	}
	var text strings.Builder
	text.WriteString("By the built-in limits and lists")
	var others []string
	for _, p := range form.Profiles {
		if p.ID == form.Profile {
			text.WriteString(" (" + p.Title + ")")
		} else {
			others = append(others, p.ID)
		}
	}
	text.WriteString(". The registry may have changed them since.")
	if len(others) > 0 {
		text.WriteString(" Where your form differs, try --profile " + strings.Join(others, " or ") + ".")
	}
	return text.String()
}

// writeSheet writes it as text or as a page. Where another field repeats the request's secret, that
// is left out.
func writeSheet(a *app.App, s sheet.Sheet, in request.Input, flags showFlags) error {
	var b bytes.Buffer
	write := func() error { return sheet.Text(&b, s, a.Width()) }
	if flags.html != "" {
		write = func() error { return sheet.HTML(&b, s) }
	}
	if err := write(); err != nil {
		return err
	}
	page := guardOf(in).Page(b.Bytes(), flags.html != "")
	if !bytes.Equal(page, b.Bytes()) {
		what := "another field repeats the client secret"
		if secret, _ := in.Fields["client_secret"].(string); secret == "" {
			what = "a field holds what looks like a secret"
		}
		a.Say("%s: it is left out here; remove it from the request", what)
	}
	if flags.html == "" {
		return a.Print(string(page))
	}
	if a.IsStandardOutput(flags.html) {
		return a.Write(a.Document(page))
	}
	if err := files.Write(flags.html, a.Document(page), files.Readable); err != nil {
		return fmt.Errorf("write the sheet %s: %w", flags.html, err)
	}
	a.Say("%s: open it in the browser beside the registry's form", flags.html)
	return nil
}
