package guard

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/credguide/credguide/credentials/lint"
)

// needles are what a Guard searches for.
type needles struct {
	list     []needle
	pieces   pieces
	shortest int // no shorter document can hold any of them
}

// needle is one text to search for; exact ones only in exact places.
type needle struct {
	text  []byte
	exact bool
}

func newNeedles() *needles {
	return &needles{shortest: math.MaxInt, pieces: pieces{blocks: map[block]bool{}}}
}

func (n *needles) add(text string, exact bool, public []string) {
	n.list = append(n.list, needle{[]byte(text), exact})
	least := len(text) * 2 / 3 // an HTML entity may stand for one byte more than it has
	switch token := lint.IsToken(text); {
	case exact:
		least = minRun // in Base64; client_secret= alone is longer
	case token, lint.SecretShaped(text):
		if token {
			public = nil // no public text holds a part of one
		}
		n.pieces.add(text, public)
		least = min(least, blockSize*2/3)
	}
	n.shortest = min(n.shortest, least)
}

func (n *needles) in(v view) bool {
	for _, one := range n.list {
		if one.exact && exactly(one.text, v) || !one.exact && bytes.Contains(v.text, one.text) {
			return true
		}
	}
	return n.pieces.in(v.text)
}

// asByteList looks for the bytes written as decimal numbers, as Go prints a
// []byte and JavaScript a buffer.
func (n *needles) asByteList(document []byte) bool {
	for _, one := range n.list {
		if one.exact || len(document) < 2*len(one.text) {
			continue
		}
		for _, separator := range []string{" ", ",", ", "} {
			var list []byte
			for i, b := range one.text {
				if i > 0 {
					list = append(list, separator...)
				}
				list = strconv.AppendUint(list, uint64(b), 10)
			}
			if bytes.Contains(document, list) {
				return true
			}
		}
	}
	return false
}

// A piece is found by the blocks of the secret in it. Blocks start at every
// fourth character, so that every piece of 15 characters holds one.
const (
	blockSize   = 12
	blockStride = 4
	mostBlocks  = 4096 // of one secret; what is longer is no token
)

type block [blockSize]byte

// pieces are the blocks of secrets that a generator made.
type pieces struct {
	blocks map[block]bool
	starts [1 << 10]uint64 // which first three bytes a block may have, so that few places are looked up
}

// add takes in the blocks that can only be a piece of this: not words, which
// a secret made of words may share with any text, and not what is public.
func (p *pieces) add(text string, public []string) {
	for i := 0; i+blockSize <= len(text) && i < mostBlocks*blockStride; i += blockStride {
		piece := text[i : i+blockSize]
		c := lint.ClassesOf(piece)
		if !c.Lower || !c.Upper || !c.Digit || anyContains(public, piece) {
			continue
		}
		p.blocks[block([]byte(piece))] = true
		place := start([]byte(piece))
		p.starts[place>>6] |= 1 << (place & 63)
	}
}

func (p *pieces) in(text []byte) bool {
	if len(p.blocks) == 0 {
		return false
	}
	for i := 0; i+blockSize <= len(text); i++ {
		place := start(text[i:])
		if p.starts[place>>6]&(1<<(place&63)) != 0 && p.blocks[block(text[i:i+blockSize])] {
			return true
		}
	}
	return false
}

// start is a number for the first three bytes.
func start(text []byte) uint32 {
	return (uint32(text[0])<<16 | uint32(text[1])<<8 | uint32(text[2])) * 2654435761 >> 16
}

func anyContains(texts []string, piece string) bool {
	for _, text := range texts {
		if strings.Contains(text, piece) {
			return true
		}
	}
	return false
}
