package phrases

import (
	"slices"
	"strings"
)

// What a server says that nobody has read yet may be plain all the same: "Client is disabled",
// "Unknown client". Such a sentence is read by what it is about and by what it says of that. It is
// read only where it speaks of one thing: one that lists several ("unknown client, no client
// authentication included, or …") names none.

// longestPlain is in bytes; a longer sentence is an explanation, and any word may stand in it.
const longestPlain = 160

// leavesOpen tells words that name the client and, as another possibility, its secret.
func leavesOpen(words string) bool {
	return said(fold(words)).any(" or the secret", " or secret", " or the client secret", " or client secret")
}

// plain is what the words of a refusal at the token endpoint say, sentence by sentence; empty where
// none of them is plain.
func plain(words string) Kind {
	for sentence := range strings.SplitSeq(oneName.Replace(fold(words)), ". ") {
		s := said(sentence)
		if len(s) > longestPlain || s.any(" or ", "e.g.", "either", "unless", " if ", "not expired", "could be", "may be", "might") {
			continue
		}
		if kind := s.kind(); kind != "" {
			return kind
		}
	}
	return ""
}

// oneName writes the client's ID in one way.
var oneName = strings.NewReplacer(" identifier", "_id", " id", "_id")

// said is a folded sentence.
type said string

func (s said) any(words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(string(s), w) })
}

func (s said) refused() bool {
	return s.any("not allowed", "not permitted", "not authorized", "unauthorized", "not enabled", "disabled", "not supported", "unsupported", "cannot use", "may not", "forbidden", "denied")
}

func (s said) switchedOff() bool {
	return s.any("disabled", "deactivated", "inactive", "not active", "suspended", "blocked", "not enabled")
}

// elsewhere tells sentences about something that no setting of a client is.
func (s said) elsewhere() bool {
	return s.any("ip address", "ip range", "country", "network", "location", "quota", "payment", "invoice", "maintenance", "redirect", "certificate", "policy", "firewall", "try again", "retry later")
}

func (s said) kind() Kind {
	switch {
	case s.any("too many requests", "rate limit"):
		return Rate
	case s.elsewhere():
		return ""
	case s.any("public client", "client is public") && (s.refused() || s.any("cannot", "is public")):
		return ClientIsPublic
	case s.any("authentication method", "auth method", "auth_method", "client_secret_basic", "client_secret_post", "private_key_jwt", "client_secret_jwt") &&
		(s.refused() || s.any("required", "requires", "must", "only", "expected")):
		return MethodRefused
	case s.any("grant", "client_credentials", "service accounts") && s.refused():
		return GrantNotAllowed
	case s.any("scope") && (s.refused() || s.any("invalid", "unknown")):
		return ScopeRefused
	case s.any("secret"):
		return s.ofSecret()
	case s.any("credential"):
		if s.any("expired") {
			return SecretExpired
		}
		return ""
	case s.any("service account", "user account") && s.switchedOff():
		return AccountDisabled
	case s.any("client", "application") && s.ofClient() != "":
		return s.ofClient()
	case s.any("locked"):
		return Locked
	}
	return ""
}

func (s said) ofSecret() Kind {
	switch {
	case s.any("client_id"):
		return ""
	case s.any("expired", "no longer valid", "rotated", "revoked"):
		return SecretExpired
	case s.any("invalid", "wrong", "incorrect", "mismatch", "not match", "bad ", "not valid", "not correct"):
		return SecretWrong
	}
	return ""
}

func (s said) ofClient() Kind {
	switch {
	case s.any("authenticat"):
		return ""
	case s.switchedOff():
		return ClientDisabled
	case s.any("not found", "not be found", "unknown", "not exist", "doesn't exist", "no such", "not registered", "unrecognized", "not recognized", "invalid client_id",
		"client_id is invalid", "'client_id' parameter is invalid"):
		return ClientUnknown
	}
	return ""
}
