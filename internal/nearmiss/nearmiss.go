// Package nearmiss finds the known word that a mistyped one may have meant.
package nearmiss

import "strings"

// longest bounds the words compared: names are short, and the work grows with the product of the
// lengths.
const longest = 100

// Of returns the candidate nearest to word, or "" when none is near: at most two edits (insert,
// delete, replace, swap two neighbours), one for words of up to four letters; letter case does not
// count as an edit.
func Of(word string, candidates []string) string {
	best, bestDistance := "", limit(word)+1
	for _, c := range candidates {
		if d := Distance(strings.ToLower(word), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

func limit(word string) int {
	if len(word) <= 4 {
		return 1
	}
	return 2
}

// Distance is the number of single-letter edits between two words (optimal string alignment).
func Distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > longest || len(t) > longest {
		return longest
	}
	before, prev, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(t)]
}
