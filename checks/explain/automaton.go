package explain

// automaton finds many words in a text at once, in time that grows with the text alone: that of Aho
// and Corasick ("Efficient string matching", 1975). A log has megabytes, and there are hundreds of
// wordings.
type automaton struct {
	class   [256]uint8 // bytes that no word holds are class 0
	classes int
	next    []int32 // by state and class
	word    []int32 // the word that ends in a state, -1 for none
	shorter []int32 // the next state in which a shorter word ends at the same place, 0 for none
}

func newAutomaton(words []string) *automaton {
	a := &automaton{classes: 1}
	for _, w := range words {
		for i := range len(w) {
			if a.class[w[i]] == 0 {
				a.class[w[i]] = uint8(a.classes)
				a.classes++
			}
		}
	}
	a.state()
	for id, w := range words {
		s := int32(0)
		for i := range len(w) {
			edge := int(s)*a.classes + int(a.class[w[i]])
			if a.next[edge] == 0 {
				to := a.state()
				a.next[edge] = to
			}
			s = a.next[edge]
		}
		if a.word[s] < 0 { // of two that are the same, callers keep the list
			a.word[s] = int32(id)
		}
	}
	a.link()
	return a
}

func (a *automaton) state() int32 {
	a.next = append(a.next, make([]int32, a.classes)...)
	a.word = append(a.word, -1)
	a.shorter = append(a.shorter, 0)
	return int32(len(a.word) - 1)
}

// link completes the transitions, breadth first: where a word breaks off, its longest end that
// begins a word goes on.
func (a *automaton) link() {
	fall := make([]int32, len(a.word))
	var queue []int32
	for c := range a.classes {
		if to := a.next[c]; to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if f := fall[s]; a.word[f] >= 0 {
			a.shorter[s] = f
		} else {
			a.shorter[s] = a.shorter[f]
		}
		for c := range a.classes {
			edge := int(s)*a.classes + c
			back := a.next[int(fall[s])*a.classes+c]
			if to := a.next[edge]; to != 0 {
				fall[to] = back
				queue = append(queue, to)
			} else {
				a.next[edge] = back
			}
		}
	}
}

// find calls found with each word and the place behind it, in the order of the places.
func (a *automaton) find(text string, found func(word, end int)) {
	s := int32(0)
	for i := range len(text) {
		s = a.next[int(s)*a.classes+int(a.class[text[i]])]
		for at := s; at != 0; at = a.shorter[at] {
			if a.word[at] >= 0 {
				found(int(a.word[at]), i+1)
			}
		}
	}
}
