package report

import (
	"slices"
	"strings"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/internal/text"
)

// neverSent are the failures that end a request before its body leaves this machine
// (checks.Failures). Older reports do not say of each request whether the secret went with it, and
// after any other failure it may have.
var neverSent = []string{
	"dns", "refused", "unreachable", "connect-timeout", "proxy", "insecure-url",
	"tls-expired", "tls-not-yet-valid", "tls-hostname", "tls-unknown-authority", "tls-handshake",
}

func sentSecret(q checks.Request) bool {
	if q.SecretSent != nil {
		return *q.SecretSent
	}
	if q.Effect != "sends-secret" && q.Effect != "mints-token" {
		return false
	}
	return q.Status != 0 || !slices.Contains(neverSent, q.Failure)
}

// secretHosts lists the hosts that received the secret, or may have.
func secretHosts(r checks.Report) []string {
	var hosts []string
	for _, q := range r.Requests {
		if h := hostOf(q.URL); sentSecret(q) && !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// whatWasSent says where the secret went, and who else was asked for the client ID. It speaks of
// recorded requests only.
func whatWasSent(r checks.Report) string {
	said := ""
	switch hosts := secretHosts(r); len(hosts) {
	case 0:
		if r.Subject.Secret.Length == 0 {
			return "There was no secret to send."
		}
		said = "The secret was not sent."
	case 1:
		said = "The secret was sent to " + hosts[0] + " only."
	default:
		said = "The secret was sent to " + strings.Join(hosts, " and ") + "."
	}
	if n := len(r.Facts.List(checks.SistersAsked)) + len(r.Facts.List(checks.SistersUnclear)); n > 0 {
		said += " " + text.Plural(n, "sister environment") + " got the client ID alone."
	}
	return said
}
