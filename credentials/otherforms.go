package credentials

import (
	"fmt"
	"regexp"
	"strings"
)

// otherForm is how another program writes that a variable is set; %s stands for the variable's
// name.
type otherForm struct{ words, pattern string }

// The patterns look for the name of one of our variables in a line that is no setting of a
// credentials file.
var otherForms = []otherForm{
	{"JSON", `^\s*[{,]?\s*"%s"\s*:`},
	{"YAML", `^\s*(?:-\s+)?["']?%s["']?\s*:(?:\s|$)`},
	{"PowerShell", `(?i)^\s*(?:\$env:|\[(?:System\.)?Environment\]::SetEnvironmentVariable\(["']|Set-Item\s+(?:-Path\s+)?env:\\?)%s\b`},
	{"the fish shell", `^\s*set\s+(?:-\S+\s+)+%s\s`},
	{"the Windows command line", `(?i)^\s*(?:set|setx)\s+["']?%s[=\s]`},
	{"the C shell", `^\s*setenv\s+%s\s`},
	{"a Dockerfile", `^\s*(?:ENV|ARG)\s+%s[=\s]`},
	{"a systemd unit", `^\s*Environment=["']?%s=`},
	{"a shell's declaration", `^\s*(?:declare|typeset|local|readonly)\s+(?:-\S+\s+)*%s=`},
	{"a second setting on one line", `\S\s*[;\s]\s*(?:export\s+)?%s=`},
	{"a line without an equals sign", `^\s*(?:export\s+)?%s(?:\s+\S|\s*$)`},
}

// inOtherForm finds the first line that sets the variable in another form than this file's, and
// names the form.
func inOtherForm(text, variable string) (line int, form string) {
	if !strings.Contains(text, variable) {
		return 0, ""
	}
	for number, l := range strings.Split(text, "\n") {
		if !strings.Contains(l, variable) || strings.HasPrefix(strings.TrimSpace(l), "#") {
			continue
		}
		for _, f := range otherForms {
			if regexp.MustCompile(fmt.Sprintf(f.pattern, regexp.QuoteMeta(variable))).MatchString(l) {
				return number + 1, f.words
			}
		}
	}
	return 0, ""
}

// otherFormWords says what is there and what to write instead.
func otherFormWords(text, variable string) string {
	line, form := inOtherForm(text, variable)
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d has %s in the form of %s; write %s=value on a line of its own", line, variable, form, variable)
}

// shellReadsOther tells that a shell which sources the file would read another value than this
// program: the value is not in quotes, and holds a character that means something to a shell.
func shellReadsOther(raw string) bool {
	value := strings.TrimSpace(withoutComment(raw))
	if value == "" {
		return raw != strings.TrimSpace(raw)
	}
	if value[0] == '\'' || value[0] == '"' {
		_, rest, closed := quoted(value)
		return !closed || !onlyComment(rest) || value[0] == '"' && strings.ContainsAny(value, "$`\\!")
	}
	return strings.ContainsAny(value, " \t$`\"'\\;&|<>()*?[]{}!~") || raw != value && withoutComment(raw) == raw
}
