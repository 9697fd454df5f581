package guard_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/credentials/guard"
)

// A document stays one of its format, whatever is found in it, and no piece of what a generator
// made is left in it.
func TestDocumentsStayValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-dXYZ%&<>"'\\n:,{}_.-]`), 10, 40).Draw(t, "secret"), "7Kq")
		g := guard.New(credentials.NewSecret(secret))
		around := rapid.SampledFrom([]string{"", "\\", "\"", "&", "n", "<", "%"}).Draw(t, "around")
		text := around + secret + around
		value := jsonOf(map[string]any{"a": text, "n": 1234567890, secret: []string{text, "end"}})
		if document := g.Document(value); !json.Valid([]byte(document)) {
			t.Fatalf("%s\nis no JSON any more:\n%s", value, document)
		}
		var page bytes.Buffer
		page.WriteString(`<a b="`)
		_ = xml.EscapeText(&page, []byte(text))
		page.WriteString(`">`)
		_ = xml.EscapeText(&page, []byte(text))
		page.WriteString("</a>")
		document := g.Document(page.String())
		if err := xml.Unmarshal([]byte(document), new(struct{})); err != nil {
			t.Fatalf("%s\nis no XML any more: %v\n%s", &page, err, document)
		}
		if !strings.Contains(document, guard.Redacted) && !strings.ContainsAny(secret, `"<>`) {
			t.Fatalf("%q is left in %s", secret, document)
		}
	})
}

func bigDocument(size int) string {
	var out bytes.Buffer
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, `{"i": %d, "url": "https://host.example/a%%20b?x=%d+c&amp;y=\u00e9", "text": "a line\nof a report", "code": "%s"},`+"\n",
			i, i, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "some payload %d", i)))
	}
	return out.String()
}

func TestGuardComesToAnEndOnALargeDocument(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(canary))
	g.Token(credentials.NewSecret(jwt(`{"alg":"RS256"}`)))
	document := bigDocument(1 << 20)
	if got := g.Document(document); g.Find(document) || got != document { // how fast, BenchmarkGuard tells
		t.Fatal("found what is not there")
	}
}

// A document may have thousands of values, each of a hundred bytes that are very many compressed.
func TestGuardComesToAnEndOnManyValues(t *testing.T) {
	g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret("pass-wörd 4 you"))
	bomb := base64.StdEncoding.EncodeToString(packed(strings.Repeat("41 ", 1<<14), func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }))
	all := g.Together()
	for range 3_000 {
		if text := "eyJhbGciOiJub25lIn0.eyJhIjoxfQ " + bomb; !strings.HasSuffix(all.Text(text), bomb) || all.Longest(text) > 0 {
			t.Fatal("found what is not there, or not what has the form of a token")
		}
	}
	for _, text := range []string{registryMade, base64.StdEncoding.EncodeToString([]byte("tried " + registryMade))} {
		if left := all.Text(text); left == text || g.Find(left) || all.Longest(text) == 0 {
			t.Errorf("%q is missed behind them", text)
		}
	}
}

// A server may send what nearly repeats its own token, again and again.
func TestGuardComesToAnEndOnWhatIsNearlyAToken(t *testing.T) {
	token := strings.Repeat("aB3", 5_000)
	g := guard.New()
	g.Token(credentials.NewSecret(token + "!"))
	g.Find(strings.Repeat(token[:120]+"-", 8_000))
}

// BenchmarkGuard prints the cost of a byte in a document, and how much more a byte costs in one of
// sixteen times its size, or with the secrets of a hundred other accounts checked before: both stay
// near 1.
func BenchmarkGuard(b *testing.B) {
	perByte := func(size, accounts int) float64 {
		document := bigDocument(size)
		for i := range accounts {
			guard.New(credentials.NewSecret(fmt.Sprintf("%s%d", registryMade, i))).Document(document[:1<<10])
		}
		g := guard.New(credentials.NewSecret(registryMade), credentials.NewSecret(canary))
		g.Document("")
		started := time.Now()
		for range 1 << 24 / size {
			g.Document(document)
		}
		return float64(time.Since(started).Nanoseconds()) / (1 << 24)
	}
	var small, large, many float64
	for b.Loop() {
		small, large, many = small+perByte(1<<16, 0), large+perByte(1<<20, 0), many+perByte(1<<16, 100)
	}
	b.ReportMetric(small/float64(b.N), "ns/byte")
	b.ReportMetric(large/small, "ratio-16x-size")
	b.ReportMetric(many/small, "ratio-100-accounts")
}
