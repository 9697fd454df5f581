package guard_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

// alternating are the characters of a text, each by itself.
func alternating(text string) []string { return strings.Split(text, "") }

// oddForms are those that a program gives a secret only on purpose.
func oddForms(secret string) map[string]string {
	b64 := base64.StdEncoding.EncodeToString
	apart := func(between string) string { return strings.Join(strings.Split(secret, ""), between) }
	forms := map[string]string{
		"base64 of base64":      b64([]byte(b64([]byte(secret)))),
		"base64 of hex":         b64([]byte(hex.EncodeToString([]byte(secret)))),
		"base64, three times":   b64([]byte(b64([]byte(b64([]byte("a:" + secret)))))),
		"hex of base64":         hex.EncodeToString([]byte(b64([]byte(secret)))),
		"base32 of hex":         base32.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(secret)))),
		"base32hex":             base32.HexEncoding.EncodeToString([]byte("id:" + secret)),
		"base32hex, lower":      strings.ToLower(base32.HexEncoding.EncodeToString([]byte(secret))),
		"ascii85":               string(adobe85("x" + secret)),
		"base85":                rfc1924("id:" + secret),
		"rot13":                 strings.Map(turn, secret),
		"rot13 in base64":       b64([]byte(strings.Map(turn, secret))),
		"backwards":             turnedAround(secret),
		"backwards in base64":   b64([]byte(turnedAround(secret))),
		"quoted-printable":      quotedPrintable(secret),
		"quoted-printable, all": escapeAll(secret, "=%02X"),
		"blanks":                apart(" "), "dots": apart("."), "lines": apart("\n"), "commas": apart(", "), "dashes": apart(" - "), "list": jsonOf(strings.Split(secret, "")),
		"zero width": apart("\u200b"), "zero width and dots": apart("\u200b."), "escaped lines": strings.Trim(jsonOf(apart("\n")), `"`),
		"pairs apart":           inGroups(secret, 2, " "),
		"UTF-16BE in base64":    b64(wide(secret, binary.BigEndian)),
		"UTF-16LE in base64":    b64(wide("x"+secret, binary.LittleEndian)),
		"twice percent-escaped": strings.ReplaceAll(escapeAll(secret, "%%%02x"), "%", "%25"),
		"octal escapes":         escapeAll(secret, `\%03o`),
		"\\x escapes":           escapeAll(secret, `\x%02x`),
		"octal list":            strings.TrimSpace(escapeAll(secret, "%03o ")),
		"decimal lines":         strings.TrimSpace(escapeAll(secret, "%d\n")),
		"hex pairs":             strings.TrimSpace(escapeAll(secret, "%02X-")),
		"0x list":               strings.TrimSpace(escapeAll(secret, "0x%02x,")),
		"bits":                  strings.TrimSpace(escapeAll(secret, "%08b ")),
		"bits in a row":         escapeAll(secret, "%08b"),
		"gzip in base64":        b64(packed(secret, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })),
		"zlib in base64":        b64(packed("client_secret="+secret, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })),
		"zlib in hex":           hex.EncodeToString(packed(secret, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })),
		"deflate in base64": b64(packed(secret, func(w io.Writer) io.WriteCloser {
			f, _ := flate.NewWriter(w, flate.BestCompression)
			return f
		})),
		"wide forms": strings.Map(func(r rune) rune {
			if '!' <= r && r <= '~' {
				return r - '!' + '！'
			}
			return r
		}, secret),
		"bold, in mathematics": strings.Map(bold, secret),
		"in Cyrillic":          strings.NewReplacer(alternating("aаAАeеEЕoоOОcсCСpрPРxхXХKКyуBВHНMМTТsѕiіjј")...).Replace(secret),
		"in Greek":             strings.NewReplacer(alternating("oοOΟAΑBΒEΕZΖHΗIΙKΚMΜNΝPΡTΤYΥXΧvνpρ")...).Replace(secret),
		"in small capitals":    strings.NewReplacer(alternating("aᴀbʙcᴄdᴅeᴇfꜰgɢhʜiɪjᴊkᴋlʟmᴍnɴoᴏpᴘrʀsꜱtᴛuᴜvᴠwᴡyʏzᴢ")...).Replace(strings.ToLower(secret)),
		"in black squares": strings.Map(func(r rune) rune {
			if 'A' <= r && r <= 'Z' {
				return r - 'A' + '🅰'
			}
			return r
		}, strings.ToUpper(secret)),
		"base64 in lower case":   strings.ToLower(b64([]byte("id:" + secret))),
		"base64 in upper case":   strings.ToUpper(b64([]byte(secret))),
		"base64 backwards":       turnedAround(b64([]byte(secret))),
		"hexadecimal, backwards": turnedAround(hex.EncodeToString([]byte(secret))),
		"rot13 of base64":        strings.Map(turn, b64([]byte(secret))),
		"a number":               new(big.Int).SetBytes([]byte(secret)).String(),
		"UTF-32 in base64":       b64([]byte(strings.Join(strings.Split(secret, ""), "\x00\x00\x00"))),
		"PEM":                    string(pem.EncodeToMemory(&pem.Block{Type: "SECRET", Bytes: []byte(strings.Repeat("q", 40) + secret)})),
		"PEM in JSON":            strings.Trim(jsonOf(string(pem.EncodeToMemory(&pem.Block{Type: "SECRET", Bytes: []byte(strings.Repeat("q", 40) + secret)}))), `"`),
		"base64 in tens":         inGroups(b64([]byte(secret)), 10, "\n"),
		"named entities":         named.Replace(secret),
		"JSON in base64":         b64([]byte(jsonOf(map[string]string{"client_secret": secret}))),
		"base64 in query":        strings.ReplaceAll(b64([]byte(secret)), "=", "%3D"),
	}
	return forms
}

var named = strings.NewReplacer("-", "&hyphen;", "_", "&lowbar;", "/", "&sol;", "+", "&plus;", "=", "&equals;", "%", "&percnt;", ":", "&colon;", "&", "&amp;", ".", "&period;")

func turn(r rune) rune {
	const from, to = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM"
	if i := strings.IndexRune(from, r); i >= 0 {
		return rune(to[i])
	}
	return r
}

// bold are the letters and digits of Unicode's block for mathematics.
func bold(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 0x1D400
	case 'a' <= r && r <= 'z':
		return r - 'a' + 0x1D41A
	case '0' <= r && r <= '9':
		return r - '0' + 0x1D7CE
	}
	return r
}

func turnedAround(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func inGroups(text string, size int, between string) string {
	var groups []string
	for group := range slices.Chunk([]byte(text), size) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, between)
}

func adobe85(text string) []byte {
	out := make([]byte, ascii85.MaxEncodedLen(len(text)))
	return out[:ascii85.Encode(out, []byte(text))]
}

// rfc1924 is Base85 as Git and Python write it.
func rfc1924(text string) (out string) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
	for group := range slices.Chunk([]byte(text), 4) {
		var four [4]byte
		copy(four[:], group)
		value, five := binary.BigEndian.Uint32(four[:]), [5]byte{}
		for i := range five {
			five[4-i] = alphabet[value%85]
			value /= 85
		}
		out += string(five[:len(group)+1])
	}
	return out
}

func quotedPrintable(text string) string {
	var out bytes.Buffer
	w := quotedprintable.NewWriter(&out)
	_, _ = io.WriteString(w, strings.Repeat("é", 20)+text)
	_ = w.Close()
	return out.String()
}

func packed(text string, writer func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := writer(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.Bytes()
}

// A server may give back what it got in whatever form somebody thought of.
func TestGuardFindsOddForms(t *testing.T) {
	for _, secret := range []string{registryMade, keycloakMade, "MySecretPassword2024", "correcthorsebatterystaple1", "5c1d2e7a-90b3-4f6e-8a41-d2c7b9e0f135"} {
		g := guard.New(credentials.NewSecret(secret))
		for name, form := range oddForms(secret) {
			for _, text := range []string{form, "you sent " + form, "you sent " + form + " to me, and it is wrong"} {
				if left := g.Text(text); left == text || g.Find(left) {
					t.Errorf("%q as %s: %q becomes %q", secret, name, text, left)
				}
			}
		}
	}
}

// Of what a generator made, groups of any size are found; of what a person chose, half of it.
func TestGuardFindsGroupsAndHalves(t *testing.T) {
	for _, secret := range []string{registryMade, keycloakMade, "5c1d2e7a-90b3-4f6e-8a41-d2c7b9e0f135"} {
		g := guard.New(credentials.NewSecret(secret))
		for size := 1; size < 12; size++ {
			for _, between := range []string{" ", "\n", "-", " | ", "<b>", ", "} {
				text := "you sent: " + inGroups(secret, size, between)
				left := g.Text(text)
				for i := 0; i+16 <= len(secret); i++ {
					if strings.Contains(left, inGroups(secret[i:i+16], size, between)) {
						t.Errorf("%q, in groups of %d, becomes %q", text, size, left)
						break
					}
				}
			}
		}
	}
	g := guard.New(credentials.NewSecret("MySecretPassword2024"))
	for _, half := range []string{"MySecretPass", "ssword2024", "SecretPassword"} {
		if got := g.Text("it was " + half); got != "it was [redacted]" {
			t.Errorf("%q becomes %q", half, got)
		}
	}
	for _, word := range []string{"my secret password of 2024", "Password", "MySecret", "password2024"[:9]} {
		if got := g.Text(word); got != word {
			t.Errorf("%q becomes %q", word, got)
		}
	}
}

// Texts of every day stay as they are, and so do keys, hashes and addresses of others.
func TestGuardLeavesOrdinaryTexts(t *testing.T) {
	g := guard.New()
	for _, secret := range slices.Concat(guarded, []string{registryMade, "5c1d2e7a-90b3-4f6e-8a41-d2c7b9e0f135", "openeo-cloud-Production-ServiceAccount-2026x"}) {
		g.Add(credentials.NewSecret(secret))
	}
	for _, text := range []string{
		"4f0f5b1e-6d5c-4e55-9d1a-0c9f6a1b2c3d", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"https://aai.egi.eu/auth/realms/egi/protocol/openid-connect/token?x=1&y=%20z", "Thu, 26 Nov 2026 13:47:14 GMT", "2026-11-26T13:47:13.96Z", "10.0.0.1, 10.0.0.2, 127.0.0.1:8080",
		"MIICoTCCAYmgAwIBAgINC9bJw3yewS+3fgpJiDANBgkqhkiG9w0BAQsFADAOMQwwCgYDVQ", "H4sIAAAAAAAA/0vOzyjKTFFIzs8tyEmtULBSKMhJzUtXKMlXSMxLAQBkDh5fIAAAAA==",
		"it is as if we do so as to be at an end of it", "[1, 2, 3, 44, 55, 66, 77, 88, 99, 100, 101, 102]", "a b c d e f g h i j k l m n o p", "client_credentials authorization_code refresh_token",
		"urn:ietf:params:oauth:grant-type:token-exchange", "RSA-OAEP-256 ECDH-ES+A256KW", "=C3=A9t=C3=A9", "<p class=\"error\">The client &quot;openeo&quot; is not allowed &mdash; sorry</p>",
		"9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=",
	} {
		if got := g.Text(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
		if got := g.Document(jsonOf(text)); got != jsonOf(text) {
			t.Errorf("%s becomes %s", jsonOf(text), got)
		}
	}
}

// What is decoded is redacted where it stood, and nothing around it.
func TestWhatWasDecodedIsRedactedAlone(t *testing.T) {
	g := guard.New(credentials.NewSecret(keycloakMade))
	for in, want := range map[string]string{
		"before " + base64.StdEncoding.EncodeToString([]byte(keycloakMade+"!")) + " after":                "before [redacted]h after",
		"before " + hex.EncodeToString([]byte("aa"+keycloakMade+"bb")) + " after":                         "before 6161[redacted]6262 after",
		"before " + inGroups(keycloakMade, 1, ".") + ". After":                                            "before [redacted]. After",
		"before [" + strings.TrimSpace(escapeAll(keycloakMade, "%d ")) + "] after":                        "before [[redacted]] after",
		"a " + base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(keycloakMade)))) + " b": "a [redacted]== b",
		fmt.Sprintf("a %s b", strings.Map(turn, keycloakMade)):                                            "a [redacted] b",
	} {
		if got := g.Text(in); got != want {
			t.Errorf("%q\nbecomes %q\nand not %q", in, got, want)
		}
	}
}
