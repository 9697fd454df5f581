package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
)

// Stage is how far a request is.
type Stage string

// The stages, in order. A rejected or cancelled request is in no list.
const (
	Waiting   Stage = "waiting"   // for the review
	Changes   Stage = "changes"   // the reviewer wants something changed
	Deploying Stage = "deploying" // approved, and not yet at the identity provider
	Deployed  Stage = "deployed"
	Broken    Stage = "broken"   // the deployment failed
	Rejected  Stage = "rejected" // by the reviewer
	Gone      Stage = "gone"     // cancelled, or never there
)

// Row is one of one's own services or open requests.
type Row struct {
	Petition    int // 0 for a service
	Service     int // 0 for a request
	ServiceName string
	Environment string // by the registry's name
	Stage       Stage
	Comment     string // the reviewer's, made safe to show
}

// listed is a row as the registry writes it.
type listed struct {
	Petition    *int    `json:"petition_id"`
	Service     *int    `json:"service_id"`
	Name        string  `json:"service_name"`
	Environment string  `json:"integration_environment"`
	Status      *string `json:"status"`
	State       *string `json:"state"`
	Comment     *string `json:"comment"`
}

func (l listed) row() Row {
	r := Row{Petition: valueOf(l.Petition), Service: valueOf(l.Service), ServiceName: l.Name, Environment: l.Environment}
	r.Comment = text.Cut(text.Sanitise(text.Cut(valueOf(l.Comment), 8<<10, text.Bytes), text.KeepLines), 1024, text.Runes)
	switch {
	case r.Service == 0 && valueOf(l.Status) == "changes":
		r.Stage = Changes
	case r.Service == 0:
		r.Stage = Waiting
	default:
		r.Stage = deployment(valueOf(l.State))
	}
	return r
}

// deployment reads the state of a service.
func deployment(state string) Stage {
	switch state {
	case "deployed":
		return Deployed
	case "error":
		return Broken
	}
	return Deploying
}

func valueOf[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// Bounds of a list: somebody with more rows than these is helped better by the portal.
const (
	pageSize  = 50
	mostPages = 20
	mostReads = 20
)

// List lists one's own services and open requests, the last edited first.
func (s *Session) List(ctx context.Context) ([]Row, error) {
	var rows []Row
	for page := 1; page <= mostPages; page++ {
		query := url.Values{"limit": {strconv.Itoa(pageSize)}}
		if page > 1 {
			query.Set("page", strconv.Itoa(page))
		}
		doc, err := read[struct {
			Items *[]listed `json:"list_items"`
		}](ctx, s, "services/list", query)
		if err == nil && doc.Items == nil {
			err = (reply{host: s.client.Host(), status: 200}).strange()
		}
		if err != nil {
			return nil, fmt.Errorf("list your services: %w", err)
		}
		for _, l := range *doc.Items {
			rows = append(rows, l.row())
		}
		if len(*doc.Items) < pageSize {
			break
		}
	}
	return rows, nil
}

// Record is a request or a service with its credentials.
type Record struct {
	ClientID string // empty until the deployment has made one, where the request named none
	Secret   credentials.Secret
	Stage    Stage
	Comment  string // the reviewer's, made safe to show
	// Fields are all that it says, without the secret.
	Fields map[string]any
}

// details are the members of a record that matter here.
type details struct {
	ClientID *string `json:"client_id"`
	Secret   *string `json:"client_secret"`

	fields map[string]any
}

// UnmarshalJSON reads the members that matter here, and keeps all others but the secret.
func (d *details) UnmarshalJSON(data []byte) error {
	type plain details
	if err := json.Unmarshal(data, (*plain)(d)); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &d.fields); err != nil {
		return err
	}
	delete(d.fields, "client_secret")
	return nil
}

func (d details) record() Record {
	return Record{ClientID: valueOf(d.ClientID), Secret: credentials.NewSecret(valueOf(d.Secret)), Fields: d.fields}
}

// Service reads one of one's own services.
func (s *Session) Service(ctx context.Context, id int) (Record, error) {
	doc, err := read[struct {
		Service details `json:"service"`
		State   string  `json:"state"`
	}](ctx, s, "services/"+strconv.Itoa(id), nil)
	if err != nil {
		return Record{}, fmt.Errorf("read the service: %w", err)
	}
	r := doc.Service.record()
	r.Stage = deployment(doc.State)
	return r, nil
}

// Petition reads one of one's own requests, also one that is closed. ErrGone is one that was
// cancelled.
func (s *Session) Petition(ctx context.Context, id int) (Record, error) {
	doc, err := read[struct {
		Petition details `json:"petition"`
		Meta     struct {
			Status  *string `json:"status"`
			Comment *string `json:"comment"`
		} `json:"metadata"`
	}](ctx, s, petitionPath(id), nil)
	if err != nil {
		return Record{}, fmt.Errorf("read the request: %w", err)
	}
	r := doc.Petition.record()
	l := listed{Status: doc.Meta.Status, Comment: doc.Meta.Comment}.row()
	r.Stage, r.Comment = l.Stage, l.Comment
	switch valueOf(doc.Meta.Status) {
	case "reject", "rejected":
		r.Stage = Rejected
	case "approve", "approved":
		r.Stage = Deploying
	}
	return r, nil
}

// Mark tells a request from others of its owner.
type Mark struct {
	Environment string // by the registry's name
	ServiceName string
	ClientID    string // empty where the deployment makes one: then the name decides
	// Petition and Service are the numbers that it is known to have; 0 is none. A row with one of
	// them needs no reading.
	Petition, Service int
}

func (m Mark) numbers(r Row) bool {
	return r.Environment == m.Environment && (m.Petition > 0 && r.Petition == m.Petition || m.Service > 0 && r.Service == m.Service)
}

// Own finds a request, or the service that has become of it, among one's own. The list has no
// client IDs, so the rows of that name are read.
func (s *Session) Own(ctx context.Context, m Mark) (Row, bool, error) {
	rows, err := s.List(ctx)
	if err != nil {
		return Row{}, false, err
	}
	if i := slices.IndexFunc(rows, m.numbers); i >= 0 {
		return rows[i], true, nil
	}
	reads := 0
	for _, r := range rows {
		if r.Environment != m.Environment || r.ServiceName != m.ServiceName {
			continue
		}
		if m.ClientID == "" {
			return r, true, nil
		}
		if reads++; reads > mostReads {
			break
		}
		record, err := s.Record(ctx, r)
		if err != nil {
			return Row{}, false, err
		}
		if record.ClientID == m.ClientID {
			return r, true, nil
		}
	}
	return Row{}, false, nil
}

// Record reads a request or a service with its credentials.
func (s *Session) Record(ctx context.Context, r Row) (Record, error) {
	if r.Service > 0 {
		return s.Service(ctx, r.Service)
	}
	return s.Petition(ctx, r.Petition)
}

// Progress tells what has become of a submitted request. Where changes were requested, the row has
// the number under which it is to be submitted again.
func (s *Session) Progress(ctx context.Context, m Mark) (Row, error) {
	row, found, err := s.Own(ctx, m)
	if err != nil || found {
		return row, err
	}
	record, err := s.Petition(ctx, m.Petition)
	gone := Row{Petition: m.Petition, ServiceName: m.ServiceName, Environment: m.Environment, Stage: Gone}
	if err != nil {
		if errors.Is(err, ErrGone) {
			err = nil
		}
		return gone, err
	}
	gone.Stage, gone.Comment = record.Stage, record.Comment
	return gone, nil
}
