package terminal

import "github.com/AlecAivazis/survey/v2"

// The library's own templates put a hint behind each question that breaks the line on 80 columns,
// and repeat the note of a choice in the answer. These say the same in fewer words.
func init() {
	const (
		help   = `{{if .ShowHelp}}{{.Help}}{{"\n"}}{{end}}`
		ask    = `{{color .Config.Icons.Question.Format}}{{.Config.Icons.Question.Text}} {{color "reset"}}{{color "default+hb"}}{{.Message}}{{color "reset"}} `
		answer = `{{color "cyan"}}{{.Answer}}{{color "reset"}}{{"\n"}}`
		entry  = `{{define "option"}}{{if eq .SelectedIndex .CurrentIndex}}{{color .Config.Icons.SelectFocus.Format}}{{.Config.Icons.SelectFocus.Text}}{{else}} {{end}} ` +
			`{{.CurrentOpt.Value}}{{with $.GetDescription .CurrentOpt}}  {{.}}{{end}}{{color "reset"}}{{"\n"}}{{end}}`
	)
	survey.PasswordQuestionTemplate = help + ask
	survey.SelectQuestionTemplate = entry + help + ask + `{{.FilterMessage}}{{if .ShowAnswer}}` + answer +
		`{{else}}{{"\n"}}{{if not .PageEntries}}  nothing matches; Backspace deletes{{"\n"}}{{end}}{{range $n, $o := .PageEntries}}{{template "option" $.IterateOption $n $o}}{{end}}{{end}}`
}
