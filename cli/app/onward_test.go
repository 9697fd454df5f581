package app_test

import (
	"testing"

	"github.com/spf13/cobra"

	"github.com/credguide/credguide/cli/app"
)

// begun is a command that ran with these arguments, in a program that has another to go on with.
func begun(t *testing.T, args ...string) (from *cobra.Command) {
	t.Helper()
	nothing := func(*cobra.Command, []string) {}
	root := &cobra.Command{Use: "credguide"}
	root.PersistentFlags().StringArray("catalog", nil, "`DIR`")
	from, group, next := &cobra.Command{Use: "begin", Run: nothing}, &cobra.Command{Use: "group"}, &cobra.Command{Use: "next", Run: nothing}
	for _, cmd := range []*cobra.Command{from, next} {
		cmd.Flags().String("token-file", "", "a `FILE`")
		cmd.Flags().String("token-command", "", "a `COMMAND`")
		cmd.Flags().String("client-id", "", "`ID`")
		cmd.Flags().Bool("offline", false, "")
		cmd.Flags().Bool("resume", false, "")
	}
	from.Flags().String("output", "text", "`FORMAT`")
	from.Flags().Bool("timeout", false, "")
	next.Flags().Duration("timeout", 0, "")
	_ = next.Flags().MarkHidden("resume")
	group.AddCommand(next)
	root.AddCommand(from, group)
	root.SetArgs(append([]string{"begin"}, args...))
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return from
}

// Whatever was given goes along where the next command has it: no list of flags could lack one.
func TestTheCommandThatGoesOnSaysWhatWasSaid(t *testing.T) {
	away := func(name string) string {
		if name == "-" {
			return ""
		}
		return "away/" + name
	}
	const secret = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kM7nP9r"
	for _, tc := range []struct {
		name    string
		args    []string
		without []string
		file    func(string) string
		words   []string
		want    string
	}{
		{"nothing was said", nil, nil, nil, nil, "credguide group next"},
		{"all that it has", []string{"--offline", "--catalog", "a b", "--catalog", "c", "--token-file", "t"}, nil, nil, []string{"x.yaml"}, "credguide group next x.yaml --catalog 'a b' --catalog c --offline --token-file t"},
		{"what it has not, does not show or means otherwise", []string{"--output", "json", "--resume", "--timeout"}, nil, nil, nil, "credguide group next"},
		{"its own word counts", []string{"--client-id", "old"}, nil, nil, []string{"--client-id", "new"}, "credguide group next --client-id new"},
		{"something else stands for it", []string{"--client-id", "old", "--offline"}, []string{"client-id"}, nil, nil, "credguide group next --offline"},
		{"said to be off", []string{"--offline=false"}, nil, nil, nil, "credguide group next"},
		{"files from another folder", []string{"--token-file", "t", "--catalog", "c", "--client-id", "i"}, nil, away, nil, "credguide group next --catalog away/c --client-id i --token-file away/t"},
		{"no standard input a second time", []string{"--token-file", "-"}, nil, away, nil, "credguide group next"},
		{"the secret as the ID", []string{"--client-id", secret}, nil, nil, nil, "credguide group next"},
		{"the secret in a command", []string{"--token-command", "curl -H 'Authorization: Bearer " + secret + "' https://idp.example.org"}, nil, nil, nil, "credguide group next"},
		{"files whose paths look random", []string{"--token-file", "/home/Jane/Project-2026/openEO/Registry.token", "--catalog", `C:\Users\Jane\AppData\Local\Temp\Lab2026`}, nil, nil, nil, `credguide group next --catalog 'C:\Users\Jane\AppData\Local\Temp\Lab2026' --token-file /home/Jane/Project-2026/openEO/Registry.token`},
		{"a command without one", []string{"--token-command", "oidc-token egi"}, nil, nil, nil, "credguide group next --token-command 'oidc-token egi'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := app.Onward{From: begun(t, tc.args...), Without: tc.without, File: tc.file}
			if got := o.Command("group next", tc.words...); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
