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

// Continued breaks a long command before its flags, as a shell lets it go on, and where that is not
// enough between the other words.
func Continued(line string, width int) string {
	if Width(line) <= width {
		return line
	}
	var b strings.Builder
	column := 0
	put := func(part string) {
		if column > 0 && column+Width(part) > width-len(goesOn) {
			b.WriteString(goesOn + "\n     ")
			column = 5
		}
		b.WriteString(part)
		column += Width(part)
	}
	for _, part := range flagsOf(words(line)) {
		if 5+Width(part) <= width-len(goesOn) || column == 0 && Width(part) <= width-len(goesOn) {
			put(part)
			continue
		}
		for _, word := range words(part) {
			put(word)
		}
	}
	return b.String()
}

const goesOn = " \\"

// flagsOf joins the words behind a flag to it.
func flagsOf(words []string) (parts []string) {
	for _, word := range words {
		if len(parts) == 0 || strings.HasPrefix(word, " --") {
			parts = append(parts, word)
			continue
		}
		parts[len(parts)-1] += word
	}
	return parts
}

// words takes a part of a command apart, each word with the blanks before it. What stands in quotes
// is one word.
func words(s string) (list []string) {
	start, quote := 0, rune(0)
	for i, r := range s {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == ' ' && i > start && s[i-1] != ' ':
			list = append(list, s[start:i])
			start = i
		}
	}
	return append(list, s[start:])
}
