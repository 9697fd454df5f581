//go:build acceptance

package acceptance

// A token of no worth, of the form that people paste by mistake: header, claims and a signature.
const pastedToken = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJub2JvZHkiLCJleHAiOjF9.c2lnbmF0dXJl"

// inputCases: id and secret are not what was meant.
func inputCases() []Case {
	wrong := []string{"client-secret-wrong"}
	nobody := []string{"client-unknown"}
	secrets := by(Case{Realm: usual.Realm, Backend: usual.Backend, ClientID: usual.ClientID}, []Case{
		{Name: "secret-newline", Cause: "line end after the secret", Secret: Secret + "\n", Expect: "client-secret-has-whitespace", Also: wrong},
		{Name: "secret-crlf", Cause: "Windows line end after the secret", Secret: Secret + "\r\n", Expect: "client-secret-has-whitespace", Also: append(wrong, "client-secret-has-invisible-character")},
		{Name: "secret-space-after", Cause: "space after the secret", Secret: Secret + " ", Expect: "client-secret-has-whitespace", Also: wrong},
		{Name: "secret-space-before", Cause: "space before the secret", Secret: " " + Secret, Expect: "client-secret-has-whitespace", Also: wrong},
		{Name: "secret-tab", Cause: "tab after the secret", Secret: Secret + "\t", Expect: "client-secret-has-whitespace", Also: append(wrong, "client-secret-has-invisible-character")},
		{Name: "secret-double-quotes", Cause: "quotes around the secret", Secret: `"` + Secret + `"`, Expect: "client-secret-is-quoted", Also: wrong},
		{Name: "secret-single-quotes", Cause: "quotes around the secret", Secret: `'` + Secret + `'`, Expect: "client-secret-is-quoted", Also: wrong},
		{Name: "secret-bom", Cause: "byte order mark before the secret", Secret: "\ufeff" + Secret, Expect: "client-secret-has-invisible-character", Also: wrong},
		{Name: "secret-no-break-space", Cause: "no-break space after the secret", Secret: Secret + "\u00a0", Expect: "client-secret-has-invisible-character", Or: []string{"client-secret-has-whitespace"}, Also: wrong},
		{Name: "secret-zero-width", Cause: "zero-width space in the secret", Secret: Secret[:10] + "\u200b" + Secret[10:], Expect: "client-secret-has-invisible-character", Also: wrong},
		{Name: "secret-placeholder-angle", Cause: "a template's words", Secret: "<client-secret>", Expect: "client-secret-is-placeholder", Also: wrong},
		{Name: "secret-placeholder-words", Cause: "a template's words", Secret: "your-client-secret", Expect: "client-secret-is-placeholder", Also: wrong},
		{Name: "secret-placeholder-variable", Cause: "a variable that was not expanded", Secret: "${OPENEO_AUTH_CLIENT_SECRET}", Expect: "client-secret-is-placeholder", Also: wrong},
		{Name: "secret-masked-stars", Cause: "the display mask was copied", Secret: "****************", Expect: "client-secret-is-masked", Also: wrong},
		{Name: "secret-masked-dots", Cause: "the display mask was copied", Secret: "••••••••••••", Expect: "client-secret-is-masked", Also: append(wrong, "client-secret-has-invisible-character")},
		{Name: "secret-token", Cause: "a token was pasted", Secret: pastedToken, Expect: "client-secret-is-token", Also: wrong},
		{Name: "secret-short", Cause: "three characters are left of it", Secret: Secret[:3], Expect: "client-secret-too-short", Also: wrong},
		{Name: "secret-empty", Cause: "the secret is set but empty", Expect: "client-secret-empty", Or: []string{"client-secret-missing"}},
		{Name: "secret-missing", Cause: "no secret anywhere", OmitKey: true, Expect: "client-secret-missing"},
	})
	ids := by(Case{Realm: usual.Realm, Backend: usual.Backend, Secret: usual.Secret}, []Case{
		{Name: "id-space", Cause: "space after the id", ClientID: "lab-ok ", Expect: "client-id-has-whitespace", Also: append(nobody, "client-id-malformed")},
		{Name: "id-newline", Cause: "line end after the id", ClientID: "lab-ok\n", Expect: "client-id-has-whitespace", Also: append(nobody, "client-id-malformed", "client-id-has-invisible-character")},
		{Name: "id-no-break-space", Cause: "no-break space before the id", ClientID: "\u00a0lab-ok", Expect: "client-id-has-invisible-character", Or: []string{"client-id-has-whitespace"}, Also: append(nobody, "client-id-malformed")},
		{Name: "id-quoted", Cause: "quotes around the id", ClientID: `"lab-ok"`, Expect: "client-id-is-quoted", Also: append(nobody, "client-id-malformed")},
		{Name: "id-placeholder", Cause: "a template's words", ClientID: "<client-id>", Expect: "client-id-is-placeholder", Also: append(nobody, "client-id-malformed")},
		{Name: "id-malformed", Cause: "characters that no registered id has", ClientID: "lab/ok?", Expect: "client-id-malformed", Or: nobody, Also: nobody},
		{Name: "id-empty", Cause: "the id is set but empty", Expect: "client-id-missing"},
		{Name: "id-missing", Cause: "no id anywhere", OmitID: true, Expect: "client-id-missing"},
		{Name: "swapped", Cause: "id and secret stand in each other's place", ClientID: Secret, Secret: "lab-ok", Expect: "credentials-swapped", Also: append(nobody, "client-id-malformed", "client-secret-wrong")},
		{Name: "swapped-word", Cause: "id and secret stand in each other's place, and the id is a single word", ClientID: Secret, Secret: "ndvi", Expect: "credentials-swapped", Also: append(nobody, "client-id-malformed", "client-secret-wrong")},
		{Name: "secret-token-newline", Cause: "a token was pasted, with a line end", ClientID: "lab-ok", Secret: pastedToken + "\n", Expect: "client-secret-is-token"},
	})
	return append(secrets, ids...)
}
