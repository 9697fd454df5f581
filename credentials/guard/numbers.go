package guard

import (
	"math"
	"strings"
)

// numbers decodes the list of numbers around a place, as bytes are written: 99, 65 or 0x63 0x41 or
// 143 101 or 01100011. It returns where the list ends.
func (r *encodings) numbers(at int) int {
	text := r.of.text
	from, to := at, at
	for from > 0 && inList[text[from-1]] {
		from--
	}
	for to < len(text) && inList[text[to]] {
		to++
	}
	if to-from < 3*window-1 && !r.loose {
		return to
	}
	list := numbersIn(text, from, to)
	for _, one := range list {
		if one.to-one.from >= 8*leastRaw && strings.Trim(text[one.from:one.to], "01") == "" {
			r.digits(one, bitValues, 8, 1)
		}
	}
	if least := r.leastListed(); len(list) >= least {
		for _, n := range []numeral{{base: 10, most: 3}, {16, 2, 'x'}, {8, 3, 'o'}, {2, 8, 'b'}} {
			r.listIn(list, n, least)
		}
	}
	return to
}

// inList tells the characters of lists of numbers.
var inList = func() (table [256]bool) {
	for _, c := range []byte(hexBoth + between + "xXoO[](){}&#\\'\"") {
		table[c] = true
	}
	return table
}()

func numbersIn(text string, from, to int) (list []span) {
	for from < to {
		end := from
		for end < to && kinds[text[end]] != punctuation {
			end++
		}
		if end > from {
			list = append(list, span{from, end})
		}
		from = end + 1
	}
	return list
}

// numeral is how bytes are written as numbers.
type numeral struct {
	base, most int
	sign       byte // behind a zero in front of it, in lower case; 0: nothing
}

// read is the byte that a number stands for.
func (n numeral) read(text string) (byte, bool) {
	if len(text) > 2 && text[0] == '0' && n.sign != 0 && text[1]|0x20 == n.sign {
		text = text[2:]
	}
	if len(text) > n.most {
		text = strings.TrimLeft(text, "0")
	}
	value := 0
	for i := range len(text) {
		digit := int(hexValues[text[i]])
		if digit < 0 || digit >= n.base {
			return 0, false
		}
		value = value*n.base + digit
	}
	return byte(value), text != "" && len(text) <= n.most && value <= math.MaxUint8
}

// leastListed is how many numbers in a row are worth a look.
func (r *encodings) leastListed() int {
	if r.loose {
		return leastRaw
	}
	return window
}

// listIn goes on with the text that numbers in a row are.
func (r *encodings) listIn(list []span, n numeral, least int) {
	var d decoding
	for i := 0; i <= len(list); i++ {
		if i < len(list) {
			if c, ok := n.read(r.of.text[list[i].from:list[i].to]); ok && (c < 0x80 || r.loose) {
				d.upTo = list[i].from
				d.replace(r.of, list[i].to, []byte{c})
				continue
			}
		}
		if d.text.Len() >= least {
			r.made(view{text: d.text.String(), runs: d.runs}, r.deep)
		}
		d = decoding{}
	}
}
