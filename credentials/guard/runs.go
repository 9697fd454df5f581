package guard

// minRun is the shortest run of Base64 that is decoded: `:abc` with padding
// in front of it has eight.
const minRun = 8

// base64Digit is the value of a character of either alphabet plus one; zero
// for any other.
var base64Digit = func() (table [256]byte) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		table[c] = byte(i + 1)
	}
	table['-'], table['_'] = table['+'], table['/']
	return table
}()

// decodeBase64 decodes every run of the alphabets, at each of the four
// places where a group of characters may start: a secret may be encoded
// with any text before it, and the run may be part of a longer word. Line
// ends inside a run are passed over, since MIME breaks at 76 characters.
func decodeBase64(text []byte) []byte {
	var out []byte
	var run []byte
	flush := func() {
		if len(run) >= minRun {
			for start := range 4 {
				out = append(groups(out, run[start:]), '\n')
			}
		}
		run = run[:0]
	}
	for i, c := range text {
		switch digit := base64Digit[c]; {
		case digit > 0:
			run = append(run, digit-1)
		case (c == '\n' || c == '\r') && lineBreakInRun(text, i, len(run)):
		default:
			flush()
		}
	}
	flush()
	return out
}

// lineBreakInRun: the run before is long and goes on after the line end, so
// that it is encoded text and not words one a line.
func lineBreakInRun(text []byte, at, length int) bool {
	if length < 60 {
		return false
	}
	for _, c := range text[at:min(at+3, len(text))] {
		if base64Digit[c] > 0 {
			return true
		}
	}
	return false
}

func groups(out, run []byte) []byte {
	for ; len(run) >= 4; run = run[4:] {
		bits := uint(run[0])<<18 | uint(run[1])<<12 | uint(run[2])<<6 | uint(run[3])
		out = append(out, byte(bits>>16), byte(bits>>8), byte(bits))
	}
	if len(run) >= 2 {
		out = append(out, run[0]<<2|run[1]>>4)
	}
	if len(run) == 3 {
		out = append(out, run[1]<<4|run[2]>>2)
	}
	return out
}

// decodeHex decodes every run of pairs of hexadecimal digits, at both places
// where a pair may start. Single blanks, colons, commas and 0x between the
// pairs are passed over, as dumps write them.
func decodeHex(text []byte) []byte {
	var out []byte
	var run []byte
	flush := func() {
		if len(run) >= 2*minPair {
			for start := range 2 {
				for i := start; i+1 < len(run); i += 2 {
					out = append(out, run[i]<<4|run[i+1])
				}
				out = append(out, '\n')
			}
		}
		run = run[:0]
	}
	for i := 0; i < len(text); i++ {
		if d := hexDigit(text[i]); d >= 0 {
			if text[i] == '0' && i+1 < len(text) && (text[i+1] == 'x' || text[i+1] == 'X') {
				i++
				continue
			}
			run = append(run, byte(d))
			continue
		}
		if !hexSeparator(text, i) {
			flush()
		}
	}
	flush()
	return out
}

func hexSeparator(text []byte, at int) bool {
	switch text[at] {
	case ' ', ':', ',', '-':
		return at > 0 && at+1 < len(text) && (hexDigit(text[at-1]) >= 0 || text[at-1] == ',') &&
			(hexDigit(text[at+1]) >= 0 || text[at+1] == ' ')
	}
	return false
}
