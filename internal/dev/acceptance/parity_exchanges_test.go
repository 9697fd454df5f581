//go:build acceptance

package acceptance

import (
	"net/url"
	"slices"
)

// exchange is one plain request below the issuer, made alike on both sides.
// {id}, {secret}, {token}, {plain} (a token without openid) and {id_token}
// are filled in.
type exchange struct {
	name      string
	path      string
	form      url.Values // with a form or a body it is a POST, else a GET
	body      string     // JSON in place of a form
	basic     []string   // id and secret of a Basic header
	authorize string     // any other Authorization header
	json      bool       // asks for JSON
	older     string     // why Keycloak before 26.7, which the sandbox plays, differs
}

const (
	discoveryPath, certsPath  = "/.well-known/openid-configuration", "/protocol/openid-connect/certs"
	tokenPath, introspectPath = "/protocol/openid-connect/token", "/protocol/openid-connect/token/introspect"
	authPath, userinfoPath    = "/protocol/openid-connect/auth", "/protocol/openid-connect/userinfo"
)

// exchanges are the plain requests of every login, and many that no check makes.
func exchanges() []exchange {
	return slices.Concat(tokenExchanges(), userinfoExchanges(), otherExchanges())
}

func form(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

func tokenExchanges() []exchange {
	mine := func(pairs ...string) url.Values {
		return form(append([]string{"grant_type", "client_credentials", "client_id", "{id}", "client_secret", "{secret}"}, pairs...)...)
	}
	grant := form("grant_type", "client_credentials")
	right := []string{"{id}", "{secret}"}
	return []exchange{
		{name: "token", path: tokenPath, form: mine("scope", "openid email")},
		{name: "token without a scope", path: tokenPath, form: mine()},
		{name: "token, Basic", path: tokenPath, form: grant, basic: right},
		{name: "token, Basic wrong, body right", path: tokenPath, form: mine(), basic: []string{"{id}", "wrong"}},
		{
			name: "token, Basic right, body wrong", path: tokenPath, basic: right,
			form: form("grant_type", "client_credentials", "client_id", "{id}", "client_secret", "wrong"),
		},
		{name: "token, Basic without colon", path: tokenPath, form: grant, authorize: "Basic bm9jb2xvbg=="},
		{name: "token, Basic with a bare percent sign", path: tokenPath, form: grant, basic: []string{"{id}", "a%zb"}},
		{name: "token, Basic that is no Base64", path: tokenPath, form: grant, authorize: "Basic ***", older: "an unexpected error"},
		{name: "token, Bearer", path: tokenPath, form: grant, authorize: "Bearer x"},
		{name: "token, no credentials", path: tokenPath, form: grant},
		{name: "token, id alone", path: tokenPath, form: form("grant_type", "client_credentials", "client_id", "{id}")},
		{name: "token, empty secret", path: tokenPath, form: form("grant_type", "client_credentials", "client_id", "{id}", "client_secret", "")},
		{name: "token, empty id", path: tokenPath, form: form("grant_type", "client_credentials", "client_id", "", "client_secret", "{secret}")},
		{name: "token, no grant type", path: tokenPath, form: form("client_id", "{id}", "client_secret", "{secret}")},
		{name: "token, unknown grant type", path: tokenPath, form: form("grant_type", "nosuch", "client_id", "{id}", "client_secret", "{secret}")},
		{name: "token, parameter twice", path: tokenPath, form: mine("grant_type", "client_credentials")},
		{name: "token, JSON body", path: tokenPath, body: `{"grant_type":"client_credentials"}`},
		{
			name: "token, credentials in the query", path: tokenPath + "?client_id={id}&client_secret={secret}", form: grant,
			older: "called a missing parameter",
		},
		{name: "token, unknown scope", path: tokenPath, form: mine("scope", "openid nosuch")},
		{name: "token, empty scope", path: tokenPath, form: mine("scope", "")},
		{name: "token, scope in capitals", path: tokenPath, form: mine("scope", "OPENID")},
		{name: "token, scopes with a comma", path: tokenPath, form: mine("scope", "openid,email")},
		{
			name: "token, refresh token of nobody", path: tokenPath,
			form: form("grant_type", "refresh_token", "refresh_token", "made-up", "client_id", "{id}", "client_secret", "{secret}"),
		},
		{
			name: "token, code of nobody", path: tokenPath,
			form: form("grant_type", "authorization_code", "code", "made-up", "redirect_uri", "https://probe.invalid/cb", "client_id", "{id}", "client_secret", "{secret}"),
		},
		{name: "token, GET", path: tokenPath},
		{name: "token, slash behind", path: tokenPath + "/", form: mine()},
		{name: "token, slash twice", path: "/protocol//openid-connect/token", form: mine(), older: "such paths were cleaned up before 26.4.4"},
		{name: "token, below", path: tokenPath + discoveryPath},
		{name: "token, below, POST", path: tokenPath + "/more", form: mine()},
	}
}

func userinfoExchanges() []exchange {
	return []exchange{
		{name: "userinfo", path: userinfoPath, authorize: "Bearer {token}"},
		{name: "userinfo, bearer in lower case", path: userinfoPath, authorize: "bearer {token}"},
		{name: "userinfo, POST", path: userinfoPath, form: form("access_token", "{token}"), older: "an unknown error"},
		{name: "userinfo without openid", path: userinfoPath, authorize: "Bearer {plain}"},
		{name: "userinfo, ID token", path: userinfoPath, authorize: "Bearer {id_token}"},
		{name: "userinfo, back-end's form of the token", path: userinfoPath, authorize: "Bearer oidc/egi/{token}"},
		{name: "userinfo, changed token", path: userinfoPath, authorize: "Bearer {token}x"},
		{name: "userinfo, garbage", path: userinfoPath, authorize: "Bearer garbage"},
		{name: "userinfo, no token", path: userinfoPath},
		{name: "userinfo, Basic", path: userinfoPath, basic: []string{"{id}", "{secret}"}},
	}
}

func otherExchanges() []exchange {
	authorization := func(id string) string {
		return authPath + "?client_id=" + id + "&" + form("response_type", "code", "scope", "openid", "redirect_uri", "https://probe.invalid/cb").Encode()
	}
	introspection := func(token, secret string) url.Values {
		return form("token", token, "client_id", "{id}", "client_secret", secret)
	}
	return []exchange{
		{name: "discovery", path: discoveryPath, older: "other grants and features"},
		{name: "discovery, POST", path: discoveryPath, form: form("x", "y")},
		{name: "keys", path: certsPath},
		{name: "keys, POST", path: certsPath, form: form("x", "y")},
		{name: "introspection of a made-up token", path: introspectPath, form: introspection("made-up", "{secret}")},
		{name: "introspection of one's own token", path: introspectPath, form: introspection("{token}", "{secret}"), older: "called active"},
		{name: "introspection, wrong secret", path: introspectPath, form: introspection("x", "wrong"), older: "another text"},
		{name: "introspection, GET", path: introspectPath},
		{name: "authorization, known", path: authorization("{id}"), json: true},
		{name: "authorization, unknown", path: authorization("nobody"), json: true},
		{name: "authorization, no id", path: authPath, json: true},
		{name: "authorization, as a page", path: authorization("{id}")},
		{name: "install, known", path: "/clients-registrations/install/{id}"},
		{name: "install, unknown", path: "/clients-registrations/install/nobody"},
		{name: "below the realm", path: "/nosuch"},
		{name: "below the protocol", path: "/protocol/openid-connect/nosuch"},
	}
}
