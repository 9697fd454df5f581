package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/internal/text"
)

// CallTimeout bounds one call with a token: the registry asks the identity provider about the token
// before it does anything.
const CallTimeout = 30 * time.Second

// Session makes the calls that need a person's token.
type Session struct {
	client *Client
	token  credentials.Secret
	pause  time.Duration // before what is tried once more
}

// Session is for the calls with a person's token, at the address that the person has confirmed: a
// token goes to no other one.
func (c *Client) Session(token credentials.Secret, confirmed string) (*Session, error) {
	base, err := c.address("", nil)
	if err != nil {
		return nil, err
	}
	if confirmed == "" || confirmed != c.API {
		return nil, fmt.Errorf("%s is not confirmed as the address of the registry's API, so it gets no token", base.Host)
	}
	if token.IsZero() {
		return nil, errors.New("the registry token is empty")
	}
	if !text.FitsHeader(token.Reveal()) {
		return nil, errors.New("the registry token has white space or control characters in it, so it is not a token")
	}
	return &Session{client: c, token: token, pause: time.Second}, nil
}

// reply is an answer of the registry, whole and bounded.
type reply struct {
	host   string
	status int
	kind   string        // media type
	wait   time.Duration // that it asks for; 0 is none
	body   []byte
}

// call makes one call. An error is a call without an answer; any status is a reply.
func (s *Session) call(ctx context.Context, method, path string, query url.Values, body any) (reply, error) {
	u, err := s.client.address(path, query)
	if err != nil {
		return reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	req, err := s.request(ctx, method, u, body)
	if err != nil {
		return reply{}, err
	}
	client := *s.client.HTTP
	client.Timeout = 0                                                                                   // the context has it
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a token goes nowhere else
	res, err := client.Do(req)
	if err != nil {
		return reply{}, s.noAnswer(err, u)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, which no context ends
		return reply{}, &Silence{cause: fmt.Errorf("%s answers %d", u.Host, res.StatusCode), perhaps: true}
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case len(data) > maxAnswer:
		return reply{}, &Silence{cause: fmt.Errorf("%s answers with more than 1 MiB", u.Host), perhaps: true}
	case err != nil:
		return reply{}, s.noAnswer(err, u)
	}
	wait, _ := text.RetryAfter(res.Header.Get, time.Now())
	return reply{host: u.Host, status: res.StatusCode, kind: res.Header.Get("Content-Type"), wait: wait, body: data}, nil
}

func (s *Session) request(ctx context.Context, method string, u *url.URL, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, errors.New("the request cannot be written as JSON")
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), content)
	if err != nil {
		return nil, errors.New("the address of the registry's API is not usable")
	}
	req.GetBody = nil // nothing is sent twice behind our back
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "credguide")
	req.Header.Set("Authorization", "Bearer "+s.token.Reveal())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

func (s *Session) noAnswer(err error, u *url.URL) error {
	return &Silence{cause: silence(err, u, CallTimeout), perhaps: !neverSent(err)}
}

// read makes a call whose answer is a JSON document.
func read[T any](ctx context.Context, s *Session, path string, query url.Values) (T, error) {
	var doc T
	r, err := s.call(ctx, http.MethodGet, path, query, nil)
	if err != nil {
		return doc, err
	}
	if r.status != http.StatusOK {
		return doc, r.fault()
	}
	return decode[T](r)
}

func decode[T any](r reply) (T, error) {
	var doc T
	if json.Unmarshal(r.body, &doc) != nil { // its words are about Go's types, and may quote the answer
		return doc, r.strange()
	}
	return doc, nil
}

// rest waits before something is tried once more.
func (s *Session) rest(ctx context.Context) error {
	t := time.NewTimer(s.pause)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
