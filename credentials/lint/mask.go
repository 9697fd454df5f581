package lint

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// bullets are what password fields and logs show in place of characters.
const bullets = "*•●∙·◦○⚫⬤■█▪▮"

// maskWords are what programs print in place of a secret, without the
// brackets or asterisks around it. The last ones mask only in brackets:
// bare, they are rather template words.
var (
	maskWords      = []string{"redacted", "masked", "hidden", "filtered", "sensitive", "sensitive value", "censored", "obfuscated", "scrubbed", "concealed by 1password"}
	bracketedMasks = []string{"secure", "secret hidden", "not shown", "protected", "omitted"}
)

// Masked reports a display mask that was copied in place of the value: a
// row of bullets, a word such as [redacted], or a value of which only the
// ends are shown.
func Masked(text string) bool {
	if strings.Trim(text, bullets) == "" && utf8.RuneCountInString(text) >= 3 {
		return true
	}
	inner := strings.ToLower(strings.TrimSpace(strings.Trim(text, "[](){}<>"+bullets)))
	if slices.Contains(maskWords, inner) {
		return true
	}
	if inner != strings.ToLower(text) {
		if slices.Contains(bracketedMasks, inner) {
			return true
		}
	}
	return partlyMasked(text)
}

// partlyMasked wants a run so long that no one has chosen it: asterisks are
// allowed in secrets.
func partlyMasked(text string) bool {
	return slices.ContainsFunc(maskRuns, func(run string) bool { return strings.Contains(text, run) })
}

var maskRuns = func() (runs []string) {
	for _, bullet := range bullets {
		switch bullet {
		case '·':
		case '*':
			runs = append(runs, "******")
		default:
			runs = append(runs, strings.Repeat(string(bullet), 4))
		}
	}
	return runs
}()
