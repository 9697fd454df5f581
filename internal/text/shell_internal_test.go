package text

import "testing"

// TestWindowsWord: what both shells of Windows take as one word, or PowerShell alone where cmd.exe has
// no way to write it.
func TestWindowsWord(t *testing.T) {
	for in, want := range map[string]string{
		"nightly-ndvi":              "nightly-ndvi",
		`C:\Users\me\openeo.env`:    `C:\Users\me\openeo.env`,
		`C:\Users\M. Muster\o.env`:  `"C:\Users\M. Muster\o.env"`,
		`C:\My accounts\`:           `"C:\My accounts\\"`,
		"":                          `""`,
		"a,b":                       `"a,b"`,
		"@list":                     `"@list"`,
		"it's":                      `"it's"`,
		"a&b|c>d":                   `"a&b|c>d"`,
		"$HOME":                     "'$HOME'",
		"say \"it's\"":              `(''+'say \'+[char]34+'it''s\'+[char]34)`,
		"a%20b":                     `"a%20b"`,
		"for “me”":                  "'for “me”'",
		"it’s $5":                   "'it’’s $5'",
		"https://x.example/?a=b#c":  `"https://x.example/?a=b#c"`,
		"https://x.example/realms/": "https://x.example/realms/",
	} {
		if got := windowsWord(in); got != want {
			t.Errorf("%q: %s, not %s", in, got, want)
		}
	}
}

// PowerShell has no < to read a file by.
func TestFed(t *testing.T) {
	defer func(before bool) { windows = before }(windows)
	for on, want := range map[bool]string{false: "credguide explain - < FILE", true: "type FILE | credguide explain -"} {
		if windows = on; Fed("credguide explain -", "FILE") != want {
			t.Errorf("%v: %s", on, Fed("credguide explain -", "FILE"))
		}
	}
}

// What a server says may stand in a command that somebody pastes, in either shell of Windows: it must
// not end the word, start another program, or have a variable filled in, which may be the secret.
func TestNoShellOfWindowsObeysAWord(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/$&calc":         `(''+'https://x.example/$'+[char]38+'calc')`,
		`https://x.example/a"b"&calc&"`:    `(''+'https://x.example/a\'+[char]34+'b\'+[char]34+[char]38+'calc'+[char]38+'\'+[char]34)`,
		"https://x.example/”;calc;“":       `'https://x.example/”;calc;“'`,
		"https://x.example/“’;calc;‘”":     `'https://x.example/“’’;calc;‘‘”'`,
		"https://x.example/%SECRET%":       `(''+'https://x.example/'+[char]37+'SECRET'+[char]37)`,
		"a`n\nb":                           "(''+'a`n'+[char]10+'b')",
		"https://x.example/$(calc)|x<y>z^": `(''+'https://x.example/$(calc)'+[char]124+'x'+[char]60+'y'+[char]62+'z'+[char]94)`,
	} {
		if got := windowsWord(in); got != want {
			t.Errorf("%q: %s, not %s", in, got, want)
		}
	}
}

// PowerShell sets a variable by a command of its own, and calls it by another name.
func TestPasted(t *testing.T) {
	defer func(before bool) { windows = before }(windows)
	for in, want := range map[string]string{
		"credguide check --verbose":                                    "credguide check --verbose",
		"NO_PROXY=idp.example.org credguide check":                     "$env:NO_PROXY = 'idp.example.org'; credguide check",
		"$env:A = $env:B; NO_PROXY=idp.example.org credguide check":    "$env:A = $env:B; $env:NO_PROXY = 'idp.example.org'; credguide check",
		`credguide check --ca-file "$REQUESTS_CA_BUNDLE"`:              "credguide check --ca-file $env:REQUESTS_CA_BUNDLE",
		`NO_PROXY="[::1]:8443" credguide check`:                        "$env:NO_PROXY = '[::1]:8443'; credguide check",
		"NO_PROXY='$x' credguide check":                                "NO_PROXY='$x' credguide check",
		"credguide check --issuer \"https://x.example/A=b credguide\"": "credguide check --issuer \"https://x.example/A=b credguide\"",
	} {
		if windows = false; Pasted(in) != in {
			t.Errorf("%s is changed for a POSIX shell", in)
		}
		if windows = true; Pasted(in) != want {
			t.Errorf("%s: %s", in, Pasted(in))
		}
	}
}
