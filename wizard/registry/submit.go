package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// Doubt is a submission of which nobody knows whether it has arrived: there was no answer, and
// one's own requests could not be listed either. Submitting again finds it if it has.
type Doubt struct{ Submission, Lookup error }

func (d *Doubt) Error() string {
	return fmt.Sprintf("it is not known whether the request arrived: %v; and then: %v", d.Submission, d.Lookup)
}

// Unwrap implements the interface of package errors.
func (d *Doubt) Unwrap() []error { return []error{d.Submission, d.Lookup} }

// Submitted is a request that the registry has.
type Submitted struct {
	Petition int
	// Found: it was there already, or the answer to it was lost. Then its secret is the one that
	// the registry holds.
	Found bool
}

// Submit hands a request in, once. Where the answer gets lost, the request is looked for among
// one's own.
func (s *Session) Submit(ctx context.Context, d Draft) (Submitted, error) {
	id, err := s.create(ctx, d)
	if err == nil {
		return Submitted{Petition: id}, nil
	}
	if !doubtful(err) {
		return Submitted{}, fmt.Errorf("submit the request: %w", err)
	}
	row, found, lookup := s.lookTwice(ctx, d.mark())
	switch {
	case lookup != nil:
		return Submitted{}, &Doubt{err, lookup}
	case found:
		return Submitted{Petition: row.Petition, Found: true}, nil
	}
	return Submitted{}, fmt.Errorf("submit the request: %w", err)
}

// doubtful reports an error after which the request may have arrived all the same.
func doubtful(err error) bool {
	if silence, ok := errors.AsType[*Silence](err); ok {
		return silence.Perhaps()
	}
	strange, ok := errors.AsType[*Strange](err)
	return ok && strange.perhaps()
}

// lookTwice looks for a request, and once more after a moment: the registry answers before it has
// stored what it answers about.
func (s *Session) lookTwice(ctx context.Context, m Mark) (Row, bool, error) {
	row, found, err := s.Own(ctx, m)
	if err != nil || found {
		return row, found, err
	}
	if err := s.rest(ctx); err != nil {
		return Row{}, false, err
	}
	return s.Own(ctx, m)
}

func (s *Session) create(ctx context.Context, d Draft) (int, error) {
	r, err := s.call(ctx, http.MethodPost, "petitions", nil, d.body())
	if err != nil {
		return 0, err
	}
	if r.status != http.StatusOK {
		return 0, r.fault()
	}
	doc, err := decode[struct {
		ID int `json:"id"`
	}](r)
	if err == nil && doc.ID < 1 {
		err = r.strange()
	}
	return doc.ID, err
}

// Approve approves one's own request where the registry allows that, and returns the number of the
// service. A request that has just come in is refused now and then, so a refusal is tried once more
// after a second.
func (s *Session) Approve(ctx context.Context, petition int) (service int, err error) {
	service, err = s.approve(ctx, petition)
	if errors.Is(err, ErrNotAllowed) {
		if rest := s.rest(ctx); rest != nil {
			return 0, rest
		}
		service, err = s.approve(ctx, petition)
	}
	if err != nil {
		return 0, fmt.Errorf("approve the request: %w", err)
	}
	return service, nil
}

func (s *Session) approve(ctx context.Context, petition int) (int, error) {
	r, err := s.call(ctx, http.MethodPut, petitionPath(petition)+"/review", nil, map[string]string{"type": "approve", "comment": ""})
	if err != nil {
		return 0, err
	}
	if r.status != http.StatusOK {
		return 0, r.fault()
	}
	doc, err := decode[struct {
		ID int `json:"service_id"`
	}](r)
	return doc.ID, err
}

// Resubmit replaces an open request, for example after changes were requested. It then waits for a
// review again.
func (s *Session) Resubmit(ctx context.Context, petition int, d Draft) error {
	if err := s.act(ctx, http.MethodPut, petition, d.body()); err != nil {
		return fmt.Errorf("submit the request again: %w", err)
	}
	return nil
}

// Cancel takes an open request back.
func (s *Session) Cancel(ctx context.Context, petition int) error {
	err := s.act(ctx, http.MethodDelete, petition, nil)
	if strange, ok := errors.AsType[*Strange](err); ok && strange.Status == http.StatusInternalServerError { // so it refuses a second time
		if _, missing := s.Petition(ctx, petition); errors.Is(missing, ErrGone) {
			err = ErrGone
		}
	}
	if err != nil {
		return fmt.Errorf("cancel the request: %w", err)
	}
	return nil
}

func (s *Session) act(ctx context.Context, method string, petition int, body any) error {
	r, err := s.call(ctx, method, petitionPath(petition), nil, body)
	if err == nil && r.status != http.StatusOK {
		err = r.fault()
	}
	return err
}

func petitionPath(id int) string { return "petitions/" + strconv.Itoa(id) }
