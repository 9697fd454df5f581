package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that the sandbox can get wrong on demand.
type Fault struct {
	ID        string // a diagnosis id, or DIAGNOSIS@VARIANT for another face of it
	Diagnosis string // what a check should find
	Title     string
	Layer     string // input, network, tls, discovery, client, token, jwt, openeo, account, service
}

// fault is a row of the tables in faults_*.go: an id, a title and a change of the world's description.
type fault struct {
	id, title, layer string
	change           func(*world)
}

// table is every fault, in the order in which a login meets them.
var table = slices.Concat(inputFaults, networkFaults, tlsFaults, discoveryFaults, clientFaults, tokenFaults, jwtFaults, openeoFaults, accountFaults)

// Faults lists every fault, in a stable order.
func Faults() []Fault {
	list := make([]Fault, 0, len(table))
	for _, f := range table {
		diagnosis, _, _ := strings.Cut(f.id, "@")
		list = append(list, Fault{ID: f.id, Diagnosis: diagnosis, Title: f.title, Layer: f.layer})
	}
	return list
}

func lookup(id string) (fault, error) {
	best, distance := "", 1+len(id)/3
	for _, f := range table {
		if f.id == id {
			return f, nil
		}
		if d := editDistance(f.id, id); d < distance {
			best, distance = f.id, d
		}
	}
	if best == "" {
		return fault{}, fmt.Errorf("unknown fault %q", id)
	}
	return fault{}, fmt.Errorf("unknown fault %q; did you mean %q?", id, best)
}

// editDistance is the number of letters to insert, remove or replace to get from a to b (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
