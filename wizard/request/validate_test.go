package request

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/credguide/credguide/internal/dev/shared"
)

// recommended is what credguide itself would propose: it must pass without a word.
func recommended(changes map[string]any) Input {
	contacts := []any{}
	for _, kind := range []string{"admin", "technical", "support", "security"} {
		contacts = append(contacts, map[string]any{"type": kind, "email": "lab@example.org"})
	}
	fields := map[string]any{
		"service_name": "openEO nightly runner", "service_description": "Runs openEO workflows at night",
		"integration_environment": "development", "protocol": "oidc", "client_id": "openeo-nightly-runner", "contacts": contacts,
		"grant_types": []any{"client_credentials"}, "scope": []any{"openid", "email", "profile"},
	}
	maps.Copy(fields, changes)
	return Input{ID: "r", Fields: fields}
}

func TestTheRecommendedRequestPassesWithoutAWord(t *testing.T) {
	demo := map[string]any{
		"integration_environment": "production", "country": "gr", "policy_uri": "https://lab.example.org/p",
		"aup_uri": "https://lab.example.org/a", "policy": true, "assurance_checkbox": true,
		"organization_name": "Lab", "organization_url": "https://lab.example.org",
	}
	for _, profile := range []string{"default", "egi-2024"} {
		for _, changes := range []map[string]any{nil, demo} {
			v := rulesOf(t, profile).Validate(recommended(changes), Target{Scopes: []string{"openid", "email"}})
			if !v.Acceptable || len(v.Advice) > 0 {
				t.Errorf("%s: %+v", profile, v)
			}
			data, err := json.Marshal(v)
			if want := `{"id":"r","acceptable":true,"errors":[],"advice":[]}`; err != nil || string(data) != want {
				t.Errorf("%s, %v", data, err)
			}
		}
	}
}

func TestMessagesSayWhereAndWhat(t *testing.T) {
	for name, tc := range map[string]struct {
		change map[string]any
		want   Refusal
	}{
		"too short for the form": {map[string]any{"service_name": "abc"}, Refusal{
			Field: "service_name", Tab: "General", Label: "Service name", RefusedBy: ByForm,
			Message: "On the General tab, enter a name of 4 to 256 characters: it has 3 characters, fewer than 4.",
		}},
		"too long for the server": {
			map[string]any{"logo_uri": "https://lab.example.org/" + strings.Repeat("l", 300)},
			Refusal{Field: "logo_uri", Tab: "General", Label: "Logo", RefusedBy: ByServer, Message: "On the General tab, leave the logo empty, or enter an https:// URL of at most 256 characters: it has 324 characters, more than 256. The form lets this pass; the server then refuses the whole request without naming the field."},
		},
		"a client ID with a space": {map[string]any{"client_id": "my client"}, Refusal{
			Field: "client_id", Tab: "Protocol Specific", Label: "Client ID", RefusedBy: ByBoth,
			Message: `On the Protocol Specific tab, enter 2 to 128 characters out of letters, digits and $-_.+!*'(), or leave it empty: "my client" has other characters (a space, a letter with an accent, or a sign such as : / @ %).`,
		}},
		"a contact of each type": {map[string]any{"contacts": []any{map[string]any{"type": "admin", "email": "a@b.de"}}}, Refusal{
			Field: "contacts", Tab: "General", Label: "Contacts", RefusedBy: ByBoth,
			Message: `On the General tab, add at least one contact of each type, admin, technical, support and security, each with an e-mail address: there is no contact of type "technical, support, security".`,
		}},
		"redirect URIs": {map[string]any{"grant_types": []any{"authorization_code"}}, Refusal{
			Field: "redirect_uris", Tab: "Protocol Specific", Label: "Redirect URI(s)", RefusedBy: ByBoth,
			Message: "On the Protocol Specific tab, leave it empty and untick authorization code, or add absolute https:// URLs, each once, without fragment, wildcard or space: authorization code or implicit is ticked, so it must not be empty.",
		}},
		"limits by another field": {
			map[string]any{"access_token_validity_seconds": "90001", "access_token_validation_model": "ONLINE_VALIDATION_REQUIRED"},
			Refusal{
				Field: "access_token_validity_seconds", Tab: "Protocol Specific", Label: "Access Token Timeout", RefusedBy: ByBoth,
				Message: `On the Protocol Specific tab, enter 900 to 90000 seconds: "90001" is more than 90000.`,
			},
		},
		"what the database refuses": {map[string]any{"service_description": "Runs\x00jobs"}, Refusal{
			Field: "service_description", Tab: "General", Label: "Description", RefusedBy: ByServer,
			Message: "On the General tab, enter a description of 1 to 1000 characters: it contains the character U+0000, which the database refuses (HTTP 500). The form lets this pass; the server then refuses the whole request without naming the field.",
		}},
		"what cannot be seen": {map[string]any{"code_challenge_method": "s256\x1b[2J\u202e"}, Refusal{
			Field: "code_challenge_method", Tab: "Protocol Specific",
			Label: "Proof Key for Code Exchange (PKCE) Code Challenge Method", RefusedBy: ByBoth,
			Message: `On the Protocol Specific tab, choose that PKCE will not be used, or one of plain, S256 (in a request, exactly so): "s256\x1b[2J\u202e" is not one of them.`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			v := rulesOf(t, "").Validate(recommended(tc.change), Target{})
			if d := cmp.Diff([]Refusal{tc.want}, v.Errors); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestEveryMessageIsWhole goes through all recorded refusals: no placeholder is left, no code
// stands for a sentence.
func TestEveryMessageIsWhole(t *testing.T) {
	for _, file := range verdicts {
		for _, c := range shared.Lines[registryCase](t, file) {
			for _, e := range rulesOf(t, c.Profile).Validate(Input{Fields: c.Request}, Target{}).Errors {
				m := e.Message
				bad := strings.ContainsAny(m, "{}\n\x1b") && !strings.Contains(m, `"{`) || strings.Contains(m, "any number of") || len(m) > 500
				if bad || !strings.HasPrefix(m, "On the "+e.Tab+" tab, ") || !strings.HasSuffix(m, ".") || e.Label == "" {
					t.Errorf("%s: %s: %q", c.ID, e.Field, m)
				}
			}
		}
	}
}

func TestASecretIsNeverRepeated(t *testing.T) {
	const canary = "canary-7Qx"
	for _, secret := range []any{canary, strings.Repeat(canary, 30), []any{canary}, map[string]any{canary: canary}, "ca\u0007" + canary} {
		in := recommended(map[string]any{"generate_client_secret": false, "client_secret": secret})
		v := rulesOf(t, "").Validate(in, Target{})
		data, err := json.Marshal([]any{v, rulesOf(t, "").Sheet(in)})
		if err != nil || strings.Contains(string(data), "canary") {
			t.Errorf("%v: %s %v", secret, data, err)
		}
		if len(v.Errors)+len(v.Advice) == 0 {
			t.Errorf("nothing said of %v", secret)
		}
	}
}

func BenchmarkValidate1000(b *testing.B) {
	cases := shared.Lines[registryCase](b, verdicts[0])
	rules := rulesOf(b, "")
	for b.Loop() {
		for i := range 1000 {
			rules.Validate(Input{Fields: cases[i%len(cases)].Request}, Target{})
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add("redirect_uris", `["https://a"]`, "production")
	f.Add("contacts", `[{"email":"a@b.cd","type":"admin"},{}]`, "demo")
	f.Add("scope", `["offline_access", 1, null]`, "development")
	f.Add("jwks", `"{\"keys\":[]}"`, "")
	f.Add("device_code_validity_seconds", `"1e999"`, "x")
	f.Fuzz(func(t *testing.T, name, value, environment string) {
		var v any
		if json.Unmarshal([]byte(value), &v) != nil {
			v = value
		}
		in := recommended(map[string]any{
			name: v, "integration_environment": environment,
			"token_endpoint_auth_method": "private_key_jwt", "grant_types": []any{"authorization_code"},
		})
		for _, profile := range []string{"default", "egi-2024"} {
			verdict := rulesOf(t, profile).Validate(in, Target{Scopes: []string{"x"}})
			for _, e := range verdict.Errors {
				if e.Message == "" || len(e.Message) > 2000 {
					t.Errorf("%s: message of %d bytes", e.Field, len(e.Message))
				}
			}
			rulesOf(t, profile).Sheet(in)
		}
	})
}

// What grew with the square of these lists would not end within the time that a test has.
func TestAHostileRequestIsBounded(t *testing.T) {
	fields := map[string]any{}
	for i := range 50_000 {
		fields["f"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i/5000)+strings.Repeat("z", i%50)] = ""
	}
	var scopes []any
	for range 100_000 {
		scopes = append(scopes, "s")
	}
	fields["scope"], fields["grant_types"], fields["redirect_uris"] = scopes, []any{"client_credentials"}, scopes
	v := rulesOf(t, "").Validate(Input{Fields: fields}, Target{})
	if len(v.Advice) > 200 {
		t.Errorf("%d notes", len(v.Advice))
	}
}

func TestKosovoIsXK(t *testing.T) {
	for code, want := range map[string]bool{"xk": true, "ks": false, "gr": true} {
		v := rulesOf(t, "egi").Validate(recommended(map[string]any{
			"integration_environment": "demo", "country": code, "organization_name": "Lab", "organization_url": "https://lab.example.org",
		}), Target{})
		if v.Acceptable != want {
			t.Errorf("%s: %+v", code, v.Errors)
		}
	}
}

// EGI's own registry demands an organisation where others look at a request; the template of the
// software does not.
func TestEGIDemandsAnOrganisation(t *testing.T) {
	for _, environment := range []string{"demo", "production"} {
		change := map[string]any{
			"integration_environment": environment, "country": "gr", "policy_uri": "https://lab.example.org/p", "aup_uri": "https://lab.example.org/a",
			"policy": true, "assurance_checkbox": true,
		}
		refusedBy := map[string]string{}
		for _, e := range rulesOf(t, "egi").Validate(recommended(change), Target{}).Errors {
			refusedBy[e.Field] = e.RefusedBy
		}
		if d := cmp.Diff(map[string]string{"organization_name": ByBoth, "organization_url": ByForm}, refusedBy); d != "" {
			t.Errorf("%s: %s", environment, d)
		}
		template := rulesOf(t, "").Validate(recommended(change), Target{})
		if !template.Acceptable || !slices.ContainsFunc(template.Advice, func(n Note) bool { return n.Field == "organization_name" }) {
			t.Errorf("%s: %+v", environment, template)
		}
	}
}

// Without a protocol the registry looks at no field that depends on it: what it refuses next is
// advice already.
func TestFieldsBehindAnEmptyProtocol(t *testing.T) {
	v := rulesOf(t, "").Validate(recommended(map[string]any{"protocol": "", "client_id": "my client"}), Target{})
	if len(v.Errors) != 1 || v.Errors[0].Field != "protocol" {
		t.Errorf("refused: %+v", v.Errors)
	}
	i := slices.IndexFunc(v.Advice, func(n Note) bool { return n.Field == "client_id" })
	if i < 0 || !strings.HasPrefix(v.Advice[i].Message, "Refused as soon as Select Protocol is oidc. On the Protocol Specific tab, enter 2 to 128 characters") {
		t.Errorf("advice: %+v", v.Advice)
	}
	for name, changes := range map[string]map[string]any{
		"with a good ID":      {"protocol": ""},
		"with a protocol":     {"client_id": "my client"},
		"with a wrong choice": {"protocol": "ldap", "client_id": "my client"},
	} {
		if v := rulesOf(t, "").Validate(recommended(changes), Target{}); slices.ContainsFunc(v.Advice, func(n Note) bool { return n.Field == "client_id" }) {
			t.Errorf("%s: %+v", name, v.Advice)
		}
	}
}

// A text in the place of a list is not empty to the person who wrote it.
func TestATextInThePlaceOfAListIsNotCalledEmpty(t *testing.T) {
	v := rulesOf(t, "").Validate(recommended(map[string]any{"contacts": "team@lab.example.org"}), Target{})
	at := slices.IndexFunc(v.Errors, func(r Refusal) bool { return r.Field == "contacts" })
	if at < 0 || !strings.Contains(v.Errors[at].Message, `team@lab.example.org" is of the wrong kind`) {
		t.Errorf("%+v", v.Errors)
	}
}
