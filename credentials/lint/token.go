package lint

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// IsToken reports a JSON Web Token (RFC 7519): three parts of Base64url, or
// five if it is encrypted, the first of which is a header with "alg". It is
// recognised with the prefix of an openEO bearer or an Authorization header
// too.
func IsToken(text string) bool {
	text = strings.TrimSpace(strings.TrimPrefix(text, "Bearer "))
	if i := strings.LastIndexByte(text, '/'); i >= 0 && strings.HasPrefix(text, "oidc/") {
		text = text[i+1:]
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 && len(parts) != 5 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil {
		return false
	}
	var says struct {
		Algorithm json.RawMessage `json:"alg"`
	}
	return json.Unmarshal(header, &says) == nil && says.Algorithm != nil
}
