package javascript

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	decimal       = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	decimalPrefix = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`)
)

// NumberText is the shortest text of a number: digits up to 21 places, an exponent beyond
// (ECMA-262, Number::toString).
func NumberText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0"
	}
	if a := math.Abs(f); a < 1e21 && a >= 1e-6 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	sign := exponent[:1]
	return mantissa + "e" + sign + strings.TrimLeft(exponent[1:], "0")
}

// ToNumber is what the unary + makes of a text: all of it must be a number.
func ToNumber(text string) float64 {
	s := Trim(text)
	if s == "" {
		return 0
	}
	if len(s) > 2 && s[0] == '0' {
		switch s[1] {
		case 'x', 'X':
			return digits(s[2:], 16)
		case 'o', 'O':
			return digits(s[2:], 8)
		case 'b', 'B':
			return digits(s[2:], 2)
		}
	}
	switch strings.TrimLeft(s, "+-") {
	case "Infinity":
		if len(s) <= len("-Infinity") {
			return infinity(s)
		}
	}
	if !decimal.MatchString(s) {
		return math.NaN()
	}
	return parseDecimal(s)
}

// ParseInt reads a whole number from the beginning of a text and ignores what follows: "3600abc" is
// 3600 and "1e3" is 1.
func ParseInt(text string) float64 {
	s := Trim(text)
	sign := 1.0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	base := 10
	if len(s) >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		base, s = 16, s[2:]
	}
	n := 0
	for n < len(s) && digit(s[n]) < base {
		n++
	}
	return sign * digits(s[:n], base)
}

// ParseFloat reads a number from the beginning of a text and ignores what follows.
func ParseFloat(text string) float64 {
	s := Trim(text)
	if strings.HasPrefix(strings.TrimLeft(s, "+-"), "Infinity") && !strings.HasPrefix(s, "+-") && !strings.HasPrefix(s, "--") {
		return infinity(s)
	}
	if p := decimalPrefix.FindString(s); p != "" {
		return parseDecimal(p)
	}
	return math.NaN()
}

func parseDecimal(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64) // out of range gives an infinity, as it does in JavaScript
	return f
}

func infinity(s string) float64 {
	if s[0] == '-' {
		return math.Inf(-1)
	}
	return math.Inf(1)
}

func digits(s string, base int) float64 {
	if s == "" {
		return math.NaN()
	}
	if base == 10 {
		return parseDecimal(s)
	}
	f := 0.0
	for i := range len(s) {
		d := digit(s[i])
		if d >= base {
			return math.NaN()
		}
		f = f*float64(base) + float64(d)
	}
	return f
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 99
}
