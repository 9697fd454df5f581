package text

import "strings"

// ShellWord writes a value so that a POSIX shell takes it as one word, as it is.
func ShellWord(s string) string {
	if BareWord(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// ShellWords writes the arguments of a command.
func ShellWords(list []string) string {
	quoted := make([]string, len(list))
	for i, word := range list {
		quoted[i] = ShellWord(word)
	}
	return strings.Join(quoted, " ")
}

// BareWord tells a word that no shell takes apart, without any quotes.
func BareWord(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_./:=,@%+", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}
