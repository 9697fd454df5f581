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
		"say \"it's\"":              `'say "it''s"'`,
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
