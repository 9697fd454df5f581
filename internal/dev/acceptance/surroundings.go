//go:build acceptance

package acceptance

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/credguide/credguide/internal/dev/acceptance/certificates"
	"github.com/credguide/credguide/internal/dev/acceptance/front"
	"github.com/credguide/credguide/internal/dev/acceptance/keycloak"
	"github.com/credguide/credguide/internal/dev/acceptance/mitreid"
	"github.com/credguide/credguide/internal/dev/acceptance/openeo"
	"github.com/credguide/credguide/internal/dev/acceptance/spring"
	"github.com/credguide/credguide/internal/dev/acceptance/zitadel"
)

// surroundings are the other makes of identity provider, and the web servers
// that stand before the laboratory's servers. They are the same for each
// version of Keycloak, so that the laboratory of the last one has them alone.
type surroundings struct {
	spring  *spring.Server
	zitadel *zitadel.Server
	mitreid *mitreid.Server
	nginx   *front.Front
	haproxy *front.Front
}

// surrounded tells whether the laboratory of that version has them.
func surrounded(version string) bool { return version == keycloak.Last() }

const (
	grantCredentials = "client_credentials"
	grantCode        = "authorization_code"
)

// otherClients are alike at each of the other makes.
var otherClients = []struct {
	ID     string
	Grant  string
	Scopes []string
}{
	{"lab-ok", grantCredentials, []string{"openid", "email"}},
	{"lab-no-grant", grantCode, []string{"openid", "email"}},
	{"lab-plain", grantCredentials, []string{"openid"}},
	{"lab-closed", grantCredentials, []string{"email"}},
}

// plan gives the web servers their addresses.
func (l *Laboratory) plan() (err error) {
	if l.nameless, err = certificates.Nameless(); err != nil {
		return err
	}
	if l.around.nginx, err = front.Plan(front.Nginx, l.nginxSites()); err != nil {
		return err
	}
	l.around.haproxy, err = front.Plan(front.HAProxy, l.haproxySites())
	return err
}

// surround starts the other makes, side by side.
func (l *Laboratory) surround(ctx context.Context) error {
	var s []spring.Client
	var z []zitadel.Client
	var m []mitreid.Client
	post := []string{"client_secret_post", "client_secret_basic"}
	for _, c := range otherClients {
		s = append(s, spring.Client{ID: c.ID, Secret: Secret, Grant: c.Grant, Methods: post, Scopes: c.Scopes})
		z = append(z, zitadel.Client{ID: c.ID, Secret: Secret, Grant: c.Grant, Scopes: c.Scopes})
		m = append(m, mitreid.Client{ID: c.ID, Secret: Secret, Grant: c.Grant, Scopes: c.Scopes})
	}
	s = append(s, spring.Client{ID: "lab-basic-only", Secret: Secret, Grant: grantCredentials, Methods: post[1:], Scopes: []string{"openid", "email"}})
	var group errgroup.Group
	group.Go(func() (err error) { l.around.spring, err = spring.Start(ctx, s); return err })
	group.Go(func() (err error) { l.around.zitadel, err = zitadel.Start(ctx, z); return err })
	group.Go(func() (err error) {
		l.around.mitreid, err = mitreid.Start(ctx, l.around.nginx.URL("mitreid")+"/", m)
		return err
	})
	return group.Wait()
}

// open lets the web servers in front start, when everything behind them runs.
func (l *Laboratory) open(ctx context.Context) error {
	if err := l.around.nginx.Start(ctx, l.nginxSites()); err != nil {
		return err
	}
	return l.around.haproxy.Start(ctx, l.haproxySites())
}

func (s *surroundings) stop() {
	if s.spring != nil && s.spring.Server != nil {
		s.spring.Stop()
	}
	if s.zitadel != nil && s.zitadel.Server != nil {
		s.zitadel.Stop()
	}
	if s.mitreid != nil && s.mitreid.Server != nil {
		s.mitreid.Stop()
	}
	s.nginx.Stop()
	s.haproxy.Stop()
}

// issuerOf is the issuer of another make, as its own discovery names it.
func (s *surroundings) issuerOf(server Server) string {
	switch server {
	case SpringServer:
		return s.spring.Issuer
	case ZitadelServer:
		return s.zitadel.Issuer
	case MITREidServer:
		return s.nginx.URL("mitreid") + "/"
	}
	panic("no issuer of this make")
}

// place fills {nginx:NAME} and {haproxy:NAME}.
func (s *surroundings) place(text string) string {
	for name, f := range map[string]*front.Front{"{nginx:": s.nginx, "{haproxy:": s.haproxy} {
		if before, rest, found := strings.Cut(text, name); found {
			site, after, _ := strings.Cut(rest, "}")
			return before + f.URL(site) + after
		}
	}
	return text
}

const (
	production = "/auth/realms/" + RealmProduction
	tokenAt    = production + "/protocol/openid-connect/token"
)

// passed is what a careful operator tells the server behind.
var passed = []string{
	"proxy_set_header Host $http_host;",
	"proxy_set_header X-Forwarded-Host $http_host;",
	"proxy_set_header X-Forwarded-Port $server_port;",
	"proxy_set_header X-Forwarded-Proto $scheme;",
}

const stripped = `proxy_set_header Authorization "";`

// nginxSites are before Keycloak (kc…) and before a back-end (be…). Before
// the servers run only the names count.
func (l *Laboratory) nginxSites() []front.Site {
	idp, backend, fronted, other := l.upstreams()
	at := func(place, directives string) string { return "location " + place + " { " + directives + " }" }
	token := func(directives string) []string { return []string{at("= "+tokenAt, directives)} }
	page := func(status, text string) string {
		return "return " + status + ` "<!doctype html><html><head><title>` + text + `</title></head><body><h1>` + text + `</h1></body></html>";`
	}
	me := func(directives string) []string { return []string{at("~ /me$", directives)} }
	secure := ""
	if l.around.nginx != nil {
		secure = l.around.nginx.URL("be")
	}
	deadPort := []string{
		`proxy_set_header Accept-Encoding "";`, "sub_filter_types application/json;",
		`sub_filter '$server_port` + tokenAt + `"' '9` + tokenAt + `"';`,
	}
	return []front.Site{
		{Name: "kc", Upstream: idp},
		{Name: "kc-certificate", Upstream: idp, Server: []string{"ssl_verify_client on;"}},
		{Name: "kc-maintenance", Server: []string{page("503", "Maintenance")}},
		{Name: "kc-portal", Server: []string{page("200", "Welcome")}},
		{Name: "kc-redirects", Upstream: idp, Server: append(token("return 302 /login;"), at("= /login", page("200", "Log in")))},
		{Name: "kc-small-body", Upstream: idp, Server: []string{"client_max_body_size 64;"}},
		{Name: "kc-stripped", Upstream: idp, Location: append(slices.Clone(passed), stripped)},
		{Name: "kc-limited", Upstream: idp, Server: token("add_header Retry-After 60 always; return 429;")},
		{Name: "kc-dead-token", Upstream: idp, Server: token("proxy_pass http://127.0.0.1:1;")},
		{Name: "kc-dead-port", Upstream: idp, Location: append(slices.Clone(passed), deadPort...)},
		{Name: "kc-no-organisation", Upstream: idp, Server: token(`default_type application/json; return 404 ` +
			`"{\"error\":\"Your account is not configured correctly - You don't have any organization assigned to You.\"}";`)},
		{Name: "kc-wrong-port", Upstream: idp, Location: []string{
			"proxy_set_header Host localhost;", "proxy_set_header X-Forwarded-Host localhost;",
			"proxy_set_header X-Forwarded-Port 443;", "proxy_set_header X-Forwarded-Proto https;",
		}},
		{Name: "kc-no-name", Upstream: idp, Certificate: l.nameless},
		{Name: "mitreid", Upstream: other},
		{Name: "be", Upstream: backend},
		{Name: "be-fronted", Upstream: fronted},
		{Name: "be-stripped", Upstream: backend, Location: append(slices.Clone(passed), stripped)},
		{Name: "be-certificate", Upstream: backend, Server: []string{"ssl_verify_client on;"}},
		{Name: "be-maintenance", Server: []string{page("503", "Maintenance")}},
		{Name: "be-password", Upstream: backend, Server: []string{`auth_basic "Staff only";`, "auth_basic_user_file /dev/null;"}},
		{Name: "be-login", Upstream: backend, Server: append(me("return 302 /login;"), at("= /login", page("200", "Log in")))},
		{Name: "be-dead-me", Upstream: backend, Server: me("proxy_pass http://127.0.0.1:1;")},
		{Name: "be-group", Upstream: backend, Server: me(`default_type application/json; return 403 "{\"detail\":\"User is not a member of the group openeo-users\"}";`)},
		{Name: "be-rootless", Upstream: backend, Server: []string{at("= /openeo/1.2/", "return 404;")}},
		{Name: "be-http", Plain: true, Server: []string{"return 301 " + secure + "$request_uri;"}},
		{Name: "fastapi-stripped", Upstream: l.backendURL(BackendFastAPI), Location: append(slices.Clone(passed), stripped)},
		{Name: "earth-engine-stripped", Upstream: l.backendURL(BackendEarthEngine), Location: append(slices.Clone(passed), stripped)},
	}
}

func (l *Laboratory) haproxySites() []front.Site {
	idp, backend, fronted, _ := l.upstreams()
	document := " if { var(txn.path) -m end openid-configuration }"
	long := " if { req.hdr(authorization),length gt 8192 }"
	return []front.Site{
		{Name: "kc", Upstream: idp},
		{Name: "kc-no-server", Server: []string{"server behind 127.0.0.1:1"}},
		{Name: "kc-blocked", Upstream: idp, Server: []string{"http-request deny deny_status 403 if { path_end /token }"}},
		{Name: "kc-cached", Upstream: idp, Server: []string{
			"http-request set-var(txn.path) path",
			"http-response set-header Date %[date(-7200),http_date]" + document, "http-response set-header Age 7200" + document,
		}},
		{Name: "kc-date-off", Upstream: idp, Server: []string{"http-response set-header Date %[date(-600),http_date]"}},
		{Name: "be", Upstream: backend},
		{Name: "be-fronted", Upstream: fronted},
		{Name: "be-stripped", Upstream: backend, Server: []string{"http-request del-header Authorization"}},
		{Name: "be-431", Upstream: backend, Server: []string{"http-request return status 431 content-type text/html string \"<html><body><h1>431 Request Header Fields Too Large</h1></body></html>\"" + long}},
		{Name: "be-closes", Upstream: backend, Server: []string{"http-request reject" + long}},
		{Name: "be-cached", Upstream: l.backendURL(BackendCached)},
		{Name: "be-date-off", Upstream: l.backendURL(BackendDateOff)},
	}
}

// upstreams are what stands behind: nothing that could be asked while the
// sites are only planned.
func (l *Laboratory) upstreams() (idp, backend, fronted, other string) {
	idp = strings.Replace(l.Keycloak.HTTP, "localhost", "127.0.0.1", 1)
	other = "http://127.0.0.1:1"
	if l.around.mitreid != nil {
		other = l.around.mitreid.Upstream
	}
	return idp, l.backendURL(BackendBoth), l.backendURL(BackendFronted), other
}

func (l *Laboratory) backendURL(name string) string {
	if b := l.backends[name]; b != nil {
		return b.URL
	}
	return "http://127.0.0.1:1"
}

// surroundingBackends list the other makes, or an issuer by the address that a
// web server gives it, or answer as other software does.
func (l *Laboratory) surroundingBackends() map[string]openeo.Options {
	plain := []string{"openid", "email"}
	list := func(id, issuer string, scopes []string) openeo.Options {
		return openeo.Options{CAFile: l.CAFile, Providers: []openeo.Provider{{ID: id, Title: "Laboratory", Issuer: issuer, Scopes: scopes}}}
	}
	of := func(server Server) string { return l.around.issuerOf(server) }
	egi := l.Keycloak.Issuer(RealmProduction)
	as := func(software openeo.Software, id string) openeo.Options {
		o := list(id, egi, plain)
		o.Software = software
		return o
	}
	policy, titiler := as(openeo.FastAPI, productionID), as(openeo.Titiler, "oidc")
	policy.Policy = openeo.Policy{Claim: scopeEntitlement, Value: entitledValue}
	titiler.Audience = "https://openeo.example.org"
	bearer := list(productionID, egi, BackendScopes)
	bearer.Fault = openeo.BearerOnly
	return map[string]openeo.Options{
		BackendSpring:         list("spring", of(SpringServer), plain),
		BackendZitadel:        list("zitadel", of(ZitadelServer), plain),
		BackendMITREid:        list("mitreid", of(MITREidServer), plain),
		BackendFronted:        list(productionID, l.around.nginx.URL("kc")+production, BackendScopes),
		BackendFrontedHAProxy: list(productionID, l.around.haproxy.URL("kc")+production, BackendScopes),
		BackendCached:         list(productionID, l.around.haproxy.URL("kc-cached")+production, BackendScopes),
		BackendDateOff:        list(productionID, l.around.haproxy.URL("kc-date-off")+production, BackendScopes),
		BackendIssuerStripped: list(productionID, l.around.nginx.URL("kc-stripped")+production, BackendScopes),
		BackendHostCase:       list(productionID, strings.Replace(egi, "localhost", "LocalHost", 1), BackendScopes),
		BackendFastAPI:        as(openeo.FastAPI, productionID),
		BackendFastAPIPolicy:  policy,
		BackendEarthEngine:    as(openeo.EarthEngineDriver, "google"),
		BackendTitiler:        titiler,
		BackendBearerOnly:     bearer,
	}
}
