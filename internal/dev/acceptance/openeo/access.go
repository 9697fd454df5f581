//go:build acceptance

package openeo

import (
	"regexp"
	"slices"
	"strings"
)

// Access is the deployment's own rule about who may use the back-end. The
// zero value lets everybody in.
type Access struct {
	// Roles of the virtual organisation of which the account needs one.
	Roles []string
	// Issuer, where set, is the only one whose accounts may be enrolled.
	Issuer string
	// Blocked refuses every account with this text of the operator.
	Blocked string
}

var entitlement = regexp.MustCompile(`^urn:mace:egi(?:-dev)?\.eu:group:vo\.openeo\.cloud(?::[^:#]+)*:role=([^:#]+)#aai\.egi(?:-dev)?\.eu$`)

// check returns the account's roles, or says why it may not come in.
func (a Access) check(provider Provider, userinfo map[string]any) ([]string, *refusal) {
	if a.Blocked != "" {
		return nil, insufficient(a.Blocked)
	}
	if len(a.Roles) == 0 {
		return nil, nil
	}
	if a.Issuer != "" && normalised(a.Issuer) != normalised(provider.Issuer) {
		return nil, insufficient("An EGI account is required for using openEO Platform.")
	}
	var roles []string
	for _, value := range entitlements(userinfo) {
		match := entitlement.FindStringSubmatch(value)
		if match == nil {
			continue
		}
		for _, accepted := range a.Roles {
			if plain(accepted) == plain(match[1]) && !slices.Contains(roles, accepted) {
				roles = append(roles, accepted)
			}
		}
	}
	if len(roles) == 0 {
		return nil, insufficient("Proper enrollment in openEO Platform virtual organization is required.")
	}
	return roles, nil
}

func entitlements(userinfo map[string]any) []string {
	listed, _ := userinfo["eduperson_entitlement"].([]any)
	var values []string
	for _, value := range listed {
		if text, ok := value.(string); ok {
			values = append(values, text)
		}
	}
	return values
}

// plain compares roles as the aggregator does.
func plain(role string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(role))
}

func normalised(issuer string) string { return strings.TrimRight(strings.ToLower(issuer), "/") }
