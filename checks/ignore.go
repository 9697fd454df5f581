package checks

import "slices"

// Without is the report when findings do not count, as whoever runs the check has decided: they stand with what is hidden,
// and the verdict follows from the others.
func (r Report) Without(ids map[string]string) Report {
	if len(ids) == 0 {
		return r
	}
	var kept []Finding
	for _, f := range r.Diagnoses {
		if why, ignored := ids[f.ID]; ignored {
			f.Ignored = why
			r.Hidden = append(slices.Clip(r.Hidden), f)
			continue
		}
		kept = append(kept, f)
	}
	r.Diagnoses = append([]Finding{}, kept...)
	r.Verdict = verdict(r.Diagnoses, r.Facts)
	return r
}
