package report

import (
	"strconv"

	"github.com/credguide/credguide/checks"
)

// Steps and requests are most of a report beside its facts. They are written by hand for the same
// reason; a test holds that no member is forgotten.

// object writes the members of a JSON object.
type object struct {
	out   []byte
	begun bool
}

func (o *object) member(quoted string) {
	if o.begun {
		o.out = append(o.out, ',')
	}
	o.begun = true
	o.out = append(o.out, quoted...)
}

func (o *object) text(quoted, value string) {
	o.member(quoted)
	o.out = appendText(o.out, value)
}

func (o *object) number(quoted string, value int64) {
	o.member(quoted)
	o.out = strconv.AppendInt(o.out, value, 10)
}

func (o *object) truth(quoted string, value bool) {
	o.member(quoted)
	o.out = strconv.AppendBool(o.out, value)
}

// appendRows writes a list of objects.
func appendRows[T any](out []byte, rows []T, write func(*object, T)) []byte {
	o := object{out: append(out, '[')}
	for i, row := range rows {
		if i > 0 {
			o.out = append(o.out, ',')
		}
		o.out, o.begun = append(o.out, '{'), false
		write(&o, row)
		o.out = append(o.out, '}')
	}
	return append(o.out, ']')
}

func writeStep(o *object, c checks.Check) {
	o.text(`"id":`, c.ID)
	o.text(`"title":`, c.Title)
	o.text(`"status":`, string(c.Status))
	if c.Because != "" {
		o.text(`"because":`, c.Because)
	}
	o.number(`"duration_ms":`, c.DurationMS)
	if c.Further {
		o.truth(`"further":`, true)
	}
}

func writeRequest(o *object, q checks.Request) {
	o.text(`"step":`, q.Step)
	o.text(`"method":`, q.Method)
	o.text(`"url":`, q.URL)
	o.text(`"effect":`, q.Effect)
	o.number(`"status":`, int64(q.Status))
	if q.Failure != "" {
		o.text(`"failure":`, q.Failure)
	}
	o.number(`"duration_ms":`, q.DurationMS)
	o.truth(`"new_connection":`, q.NewConnection)
	if q.SecretSent != nil {
		o.truth(`"secret_sent":`, *q.SecretSent)
	}
}
