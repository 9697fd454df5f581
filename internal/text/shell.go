package text

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// ShellWord writes a value so that a POSIX shell takes it as one word, as it is: for what is meant for
// such a shell wherever it is read, as a file.
func ShellWord(s string) string {
	if BareWord(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// ShellWords writes the arguments of a command for a POSIX shell.
func ShellWords(list []string) string { return joined(list, ShellWord) }

// windows tells that commands are pasted into a shell of Windows.
var windows bool

// ForWindows makes Word, Words and Continued write for PowerShell and cmd.exe. A program says so once,
// before it writes anything.
func ForWindows() { windows = true }

// OnWindows tells that commands are written for those shells.
func OnWindows() bool { return windows }

// Word writes a value so that the shell of this machine takes it as one word: for commands that a
// person pastes.
func Word(s string) string {
	if windows {
		return windowsWord(s)
	}
	return ShellWord(s)
}

// Fed writes a command that reads a file from standard input. PowerShell has no <, and both shells of
// Windows have type.
func Fed(command, file string) string {
	if windows {
		return "type " + file + " | " + command
	}
	return command + " < " + file
}

// Pasted writes a command with variables, as a POSIX shell takes them, for the shell of this machine: in
// front of it, or as one of its words. cmd.exe has no way to write the former, so it is for PowerShell.
func Pasted(command string) string {
	if windows {
		command = assigned.ReplaceAllString(command, "${1}$$env:$2 = '$3'; credguide")
		command = variable.ReplaceAllString(command, "$$env:$1")
	}
	return command
}

var (
	assigned = regexp.MustCompile(`(^|; )([A-Z][A-Z_]*)="?([^\s'"()]+)"? credguide\b`)
	variable = regexp.MustCompile(`"\$([A-Z][A-Z_]*)"`)
)

// Words writes the arguments of a command that a person pastes.
func Words(list []string) string { return joined(list, Word) }

func joined(list []string, quote func(string) string) string {
	quoted := make([]string, len(list))
	for i, word := range list {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// windowsWord writes it for PowerShell and cmd.exe alike; what cmd.exe has no way to write, for
// PowerShell alone. A program takes a backslash before a quotation mark for an escape, so those at the
// end are doubled (https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments).
func windowsWord(s string) string {
	switch {
	case !strings.ContainsAny(s, ",@%") && BareWord(strings.ReplaceAll(s, `\`, "/")):
		return s
	case strings.ContainsAny(s, "\"$`“”„") || strings.Count(s, "%") > 1 || strings.ContainsFunc(s, unicode.IsControl):
		return powerShellWord(s)
	}
	return `"` + s + strings.Repeat(`\`, len(s)-len(strings.TrimRight(s, `\`))) + `"`
}

// powerShellWord writes it in single quotes, in which PowerShell sees no variables. For cmd.exe these
// are no quotes: it would run what stands behind a &, and put the value of a variable between two %. A
// value may be a server's, so what means something there is written as a number, which cmd.exe hands
// on as it is. PowerShell takes typographic quotes for quotes, and doubled they stand for themselves.
func powerShellWord(s string) string {
	var parts []string
	plain := ""
	end := func() {
		if plain != "" {
			parts, plain = append(parts, "'"+plain+"'"), ""
		}
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("'‘’‚‛", r):
			plain += string(r) + string(r)
		case r == '"' || strings.ContainsRune("&|<>^%", r) || unicode.IsControl(r):
			if r == '"' {
				plain += `\` // for the program that is started
			}
			end()
			parts = append(parts, fmt.Sprintf("[char]%d", r))
		default:
			plain += string(r)
		}
	}
	if end(); len(parts) == 1 && parts[0][0] == '\'' {
		return parts[0]
	}
	return "(''+" + strings.Join(parts, "+") + ")" // with a text in front, the sum is a text
}

// BareWord tells a word that no shell takes apart, without any quotes.
func BareWord(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("-_./:=,@%+", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// Continued breaks a long command before its flags, as a shell lets it go on, and where that is not
// enough between the other words. The shells of Windows each go on in a way of their own, so there it
// stays whole.
func Continued(line string, width int) string {
	if windows || Width(line) <= width {
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
