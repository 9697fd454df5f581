package registry

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// User is whose token it is.
type User struct {
	// ReviewsOwn: may approve what they requested themselves, in the environments where the
	// registry allows that at all.
	ReviewsOwn bool
}

// User asks who the token's owner is to the registry: the first call, which changes nothing and
// tells whether it takes the token.
func (s *Session) User(ctx context.Context) (User, error) {
	doc, err := read[struct {
		User *struct {
			Actions []string `json:"actions"`
		} `json:"user"`
	}](ctx, s, "user", nil)
	if err == nil && doc.User == nil {
		err = (reply{host: s.client.Host(), status: http.StatusOK}).strange()
	}
	if err != nil {
		return User{}, fmt.Errorf("ask the registry who you are: %w", err)
	}
	return User{
		ReviewsOwn: slices.Contains(doc.User.Actions, "review_own_petition"),
	}, nil
}

// Organisation is one that a request can name.
type Organisation struct{ Name, URL string }

// KnowsOrganisation tells whether an organisation of this name is there already. Asking makes none.
func (s *Session) KnowsOrganisation(ctx context.Context, name string) (bool, error) {
	doc, err := read[struct {
		Organisations []struct {
			Name string `json:"organization_name"`
		} `json:"organizations"`
	}](ctx, s, "organizations", url.Values{"search_string": {name}})
	if err != nil {
		return false, fmt.Errorf("look the organisation up: %w", err)
	}
	for _, o := range doc.Organisations {
		if strings.EqualFold(strings.TrimSpace(o.Name), strings.TrimSpace(name)) {
			return true, nil
		}
	}
	return false, nil
}

// numbered is an answer that gives a number to an organisation.
type numbered struct {
	ID int `json:"organization_id"`
}

// AddOrganisation gives the number by which requests name an organisation. One that the registry
// does not know is made.
func (s *Session) AddOrganisation(ctx context.Context, o Organisation) (id int, err error) {
	r, err := s.call(ctx, http.MethodPost, "organizations", nil, map[string]string{"organization_name": o.Name, "organization_url": o.URL, "ror_id": ""})
	if err == nil && r.status != http.StatusOK && r.status != http.StatusConflict { // 409 is how it says that it made one
		err = r.fault()
	}
	var doc numbered
	if err == nil {
		doc, err = decode[numbered](r)
	}
	if err == nil && doc.ID < 1 {
		err = r.strange()
	}
	if err != nil {
		return 0, fmt.Errorf("name the organisation to the registry: %w", err)
	}
	return doc.ID, nil
}
