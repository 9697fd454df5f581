//go:build acceptance

package openeo

import (
	"slices"
	"strings"
	"time"
)

// account is who a token stands for.
type account struct {
	userinfo map[string]any
	roles    []string
	until    time.Time
}

func (a account) subject() string {
	subject, _ := a.userinfo["sub"].(string)
	return subject
}

// name follows the driver: a service account has neither a name nor a mail
// address, so that it shows its subject here.
func (a account) name() string {
	if name, ok := a.userinfo["name"].(string); ok && name != "" {
		return name
	}
	if verified, ok := a.userinfo["voperson_verified_email"].([]any); ok && len(verified) > 0 {
		if mail, ok := verified[0].(string); ok {
			return mail
		}
	}
	if mail, ok := a.userinfo["email"].(string); ok && mail != "" {
		return mail
	}
	return a.subject()
}

// remember is how long an accepted bearer is not asked about again.
const remember = 15 * time.Minute

// authenticate goes the driver's way: the exact scheme, three parts, a listed
// provider, discovery, userinfo, then the deployment's own rules.
func (b *Backend) authenticate(header string) (account, *refusal) {
	if header == "" {
		return account{}, authenticationRequired
	}
	bearer, ok := strings.CutPrefix(header, "Bearer ")
	if !ok || strings.HasPrefix(bearer, " ") {
		return account{}, schemeNotSupported
	}
	parts := strings.Split(bearer, "/")
	if len(parts) != 3 {
		return account{}, tokenInvalid
	}
	if parts[0] == "basic" {
		return account{}, basicNotSupported
	}
	provider, known := b.listed(parts[1])
	if parts[0] != "oidc" || !known || parts[2] == "" {
		return account{}, tokenInvalid
	}
	if known, ok := b.recall(bearer); ok {
		return known, nil
	}
	found, refused := b.resolve(provider, parts[2])
	if refused != nil {
		return account{}, refused // refusals are not remembered
	}
	b.keep(bearer, found)
	return found, nil
}

func (b *Backend) resolve(provider Provider, token string) (account, *refusal) {
	discovered, refused := b.asker.discover(provider.issuer())
	if refused != nil {
		return account{}, refused
	}
	userinfo, refused := b.asker.userinfo(discovered, token)
	if refused != nil {
		return account{}, refused
	}
	found := account{userinfo: userinfo}
	if found.subject() == "" {
		return account{}, unexpected("KeyError")
	}
	if len(b.options.Introspect) > 0 {
		own, ok := b.options.Introspect[provider.ID]
		if !ok {
			return account{}, tokenError("No service account for %s", provider.ID)
		}
		mapped := slices.Contains(b.options.UserMap, found.subject())
		if refused := b.asker.introspect(discovered, own, token, provider.Scopes, found.subject(), mapped); refused != nil {
			return account{}, refused
		}
	}
	found.roles, refused = b.options.Access.check(provider, userinfo)
	return found, refused
}

func (b *Backend) recall(bearer string) (account, bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	found, ok := b.accepted[bearer]
	return found, ok && time.Now().Before(found.until)
}

func (b *Backend) keep(bearer string, found account) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	found.until = time.Now().Add(remember)
	b.accepted[bearer] = found
}
