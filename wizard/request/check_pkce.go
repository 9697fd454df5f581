package request

import "github.com/credguide/credguide/wizard/request/javascript"

// formPKCE judges the PKCE method. The form lists its values for an OIDC service only, but demands
// one for the authorization code grant without authentication whatever the protocol.
func formPKCE(a asked) *problem {
	text, absent, wrong := formString(a.value)
	if wrong != nil {
		return wrong
	}
	if absent || text == "" {
		if a.required() {
			return &problem{code: "pkce"}
		}
		return nil
	}
	if !a.applies() {
		return nil
	}
	return a.listed(text)
}

func serverPKCE(a asked) *problem {
	if !a.applies() {
		return nil
	}
	if !javascript.Truthy(a.value) {
		if a.required() {
			return &problem{code: "pkce"}
		}
		return nil
	}
	text, ok := a.value.(string)
	if !ok {
		return &problem{code: "type", item: shown(a.value)}
	}
	return a.listed(text)
}
