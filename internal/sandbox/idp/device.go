package idp

import (
	"crypto/rand"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/credguide/credguide/internal/sandbox/wire"
	"github.com/credguide/credguide/internal/sandbox/world"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// The sandbox's person is quick: Keycloak's own interval is five seconds.
const (
	deviceInterval = time.Second
	deviceLifetime = 10 * time.Minute
)

// devices are the sign-ins that were begun by the device flow (RFC 8628).
type devices struct {
	mu   sync.Mutex
	list []*device
}

// device is one sign-in: begun by a client, and decided by a person on the page.
type device struct {
	code, userCode string
	client, scope  string
	expires        time.Time
	asked          time.Time // the last poll
	who            *world.Person
	denied, used   bool
}

// begin also forgets the sign-ins whose code expired long ago: a sandbox may run for days.
func (d *devices) begin(client, scope string) *device {
	random := make([]byte, 40)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	const letters = "BCDFGHJKLMNPQRSTVWXZ"
	code := make([]byte, 8)
	for i := range code {
		code[i] = letters[int(random[32+i])%len(letters)]
	}
	begun := &device{
		code: hex.EncodeToString(random[:32]), userCode: string(code[:4]) + "-" + string(code[4:]),
		client: client, scope: scope, expires: time.Now().Add(deviceLifetime),
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = slices.DeleteFunc(d.list, func(old *device) bool { return begun.expires.After(old.expires.Add(2 * deviceLifetime)) })
	d.list = append(d.list, begun)
	return begun
}

// decide is what a person does on the page. It tells whether the code stands for a sign-in that
// waits.
func (d *devices) decide(userCode string, who *world.Person) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.list, func(one *device) bool {
		return one.userCode == strings.ToUpper(strings.TrimSpace(userCode)) && time.Now().Before(one.expires) && one.who == nil && !one.denied
	})
	if i < 0 {
		return false
	}
	d.list[i].who, d.list[i].denied = who, who == nil
	return true
}

// poll answers a client that asks for the token: who signed in, for what, or why there is none yet
// (RFC 8628 section 3.5).
func (d *devices) poll(code, client string) (who world.Person, scope string, bad *oauthError) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.list, func(one *device) bool { return one.code == code && one.client == client && !one.used })
	if i < 0 {
		return who, "", &oauthError{400, "invalid_grant", "Device code not valid"}
	}
	one, now := d.list[i], time.Now()
	early := now.Before(one.asked.Add(deviceInterval / 2)) // a ticker is not exact
	one.asked = now
	switch {
	case !now.Before(one.expires):
		return who, "", &oauthError{400, "expired_token", "Device code is expired"}
	case early:
		return who, "", &oauthError{400, "slow_down", "Slow down"}
	case one.denied:
		return who, "", &oauthError{400, "access_denied", "The end user denied the authorization request"}
	case one.who == nil:
		return who, "", &oauthError{400, "authorization_pending", "The authorization request is still pending"}
	}
	one.used = true
	return *one.who, one.scope, nil
}

// deviceAuthorization is the endpoint of RFC 8628 section 3.1.
func (k keycloakSite) deviceAuthorization(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	form := wire.ReadForm(r)
	c, bad := k.authenticate(r, form)
	if bad == nil && !c.Device {
		bad = &oauthError{400, "unauthorized_client", "Client is not allowed to initiate OAuth 2.0 Device Authorization Grant. The flow is disabled for the client."}
	}
	if bad != nil {
		wire.JSON(w, bad.status, bad)
		return
	}
	begun := k.devices.begin(c.ID, form.Get("scope"))
	page := k.p.AddressOn(k.n) + "/device"
	wire.JSON(w, http.StatusOK, map[string]any{
		"device_code": begun.code, "user_code": begun.userCode, "verification_uri": page,
		"verification_uri_complete": page + "?user_code=" + begun.userCode,
		"expires_in":                int(deviceLifetime / time.Second), "interval": int(deviceInterval / time.Second),
	})
}

// deviceToken gives out the token of the person who signed in.
func (k keycloakSite) deviceToken(w http.ResponseWriter, form url.Values, c *world.Client) *oauthError {
	if form.Get("device_code") == "" {
		return &oauthError{400, "invalid_request", "Missing parameter: device_code"}
	}
	who, scope, bad := k.devices.poll(form.Get("device_code"), c.ID)
	if bad != nil {
		return bad
	}
	token, err := PersonToken(k.n, k.p, who, scope, k.p.Lifetime)
	if err != nil {
		return &oauthError{500, "unknown_error", err.Error()}
	}
	wire.JSON(w, http.StatusOK, map[string]any{
		"access_token": token, "expires_in": int(k.p.Lifetime / time.Second), "refresh_expires_in": 0, "token_type": "Bearer", "scope": scope,
	})
	return nil
}

var devicePages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox sign-in</title></head>
<body><h1>Sign in</h1>{{with .Said}}<p role="status">{{.}}</p>{{end}}{{if not .Done}}
<p>This identity provider is a sandbox on your own machine and asks for no password.</p>
<form method="post"><p><label>Code <input name="user_code" value="{{.Code}}" autocomplete="off"></label></p>
<p><label>Person <select name="person">{{range .People}}<option>{{.Username}}</option>{{end}}</select></label></p>
<button name="decision" value="yes">Sign in</button> <button name="decision" value="no">Cancel</button></form>{{end}}</body></html>
`))
})

type devicePage struct {
	Code, Said string
	Done       bool
	People     []world.Person
}

// devicePage is where a person enters the code.
func (k keycloakSite) devicePage(w http.ResponseWriter, r *http.Request) {
	view := devicePage{Code: r.URL.Query().Get("user_code"), People: k.p.People}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		if http.NewCrossOriginProtection().Check(r) != nil {
			wire.Write(w, http.StatusForbidden, "text/plain; charset=utf-8", []byte("This page takes its own forms only.\n"))
			return
		}
		form := wire.ReadForm(r)
		view.Code = form.Get("user_code")
		status = k.decideDevice(form, &view)
	}
	var page strings.Builder
	if err := devicePages().Execute(&page, view); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	wire.Write(w, status, "text/html;charset=utf-8", []byte(page.String()))
}

func (k keycloakSite) decideDevice(form url.Values, view *devicePage) (status int) {
	var who *world.Person
	view.Said = "Cancelled. You can close this page."
	if form.Get("decision") != "no" {
		i := slices.IndexFunc(k.p.People, func(p world.Person) bool { return p.Username == form.Get("person") })
		if i < 0 {
			view.Said = "There is no such person."
			return http.StatusBadRequest
		}
		who, view.Said = &k.p.People[i], "You are signed in. You can close this page."
	}
	if !k.devices.decide(form.Get("user_code"), who) {
		view.Said = "This code is not valid, or was used already."
		return http.StatusBadRequest
	}
	view.Done = true
	return http.StatusOK
}
