package accounts

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"

	"github.com/credguide/credguide/internal/text"
)

// Record is what is remembered of an account. The fingerprint in it is for Compare alone and is
// never exported.
type Record struct {
	Name     string
	Subject  Subject
	Verdict  string
	Cause    string
	Sub      string    // of its tokens, when they were last seen
	Since    time.Time // of the first check with this verdict and cause
	At       time.Time // of the last check
	WorkedAt time.Time // of the last check that found it working; zero: none
	worked   fingerprint
}

const format = 1

var (
	// errNewer is the answer to what a newer version wrote, which is left as it is.
	errNewer = errors.New("a newer version of credguide wrote it")

	errBroken = errors.New("this is not a record")
)

// fields are the texts of a record, in the order of its line.
func (r *Record) fields() []*string {
	return []*string{
		&r.Name, &r.Subject.Issuer, &r.Subject.Backend, &r.Subject.ClientID, &r.Verdict, &r.Cause, &r.Sub, &r.worked.Key, &r.worked.Value,
	}
}

func (r *Record) times() []*time.Time { return []*time.Time{&r.Since, &r.At, &r.WorkedAt} }

// line is a record as a ledger has it: the format, the texts, the times and a checksum, with tabs
// between them. A text that could be taken for something else is in quotes.
func (r *Record) line() []byte {
	line := strconv.AppendInt(make([]byte, 0, 512), format, 10)
	for _, field := range r.fields() {
		line = append(line, '\t')
		if text.Plain(*field) && !strings.HasPrefix(*field, `"`) {
			line = append(line, *field...)
		} else {
			line = strconv.AppendQuote(line, *field)
		}
	}
	for _, at := range r.times() {
		if line = append(line, '\t'); !at.IsZero() {
			line = at.UTC().AppendFormat(line, time.RFC3339)
		}
	}
	return fmt.Appendf(line, "\t%08x", crc32.ChecksumIEEE(line))
}

// readLine is the reverse of line. A newer format has the name in the same place and may have
// anything behind it.
func readLine(line []byte) (r Record, err error) {
	line = bytes.TrimRight(line, " \n")
	number, _, _ := bytes.Cut(line, []byte("\t"))
	if n, err := strconv.Atoi(string(number)); err != nil || n != format {
		if n > format {
			return r, errNewer
		}
		return r, errBroken
	}
	end := max(0, bytes.LastIndexByte(line, '\t'))
	if sum, err := strconv.ParseUint(string(bytes.TrimPrefix(line[end:], []byte("\t"))), 16, 32); err != nil || uint32(sum) != crc32.ChecksumIEEE(line[:end]) {
		return r, errBroken
	}
	parts := strings.Split(string(line[:end]), "\t")[1:]
	texts, times := r.fields(), r.times()
	if len(parts) != len(texts)+len(times) {
		return r, errBroken
	}
	for i, field := range texts {
		if *field, err = unquoted(parts[i]); err != nil {
			return r, errBroken
		}
	}
	for i, at := range times {
		if part := parts[len(texts)+i]; part != "" {
			if *at, err = time.Parse(time.RFC3339, part); err != nil {
				return r, errBroken
			}
		}
	}
	return r, nil
}

func isBroken(line []byte) bool {
	_, err := readLine(line)
	return errors.Is(err, errBroken)
}

// nameIn is the name of the account that a line is about, whatever its format; empty: of none.
func nameIn(line []byte) string {
	number, rest, _ := bytes.Cut(line, []byte("\t"))
	field, _, found := bytes.Cut(rest, []byte("\t"))
	if _, err := strconv.Atoi(string(number)); err != nil || !found {
		return ""
	}
	name, err := unquoted(string(field))
	if err != nil {
		return ""
	}
	return name
}

func unquoted(field string) (string, error) {
	if !strings.HasPrefix(field, `"`) {
		return field, nil
	}
	return strconv.Unquote(field)
}
