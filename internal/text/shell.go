package text

import "strings"

// ShellWord writes a value so that a POSIX shell takes it as one word, as it is.
func ShellWord(s string) string {
	plainly := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_./:=,@%+", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
	if plainly {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
