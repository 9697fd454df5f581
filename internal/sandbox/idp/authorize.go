package idp

import (
	"html"
	"net/http"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
)

// germanTexts are the same sentences in a realm whose default locale is German.
var germanTexts = map[string]string{
	"Client not found.":               "Client nicht gefunden.",
	"Client disabled.":                "Client deaktiviert.",
	"Invalid parameter: redirect_uri": "Ungültiger Parameter: redirect_uri",
}

// authorize is the authorization endpoint, as far as a request without a registered redirect URI
// gets. Before it looks at the redirect URI, Keycloak says whether it knows the client: that is how
// a client ID can be looked up without a secret.
func (k keycloakSite) authorize(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("client_id")
	if r.Method == http.MethodPost {
		id = wire.ReadForm(r).Get("client_id")
	}
	c := k.p.Find(id, time.Now())
	status, text := http.StatusBadRequest, "Invalid parameter: redirect_uri" // no client of the sandbox has one
	switch {
	case !k.p.Enabled:
		text = "Realm not enabled"
	case id == "":
		text = "Invalid Request"
	case c == nil:
		text = "Client not found."
	case c.Disabled:
		text = "Client disabled."
	case c.BearerOnly:
		status, text = http.StatusForbidden, "Bearer-only applications are not allowed to initiate browser login"
	case c.SAML:
		text = "Wrong client protocol."
	}
	k.errorPage(w, r, status, text)
}

// errorPage shows a sentence as JSON or as a page, in the realm's language unless the request asks
// for English.
func (k keycloakSite) errorPage(w http.ResponseWriter, r *http.Request, status int, text string) {
	title, lang := "Sign in to "+k.p.Realm, "en"
	if k.p.German && !strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
		title, lang = "Anmeldung bei "+k.p.Realm, "de"
		if t, ok := germanTexts[text]; ok {
			text = t
		}
	}
	if strings.Contains(r.Header.Get("Accept"), wire.JSONType) {
		wire.JSON(w, status, oauthError{Code: text})
		return
	}
	body := `<!DOCTYPE html><html lang="` + lang + `"><head><title>` + html.EscapeString(title) + `</title></head><body>` +
		`<div id="kc-content"><div id="kc-error-message"><p class="instruction">` + html.EscapeString(text) + `</p></div></div></body></html>`
	wire.Write(w, status, "text/html;charset=utf-8", []byte(body))
}
