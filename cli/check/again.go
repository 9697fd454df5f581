package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/cli/app"
	"github.com/credguide/credguide/credentials/lint"
)

// again writes the commands in findings as this person has to type them: after `check --environment development`, the bare
// `credguide check` of a diagnosis would ask production.
type again struct {
	where []string // flags that say what is checked
	whose []string // and with which credentials
}

// The flags that are repeated. Of a value from standard input there is no second one.
var (
	whereFlags = []string{"environment", "issuer", "backend", "provider-id", "catalog", "ca-file"}
	whoseFlags = []string{"credentials", "client-id", "secret-file"}
)

func (f *Flags) again() again {
	if f.set == nil { // no command line, as in register
		return again{}
	}
	return again{where: f.repeated(whereFlags), whose: f.repeated(whoseFlags)}
}

func (f *Flags) repeated(names []string) (args []string) {
	for _, name := range names {
		flag := f.set.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(interface{ GetSlice() []string }); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			if value != "-" && !lint.SecretShaped(value) {
				args = append(args, "--"+name+" "+app.Quoted(value))
			}
		}
	}
	return args
}

// bareCommand is a check without flags; choosingCommand ends a step and chooses another environment for the same client.
var (
	bareCommand     = regexp.MustCompile(`\bcredguide check( --|\b)`)
	choosingCommand = regexp.MustCompile(`\bcredguide check --environment [a-z0-9-]+$`)
)

// longestCommand fits a line of the text report, behind its number.
const longestCommand = 72

// in returns the findings with the commands of this person.
func (a again) in(findings []checks.Finding) []checks.Finding {
	findings = slices.Clone(findings)
	for i := range findings {
		findings[i].Fix = slices.Clone(findings[i].Fix)
		for j, step := range findings[i].Fix {
			findings[i].Fix[j] = a.inStep(step)
		}
	}
	return findings
}

func (a again) inStep(step string) string {
	if choosingCommand.MatchString(step) && len(a.whose) > 0 {
		if whole := step + " " + strings.Join(a.whose, " "); commandLength(whole) <= longestCommand {
			return whole
		}
		return step
	}
	all := slices.Concat(a.where, a.whose)
	if len(all) == 0 {
		return step
	}
	same := "credguide check " + strings.Join(all, " ")
	if len(same) > longestCommand {
		if before, ok := strings.CutSuffix(step, ": credguide check"); ok {
			return before + ": the same command"
		}
		return step
	}
	return bareCommand.ReplaceAllStringFunc(step, func(found string) string {
		if strings.HasSuffix(found, " --") {
			return found // it says itself what to check
		}
		return same
	})
}

// commandLength is that of the command at the end of a step.
func commandLength(step string) int { return len(step) - strings.LastIndex(step, "credguide check") }
