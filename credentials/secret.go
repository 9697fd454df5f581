package credentials

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"
)

// redacted is what every way of printing a Secret shows.
const redacted = "[redacted]"

// Secret is a value that must not be printed. The text sits behind a
// closure and not in a string field: fmt, log/slog and the spew-like diff
// printers walk unexported fields by reflection without calling any method,
// and a closure is the one thing that they cannot open. A Secret cannot be
// compared with ==, which would not take constant time. The zero value is
// an empty secret.
type Secret struct{ reveal func() string }

// NewSecret wraps text exactly as it is.
func NewSecret(text string) Secret {
	return Secret{reveal: func() string { return text }}
}

// Reveal returns the text. Its only callers are the probe that sends it to
// the token endpoint, the stores that the user chose, and this package.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no text at all.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Len is the length in characters.
func (s Secret) Len() int { return utf8.RuneCountInString(s.Reveal()) }

// Equal compares in constant time (for texts of one length).
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String implements fmt.Stringer.
func (s Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return redacted }

// Format implements fmt.Formatter, so that no verb and no flag reaches the
// field.
func (s Secret) Format(state fmt.State, _ rune) {
	// A fmt.State keeps its own error; there is nowhere to report one here.
	_, _ = io.WriteString(state, redacted)
}

// MarshalText implements encoding.TextMarshaler (XML, map keys, flags).
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements json.Marshaler.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML is what YAML encoders look for; it needs no import.
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
