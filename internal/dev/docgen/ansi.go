package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// run is a piece of a terminal's line that looks the same throughout.
type run struct {
	column int
	text   string
	colour string // "" is the usual one
	bold   bool
	faint  bool
}

var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// parseANSI splits what a program printed into lines of runs. It knows the colours and weights that
// the program uses, and refuses any other control sequence: a picture must not leave out what a
// terminal would do.
func parseANSI(printed string) (lines [][]run, err error) {
	look := run{}
	for line := range strings.SplitSeq(strings.TrimRight(printed, "\n"), "\n") {
		var runs []run
		column := 0
		add := func(s string) {
			if s == "" {
				return
			}
			r := look
			r.column, r.text = column, s
			runs = append(runs, r)
			column += len([]rune(s))
		}
		last := 0
		for _, m := range sgr.FindAllStringSubmatchIndex(line, -1) {
			add(line[last:m[0]])
			if err := look.change(line[m[2]:m[3]]); err != nil {
				return nil, err
			}
			last = m[1]
		}
		add(line[last:])
		if rest := sgr.ReplaceAllString(line, ""); strings.ContainsRune(rest, '\x1b') {
			return nil, fmt.Errorf("a control sequence that is not known here: %q", rest)
		}
		lines = append(lines, runs)
	}
	return lines, nil
}

var colours = map[int]string{31: "red", 32: "green", 33: "yellow", 34: "blue", 36: "cyan", 90: "grey"}

// change applies the codes of one "select graphic rendition" sequence (ECMA-48).
func (r *run) change(codes string) error {
	for code := range strings.SplitSeq(codes, ";") {
		n, err := strconv.Atoi(code)
		if code != "" && err != nil {
			return err
		}
		switch {
		case n == 0:
			*r = run{}
		case n == 1:
			r.bold = true
		case n == 2:
			r.faint = true
		case n == 22:
			r.bold, r.faint = false, false
		case n == 39:
			r.colour = ""
		case colours[n] != "":
			r.colour = colours[n]
		case n >= 91 && n <= 96 && colours[n-60] != "":
			r.colour = colours[n-60]
		default:
			return fmt.Errorf("a colour that is not known here: %d", n)
		}
	}
	return nil
}
