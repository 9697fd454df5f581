package command

import (
	"errors"
	"strings"
)

// Words splits a line into words as a shell does, with quotes and backslashes, and nothing else of
// a shell: what needs one is an error, so that nobody believes that a pipe or a variable works.
func Words(line string) ([]string, error) {
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
			n, text, err := quoted(line[i:])
			if err != nil {
				return nil, err
			}
			word.WriteString(text)
			i += n - 1
		case c == '\\':
			i++
			if i == len(line) {
				return nil, errors.New("the command ends in a backslash")
			}
			word.WriteByte(line[i])
		case strings.IndexByte("|&;<>()$`", c) >= 0:
			return nil, errors.New("no shell runs the command, so " + string(c) + " has no meaning in it; quote it, or run a shell: sh -c '…'")
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
func quoted(line string) (n int, text string, err error) {
	quote := line[0]
	var out strings.Builder
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == quote:
			return i + 1, out.String(), nil
		case quote == '"' && c == '\\' && i+1 < len(line) && strings.IndexByte("\"\\$`", line[i+1]) >= 0:
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
