package body_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/credguide/credguide/checks/body"
)

func answer(text, coding string) *http.Response {
	return &http.Response{Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)), Header: http.Header{"Content-Encoding": {coding}}}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReadIsBoundedBeforeAndAfterDecompression(t *testing.T) {
	long := strings.Repeat("x", 2*body.Most)
	for name, tc := range map[string]struct {
		text, coding string
		want         string // its beginning
		length       int
	}{
		"plain":                  {"{}", "", "{}", 2},
		"compressed":             {zipped(t, `{"a":1}`), "gzip", `{"a":1}`, 7},
		"not what it is said":    {"{}", "gzip", "\x00", 1},
		"too long":               {long, "", "xx", body.Most + 1},
		"too long when unpacked": {zipped(t, long), "gzip", "xx", body.Most + 1},
	} {
		got, err := body.Read(answer(tc.text, tc.coding))
		if err != nil || len(got) != tc.length || !bytes.HasPrefix(got, []byte(tc.want)) {
			t.Errorf("%s: %d bytes, %.20q, %v", name, len(got), got, err)
		}
	}
}

func TestAConnectionThatBreaksLeavesWhatCameBefore(t *testing.T) {
	broken := errors.New("broken")
	res := answer("", "gzip")
	res.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), iotest.ErrReader(broken)))
	if got, err := body.Read(res); string(got) != "{" || !errors.Is(err, broken) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestJSONIsReadInTheEncodingThatTheClientTakesItFor(t *testing.T) {
	var little []byte
	for _, unit := range utf16.Encode([]rune(`{"a":"é"}`)) {
		little = binary.LittleEndian.AppendUint16(little, unit)
	}
	for name, tc := range map[string]struct {
		text, contentType     string
		want, misnamed, wider string
	}{
		"UTF-8":                 {`{"a":1}`, "application/json", `{"a":1}`, "", ""},
		"UTF-16, unnamed":       {string(little), "", `{"a":"é"}`, "", ""},
		"UTF-16, by its name":   {string(little), "application/json; charset=UTF-16LE", `{"a":"é"}`, "", ""},
		"UTF-16, called UTF-8":  {string(little), "application/json", string(little), "", "UTF-16"},
		"UTF-8, called UTF-16":  {`{"a":1}`, "application/json; charset=utf-16", `{"a":1}`, "utf-16", ""},
		"UTF-8, called EBCDIC":  {`{"a":1}`, "application/json; charset=cp037", `{"a":1}`, "cp037", ""},
		"UTF-8, called Latin-1": {`{"a":1}`, "text/plain", `{"a":1}`, "", ""},
	} {
		got, misnamed, wider := body.InUTF8([]byte(tc.text), body.Charset(tc.contentType))
		if string(got) != tc.want || misnamed != tc.misnamed || wider != tc.wider {
			t.Errorf("%s: %q, misnamed %q, wider %q", name, got, misnamed, wider)
		}
	}
}
