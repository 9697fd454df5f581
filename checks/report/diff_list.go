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

// Counts are what became of all accounts.
type Counts struct {
	kinds             map[kind]int
	unchanged, broken int
}

// Add counts an account. What is unchanged may be broken all the while.
func (n *Counts) Add(c Change) {
	if n.kinds == nil {
		n.kinds = map[kind]int{}
	}
	switch {
	case c.Matters():
		n.kinds[c.kind()]++
	case c.After != string(checks.Healthy):
		n.broken++
		fallthrough
	default:
		n.unchanged++
	}
}

// Compared is how many accounts were counted.
func (n *Counts) Compared() int {
	all := n.unchanged
	for _, count := range n.kinds {
		all += count
	}
	return all
}

// String says it in one sentence.
func (n *Counts) String() string {
	parts := []string{fmt.Sprintf("%d compared", n.Compared())}
	for k := broke; k <= otherwise; k++ {
		if count := n.kinds[k]; count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count, words[k][min(count-1, 1)]))
		}
	}
	last := fmt.Sprintf("%d unchanged", n.unchanged)
	if n.broken > 0 {
		last += fmt.Sprintf(" (%d of them not working)", n.broken)
	}
	return strings.Join(append(parts, last), "; ") + "."
}
