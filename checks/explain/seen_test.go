package explain

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/checks"
	"github.com/credguide/credguide/checks/phrases"
	"github.com/credguide/credguide/internal/catalog"
	"github.com/credguide/credguide/internal/dev/shared"
)

// recorded is an error text of a real program: see testdata/errors/index.yaml.
type recorded struct {
	File        string   `yaml:"file"`
	Client      string   `yaml:"client"`
	Version     string   `yaml:"version"`
	Fault       string   `yaml:"fault"`
	At          string   `yaml:"at"`
	Expect      []string `yaml:"expect"`
	Environment string   `yaml:"environment"`
	HeldOut     bool     `yaml:"held_out"`

	text string
}

func recordedTexts(t testing.TB) []recorded {
	t.Helper()
	list, err := catalog.Decode[[]recorded]("index.yaml", shared.Read(t, "errors/index.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i].text = string(shared.Read(t, "errors/"+list[i].File))
	}
	return list
}

func testHost(host string) Host {
	switch strings.TrimSuffix(host, ":443") {
	case "aai.egi.eu":
		return Host{Environment: "production", Issuer: "https://aai.egi.eu/auth/realms/egi"}
	case "aai-dev.egi.eu":
		return Host{Environment: "development", Issuer: "https://aai-dev.egi.eu/auth/realms/egi"}
	case "identity.dataspace.copernicus.eu":
		return Host{Environment: "cdse", Issuer: "https://identity.dataspace.copernicus.eu/auth/realms/CDSE"}
	case "openeo.cloud":
		return Host{Environment: "production", Backend: "openeo.cloud", Default: true}
	case "openeo.dataspace.copernicus.eu":
		return Host{Environment: "cdse", Backend: "openeo.dataspace.copernicus.eu", Default: true}
	}
	return Host{}
}

func testReader(t testing.TB) *Reader {
	t.Helper()
	diagnoses, err := checks.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	words, err := phrases.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(diagnoses, words, testHost)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ids(causes []Cause) (list []string) {
	for _, c := range causes {
		list = append(list, c.ID)
	}
	return list
}

// leads holds what was read of a text to the cause that stands first.
func leads(t *testing.T, seen Seen, text, want string) {
	t.Helper()
	if len(seen.Causes) == 0 || seen.Causes[0].ID != want {
		t.Errorf("%s: %v, want %s first", text, ids(seen.Causes), want)
	}
}

// right tells that one of the expected diagnoses is among the first three causes, or that none is
// named where none is.
func (x recorded) right(seen Seen) bool {
	if len(x.Expect) == 0 {
		return len(seen.Causes) == 0
	}
	first := ids(seen.Causes[:min(len(seen.Causes), 3)])
	return slices.ContainsFunc(x.Expect, func(id string) bool { return slices.Contains(first, id) })
}

// TestTheRightCauseIsAmongTheFirstThree counts, over the texts that the wordings were written by,
// and over those held out.
func TestTheRightCauseIsAmongTheFirstThree(t *testing.T) {
	r := testReader(t)
	all, right := map[bool]int{}, map[bool]int{}
	for _, x := range recordedTexts(t) {
		seen := r.Read([]byte(x.text))
		switch ok := x.right(seen); {
		case len(x.Expect) == 0 && !ok:
			t.Errorf("%s: names %v, where nothing of ours is wrong", x.File, ids(seen.Causes))
		case len(x.Expect) > 0:
			all[x.HeldOut]++
			if ok {
				right[x.HeldOut]++
			} else {
				t.Logf("%s: want one of %v, got %v", x.File, x.Expect, ids(seen.Causes))
			}
		}
		if x.Environment != "" && seen.Environment != x.Environment {
			t.Errorf("%s: environment %q, want %q", x.File, seen.Environment, x.Environment)
		}
		for _, c := range seen.Causes {
			if c.Certainty == checks.Certain {
				t.Errorf("%s: %s is certain; a text is not the world", x.File, c.ID)
			}
		}
	}
	for heldOut, n := range all {
		t.Logf("held out %v: %d of %d", heldOut, right[heldOut], n)
		if n < 30 || right[heldOut]*10 < n*9 {
			t.Errorf("held out %v: %d of %d texts are understood, fewer than nine in ten", heldOut, right[heldOut], n)
		}
	}
}

// TestTheTextIsNotRepeated: whatever stands in the text, also where an answer's words stand,
// nothing of it is shown.
func TestTheTextIsNotRepeated(t *testing.T) {
	r := testReader(t)
	const canary = "kan4rienvogel7sichtbar9nirgends"
	places := []string{
		`{"error":"CANARY","error_description":"CANARY"}`,
		`Failed to retrieve access token at 'https://aai.egi.eu/CANARY/token': 401 'CANARY' '{"error":"invalid_client","error_description":"CANARY"}'`,
		`Failed to retrieve access token at 'https://CANARY/token': 401 'x' '{"error":"CANARY_x","error_description":"Invalid client CANARY"}'`,
		`OpenEoApiError: [403] PermissionsInsufficient: CANARY (ref: r-CANARY)`,
		`OpenEoApiError: [403] CANARY: CANARY (ref: r-CANARY)`,
		`Failed to resolve 'CANARY' ([Errno -2] Name or service not known)`,
		`requests.exceptions.HTTPError: 401 Client Error: CANARY for url: https://nightly:CANARY@aai.egi.eu/auth/realms/egi/protocol/openid-connect/token?client_secret=CANARY`,
		`Requested OIDC provider 'CANARY' not available. Should be one of ['CANARY'].`,
		`> Authorization: Basic CANARY` + "\n< HTTP/1.1 401 Unauthorized\n" + `{"error":"invalid_client"}`,
		`oauth2: "CANARY" "CANARY"`, `Error: (CANARY) CANARY`, `OAuth failure [CANARY] CANARY`,
		`CANARY`,
	}
	texts := recordedTexts(t)
	for _, p := range places {
		texts = append(texts, recorded{File: p, text: p})
	}
	for _, x := range texts {
		text := strings.ReplaceAll(x.text, "Kan4rienvogel7Sichtbar9Nirgends", canary)
		text = strings.ReplaceAll(text, "CANARY", canary)
		seen := r.Read([]byte(text))
		shown, err := json.Marshal(seen)
		if err != nil {
			t.Fatal(err)
		}
		out := strings.ToLower(string(shown) + InWords(seen))
		for _, c := range seen.Causes {
			out += strings.ToLower(c.Means + c.SeparateBy + c.Title)
		}
		for i := range len(canary) - 7 {
			if strings.Contains(out, canary[i:i+8]) {
				t.Fatalf("%.80s: shows %q: %s", x.File, canary[i:i+8], out)
			}
		}
	}
}

// TestOfTwoErrorsTheLastCounts that has to do with a login.
func TestOfTwoErrorsTheLastCounts(t *testing.T) {
	r := testReader(t)
	const (
		secret  = `openeo.rest.auth.oidc.OidcException: Failed to retrieve access token at 'https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token': 401 'Unauthorized' '{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}'`
		scope   = `openeo.rest.auth.oidc.OidcException: Failed to retrieve access token at 'https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token': 400 'Bad Request' '{"error":"invalid_scope","error_description":"Invalid scopes: openid x"}'`
		enrol   = `openeo.rest.OpenEoApiError: [403] PermissionsInsufficient: Proper enrollment in openEO Platform virtual organization is required. (ref: r-1)`
		foreign = "Traceback (most recent call last):\n  File \"x.py\", line 3\nKeyError: 'bands'"
	)
	for _, tc := range []struct{ name, text, want string }{
		{"secret, then scope", secret + "\n" + scope, "scope-not-allowed"},
		{"scope, then secret", scope + "\n" + secret, "client-secret-wrong"},
		{"token, then the back-end", secret + "\nlater that day\n" + enrol, "enrollment-required"},
		{"something else last", secret + "\n" + foreign, "client-secret-wrong"},
		{"two answers of curl", "< HTTP/1.1 401 Unauthorized\n{\"error\":\"invalid_client\",\"error_description\":\"client not found\"}\n< HTTP/1.1 400 Bad Request\n{\"error\":\"invalid_scope\"}", "scope-not-allowed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			leads(t, r.Read([]byte(tc.text)), tc.text, tc.want)
		})
	}
}

// TestALinePastedAloneIsKnown: the end of a log often has no more. What it does not say is not added.
func TestALinePastedAloneIsKnown(t *testing.T) {
	r := testReader(t)
	for text, want := range map[string]string{
		"OidcException: Failed to retrieve access token":              "client-secret-wrong",
		"No client_id found":                                          "client-id-missing",
		"TokenInvalid":                                                "userinfo-rejects-token",
		"[403] TokenInvalid: no more":                                 "userinfo-rejects-token",
		"AuthenticationRequired":                                      "backend-gateway-refused",
		"{\"code\": \"PermissionsInsufficient\", \"message\": \"x\"}": "enrollment-required",

		"{'id': 'r-1', 'code': 'AccessTokenError', 'message': 'x'}": "backend-token-check-failed",

		"unauthorized_client": "grant-not-enabled",
		"invalid_client":      "client-credentials-rejected",
	} {
		seen := r.Read([]byte(text))
		leads(t, seen, text, want)
		if status, ok := seen.Facts["token.status"]; ok {
			t.Errorf("%s: reports the status %v, which it does not have", text, status)
		}
	}
	if seen := r.Read([]byte("TokenInvalidator")); len(seen.Causes) != 0 {
		t.Errorf("a word that merely begins like a code: %v", ids(seen.Causes))
	}
}

func TestNothingIsReadFromNothing(t *testing.T) {
	r := testReader(t)
	for _, text := range []string{"", " \n\t", "\x00\xff\xfe\x00", "\xff\xfe", "Es geht nicht.", "エラーが発生しました", strings.Repeat("\x1b[", 5000), strings.Repeat("{\"error\":", 20000)} {
		seen := r.Read([]byte(text))
		if len(seen.Causes) != 0 {
			t.Errorf("%.20q: %v", text, ids(seen.Causes))
		}
		if len(seen.Next) != 1 || seen.Next[0] != "credguide check" {
			t.Errorf("%.20q: next is %v", text, seen.Next)
		}
	}
}

func TestTheCommandNamesWhatTheHostsTell(t *testing.T) {
	r := testReader(t)
	for text, want := range map[string]string{
		"401 at https://aai-dev.egi.eu/auth/realms/egi/x":                   "credguide check --environment development",
		"https://openeo.cloud/openeo/1.2/me":                                "credguide check --environment production",
		"https://openeo.dataspace.copernicus.eu and https://aai.egi.eu/x":   "credguide check --environment production",
		"HTTPSConnectionPool(host='aai.egi.eu', port=443): Max retries":     "credguide check --environment production",
		"https://login.lab.example.org/realms/x":                            "credguide check",
		"https://user:pw@aai.egi.eu:443/auth/realms/egi and nothing beside": "credguide check --environment production",
	} {
		if got := r.Read([]byte(text)).Next; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, x := range recordedTexts(f) {
		if len(x.text) < 4000 {
			f.Add([]byte(x.text))
		}
	}
	r := testReader(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		seen := r.Read(data)
		for _, c := range seen.Causes {
			if c.Certainty != checks.Likely && c.Certainty != checks.Possible {
				t.Errorf("%s is %s", c.ID, c.Certainty)
			}
		}
		if p := plainly(data); len(p.text) != len(p.flat) {
			t.Errorf("%d bytes, flat %d", len(p.text), len(p.flat))
		}
	})
}

// BenchmarkTenMegabytes is a log with an error at its end.
func BenchmarkTenMegabytes(b *testing.B) {
	line := "2026-11-25 10:11:12,123 ERROR tile 4711 failed: 401 Client Error, invalid data, connection error, retrying https://openeo.cloud/x\n"
	text := []byte(strings.Repeat(line, 10<<20/len(line)) + `{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`)
	r := testReader(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if seen := r.Read(text); len(seen.Causes) == 0 {
			b.Fatal("nothing was read")
		}
	}
}

// TestReportsOfPeople: how reports on the web word what failed, as far as the words tell.
func TestReportsOfPeople(t *testing.T) {
	r := testReader(t)
	for text, want := range map[string]string{
		"'unauthorized_client' / 'Invalid client secret'; the command line ends with a stray quote.":                                  "client-secret-wrong",
		"unauthorized_client - Invalid client secret":                                                                                 "client-secret-wrong",
		"'unauthorized_client (Client not enabled to retrieve service account)'.":                                                     "grant-not-enabled",
		`{"error":"unauthorized_client","error_description":"UNKNOWN_CLIENT: Client was not identified by any client authenticator"}`: "client-credentials-rejected",
		"'invalid_client' / 'Parameter client_assertion_type is missing'.":                                                            "client-expects-assertion",
		"'invalid_client' / 'The client MUST NOT use more than one authentication method in each request.'":                           "client-auth-form-refused",
		"'unsupported_grant_type' with a description listing only authorization_code.":                                                "grant-not-offered",
		"'invalid_client_metadata' / 'grant_types must contain authorization_code'.":                                                  "",
		"OIDC discovery document's issuer does not match the configured issuer URL.":                                                  "issuer-mismatch",
		"404 'RESTEASY003210: Could not find resource for full path'.":                                                                "discovery-not-found",
		"'iat is at a future date'.":                            "clock-skew",
		"'HTTP header is larger than 8192 bytes.'":              "token-too-large",
		"UNABLE_TO_GET_ISSUER_CERT_LOCALLY.":                    "tls-unknown-authority",
		"Failed to parse API error response: 401 ''":            "backend-gateway-refused",
		"MissingTokenError after changing the base URL.":        "token-response-incomplete",
		"OidcException: Unsupported token_type='N_A'":           "token-response-incomplete",
		"Invalid Client or Invalid Client Credentials.":         "client-secret-wrong",
		"client authentication failed":                          "client-secret-wrong",
		"Authentication error with credentials that look right": "",
	} {
		causes, first := r.Read([]byte(text)).Causes, ""
		if len(causes) > 0 {
			first = causes[0].ID
		}
		if first != want {
			t.Errorf("%s\n%v, want %q", text, ids(causes), want)
		}
		for _, c := range causes {
			if c.Certainty == checks.Certain {
				t.Errorf("%s: certain of %s", text, c.ID)
			}
		}
	}
}
