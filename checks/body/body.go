// Package body reads what servers answer as the HTTP library of the openEO Python client does: it
// takes the compression off, and makes UTF-8 of what is JSON in a wider encoding.
package body

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/credguide/credguide/internal/text"
)

// Most is how long a body may be, in bytes, also after decompression.
const Most = 1 << 20

// Read is the body of an answer without its compression, and a byte more than it may have. Where no
// program can read what it is said to be compressed in, it is a zero byte. An error is that of the
// connection; what came before it is returned as it came.
func Read(res *http.Response) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(max(res.ContentLength, 0), Most)) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(res.Body, Most+1)); err != nil || b.Len() > Most {
		return b.Bytes(), err
	}
	plain, ok := unpacked(b.Bytes(), res.Header.Values("Content-Encoding"))
	if !ok {
		return []byte{0}, nil
	}
	return plain, nil
}

// maxCodings is how often a body may be compressed, one time over the other.
const maxCodings = 3

// unpacked is a body without the compression that its header names, as the Python client's library
// takes it off: what comes after the end, or is missing there, does not matter where there is
// something. ok is false where no program can read it, or its checksum is that of something else.
func unpacked(body []byte, header []string) (plain []byte, ok bool) {
	codings := strings.FieldsFunc(strings.ToLower(strings.Join(header, ",")), func(r rune) bool { return r == ',' || r == ' ' })
	codings = slices.DeleteFunc(codings, func(c string) bool { return unpackers[c] == nil })
	slices.Reverse(codings)
	for _, c := range codings[:min(len(codings), maxCodings)] {
		if len(body) == 0 {
			break
		}
		r, err := unpackers[c](body)
		if err != nil {
			return nil, false
		}
		out, err := io.ReadAll(io.LimitReader(r, Most+1))
		if err != nil && (len(out) == 0 || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, zlib.ErrChecksum)) {
			return nil, false
		}
		body = out
	}
	return body, true
}

var unpackers = map[string]func([]byte) (io.Reader, error){"gzip": gunzip, "x-gzip": gunzip, "deflate": inflate}

// gunzip reads one member, or several in a row (RFC 1952 section 2.2).
func gunzip(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) }

// inflate reads the format that HTTP names (RFC 1950), and the bare one that some servers send.
func inflate(b []byte) (io.Reader, error) {
	if r, err := zlib.NewReader(bytes.NewReader(b)); err == nil {
		return r, nil
	}
	return flate.NewReader(bytes.NewReader(b)), nil
}

// Charset is the encoding in which the client reads a body of this Content-Type, in lower case; empty
// where it guesses.
func Charset(contentType string) string {
	kind := strings.ToLower(contentType)
	_, parameters, _ := mime.ParseMediaType(kind)
	switch named := strings.ReplaceAll(strings.Trim(parameters["charset"], "'\""), "_", "-"); {
	case named != "":
		return named
	case strings.Contains(kind, "text"):
		return "iso-8859-1"
	case strings.Contains(kind, "application/json"):
		return "utf-8"
	}
	return ""
}

// wide are the encodings of more than one byte for each character of JSON, as Python names them.
var wide = map[string]utf{
	"utf-16": {2, nil}, "utf16": {2, nil}, "u16": {2, nil}, "utf-16le": {2, binary.LittleEndian}, "utf-16-le": {2, binary.LittleEndian}, "utf-16be": {2, binary.BigEndian}, "utf-16-be": {2, binary.BigEndian},
	"utf-32": {4, nil}, "utf32": {4, nil}, "u32": {4, nil}, "utf-32le": {4, binary.LittleEndian}, "utf-32-le": {4, binary.LittleEndian}, "utf-32be": {4, binary.BigEndian}, "utf-32-be": {4, binary.BigEndian},
}

// foreign are encodings in which JSON in UTF-8 is other text: EBCDIC's (RFC 1345).
var foreign = regexp.MustCompile(`^(ibm|cp|ebcdic-cp-)-?(037|273|424|500|875|1026|1140|us|ca|nl|wt|he|be|ch|tr)$`)

// utf is an encoding with so many bytes for each number; no order: that of its byte order mark.
type utf struct {
	size  int
	order binary.ByteOrder
}

func (u utf) String() string { return "UTF-" + strconv.Itoa(8*u.size) }

// InUTF8 is a body as the client reads it in an encoding; JSON must be in UTF-8 (RFC 8259 section 8.1).
// Misnamed is that encoding where the body is not in it, and the client goes by the name; wider is
// what the body is in where the client takes it for something else.
func InUTF8(body []byte, charset string) (read []byte, misnamed, wider string) {
	is, isWide := guessed(body)
	named, namedWide := wide[charset]
	switch {
	case !isWide && (namedWide || foreign.MatchString(charset)):
		misnamed = charset
	case isWide && (charset == "" || namedWide && named.size == is.size && (named.order == nil || named.order == is.order)):
		return is.decode(body), "", ""
	case isWide:
		wider = is.String()
	}
	return body, misnamed, wider
}

// guessed tells a body of JSON in UTF-16 or UTF-32 by its first bytes: a byte order mark, or zeros
// beside the first characters, which are ASCII.
func guessed(body []byte) (utf, bool) {
	if len(body) < 4 {
		return utf{}, false
	}
	for _, u := range []utf{{4, binary.LittleEndian}, {4, binary.BigEndian}, {2, binary.LittleEndian}, {2, binary.BigEndian}} {
		first, second := u.number(body), u.number(body[u.size%4:])
		switch {
		case first == 0xFEFF, first > 0 && first < 0x80 && (u.size == 4 || second > 0 && second < 0x80):
			return u, true
		}
	}
	return utf{}, false
}

func (u utf) number(b []byte) rune {
	if u.size == 2 {
		return rune(u.order.Uint16(b))
	}
	return rune(u.order.Uint32(b)) //nolint:gosec // what is no character is written as one that says so
}

func (u utf) decode(body []byte) []byte {
	var out []byte
	if u.size == 2 {
		out = []byte(text.FromUTF16(body, u.order))
	}
	for ; u.size == 4 && len(body) >= u.size; body = body[u.size:] {
		out = utf8.AppendRune(out, u.number(body))
	}
	return bytes.TrimPrefix(out, []byte("\ufeff"))
}
