package command

import (
	"errors"
	"runtime"
	"strings"
)

// Words splits a line into words as a shell does, with quotes and backslashes, and nothing else of
// a shell: what needs one is an error, so that nobody believes that a pipe or a variable works. On
// Windows a backslash is what stands between folders.
func Words(line string) ([]string, error) {
	if runtime.GOOS == "windows" {
		return windowsSyntax.words(line)
	}
	return posixSyntax.words(line)
}

// syntax is what differs between the shells that a line might have been typed in.
type syntax struct {
	escape   byte   // takes the meaning of what follows; 0: none does
	inQuotes string // what it escapes in double quotes
	asShell  string // how one runs a shell
}

var (
	posixSyntax   = syntax{'\\', "\"\\$`", "sh -c '…'"}
	windowsSyntax = syntax{0, "", `cmd /c "…"`}
)

func (s syntax) words(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
			continue
		case c == '\'' || c == '"':
			n, text, err := s.quoted(line[i:])
			if err != nil {
				return nil, err
			}
			word.WriteString(text)
			i += n - 1
		case s.escape != 0 && c == s.escape:
			i++
			if i == len(line) {
				return nil, errors.New("the command ends in a backslash")
			}
			word.WriteByte(line[i])
		case strings.IndexByte("|&;<>()$`", c) >= 0:
			return nil, errors.New("no shell runs the command, so " + string(c) + " has no meaning in it; quote it, or run a shell: " + s.asShell)
		default:
			word.WriteByte(c)
		}
		inWord = true
	}
	if inWord {
		words = append(words, word.String())
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("the command is empty")
	}
	return words, nil
}

// quoted reads a quoted part, and tells its length in the line.
func (s syntax) quoted(line string) (n int, text string, err error) {
	quote := line[0]
	var out strings.Builder
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == quote:
			return i + 1, out.String(), nil
		case quote == '"' && c == s.escape && i+1 < len(line) && strings.IndexByte(s.inQuotes, line[i+1]) >= 0:
			i++
			out.WriteByte(line[i])
		case quote == '"' && (c == '$' || c == '`'):
			return 0, "", errors.New("no shell runs the command, so " + string(c) + " has no meaning in it; use single quotes")
		default:
			out.WriteByte(c)
		}
	}
	return 0, "", errors.New("a quote in the command is not closed")
}
