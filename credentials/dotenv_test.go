package credentials

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDotenvValues(t *testing.T) {
	tests := []struct{ line, want string }{
		{`S=abc`, "abc"},
		{`  S=abc`, "abc"},
		{`export S=abc`, "abc"},
		{"export\tS=abc", "abc"},
		{`S = abc`, "abc"},
		{`S= abc`, " abc"},
		{`S=abc `, "abc "},
		{"S=abc\t", "abc\t"},
		{`S=`, ""},
		{`S=""`, ""},
		{`S=''`, ""},
		{`S="abc"`, "abc"},
		{`S='abc'`, "abc"},
		{`S= "abc" `, "abc"},
		{`S="a b"  # comment`, "a b"},
		{`S="abc"#x`, `"abc"#x`},
		{`S="abc"def`, `"abc"def`},
		{`S="abc`, `"abc`},
		{`S=abc"`, `abc"`},
		{`S='ab\n$X'`, `ab\n$X`},
		{`S='it'\''s'`, "it's"},
		{`S=''\'''`, "'"},
		{`S='it'\''s' # comment`, "it's"},
		{`S='it'\''s`, `'it'\''s`},
		{`S="ab\n\"c\\\$\t\r\q"`, "ab\n\"c\\$\t\r\\q"},
		{`S='it"s'`, `it"s`},
		{`S="it's"`, `it's`},
		{`S='"abc"'`, `"abc"`},
		{"S=`abc`", "`abc`"},
		{`S=“abc”`, `“abc”`},
		{`S=abc # comment`, "abc"},
		{`S=abc#def`, "abc#def"},
		{`S=# comment`, "# comment"},
		{`S= # comment`, ""},
		{`S=a=b==`, "a=b=="},
		{`S=$HOME${X}`, "$HOME${X}"},
		{`S=a+b%2F:&`, "a+b%2F:&"},
		{`S=ü密`, "ü密"},
		{"S=abc\u00A0", "abc\u00A0"},
	}
	for _, test := range tests {
		for _, end := range []string{"", "\n", "\r\n"} {
			parsed := parseDotenv([]byte(test.line + end))
			got, ok := parsed.last("S")
			if !ok || got.value.Reveal() != test.want || got.line != 1 {
				t.Errorf("%q: %q in line %d, %v", test.line+end, got.value.Reveal(), got.line, ok)
			}
		}
	}
}

func TestDotenvValuesOverLines(t *testing.T) {
	for file, want := range map[string][2]string{ // the value of S, and that of T
		"S='a\nb'\nT=c\n":                           {"a\nb", "c"},
		"S=\"a\r\n\nb\" # comment\nT=c\n":           {"a\r\n\nb", "c"},
		"S='a\r\nb'\r\nT=c\r\n":                     {"a\r\nb", "c"},
		"S='a\nT=c\n":                               {"'a", "c"},
		"S='a\nT=c'\n":                              {"a\nT=c", ""},
		"S='a\nb'c\nT=c\n":                          {"'a", "c"},
		"S='a\nexport OPENEO_AUTH_METHOD=''\nT=c\n": {"'a", "c"},
	} {
		parsed := parseDotenv([]byte(file))
		s, _ := parsed.last("S")
		c, _ := parsed.last("T")
		if s.value.Reveal() != want[0] || c.value.Reveal() != want[1] {
			t.Errorf("%q: %q, %q", file, s.value.Reveal(), c.value.Reveal())
		}
		if c.line > 0 && c.line != strings.Count(file[:strings.Index(file, "T=")], "\n")+1 {
			t.Errorf("%q: T is in line %d", file, c.line)
		}
	}
}

func TestDotenvSkipsWhatIsNoSetting(t *testing.T) {
	file := "# S=a\n\nexport\nS\n2S=b\nS T=c\nunset S=d\n=e\nexportS=f\n"
	if parsed := parseDotenv([]byte(file)); len(parsed.settings) != 1 || parsed.settings[0].name != "exportS" {
		t.Errorf("got %d settings", len(parsed.settings))
	}
}

func TestDotenvLastOneCounts(t *testing.T) {
	got, _ := parseDotenv([]byte("S=a\n#\nS=b\nT=c\n")).last("S")
	if got.value.Reveal() != "b" || got.line != 3 {
		t.Errorf("line %d counts", got.line)
	}
}

func TestDotenvNotes(t *testing.T) {
	got := parseDotenv([]byte("\uFEFFS=a\r\nT=b\r\n"))
	if _, ok := got.last("S"); !ok {
		t.Error("the byte order mark hides the first name")
	}
	if diff := cmp.Diff(2, len(got.notes)); diff != "" {
		t.Error(diff)
	}
	if one, _ := got.last("T"); one.value.Reveal() != "b" {
		t.Errorf("CRLF: %q", one.value.Reveal())
	}
}

func FuzzDotenv(f *testing.F) {
	for _, seed := range []string{"S=a", "\uFEFFexport S = 'a' # b\r\n", `S="a\"\n`, "A=1\rB=2", "=\n==\nS==", "S=\"\\"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := max(strings.Count(string(data), "\n"), strings.Count(string(data), "\r")) + 1
		for _, setting := range parseDotenv(data).settings {
			if setting.line < 1 || setting.line > lines || !settingName(setting.name) {
				t.Fatalf("%q in line %d of %d", setting.name, setting.line, lines)
			}
		}
		// What is written is read back, whatever else stands in the file.
		text := ourLine.ReplaceAllString(strings.ToValidUTF8(strings.ReplaceAll(string(data), "\x00", ""), ""), "")
		merged := mergeDotenv(data, []assignment{{EnvClientSecret, text}})
		if got, ok := parseDotenv(merged).last(EnvClientSecret); !ok || got.value.Reveal() != text {
			t.Fatalf("wrote %q, read %q", text, got.value.Reveal())
		}
		again := 0
		for _, setting := range parseDotenv(mergeDotenv(merged, []assignment{{EnvClientSecret, text}})).settings {
			if setting.name == EnvClientSecret {
				again++
			}
		}
		if again != 1 {
			t.Fatalf("after two writes the name is set %d times", again)
		}
	})
}

// TestOtherFormsAreNamed: somebody whose file is read by another program must learn how to write it
// for this one.
func TestOtherFormsAreNamed(t *testing.T) {
	for line, want := range map[string]string{
		"OPENEO_AUTH_CLIENT_SECRET: value":                "YAML",
		`"OPENEO_AUTH_CLIENT_SECRET": "value",`:           "JSON",
		`{"OPENEO_AUTH_CLIENT_SECRET": "value"}`:          "JSON",
		`$env:OPENEO_AUTH_CLIENT_SECRET = "value"`:        "PowerShell",
		"set OPENEO_AUTH_CLIENT_SECRET=value":             "the Windows command line",
		"setx OPENEO_AUTH_CLIENT_SECRET value":            "the Windows command line",
		"set -gx OPENEO_AUTH_CLIENT_SECRET value":         "the fish shell",
		"setenv OPENEO_AUTH_CLIENT_SECRET value":          "the C shell",
		"ENV OPENEO_AUTH_CLIENT_SECRET=value":             "a Dockerfile",
		`Environment="OPENEO_AUTH_CLIENT_SECRET=value"`:   "a systemd unit",
		`declare -x OPENEO_AUTH_CLIENT_SECRET="value"`:    "a shell's declaration",
		"OTHER=1; export OPENEO_AUTH_CLIENT_SECRET=value": "a second setting on one line",
		"OTHER=1 OPENEO_AUTH_CLIENT_SECRET=value":         "a second setting on one line",
		"OPENEO_AUTH_CLIENT_SECRET value":                 "a line without an equals sign",
	} {
		r := resolvedFrom(t, "OPENEO_AUTH_CLIENT_ID=nightly\n"+line+"\n")
		found := ""
		for _, l := range r.Looked {
			if l.Value == ClientSecret && strings.Contains(l.Detail, "in the form of") {
				found = l.Detail
			}
		}
		if !strings.Contains(found, "in the form of "+want+"; write OPENEO_AUTH_CLIENT_SECRET=value") || r.HasSecret() {
			t.Errorf("%q: %q, secret %v", line, found, r.HasSecret())
		}
	}
	if r := resolvedFrom(t, "OPENEO_AUTH_CLIENT_ID=nightly\rOPENEO_AUTH_CLIENT_SECRET=value\r"); r.ClientID != "nightly" || r.Secret.Reveal() != "value" || !strings.Contains(fmt.Sprint(r.Notes), "CR alone") {
		t.Errorf("CR alone: %+v", r)
	}
	if r := resolvedFrom(t, "# OPENEO_AUTH_CLIENT_SECRET: see the vault\n"); strings.Contains(fmt.Sprint(r.Looked), "in the form of") {
		t.Errorf("a comment is taken for a setting: %v", r.Looked)
	}
}

// TestWhatAShellWouldReadOtherwiseIsNoted.
func TestWhatAShellWouldReadOtherwiseIsNoted(t *testing.T) {
	for raw, odd := range map[string]bool{
		"abc": false, "abc-_.+%/=@:": false, "'a$b'": false, "abc # comment": false, `"abc"`: false,
		"a$b": true, "abc;": true, "a b": true, "a`b": true, "a#b": false, `"a$b"`: true, "'abc": true, "abc ": true, "a&b": true, "a(b)": true, `a\b`: true,
	} {
		r := resolvedFrom(t, "OPENEO_AUTH_CLIENT_SECRET="+raw+"\n")
		if got := strings.Contains(fmt.Sprint(r.Notes), "a shell that sources the file reads another value"); got != odd {
			t.Errorf("%q: %v", raw, r.Notes)
		}
	}
}

func resolvedFrom(t *testing.T, content string) Resolved {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openeo.env")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Resolve(t.Context(), Query{CredentialsFile: Flag{Text: file, Given: true}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAFileWithCRAloneKeepsItsOtherLines: it gets LF when something is written into it.
func TestAFileWithCRAloneKeepsItsOtherLines(t *testing.T) {
	merged := mergeDotenv([]byte("OPENEO_AUTH_CLIENT_ID=nightly\rOTHER=1"), []assignment{{EnvClientSecret, "value"}})
	if want := "OPENEO_AUTH_CLIENT_ID=nightly\nOTHER=1\nOPENEO_AUTH_CLIENT_SECRET=value\n"; string(merged) != want {
		t.Errorf("%q", merged)
	}
}
