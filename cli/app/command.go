package app

import "strings"

// Quoted writes an argument so that a shell takes it as it is.
func Quoted(arg string) string {
	plainly := arg != "" && strings.IndexFunc(arg, func(r rune) bool {
		return !strings.ContainsRune("-_./:=,@%+", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
	if plainly {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
