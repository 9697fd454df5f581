package snippet

import (
	"fmt"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// quotings write a value as a text of a language. All values are printable and on one line
// (Values.valid).
var quotings = map[string]func(string) (string, error){
	"c":     func(s string) (string, error) { return inC(s), nil },
	"shell": variable,
	"yaml":  func(s string) (string, error) { return inYAML(s), nil },
}

// inC is a string literal that Python, R and JavaScript all read alike.
func inC(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// variable is the value of a line NAME=value that a shell and a dotenv reader take alike.
func variable(s string) (string, error) {
	switch {
	case s == "" || text.BareWord(s):
		return s, nil
	case !strings.Contains(s, "'"):
		return "'" + s + "'", nil
	case strings.ContainsAny(s, "`!"):
		return "", fmt.Errorf("%q cannot be written so that both a shell and a dotenv reader take it", s)
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`).Replace(s) + `"`, nil
}

// shellPath leaves the tilde at the beginning to the shell.
func shellPath(s string) string {
	if rest, ok := strings.CutPrefix(s, "~/"); ok && rest != "" {
		return "~/" + text.ShellWord(rest)
	}
	return text.ShellWord(s)
}

// codeSpan shows a value in Markdown, where it would otherwise be read as markup.
func codeSpan(s string) string { return "`" + strings.ReplaceAll(s, "`", "'") + "`" }
