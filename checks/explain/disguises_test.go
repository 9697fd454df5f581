package explain

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestTextsAreReadInEveryDisguise: what mails, tickets, terminals and logs do to a text does not
// change what it says.
func TestTextsAreReadInEveryDisguise(t *testing.T) {
	r := testReader(t)
	disguises := map[string]func(string) []byte{
		"UTF-16 with a mark": func(s string) []byte { return append([]byte{0xff, 0xfe}, asUTF16(s)...) },
		"UTF-16 without":     func(s string) []byte { return asUTF16(s) },
		"quoted in a mail": func(s string) []byte {
			return []byte("On Tuesday, Mara wrote:\r\n" + eachLine(s, "> ", "\r\n") + "Can you help?\n")
		},
		"quoted twice": func(s string) []byte { return []byte(eachLine(s, "> > ", "\n")) },
		"a log of CI":  func(s string) []byte { return []byte(eachLine(s, "2026-11-25T10:11:12.1234567Z ", "\n")) },
		"HTML":         func(s string) []byte { return []byte("<pre>" + html.EscapeString(s) + "</pre>") },
		"colours": func(s string) []byte {
			return []byte("\x1b[31m" + strings.ReplaceAll(s, "Error", "\x1b[1;91mError\x1b[0m") + "\x1b[0m")
		},
		"a title of the shell":         func(s string) []byte { return []byte("\x1b]0;nightly\x07" + s) },
		"indented":                     func(s string) []byte { return []byte(eachLine(s, "        ", "\n")) },
		"rows of a terminal":           func(s string) []byte { return []byte(broken(s, 80)) },
		"rows in a mail":               func(s string) []byte { return []byte(eachLine(broken(s, 72), "> ", "\r\n")) },
		"rows in a box":                func(s string) []byte { return []byte(boxed(broken(s, 76), 76)) },
		"rows after a carriage return": func(s string) []byte { return []byte(strings.ReplaceAll(broken(s, 80), "\n", " \r")) },
		"rows that an editor ends":     func(s string) []byte { return []byte(continued(s, 79)) },
		"Markdown":                     func(s string) []byte { return []byte(special.ReplaceAllString(s, `\$0`)) },
		"a chat": func(s string) []byte {
			return []byte(address.ReplaceAllString(s, "<$0|$0>"))
		},
		"a notebook's page": func(s string) []byte {
			return []byte("<pre>" + words.ReplaceAllString(html.EscapeString(s), `<span class="ansi-red-fg">$0</span>`) + "</pre>")
		},
		"line numbers": func(s string) []byte {
			var b strings.Builder
			for i, line := range strings.Split(s, "\n") {
				fmt.Fprintf(&b, "%6d\t%s\n", i+1, line)
			}
			return []byte(b.String())
		},
		"a megabyte of log before": func(s string) []byte {
			return []byte(strings.Repeat("2026-11-25 10:11:12,123 INFO tile 4711 done, 12 bands, nothing unusual\n", 15000) + s)
		},
		"something else after": func(s string) []byte {
			return []byte(s + "\nError: Process completed with exit code 1.\nPost job cleanup.\n")
		},
	}
	for _, x := range recordedTexts(t) {
		if len(x.Expect) == 0 || len(x.text) > 20_000 {
			continue
		}
		plain := r.Read([]byte(x.text))
		for name, disguise := range disguises {
			if got := r.Read(disguise(x.text)); x.right(plain) && !x.right(got) {
				t.Errorf("%s, %s: %v, want %v", x.File, name, ids(got.Causes), ids(plain.Causes))
			}
		}
	}
}

// words are what a page gives colours, and no entities.
var words = regexp.MustCompile(`\b[A-Za-z_]{2,}\b[^;\w]`)

// special are the characters that Markdown means something by, and addresses what chats make links of.
var (
	special = regexp.MustCompile(`[_*{}\[\]]`)
	address = regexp.MustCompile(`https?://[^\s'"<>;,)\\]+`)
)

// continued is a text whose long lines end with a mark and go on.
func continued(s string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		row := []rune(strings.TrimRight(line, "\r\n"))
		for len(row) > width {
			b.WriteString(string(row[:width]) + "\\\n")
			row = row[width:]
		}
		b.WriteString(string(row) + "\n")
	}
	return b.String()
}

// broken is a text as a window of that width shows it.
func broken(s string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		row := []rune(strings.TrimRight(line, "\r\n"))
		for len(row) > width {
			b.WriteString(strings.TrimRight(string(row[:width]), " ") + "\n")
			row = row[width:]
		}
		b.WriteString(string(row) + "\n")
	}
	return b.String()
}

func boxed(s string, width int) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		fmt.Fprintf(&b, "│ %-*s │\n", width, strings.TrimRight(line, "\r\n"))
	}
	return b.String()
}

func eachLine(s, prefix, end string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(prefix + strings.TrimRight(line, "\r\n") + end)
	}
	return b.String()
}

func asUTF16(s string) (data []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		data = append(data, byte(u), byte(u>>8))
	}
	return data
}

// TestATextWhoseEndIsMissingNamesNoOtherCause: a screen or a ticket cuts a text anywhere. What is
// left may leave more causes open; it must not name another one alone.
func TestATextWhoseEndIsMissingNamesNoOtherCause(t *testing.T) {
	r := testReader(t)
	const asked = "openeo.rest.auth.oidc.OidcException: Failed to retrieve access token at 'https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token': "
	for _, tc := range []struct{ text, cause string }{
		{asked + `401 'Unauthorized' '{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}'`, "client-secret-wrong"},
		{asked + `401 'Unauthorized' '{"error":"unauthorized_client","error_description":"Client not enabled to retrieve service account"}'`, "grant-not-enabled"},
		{asked + `401 'Unauthorized' '{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}'`, "client-unknown"},
	} {
		for n := len(asked) + len("401"); n < len(tc.text); n++ {
			seen := r.Read([]byte(tc.text[:n]))
			if got := ids(seen.Causes); !slices.Contains(got, tc.cause) {
				t.Errorf("…%s: %v, want %s among them", tc.text[len(asked):n], got, tc.cause)
			}
		}
	}
	for text, want := range map[string]string{
		asked + "429 'Too Many Requ":                                                           "rate-limited",
		asked + `400 'Bad Request' '{"error":"inval`:                                           "scope-not-allowed",
		"OpenEoApiError: [403] PermissionsInsufficient: Proper enrollment in openEO Platf":     "enrollment-required",
		"OpenEoApiError: [500] AccessTokenError: Client credentials access token without user": "service-account-not-mapped",
	} {
		leads(t, r.Read([]byte(text)), text, want)
	}
}

// TestTheLanguageOfTheMachineDoesNotMatter: the system words why there was no connection, in its
// language. The number is the same everywhere.
func TestTheLanguageOfTheMachineDoesNotMatter(t *testing.T) {
	r := testReader(t)
	const pool = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='openeo.cloud', port=443): Max retries exceeded with url: / (Caused by NewConnectionError('Failed to establish a new connection: "
	for text, want := range map[string]string{
		pool + "[Errno 111] Verbindungsaufbau abgelehnt'))":                                                            "connection-refused",
		pool + "[WinError 10061] Es konnte keine Verbindung hergestellt werden, da der Zielcomputer sie verweigert'))": "connection-refused",
		pool + "[Errno 61] Connexion refusée'))":                                                                       "connection-refused",
		pool + "[Errno -2] Nom ou service inconnu'))":                                                                  "dns-failure",
		pool + "[Errno 113] Keine Route zum Zielrechner'))":                                                            "connection-timeout",
		pool + "[Errno 101] Das Netzwerk ist nicht erreichbar'))":                                                      "connection-timeout",
		"ConnectionResetError: [WinError 10054] Eine vorhandene Verbindung wurde vom Remotehost geschlossen":           "connection-reset",

		"urllib3.exceptions.ProtocolError: ('Connection aborted.', ConnectionResetError(104, 'Connexion ré-initialisée'))": "connection-reset",
	} {
		leads(t, r.Read([]byte(text)), text, want)
	}
}

// TestNotationsOfOneAnswer: programs log a server's answer in the notation of their language.
func TestNotationsOfOneAnswer(t *testing.T) {
	r := testReader(t)
	for _, text := range []string{
		`{error=unauthorized_client, error_description=Invalid client or Invalid client credentials}`,
		`map[error:unauthorized_client error_description:Invalid client or Invalid client credentials]`,
		`level=error error=unauthorized_client error_description="Invalid client or Invalid client credentials"`,
		"error: unauthorized_client\nerror_description: Invalid client or Invalid client credentials\n",
		`{"error":"unauthorized_client","error_description":"Invalid client or Invali   d client credentials"}`,
		`"2026-11-26","{""error"":""unauthorized_client"",""error_description"":""Invalid client or Invalid client credentials""}"`,
	} {
		if seen := r.Read([]byte(text)); len(seen.Causes) == 0 || seen.Causes[0].ID != "client-secret-wrong" {
			t.Errorf("%s: %v, want client-secret-wrong first", text, ids(seen.Causes))
		}
	}
}
