package terminal

import (
	"errors"
	"unicode"
	"unicode/utf8"
)

// key is what a key means.
type key int

const (
	keyNone key = iota
	keyRune
	keyEnter
	keyInterrupt
	keyEnd // of the input; Ctrl-D
	keyLeft
	keyRight
	keyFirst
	keyLast
	keyBackspace
	keyDelete
	keyCutBefore
	keyCutBehind
	keyCutWord
	keyPaste   // what follows is pasted
	keyPasted  // that was all of it
	keyLineEnd // in what is pasted
)

// controls are the keys of one byte, as readline and shells have them.
var controls = map[byte]key{
	'\r': keyEnter, '\n': keyEnter, 0x03: keyInterrupt, 0x04: keyEnd, 0x08: keyBackspace, 0x7f: keyBackspace,
	0x01: keyFirst, 0x05: keyLast, 0x02: keyLeft, 0x06: keyRight, 0x15: keyCutBefore, 0x0b: keyCutBehind, 0x17: keyCutWord,
}

// sequences are the keys that terminals send as ESC [ or ESC O and this.
var sequences = map[string]key{
	"D": keyLeft, "C": keyRight, "H": keyFirst, "F": keyLast, "1~": keyFirst, "7~": keyFirst, "4~": keyLast, "8~": keyLast, "3~": keyDelete,
	"200~": keyPaste, "201~": keyPasted,
}

// key reads the next key. What is none of ours is keyNone.
func (e *editor) key() (key, rune, error) {
	b, err := e.byte()
	if err != nil {
		return keyNone, 0, err
	}
	if k, ok := controls[b]; ok && (!e.pasting || k == keyInterrupt) { // a paste whose end gets lost can be left
		return k, rune(b), nil
	}
	switch {
	case b == 0x1b:
		return e.sequence()
	case e.pasting && (b == '\r' || b == '\n' || b == '\t'):
		return keyLineEnd, 0, nil
	case b < ' ', b == 0x7f:
		return keyNone, 0, nil
	}
	letter := []byte{b}
	for !utf8.FullRune(letter) {
		if b, err = e.byte(); err != nil {
			return keyNone, 0, err
		}
		letter = append(letter, b)
	}
	r, _ := utf8.DecodeRune(letter)
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return keyNone, 0, nil
	}
	return keyRune, r, nil
}

// sequence reads the rest of an escape sequence (ECMA-48 section 5.4): parameters, then one final
// byte. After the key Esc alone comes a key of its own.
func (e *editor) sequence() (key, rune, error) {
	b, err := e.byte()
	for err == nil && b == 0x1b { // the key itself, before
		b, err = e.byte()
	}
	if err != nil || b != '[' && b != 'O' {
		if err == nil {
			e.next = append(e.next, b)
		}
		return keyNone, 0, err
	}
	var rest []byte
	for len(rest) < 16 {
		if b, err = e.byte(); err != nil {
			return keyNone, 0, err
		}
		rest = append(rest, b)
		if b >= 0x40 && b <= 0x7e {
			break
		}
	}
	return sequences[string(rest)], 0, nil
}

func (e *editor) byte() (byte, error) {
	if len(e.next) > 0 {
		b := e.next[0]
		e.next = e.next[1:]
		return b, nil
	}
	var b [1]byte
	for range 100 { // a reader may give nothing without an error, but not for ever
		n, err := e.in.Read(b[:])
		if n == 1 {
			return b[0], nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, errors.New("the terminal gives no keys")
}
