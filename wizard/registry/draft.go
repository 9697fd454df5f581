package registry

import (
	"crypto/rand"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments/forms"
)

// Draft is a request as it will be sent: complete, with a secret that is made here. The registry
// makes none for requests that come by its API, and would deploy a client with an empty one.
type Draft struct {
	fields map[string]any
	secret credentials.Secret
}

// always are the fields that the form sends whether or not somebody has touched them. Without some
// of them the server refuses.
var always = []string{
	"service_name", "service_description", "integration_environment", "protocol", "contacts", "client_id", "grant_types",
	"token_endpoint_auth_method", "scope", "website_url", "logo_uri", "policy_uri", "country", "redirect_uris",
	"post_logout_redirect_uris", "application_type", "code_challenge_method", "access_token_validation_model",
	"access_token_validity_seconds", "refresh_token_validity_seconds", "device_code_validity_seconds", "id_token_timeout_seconds",
	"reuse_refresh_token", "clear_access_tokens_on_refresh", "token_endpoint_auth_signing_alg", "jwks", "jwks_uri",
}

// The form sends these empty unless the request has what they are about.
const (
	refreshLifetime = "refresh_token_validity_seconds"
	deviceLifetime  = "device_code_validity_seconds"
	deviceGrant     = "urn:ietf:params:oauth:grant-type:device_code"
)

// NewDraft completes a request with what the form has for the rest, under the names that this
// form's registry has for them.
func NewDraft(form forms.Form, request map[string]any) Draft {
	fields := map[string]any{}
	for name, v := range request {
		if f, ok := form.Field(name); ok {
			name = f.Name
		}
		fields[name] = v
	}
	text, _ := fields["client_secret"].(string)
	for _, name := range []string{"client_secret", "generate_client_secret", "organization_name", "organization_url", "organization_id", "type"} {
		delete(fields, name)
	}
	for _, name := range always {
		if _, ok := fields[name]; !ok {
			fields[name] = usual(form, fields, name)
		}
	}
	d := Draft{fields: fields}
	d.fields["allow_introspection"] = fields["token_endpoint_auth_method"] != "none"
	if text == "" && d.withSecret() {
		return d.WithSecret(NewSecret())
	}
	return d.WithSecret(credentials.NewSecret(text))
}

func usual(form forms.Form, fields map[string]any, name string) any {
	switch {
	case name == refreshLifetime && !has(fields["scope"], "offline_access"), name == deviceLifetime && !has(fields["grant_types"], deviceGrant):
		return ""
	case name == "protocol":
		return "oidc"
	}
	if f, ok := form.Field(name); ok && f.Default != nil {
		return f.Default
	}
	return ""
}

func has(list any, value string) bool {
	items, _ := list.([]any)
	return slices.Contains(items, any(value))
}

func (d Draft) withSecret() bool {
	method, _ := d.fields["token_endpoint_auth_method"].(string)
	return strings.HasPrefix(method, "client_secret")
}

// WithSecret is the draft with another secret: the one that an earlier submission has already sent.
func (d Draft) WithSecret(secret credentials.Secret) Draft {
	d.secret = secret
	return d
}

// WithOrganisation is the draft for an organisation, by the number that the registry has for it.
func (d Draft) WithOrganisation(id int) Draft {
	d.fields = maps.Clone(d.fields)
	d.fields["organization_id"] = id
	return d
}

// Secret is the client secret that is sent; to be stored before the draft is submitted.
func (d Draft) Secret() credentials.Secret { return d.secret }

// mark tells the draft from other requests of its owner.
func (d Draft) mark() Mark {
	word := func(name string) string {
		s, _ := d.fields[name].(string)
		return s
	}
	return Mark{Environment: word("integration_environment"), ServiceName: word("service_name"), ClientID: word("client_id")}
}

// body is what goes to the registry.
func (d Draft) body() map[string]any {
	body := maps.Clone(d.fields)
	body["type"], body["generate_client_secret"], body["client_secret"] = "create", false, d.secret.Reveal()
	return body
}

// secretLength is that of the secrets that the registry's form makes.
const secretLength = 87

// NewSecret makes a client secret as the registry's form does: 87 characters of A-Z, a-z, 0-9, _
// and -. None begins with a dash, which a command line would take for a flag.
func NewSecret() credentials.Secret {
	b := make([]byte, 66)
	for {
		_, _ = rand.Read(b) // never fails (crypto/rand)
		if text := base64.RawURLEncoding.EncodeToString(b)[:secretLength]; text[0] != '-' {
			return credentials.NewSecret(text)
		}
	}
}
