package lint

import (
	"regexp"
	"strings"

	"github.com/credguide/credguide/credentials"
)

var (
	assignedSecret = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+|set[ \t]+)?` + credentials.EnvClientSecret + `[ \t]*[=:][ \t]*(\S.*)$`)
	memberSecret   = regexp.MustCompile(`"client_secret"[ \t\r\n]*:[ \t\r\n]*"([^"]+)"`)
	privateKey     = regexp.MustCompile(`(?m)^-----BEGIN [A-Z ]*PRIVATE KEY-----`)
)

// KeepsSecret reports the text of a file that somebody keeps a secret in: the secret alone, a dotenv
// file, auth-config.json, a private key. What programs write for people to fill in has a place for
// one at most.
func KeepsSecret(text string) bool {
	alone := Bare(text)
	document := strings.HasPrefix(alone, "{") || strings.HasPrefix(alone, "[") // without white space it looks random too
	if !document && SecretShaped(alone) || isUUID(alone) || IsToken(alone) {
		return true
	}
	for _, form := range []*regexp.Regexp{assignedSecret, memberSecret} {
		for _, found := range form.FindAllStringSubmatch(text, -1) {
			if isFilledIn(found[1]) {
				return true
			}
		}
	}
	return privateKey.MatchString(text)
}

// isFilledIn tells a value from a reference to one, and from a place for one.
func isFilledIn(written string) bool {
	value := Bare(written)
	refers := strings.HasPrefix(value, "$") || strings.Contains(value, "$(") || strings.Contains(value, "${")
	quoted := strings.HasPrefix(strings.TrimSpace(written), "'") // in which nothing is a reference
	return value != "" && TemplateSecret(value) == "" && !Masked(value) && (quoted || !refers)
}
