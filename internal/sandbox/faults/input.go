package faults

import (
	"encoding/base64"
	"html"
	"os"
	"strings"

	"github.com/credguide/credguide/internal/sandbox/world"
)

// inputFaults are in what the user holds; nothing is wrong with the servers.
var inputFaults = []fault{
	{"client-id-missing", "No client ID anywhere", "input", func(w *world.World) { w.User.IDIn = world.Nowhere }},
	{"client-secret-missing", "No client secret anywhere", "input", func(w *world.World) { w.User.SecretIn = world.Nowhere }},
	{"client-secret-empty", "The secret is set but empty", "input", func(w *world.World) { w.User.Secret = "" }},
	{"client-secret-empty@variable", "The secret's variable is set but empty, as in CI on a fork", "input", func(w *world.World) {
		w.User.IDIn, w.User.SecretIn, w.User.Secret = world.InVariable, world.InVariable, ""
	}},
	{"credential-sources-conflict", "File and environment give different secrets", "input", func(w *world.World) {
		w.User.Variables["OPENEO_AUTH_CLIENT_ID"] = w.User.ID
		w.User.Variables["OPENEO_AUTH_CLIENT_SECRET"] = world.NewSecret()
	}},
	{"credential-sources-conflict@client-id", "File and environment name different clients", "input", func(w *world.World) {
		w.User.Variables["OPENEO_AUTH_CLIENT_ID"] = "another-client"
		w.User.Variables["OPENEO_AUTH_CLIENT_SECRET"] = world.NewSecret()
	}},
	{"provider-variable-ignored", "OPENEO_AUTH_PROVIDER_ID names a provider that the back-end does not list", "input", func(w *world.World) {
		w.User.Variables["OPENEO_AUTH_PROVIDER_ID"] = "egi-prod"
	}},
	{"auth-method-variable-wrong", "OPENEO_AUTH_METHOD is not client_credentials", "input", func(w *world.World) {
		w.User.Variables["OPENEO_AUTH_METHOD"] = "password"
	}},
	{"client-id-has-whitespace", "A space after the client ID", "input", spoilID(func(id string) string { return id + " " })},
	{"client-id-has-whitespace@inside", "A space inside the client ID", "input", spoilID(func(id string) string { return strings.Replace(id, "-", " ", 1) })},
	{"client-secret-has-whitespace", "A space after the secret", "input", spoilSecret(func(s string) string { return s + " " })},
	{"client-secret-has-whitespace@line-end", "A line break after the secret", "input", spoilSecret(func(s string) string { return s + "\n" })},
	{"client-secret-has-whitespace@variable", "A line break after the secret, in a variable", "input", func(w *world.World) {
		w.User.IDIn, w.User.SecretIn = world.InVariable, world.InVariable
		w.User.Secret += "\n"
	}},
	{"client-id-has-invisible-character", "A zero-width space in the client ID", "input", spoilID(func(id string) string { return insert(id, "\u200b") })},
	{"client-secret-has-invisible-character", "A no-break space in the secret", "input", spoilSecret(func(s string) string { return insert(s, "\u00a0") })},
	{"client-secret-has-invisible-character@bom", "A byte order mark before the secret", "input", spoilSecret(func(s string) string { return "\ufeff" + s })},
	{"client-id-is-quoted", "Quotes are part of the client ID", "input", spoilID(func(id string) string { return `"` + id + `"` })},
	{"client-secret-is-quoted", "Quotes are part of the secret", "input", spoilSecret(func(s string) string { return `"` + s + `"` })},
	{"client-secret-is-quoted@one", "A quotation mark in front of the secret", "input", spoilSecret(func(s string) string { return `"` + s })},
	{"client-secret-is-wrapped", "A comment follows the secret, as docker --env-file keeps it", "input", spoilSecret(func(s string) string { return s + " # rotated in May" })},
	{"client-secret-is-wrapped@json", "The whole JSON object of a secret store", "input", spoilSecret(func(s string) string {
		return `{"client_id":"nightly-ndvi","client_secret":"` + s + `"}`
	})},
	{"client-secret-is-wrapped@base64", "The secret in Base64, as Kubernetes shows it", "input", spoilSecret(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })},
	{"client-secret-is-wrapped@line", "A whole line of a file instead of the secret", "input", spoilSecret(func(s string) string { return "OPENEO_AUTH_CLIENT_SECRET=" + s })},
	{"client-secret-is-wrapped@pair", "Client ID and secret in one", "input", spoilSecret(func(s string) string { return "nightly-ndvi:" + s })},
	{"client-secret-is-wrapped@header", "The Basic header instead of the secret", "input", spoilSecret(func(s string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte("nightly-ndvi:"+s))
	})},
	{"client-secret-is-wrapped@html", "HTML escapes in the secret, as a page's source has them", "input", func(w *world.World) {
		w.GoodClient.Secret = "s3cret<of>the&lab_" + world.NewUUID()
		w.User.Secret = html.EscapeString(w.GoodClient.Secret)
	}},
	{"client-secret-is-placeholder", "A template's placeholder instead of the secret", "input", spoilSecret(func(string) string { return "<your-client-secret>" })},
	{"client-secret-is-placeholder@unexpanded", "A variable that was not expanded", "input", spoilSecret(func(string) string { return "${OPENEO_SECRET}" })},
	{"client-secret-is-placeholder@vault", "A reference to Vault that nothing resolved", "input", spoilSecret(func(string) string { return "ref+vault://openeo/nightly#/client_secret" })},
	{"client-secret-is-placeholder@key-vault", "A reference to Azure Key Vault that nothing resolved", "input", spoilSecret(func(string) string {
		return "@Microsoft.KeyVault(SecretUri=https://openeo.vault.azure.net/secrets/nightly/)"
	})},
	{"client-secret-is-placeholder@gcp", "The name of a secret in Google's Secret Manager", "input", spoilSecret(func(string) string { return "projects/openeo/secrets/nightly" })},
	{"client-secret-is-placeholder@sealed", "A SealedSecret that nothing decrypted", "input", spoilSecret(func(string) string { return "Ag" + strings.Repeat("By3i4OJSWK+PiTySYZZA9rO43cGDEq", 8) })},
	{"client-id-is-placeholder", "A template's placeholder instead of the client ID", "input", spoilID(func(string) string { return "your-client-id" })},
	{"client-secret-is-masked", "The display mask was copied instead of the secret", "input", spoilSecret(func(string) string { return "**********" })},
	{"client-secret-is-token", "A token instead of the secret", "input", spoilSecret(func(string) string { return sampleJWT })},
	{"client-secret-is-token@registered", "The registered secret has the form of a token", "input", func(w *world.World) { w.GoodClient.Secret, w.User.Secret = sampleJWT, sampleJWT }},
	{"credentials-swapped", "Client ID and secret are swapped", "input", func(w *world.World) { w.User.ID, w.User.Secret = w.User.Secret, w.User.ID }},
	{"credentials-swapped@same", "The secret was given as both", "input", func(w *world.World) { w.User.ID = w.User.Secret }},
	{"credentials-swapped@both", "Client ID and secret together in the client ID", "input", func(w *world.World) { w.User.ID += " " + w.User.Secret }},
	{"client-id-malformed", "A client ID that no registration can have", "input", spoilID(func(id string) string { return id + "#1" })},
	{"client-id-malformed@too-long", "A client ID of more than 128 characters", "input", spoilID(func(id string) string { return strings.Repeat(id, 12) })},
	{"client-secret-too-short", "A secret cut off after three characters", "input", spoilSecret(func(s string) string { return s[:min(3, len(s))] })},
	{"secret-file-unreadable", "The secret file does not exist", "input", secretFile(world.File{})},
	{"secret-file-unreadable@folder", "The secret file is a folder", "input", secretFile(world.File{Name: "no-secret", Folder: true})},
	{"secret-file-unreadable@too-large", "The secret file is far too large", "input", func(w *world.World) {
		secretFile(world.File{Name: "no-secret", Content: strings.Repeat("x", 4<<20), Mode: 0o600})(w) // made here: at start-up, every run of the program would pay for it
	}},
	{"secret-file-unreadable@not-text", "The secret file is not text", "input", secretFile(world.File{Name: "no-secret", Content: "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", Mode: 0o600})},
	{"secret-file-unreadable@utf-16", "The credentials file is UTF-16, as PowerShell writes it", "input", func(w *world.World) {
		otherFile(utf16("OPENEO_AUTH_CLIENT_ID=" + w.User.ID + "\r\nOPENEO_AUTH_CLIENT_SECRET=" + w.User.Secret + "\r\n"))(w)
	}},
	{"secret-file-unreadable@auth-config", "auth-config.json is cut off, and nothing else has the credentials", "input", func(w *world.World) {
		authConfig(w, 0o600)
		f := &w.User.Files[len(w.User.Files)-1]
		f.Content = strings.TrimRight(f.Content, "}\n")
	}},
	{"client-secret-missing@yaml", "The credentials file is YAML", "input", func(w *world.World) {
		otherFile("OPENEO_AUTH_CLIENT_ID=" + w.User.ID + "\nOPENEO_AUTH_CLIENT_SECRET: " + w.User.Secret + "\n")(w)
	}},
	{"client-id-missing@powershell", "The credentials file is a PowerShell script", "input", func(w *world.World) {
		otherFile(`$env:OPENEO_AUTH_CLIENT_ID = "` + w.User.ID + `"` + "\n" + `$env:OPENEO_AUTH_CLIENT_SECRET = "` + w.User.Secret + `"` + "\n")(w)
	}},
	{"client-id-missing@other-provider", "auth-config.json has the credentials under another provider ID, which the Python client does not look for", "input", func(w *world.World) {
		authConfig(w, 0o600)
		f := &w.User.Files[len(w.User.Files)-1]
		f.Content = strings.Replace(f.Content, `"egi":{`, `"terrascope":{`, 1)
		unpair(w, world.Production)
	}},
	{"secret-file-exposed", "Other users can read the credentials file", "input", func(w *world.World) { w.User.Mode = 0o644 }},
	{"secret-file-exposed@auth-config", "Other users can read auth-config.json", "input", func(w *world.World) { authConfig(w, 0o644) }},
	{"environment-backend-mismatch", "A back-end that does not accept this environment", "input", func(w *world.World) {
		w.MoveClient(world.Demo)
		w.User.Environment, w.User.Backend = world.Demo, "{backend}"
	}},
}

// sampleJWT is an unsigned token of nobody, in the shape that people paste.
const sampleJWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InNhbmRib3gifQ." +
	"eyJpc3MiOiJodHRwczovL2lkcC5zYW5kYm94LmludmFsaWQiLCJzdWIiOiJub2JvZHkiLCJ0eXAiOiJCZWFyZXIifQ.c2FuZGJveC1zaWduYXR1cmU"

func spoilID(how func(string) string) func(*world.World) {
	return func(w *world.World) { w.User.ID = how(w.User.ID) }
}

// insert puts a character a few letters into a value.
func insert(value, character string) string {
	at := min(3, len(value))
	return value[:at] + character + value[at:]
}

func spoilSecret(how func(string) string) func(*world.World) {
	return func(w *world.World) { w.User.Secret = how(w.User.Secret) }
}

// secretFile points --secret-file at something that is no readable secret.
func secretFile(f world.File) func(*world.World) {
	return func(w *world.World) {
		w.User.IDIn, w.User.SecretIn = world.InFlag, world.Nowhere
		w.User.Flags = append(w.User.Flags, "--secret-file", "{dir}/no-secret")
		if f.Name != "" {
			w.User.Files = append(w.User.Files, f)
		}
	}
}

// otherFile puts a credentials file of another make in the place of the good one.
func otherFile(content string) func(*world.World) {
	return func(w *world.World) {
		w.User.IDIn, w.User.SecretIn = world.Nowhere, world.Nowhere
		w.User.Files = append(w.User.Files, world.File{Name: "other.env", Content: content, Mode: 0o600})
		w.User.Flags = append(w.User.Flags, "--credentials", "{dir}/other.env")
	}
}

// utf16 is a text as Windows PowerShell writes it to a file.
func utf16(text string) string {
	var b strings.Builder
	for _, r := range "\ufeff" + text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// authConfig moves the credentials into the openEO Python client's own file.
func authConfig(w *world.World, mode os.FileMode) {
	w.User.IDIn, w.User.SecretIn = world.Nowhere, world.Nowhere
	w.User.Variables["OPENEO_CONFIG_HOME"] = "{dir}/config"
	w.User.Files = append(w.User.Files, world.File{Name: "config/auth-config.json", Mode: mode, Content: `{"metadata":{"type":"AuthConfig"},"general":{},` +
		`"backends":{"{backend}":{"oidc":{"providers":{"egi":{"date":"2026-01-01T00:00:00Z","client_id":"` + w.User.ID + `","client_secret":"` + w.User.Secret +
		`","issuer":"{sandbox}/auth/realms/egi"}}}}}}` + "\n"})
}
