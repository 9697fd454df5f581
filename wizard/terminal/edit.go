package terminal

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/internal/text"
)

// editor reads one line of text with the keys that people know from shells. It draws the question
// and the answer anew after each key, however many rows of the terminal they take: the prompt
// library loses count where an answer wraps.
type editor struct {
	in     io.Reader // in raw mode, read byte by byte, so that nothing is taken from the question after it
	out    io.Writer
	size   func() (width, height int) // of the terminal, in cells; it may change between two keys
	colour bool
	hides  func(answer string) bool // what must not stay on the screen; nil: nothing

	mark, ask, usual string // the question, and what an empty answer stands for
	answer           []rune
	at               int // the cursor's place in the answer
	row              int // the row of the question in which the terminal's cursor is

	next    []byte // read, and not taken yet
	pasting bool   // what is read now is pasted, not typed
	broken  bool   // the paste had a line end since its last letter
}

// longestAnswer is far more than any question takes: every key draws the whole answer.
const longestAnswer = 10_000

// errInterrupted is Ctrl-C, which raw mode gives as a key.
var errInterrupted = context.Canceled

// Terminals that can, mark what is pasted (bracketed paste mode), so that a line end in it is no
// Enter: it would give the rest of the paste to the next questions.
const (
	markPastes   = "\x1b[?2004h"
	unmarkPastes = "\x1b[?2004l"
)

// line asks until Enter.
func (e *editor) line(ask, usual string) (string, error) {
	_, _ = io.WriteString(e.out, markPastes)
	defer func() { _, _ = io.WriteString(e.out, unmarkPastes) }()
	e.mark, e.ask, e.usual, e.answer, e.at, e.row = "? ", ask, usual, nil, 0, 0
	for {
		e.draw(false)
		k, r, err := e.key()
		switch {
		case err != nil:
			e.draw(true)
			return "", err
		case k == keyEnter:
			if len(e.answer) == 0 {
				e.answer = []rune(e.usual)
			}
			e.draw(true)
			return string(e.answer), nil
		case k == keyEnd && len(e.answer) > 0 && r == 0x04:
			e.remove(e.at, e.at+1)
		default:
			if err := e.press(k, r); err != nil {
				e.draw(true)
				return "", err
			}
		}
	}
}

// press changes the answer or moves in it.
func (e *editor) press(k key, r rune) error {
	switch k {
	case keyRune:
		if e.broken && e.at > 0 { // an answer is one line
			e.insert(' ')
		}
		e.broken = false
		e.insert(r)
	case keyLineEnd:
		e.broken = true
	case keyPaste, keyPasted:
		e.pasting, e.broken = k == keyPaste, false
	case keyInterrupt:
		return errInterrupted
	case keyEnd: // of the input
		return io.EOF
	case keyLeft:
		e.at = max(0, e.at-1)
	case keyRight:
		e.at = min(len(e.answer), e.at+1)
	case keyFirst:
		e.at = 0
	case keyLast:
		e.at = len(e.answer)
	case keyBackspace:
		e.remove(e.at-1, e.at)
	case keyDelete:
		e.remove(e.at, e.at+1)
	case keyCutBefore:
		e.remove(0, e.at)
	case keyCutBehind:
		e.remove(e.at, len(e.answer))
	case keyCutWord:
		start := e.at
		for start > 0 && e.answer[start-1] == ' ' {
			start--
		}
		for start > 0 && e.answer[start-1] != ' ' {
			start--
		}
		e.remove(start, e.at)
	}
	return nil
}

func (e *editor) insert(r rune) {
	if len(e.answer) >= longestAnswer { // a whole file that was pasted: it is refused for its length
		return
	}
	e.answer = slices.Insert(e.answer, e.at, r)
	e.at++
}

func (e *editor) remove(from, to int) {
	if from < 0 || to > len(e.answer) {
		return
	}
	e.answer = append(e.answer[:from], e.answer[to:]...)
	e.at = from
}

// draw writes question and answer over what was written before, row by row: no row is filled to the
// last cell, where terminals differ in what they do next. What is being edited never takes more
// rows than the terminal has: a row that has scrolled away can be neither redrawn nor wiped. The
// last drawing of a question leaves the cursor below it.
func (e *editor) draw(last bool) {
	width, height := e.size()
	width, height = max(width, 20)-1, max(height, 4)
	var b strings.Builder
	if e.row > 0 {
		b.WriteString("\x1b[" + strconv.Itoa(e.row) + "A")
	}
	b.WriteString("\r\x1b[J")
	rows, row, column := e.layout(width, last)
	if !last {
		rows, row = window(rows, row, height-1)
	}
	b.WriteString(strings.Join(rows, "\r\n"))
	if last {
		b.WriteString("\r\n")
		e.row = 0
	} else {
		if up := len(rows) - 1 - row; up > 0 {
			b.WriteString("\x1b[" + strconv.Itoa(up) + "A")
		}
		b.WriteString("\r")
		if column > 0 {
			b.WriteString("\x1b[" + strconv.Itoa(column) + "C")
		}
		e.row = row
	}
	_, _ = io.WriteString(e.out, b.String()) // a terminal that has gone away is noticed at the next key
}

// window gives the rows about the cursor that have room, and the cursor's row among them.
func window(rows []string, row, room int) (shown []string, at int) {
	from := max(0, min(row-room/2, len(rows)-room))
	return rows[from:min(len(rows), from+room)], row - from
}

// layout breaks question and answer into rows, and finds the cursor.
func (e *editor) layout(width int, last bool) (rows []string, row, column int) {
	l := &rowWriter{width: width}
	l.style(e.paint("\x1b[1;32m"))
	l.put(e.mark)
	l.style(e.paint("\x1b[0m"))
	l.style(e.paint("\x1b[1m"))
	l.put(e.ask)
	l.style(e.paint("\x1b[0m"))
	l.put(" ")
	if len(e.answer) == 0 && e.usual != "" && !last {
		l.put("(" + e.usual + ") ")
	}
	if last {
		l.style(e.paint("\x1b[36m"))
	}
	answer, at := e.answer, e.at
	if last && e.hides != nil && e.hides(string(answer)) {
		answer, at = []rune("(not shown)"), 0
	}
	l.put(string(answer[:at]))
	row, column = len(l.rows), l.column
	if column == width { // the cursor cannot stand behind the edge
		row, column = row+1, 0
	}
	l.put(string(answer[at:]))
	if last {
		l.style(e.paint("\x1b[0m"))
	}
	rows = append(l.rows, l.current.String())
	if row == len(rows) {
		rows = append(rows, "")
	}
	return rows, row, column
}

func (e *editor) paint(sequence string) string {
	if !e.colour {
		return ""
	}
	return sequence
}

// rowWriter breaks text at the edge of the terminal, not at words: an answer is shown as it is.
type rowWriter struct {
	width   int
	rows    []string
	current strings.Builder
	column  int
}

func (w *rowWriter) style(sequence string) { w.current.WriteString(sequence) }

func (w *rowWriter) put(words string) {
	for _, r := range words {
		cells := text.Width(string(r))
		if w.column+cells > w.width {
			w.rows = append(w.rows, w.current.String())
			w.current.Reset()
			w.column = 0
		}
		w.current.WriteRune(r)
		w.column += cells
	}
}
