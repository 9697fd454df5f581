package request

import (
	"math"

	"github.com/credguide/credguide/wizard/request/javascript"
)

// formSeconds judges a number of seconds. The form reads "3 600", "1e3" and "3600.5" as numbers,
// and refuses what is no number even in a field that is not in use.
func formSeconds(a asked) *problem {
	n, ok := a.value.(float64)
	switch {
	case ok && math.IsNaN(n):
		return &problem{code: "number"}
	case !a.applies():
		return nil
	case !ok:
		return &problem{code: "missing"}
	}
	return a.within(n)
}

// serverSeconds reads the whole number at the beginning of the text and ignores the rest: "3600abc"
// is 3600, "1e3" is 1.
func serverSeconds(a asked) *problem {
	if !a.applies() {
		return nil
	}
	if serverEmpty(a.value) {
		return &problem{code: "missing"}
	}
	n := javascript.ParseInt(javascript.String(a.value))
	if math.IsNaN(n) {
		return &problem{code: "number"}
	}
	return a.within(n)
}

func (a asked) within(n float64) *problem {
	low, high := limits(a.rule, a.view)
	switch {
	case low != nil && n < float64(*low):
		return &problem{code: "low", item: javascript.NumberText(n), min: *low}
	case high != nil && n > float64(*high):
		return &problem{code: "high", item: javascript.NumberText(n), max: *high}
	}
	return nil
}

// limits of a rule may depend on another field's value.
func limits(r *rule, v view) (low, high *int) {
	if r.MaxBy == nil {
		return r.Min, r.Max
	}
	limit, ok := r.MaxBy.Max[v.text(r.MaxBy.Field)]
	if !ok {
		limit = r.MaxBy.Max[r.MaxBy.Else]
	}
	return r.Min, &limit
}
