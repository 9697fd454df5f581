package report

import (
	"io"
	"strings"
	"time"

	"github.com/credguide/credguide/checks"
)

// The reports of these tests are made by hand, so that they do not change with the wording of the
// diagnoses.

const (
	issuer  = "https://aai.egi.eu/auth/realms/egi"
	backend = "https://openeo.cloud"
)

// samples are reports of every kind, by the name of their golden files.
func samples() map[string]checks.Report {
	return map[string]checks.Report{
		"healthy":           healthy(),
		"healthy-warnings":  healthyWithWarnings(),
		"other-environment": otherEnvironment(),
		"grant-not-enabled": grantNotEnabled(),
		"secret-refused":    secretRefused(),
		"unreachable":       unreachable(),
		"empty-secret":      emptySecret(),
		"enrollment":        enrollment(),
		"two-faults":        twoFaults(),
		"interrupted":       interrupted(),
		"inconclusive":      inconclusive(),
		"without-backend":   withoutBackend(),
		"crashed":           crashed(),
		"hostile":           hostile(),
		"empty":             {Schema: checks.Schema, Verdict: checks.Inconclusive},
	}
}

// stepsOf makes steps of texts. A command in back quotes at the end of a text is the step's.
func stepsOf(texts ...string) (steps checks.FixSteps) {
	for _, text := range texts {
		lead, run, ok := strings.Cut(text, ": `credguide")
		if !ok {
			steps = append(steps, checks.FixStep{Text: text})
			continue
		}
		steps = append(steps, checks.FixStep{Text: lead, Run: "credguide" + strings.TrimSuffix(run, "`")})
	}
	return steps
}

func base(verdict checks.Verdict, findings ...checks.Finding) checks.Report {
	r := checks.Report{Schema: checks.Schema, Verdict: verdict, Diagnoses: findings}
	r.Tool = checks.Tool{Name: "credguide", Version: "1.0.0"}
	r.Started = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	r.DurationMS = 187
	r.Subject = checks.Subject{
		Environment: "production", EnvironmentTitle: "EGI Check-in production", Issuer: issuer,
		Backend: backend, BackendID: "openeo.cloud", ProviderID: "egi",
		ClientID: "nightly-ndvi", ClientIDSource: "environment OPENEO_AUTH_CLIENT_ID",
		Secret: checks.Secret{Source: "environment OPENEO_AUTH_CLIENT_SECRET", Length: 87},
	}
	r.Facts = checks.Facts{
		"environment.id": "production", "discovery.status": 200, "discovery.keycloak_paths": true,
		"token.scopes": []string{"openid", "email", "eduperson_entitlement"}, "backend.wanted": true,
	}
	return r
}

// walked is the list of steps, with the outcomes of the token and what follows it.
func walked(token, userinfo, me checks.Check) []checks.Check {
	signature := checks.Check{ID: "signature", Title: "token signature", Status: checks.Passed, Because: "verified with key 7a1c"}
	if token.Status != checks.Passed {
		signature.Status, signature.Because = checks.Skipped, "not tried: no token"
	}
	return []checks.Check{
		{ID: "input", Title: "credentials", Status: checks.Passed, Because: "client ID and secret found"},
		{ID: "discovery", Title: "identity provider", Status: checks.Passed, Because: "aai.egi.eu, issuer as expected", DurationMS: 38},
		{ID: "alternatives", Title: "other issuer addresses", Status: checks.Skipped, Because: "not needed", Further: true},
		{ID: "grant", Title: "grant type", Status: checks.Passed, Because: "client_credentials is offered"},
		{ID: "well-known", Title: "openEO versions", Status: checks.Passed, Because: "1.2.0", DurationMS: 41},
		{ID: "capabilities", Title: "openEO API", Status: checks.Passed, Because: "https://openeo.cloud/openeo/1.2", DurationMS: 44},
		{ID: "providers", Title: "openEO login providers", Status: checks.Passed, Because: "egi is this environment", DurationMS: 39},
		token,
		{ID: "keys", Title: "signing keys", Status: checks.Passed, Because: "2 keys", DurationMS: 35},
		signature, userinfo, me,
	}
}

func step(id, title string, status checks.Status, because string, ms int64) checks.Check {
	return checks.Check{ID: id, Title: title, Status: status, Because: because, DurationMS: ms}
}

func noToken() []checks.Check {
	return []checks.Check{
		step("userinfo", "userinfo", checks.Skipped, "not tried: no token", 0),
		step("me", "openEO /me", checks.Skipped, "not tried: no token", 0),
	}
}

func exchanges(status int) []checks.Request {
	return []checks.Request{
		{Step: "discovery", Method: "GET", URL: issuer + "/.well-known/openid-configuration", Effect: "reads", Status: 200, DurationMS: 38, NewConnection: true},
		{Step: "well_known", Method: "GET", URL: backend + "/.well-known/openeo", Effect: "reads", Status: 200, DurationMS: 41, NewConnection: true},
		{Step: "token", Method: "POST", URL: issuer + "/protocol/openid-connect/token", Effect: "mints-token", Status: status, DurationMS: 41},
	}
}

func healthy() checks.Report {
	r := base(checks.Healthy, checks.Finding{
		ID: "service-account-is-not-you", Layer: "account", Severity: checks.Note, Certainty: checks.Certain, Party: "you",
		Title:   "This is a service account, not you",
		Means:   "Jobs and results of this account are separate from your personal account, and the Web Editor cannot show them.",
		Steps:   stepsOf("A notebook that lists them: `credguide snippet jobs`"),
		Explain: "credguide explain service-account-is-not-you",
	})
	r.Checks = walked(step("token", "token", checks.Passed, "for 4 scopes, 60 minutes", 47),
		step("userinfo", "userinfo", checks.Passed, "accepts the token", 33),
		step("me", "openEO /me", checks.Passed, "accepts the token", 64))
	r.Requests = append(exchanges(200), checks.Request{Step: "me", Method: "GET", URL: backend + "/openeo/1.2/me", Effect: "reads", Status: 200, DurationMS: 64})
	r.Facts["userinfo.entitlements"] = []string{}
	r.Identity = &checks.Identity{ClientID: "nightly-ndvi", Sub: "7c9e41b2", UserID: "7c9e41b2@egi.eu", IsServiceAccount: true, TokenExpiresInS: 3600}
	return r
}

func healthyWithWarnings() checks.Report {
	r := healthy()
	r.Diagnoses = append([]checks.Finding{
		{
			ID: "credential-sources-conflict", Layer: "input", Severity: checks.Warning, Certainty: checks.Certain, Party: "you",
			Title: "Two sources hold different values",
			Means: "The client ID of the file openeo.env, line 2, differs from that of OPENEO_AUTH_CLIENT_ID. The openEO Python client would take the variable.",
			Steps: stepsOf("Remove one of the two.", "Check again: `credguide check --environment production`"), Explain: "credguide explain credential-sources-conflict",
		},
		{
			ID: "clock-skew", Layer: "jwt", Severity: checks.Warning, Certainty: checks.Likely, Party: "you",
			Title: "The clock of this machine is 3 minutes behind", SeparateBy: "Compare with another clock.", Explain: "credguide explain clock-skew",
			Because: []checks.Fact{{Fact: "clock.skew_s", Value: -180}},
		},
	}, r.Diagnoses...)
	return r
}

func otherEnvironment() checks.Report {
	r := base(checks.Misconfigured, checks.Finding{
		ID: "client-in-other-environment", Layer: "client", Severity: checks.Error, Certainty: checks.Certain, Party: "you",
		Title: "This client is registered in another environment",
		Means: "EGI Check-in production does not know the client ID \"nightly-ndvi\". EGI Check-in development does.",
		Because: []checks.Fact{
			{Fact: "authorization.client", Value: "unknown"}, {Fact: "sisters.know", Value: []string{"development"}},
		},
		Steps: stepsOf(
			"Either use it where it lives: `credguide check --environment development`",
			"Or register in production, where an EGI administrator approves it: `credguide register --environment production`",
		),
		Explain: "credguide explain client-in-other-environment",
	})
	further := step("sisters", "sister environments", checks.Warned, "EGI Check-in development knows the client ID", 44)
	further.Further = true
	r.Checks = append(walked(step("token", "token", checks.Failed, "401 invalid_client", 41), noToken()[0], noToken()[1]), further)
	r.Requests = append(exchanges(401), checks.Request{
		Step: "sisters", Method: "GET", Effect: "names-client", Status: 400, DurationMS: 44, NewConnection: true,
		URL: "https://aai-dev.egi.eu/auth/realms/egi/protocol/openid-connect/auth?client_id=nightly-ndvi&response_type=code",
	})
	r.Facts["sisters.asked"] = []string{"EGI Check-in demo", "EGI Check-in development"}
	r.Hidden = []checks.Finding{{ID: "client-unknown", Severity: checks.Error, Certainty: checks.Certain, Party: "you", Title: "The client ID is unknown", Explain: "credguide explain client-unknown"}}
	r.Undecided = []string{"token-expired-on-arrival", "enrollment-required"}
	return r
}

func grantNotEnabled() checks.Report {
	r := base(checks.Misconfigured, checks.Finding{
		ID: "grant-not-enabled", Layer: "client", Severity: checks.Error, Certainty: checks.Certain, Party: "you",
		Title:   "The client may not use the client credentials grant",
		Means:   "The client ID and the secret are right, but this client is not registered for the client credentials grant.",
		Because: []checks.Fact{{Fact: "token.reasons", Value: []string{"service-account-off"}}},
		Steps: stepsOf(
			"Open the service in the registry, choose Reconfigure, and go to the tab Protocol Specific.",
			"Under Grant Types tick \"client credentials\". Leave \"Generate a new client secret?\" unticked: the secret stays.",
			"Submit, have it approved, and wait for the badge Deployed. Then check again.",
		),
		Where:   &checks.Where{System: "federation-registry", Tab: "Protocol Specific", Field: "grant_types", Label: "Grant Types", Value: "client_credentials"},
		Explain: "credguide explain grant-not-enabled",
	})
	r.Checks = walked(step("token", "token", checks.Failed, "401 unauthorized_client", 41), noToken()[0], noToken()[1])
	r.Requests = exchanges(401)
	return r
}

func secretRefused() checks.Report {
	separate := "Only the registry shows the secret: compare it there."
	r := base(checks.Misconfigured,
		checks.Finding{
			ID: "client-secret-wrong", Layer: "client", Severity: checks.Error, Certainty: checks.Possible, Party: "you", SeparateBy: separate,
			Title: "The secret is not this client's secret", Means: "It may have been mistyped, or replaced by a reconfiguration.",
			Steps:   stepsOf("Copy it anew: Federation Registry › Manage services › your service › View.", "Check again."),
			Where:   &checks.Where{System: "federation-registry", Tab: "Protocol Specific", Label: "Client Secret"},
			Because: []checks.Fact{{Fact: "token.error", Value: "invalid_client"}}, Explain: "credguide explain client-secret-wrong",
		},
		checks.Finding{
			ID: "client-unknown", Layer: "client", Severity: checks.Error, Certainty: checks.Possible, Party: "you", SeparateBy: separate,
			Title: "The client ID is unknown here", Means: "It was mistyped, is not deployed yet, or belongs to another environment.",
			Steps: stepsOf("Compare the client ID with the registry."), Explain: "credguide explain client-unknown",
		},
		checks.Finding{
			ID: "client-disabled", Layer: "client", Severity: checks.Error, Certainty: checks.Possible, Party: "registry-admin",
			SeparateBy: "Its administrators see whether it is switched off.", Title: "The client is switched off", Explain: "credguide explain client-disabled",
		})
	r.Checks = walked(step("token", "token", checks.Failed, "401 invalid_client", 41), noToken()[0], noToken()[1])
	r.Requests = exchanges(401)
	return r
}

func unreachable() checks.Report {
	r := base(checks.Unreachable, checks.Finding{
		ID: "identity-provider-error", Layer: "service", Severity: checks.Error, Certainty: checks.Certain, Party: "identity-provider",
		Title:   "The identity provider is not answering",
		Means:   "aai.egi.eu answered 503 at endpoint discovery. It asks to come back in 60 minutes.",
		Steps:   stepsOf("Wait, and check again. Your credentials were not tried."),
		Explain: "credguide explain identity-provider-error",
	})
	r.Checks = []checks.Check{
		step("input", "credentials", checks.Passed, "client ID and secret found", 0),
		step("discovery", "identity provider", checks.Failed, "answered 503 (an HTML page)", 12034),
		step("grant", "grant type", checks.Skipped, "not tried: no discovery document", 0),
		step("token", "token", checks.Skipped, "not tried: no discovery document", 0),
		step("me", "openEO /me", checks.Skipped, "not tried: no token", 0),
	}
	r.Requests = exchanges(0)[:1]
	r.Requests[0].Status = 503
	return r
}

func emptySecret() checks.Report {
	r := base(checks.Misconfigured, checks.Finding{
		ID: "client-secret-empty", Layer: "input", Severity: checks.Error, Certainty: checks.Certain, Party: "you",
		Title:   "OPENEO_AUTH_CLIENT_SECRET is set but empty",
		Means:   "On a pull request from a fork, CI systems pass empty secrets on purpose.",
		Steps:   stepsOf("Run this job on the main branch only, or skip it when the secret is empty."),
		Where:   &checks.Where{System: "environment", Field: "OPENEO_AUTH_CLIENT_SECRET"},
		Explain: "credguide explain client-secret-empty",
	})
	r.Subject.Secret = checks.Secret{}
	r.Checks = []checks.Check{step("input", "credentials", checks.Failed, "no client secret", 0)}
	return r
}

func enrollment() checks.Report {
	r := base(checks.Misconfigured, checks.Finding{
		ID: "enrollment-required", Layer: "openeo", Severity: checks.Error, Certainty: checks.Likely, Party: "backend",
		Title:      "The back-end does not know this account's membership",
		Means:      "The identity provider accepts the token, and the back-end refuses the account.",
		SeparateBy: "The operators see which membership is missing.",
		Steps:      stepsOf("Write to the operators of openeo.cloud and quote sub 7c9e41b2 and the reference r-2611230930.", "See https://docs.openeo.cloud/join/an-address-that-is-longer-than-the-line-it-stands-on-and-must-not-break.html for how to join."),
		Where:      &checks.Where{System: "back-end"}, Explain: "credguide explain enrollment-required",
	})
	r.Checks = walked(step("token", "token", checks.Passed, "for 4 scopes, 60 minutes", 47),
		step("userinfo", "userinfo", checks.Passed, "accepts the token", 33),
		step("me", "openEO /me", checks.Failed, "403 PermissionsInsufficient: User is not enrolled in the virtual organisation that this back-end demands", 64))
	r.Requests = exchanges(200)
	r.Identity = &checks.Identity{ClientID: "nightly-ndvi", Sub: "7c9e41b2", IsServiceAccount: true, TokenExpiresInS: 3600}
	return r
}

func twoFaults() checks.Report {
	r := grantNotEnabled()
	r.Diagnoses = append(r.Diagnoses, enrollment().Diagnoses[0], unreachable().Diagnoses[0])
	r.Diagnoses = append(r.Diagnoses, secretRefused().Diagnoses[:2]...)
	return r
}

func interrupted() checks.Report {
	r := base(checks.Inconclusive)
	r.Interrupted = true
	r.Subject.Name, r.Subject.List = "nightly", &checks.Listed{File: "ops/list.yaml", Line: 12}
	r.Checks = []checks.Check{
		step("input", "credentials", checks.Passed, "client ID and secret found", 0),
		step("discovery", "identity provider", checks.Failed, "interrupted", 120),
		step("token", "token", checks.Skipped, "not tried: interrupted", 0),
	}
	r.Requests = exchanges(0)[:1]
	r.Requests[0].Status, r.Requests[0].Failure = 0, "interrupted"
	return r
}

func inconclusive() checks.Report {
	r := base(checks.Inconclusive)
	r.Undecided = []string{"enrollment-required", "account-not-accepted"}
	r.Checks = walked(step("token", "token", checks.Passed, "for 4 scopes, 60 minutes", 47),
		step("userinfo", "userinfo", checks.Passed, "accepts the token", 33),
		step("me", "openEO /me", checks.Failed, "answered 418 (text)", 64))
	r.Requests = exchanges(200)
	return r
}

func withoutBackend() checks.Report {
	r := healthy()
	r.Diagnoses = nil
	r.Subject.Environment, r.Subject.EnvironmentTitle, r.Subject.Backend, r.Subject.BackendID = "", "", "", ""
	r.Identity.UserID = ""
	r.Identity.Entitlements = []string{"urn:mace:egi.eu:group:vo.openeo.cloud:role=member#aai.egi.eu"}
	r.Facts["userinfo.entitlements"] = r.Identity.Entitlements
	r.Checks = r.Checks[:2]
	return r
}

func crashed() checks.Report {
	r := inconclusive()
	r.Checks = []checks.Check{step("discovery", "identity provider", checks.Crashed, "credguide itself failed here; please report it", 3)}
	return r
}

// hostile is what a server may try: terminal sequences, markup of every output format, direction
// marks, long texts.
func hostile() checks.Report {
	evil := "\x1b]0;owned\x07\x1b[2J\u009b31m<script>alert(1)</script>\r\n::error::x|`a`]]>\u202egnp.exe\u200b \"quoted\" {{.}} %0A ##[error] \\ \xff"
	r := base(checks.Misconfigured, checks.Finding{
		ID: "provider-id-unknown", Layer: "openeo", Severity: checks.Error, Certainty: checks.Certain, Party: "you",
		Title: "Not listed: " + evil, Means: evil, Steps: stepsOf(evil, "second"), SeparateBy: evil,
		Because: []checks.Fact{{Fact: "providers.ids", Value: []string{evil}}, {Fact: "me.message", Value: evil}},
		Where:   &checks.Where{System: evil, Tab: evil, Field: evil, Label: evil, Value: evil}, Explain: "credguide explain provider-id-unknown",
	}, checks.Finding{
		ID: "clock-skew", Layer: "jwt", Severity: checks.Warning, Certainty: checks.Likely, Party: "nobody", Title: evil, Means: evil, Explain: "x",
	})
	r.Subject.ClientID, r.Subject.Environment, r.Subject.Secret.Source = evil, evil, evil
	r.Checks = []checks.Check{step("me", evil, "odd", evil, -4), step("x", "y", checks.Skipped, evil, 0)}
	r.Requests = []checks.Request{{Step: evil, Method: evil, URL: "https://evil.example/" + evil, Effect: "mints-token", Status: 200, DurationMS: 3, Failure: evil}}
	r.Facts["me.message"] = evil
	r.Identity = &checks.Identity{ClientID: evil, Sub: evil, UserID: evil, Entitlements: []string{evil}}
	r.Undecided = []string{evil}
	return r
}

// WriteAll writes many reports as one document, each called by its own name.
func (f Format) WriteAll(w io.Writer, reports []checks.Report) error {
	var labels Labels
	entries := each(reports, func(r checks.Report) Entry { return Entry{Report: r, Label: labels.Of(r)} })
	return f.WriteList(w, entries, ListOptions{Text: PlainText})
}
