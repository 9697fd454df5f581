package request

import "github.com/credguide/credguide/wizard/request/javascript"

// serverEntityID judges the id of a SAML service. The server means to limit its length, but
// swallows its own refusal, so that an id of a wrong length passes whatever it is.
func serverEntityID(a asked) *problem {
	const least, most = 4, 256
	length := javascript.Length(javascript.Trim(serverText(a.value)))
	if javascript.Truthy(a.value) && (length < least || length > most) {
		return nil
	}
	return serverTextRule(a)
}
