package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
)

// kind is what became of an account between two reports.
type kind int

// The kinds, in the order in which a person wants to read of them.
const (
	broke kind = iota
	newAndBroken
	stillBroken
	mended
	newAndWorks
	left
	otherwise
)

// words say how many accounts are of a kind: one, or more.
var words = map[kind][2]string{
	broke:        {"no longer works", "no longer work"},
	newAndBroken: {"is new and does not work", "are new and do not work"},
	stillBroken:  {"still does not work, with other findings", "still do not work, with other findings"},
	mended:       {"works again", "work again"},
	newAndWorks:  {"is new and works", "are new and work"},
	left:         {"is no longer checked", "are no longer checked"},
	otherwise:    {"has other findings", "have other findings"},
}

func (c Change) kind() kind {
	worked, works := c.Before == string(checks.Healthy), c.After == string(checks.Healthy)
	switch {
	case c.After == "":
		return left
	case c.Before == "" && works:
		return newAndWorks
	case c.Before == "":
		return newAndBroken
	case worked && works:
		return otherwise
	case worked:
		return broke
	case works:
		return mended
	}
	return stillBroken
}

// SortChanges puts first what a person has to act on.
func SortChanges(list []Change) {
	slices.SortStableFunc(list, func(a, b Change) int { return int(a.kind()) - int(b.kind()) })
}

// CountChanges says in one sentence what became of all accounts. What is unchanged may be broken
// all the while.
func CountChanges(all []Change) string {
	count := map[kind]int{}
	unchanged, broken := 0, 0
	for _, c := range all {
		switch {
		case c.Matters():
			count[c.kind()]++
		case c.After != string(checks.Healthy):
			broken++
			fallthrough
		default:
			unchanged++
		}
	}
	parts := []string{fmt.Sprintf("%d compared", len(all))}
	for k := broke; k <= otherwise; k++ {
		if n := count[k]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words[k][min(n-1, 1)]))
		}
	}
	last := fmt.Sprintf("%d unchanged", unchanged)
	if broken > 0 {
		last += fmt.Sprintf(" (%d of them not working)", broken)
	}
	return strings.Join(append(parts, last), "; ") + "."
}
