package registry

import (
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// row is one input of the portal's form, with the words of the real one. It is written apart from
// what the program knows of that form, so that the one can be held against the other.
type row struct {
	tab, name, label, kind string
	options                []option // of a menu, radio buttons, or boxes
	value                  string   // when the form opens; several with blanks between them where boxes are ticked
	refresh                bool     // others depend on it
	shown                  func(draft) bool
	refuse                 func(draft) string // what the browser says under it
}

type option struct{ Value, Label string }

// The tabs of the form.
const (
	general  = "General"
	protocol = "Protocol Specific"
)

const (
	required = "This is a required field!"
	notURL   = "Enter a valid Url"
)

// draft is a form that is being filled in: the controls' values, beside what was added and picked.
type draft struct{ url.Values }

// What was added to the form, and what was typed to be added.
const (
	contactAdded = "contacts"
	contactType  = "contact_type"
	contactMail  = "contact_email"
	scopeAdded   = "scope_added"
	scopeTyped   = "scope_typed"
	picked       = "organization_picked"
)

func newDraft() draft {
	d := draft{url.Values{}}
	for _, r := range portalForm() {
		if r.value != "" {
			d.Values[r.name] = strings.Fields(r.value)
		}
	}
	return d
}

func (d draft) in(environments string) bool {
	return slices.Contains(strings.Fields(environments), d.Get("integration_environment"))
}

func (d draft) has(name, value string) bool { return slices.Contains(d.Values[name], value) }

func (d draft) oidc() bool { return d.Get("protocol") == "oidc" }

// requiredIn refuses a field that is empty in one of these environments.
func requiredIn(name, environments string) func(draft) string {
	return func(d draft) string {
		if strings.TrimSpace(d.Get(name)) == "" && d.in(environments) {
			return required
		}
		return ""
	}
}

// pageIn refuses what is no address, and in these environments an empty field.
func pageIn(name, environments string) func(draft) string {
	missing := requiredIn(name, environments)
	return func(d draft) string {
		v := d.Get(name)
		if u, err := url.Parse(v); v != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			return notURL
		}
		return missing(d)
	}
}

func lengthOf(name string, least, most int) func(draft) string {
	return func(d draft) string {
		switch n := len([]rune(d.Get(name))); {
		case n == 0:
			return required
		case n < least, n > most:
			return "Must be " + strconv.Itoa(least) + " to " + strconv.Itoa(most) + " characters"
		}
		return ""
	}
}

func (d draft) missingContact() string {
	for _, kind := range []string{"admin", "technical", "support", "security"} {
		if !slices.ContainsFunc(d.Values[contactAdded], func(c string) bool { return strings.HasPrefix(c, kind+" ") }) {
			return "The Service must have a contact of the type " + kind
		}
	}
	return ""
}

// portalForm lists the inputs from top to bottom.
func portalForm() []row { return slices.Concat(generalForm(), protocolForm()) }

func generalForm() []row {
	serious := func(d draft) bool { return d.in(notInTests) }
	return []row{
		{tab: general, name: "service_name", label: "Service name", kind: "text", refuse: lengthOf("service_name", 4, 256)},
		{
			tab: general, name: "integration_environment", label: "Integration Environment", kind: "menu", value: "development", refresh: true,
			options: []option{{"production", "Production"}, {"demo", "Demo"}, {"development", "Development"}},
		},
		{tab: general, name: "logo_uri", label: "Logo", kind: "text"},
		{tab: general, name: "website_url", label: "Service Website URL", kind: "text", refuse: pageIn("website_url", "")},
		{tab: general, name: "service_description", label: "Description", kind: "text", refuse: lengthOf("service_description", 1, 1000)},
		{tab: general, name: "country", label: "Select country", kind: "menu", options: countries(), refuse: requiredIn("country", notInTests)},
		{tab: general, name: "organization_name", label: "Organisation", kind: "pick", refresh: true, shown: serious, refuse: requiredIn(picked, notInTests)},
		{tab: general, name: "organization_url", label: "Organisation Website URL", kind: "text", shown: serious, refuse: pageIn("organization_url", notInTests)},
		{tab: general, name: "policy_uri", label: "Link to Privacy Policy", kind: "text", refuse: pageIn("policy_uri", "production")},
		{tab: general, name: "aup_uri", label: "Link to Terms of Use", kind: "text", refuse: pageIn("aup_uri", "production")},
		{tab: general, name: "egi_policy", label: "EGI Policies", kind: "tick", refuse: requiredIn("egi_policy", "production")},
		{tab: general, name: "dpcoco", label: "Data Protection Code of Conduct", kind: "tick"},
		{
			tab: general, name: contactAdded, label: "Contacts", kind: "contacts", refuse: draft.missingContact,
			options: []option{{"admin", "Admin"}, {"technical", "Technical"}, {"support", "Support"}, {"security", "Security"}},
		},
		{tab: general, name: "assurance_checkbox", label: "Service Provider Guidelines", kind: "tick", refuse: requiredIn("assurance_checkbox", "production")},
	}
}

func protocolForm() []row { return append(clientForm(), tokenForm()...) }

func hasSecret(d draft) bool {
	return d.oidc() && strings.HasPrefix(d.Get("token_endpoint_auth_method"), "client_secret")
}

// clientForm is how the client shows who it is.
func clientForm() []row {
	return []row{
		{
			tab: protocol, name: "protocol", label: "Select Protocol", kind: "menu", refresh: true, refuse: requiredIn("protocol", everywhere),
			options: []option{{"", ""}, {"oidc", "OIDC Service"}, {"saml", "SAML Service"}},
		},
		{tab: protocol, name: "client_id", label: "Client ID", kind: "text", shown: draft.oidc},
		{tab: protocol, name: "application_type", label: "Application Type", kind: "radio", value: "WEB", shown: draft.oidc, options: []option{{"WEB", "Web"}, {"NATIVE", "Native"}}},
		{
			tab: protocol, name: "grant_types", label: "Grant Types", kind: "ticks", value: "authorization_code", shown: draft.oidc,
			options: []option{
				{"authorization_code", "authorization code"},
				{"client_credentials", "client credentials"},
				{"urn:ietf:params:oauth:grant-type:token-exchange", "token-exchange"},
				{"urn:ietf:params:oauth:grant-type:device_code", "device code"},
				{"implicit", "implicit (deprecated)"},
			},
		},
		{
			tab: protocol, name: "token_endpoint_auth_method", label: "Token Endpoint Authorization Method", kind: "radio", value: "client_secret_basic", refresh: true, shown: draft.oidc,
			options: []option{
				{"client_secret_basic", "Client Secret over HTTP Basic"},
				{"client_secret_post", "Client Secret over HTTP POST"},
				{"client_secret_jwt", "Client Secret via symmetrically-signed JWT assertion"},
				{"private_key_jwt", "Asymmetrically-signed JWT assertion"},
				{"none", "No authentication"},
			},
		},
		{tab: protocol, name: "generate_client_secret", label: "Client Secret: Generate a new client secret?", kind: "tick", value: "true", refresh: true, shown: hasSecret},
		{
			tab: protocol, name: "client_secret", label: "Client Secret", kind: "password", refuse: lengthOf("client_secret", 4, 256),
			shown: func(d draft) bool { return hasSecret(d) && !d.has("generate_client_secret", "true") },
		},
	}
}

// tokenForm is what it gets.
func tokenForm() []row {
	return []row{
		{tab: protocol, name: "allow_introspection", label: "Introspection", kind: "locked", shown: draft.oidc},
		{tab: protocol, name: "scope", label: "Scope", kind: "scopes", value: "openid profile email voperson_id eduperson_entitlement", shown: draft.oidc, options: scopeBoxes()},
		{
			tab: protocol, name: "redirect_uris", label: "Redirect URI(s)", kind: "text", shown: draft.oidc,
			refuse: func(d draft) string {
				if d.has("grant_types", "authorization_code") || d.has("grant_types", "implicit") {
					return requiredIn("redirect_uris", everywhere)(d)
				}
				return ""
			},
		},
		{
			tab: protocol, name: "code_challenge_method", label: "Proof Key for Code Exchange (PKCE) Code Challenge Method", kind: "menu", shown: draft.oidc,
			options: []option{{"", "PKCE will not be used for this service"}, {"plain", "Plain code challenge (deprecated)"}, {"S256", "SHA-256 hash algorithm (recommended)"}},
		},
		{tab: protocol, name: "refresh_tokens", label: "Refresh Tokens", kind: "tick", shown: draft.oidc},
		{tab: protocol, name: "device_code_validity_seconds", label: "Device Code", kind: "locked", shown: draft.oidc},
		{tab: protocol, name: "access_token_validity_seconds", label: "Access Token Timeout", kind: "text", value: "3600", shown: draft.oidc},
		{tab: protocol, name: "id_token_timeout_seconds", label: "ID Token Timeout", kind: "text", value: "600", shown: draft.oidc},
	}
}

// scopeBoxes are some of the tenant's scopes: what has no box is typed and added.
func scopeBoxes() []option {
	var boxes []option
	for _, s := range []string{"openid", "voperson_id", "email", "profile", "offline_access", "eduperson_entitlement", "aarc", "orcid"} {
		boxes = append(boxes, option{s, s})
	}
	return boxes
}

// countries are enough of them for a sandbox.
func countries() []option {
	list := []option{{"", ""}}
	for entry := range strings.SplitSeq("at Austria,be Belgium,bg Bulgaria,hr Croatia,cy Cyprus,cz Czech Republic,dk Denmark,ee Estonia,fi Finland,"+
		"fr France,de Germany,gr Greece,hu Hungary,is Iceland,ie Ireland,it Italy,lv Latvia,lt Lithuania,lu Luxembourg,mt Malta,nl Netherlands,"+
		"no Norway,pl Poland,pt Portugal,ro Romania,rs Serbia,sk Slovakia,si Slovenia,es Spain,se Sweden,ch Switzerland,tr Turkey,ua Ukraine,"+
		"gb United Kingdom,us United States", ",") {
		code, name, _ := strings.Cut(entry, " ")
		list = append(list, option{code, name})
	}
	return list
}

// press carries out a button that stays on the form. What was typed beside another button is
// dropped, as the real form does.
func (d draft) press(button string) {
	switch button {
	case "contact":
		if a, err := mail.ParseAddress(d.Get(contactMail)); err == nil {
			d.Add(contactAdded, d.Get(contactType)+" "+a.Address)
		}
		d.Set(contactType, "admin")
		d.Del(contactMail)
	case "scope":
		if s := strings.TrimSpace(d.Get(scopeTyped)); s != "" {
			d.Add(scopeAdded, s)
		}
		d.Del(scopeTyped)
	}
	if name, ok := strings.CutPrefix(button, "pick "); ok {
		d.Set(picked, name)
		d.Set("organization_name", name)
	}
	if d.Get(picked) != d.Get("organization_name") { // typed on: nothing is picked any more
		d.Del(picked)
	}
}

// refused are the messages under the fields, as far as the browser has any.
func (d draft) refused() map[string]string {
	bad := map[string]string{}
	for _, r := range portalForm() {
		if r.refuse == nil || r.shown != nil && !r.shown(d) {
			continue
		}
		if message := r.refuse(d); message != "" {
			bad[r.name] = message
		}
	}
	return bad
}

// fields is the request as the form sends it.
func (d draft) fields(organisation int) map[string]any {
	r := Request{
		ServiceName: d.Get("service_name"), IntegrationEnvironment: d.Get("integration_environment"), Protocol: d.Get("protocol"), ClientID: d.Get("client_id"),
		ClientSecret: d.Get("client_secret"), GrantTypes: d.Values["grant_types"], TokenEndpointAuthMethod: d.Get("token_endpoint_auth_method"),
		Scope: slices.Concat(d.Values["scope"], d.Values[scopeAdded]),
	}
	if d.has("refresh_tokens", "true") { // that is all that the box does
		r.Scope = append(r.Scope, "offline_access")
	}
	if d.has("generate_client_secret", "true") && r.withSecret() {
		r.ClientSecret = world.NewSecret()
	}
	fields := r.fields()
	for _, name := range []string{
		"service_description", "logo_uri", "website_url", "policy_uri", "aup_uri", "country", "application_type", "code_challenge_method",
		"access_token_validity_seconds", "id_token_timeout_seconds",
	} {
		fields[name] = d.Get(name)
	}
	for _, name := range ticks {
		fields[name] = d.has(name, "true")
	}
	contacts := []any{}
	for _, c := range d.Values[contactAdded] {
		kind, address, _ := strings.Cut(c, " ")
		contacts = append(contacts, map[string]any{"type": kind, "email": address})
	}
	fields["contacts"] = contacts
	if organisation > 0 {
		fields["organization_id"] = strconv.Itoa(organisation)
	}
	return fields
}
