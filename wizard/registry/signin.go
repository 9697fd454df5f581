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
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/credguide/credguide/credentials"
	"github.com/credguide/credguide/environments"
	"github.com/credguide/credguide/internal/text"
)

// Bounds of a sign-in, whatever the identity provider says.
const (
	longestSignIn   = 15 * time.Minute
	longestInterval = 30 // seconds between two polls
	mostFailures    = 3  // polls without an answer, all in all
)

// SignIn is how a person gets a token for the registry in a browser, by the device flow of a public
// client (RFC 8628).
type SignIn struct {
	Issuer   string
	ClientID string
	Hosts    []string // further hosts where the provider's endpoints may be
	HTTP     *http.Client
}

// SignInOf is that of an environment. ok is false where its file names no client for it.
func SignInOf(e environments.Environment, web *http.Client) (s SignIn, ok bool) {
	if e.Registry == nil || e.Registry.DeviceClient == "" {
		return SignIn{}, false
	}
	s = SignIn{Issuer: e.Registry.Issuer, ClientID: e.Registry.DeviceClient, Hosts: e.TokenEndpointHosts, HTTP: web}
	if s.Issuer == "" {
		s.Issuer = e.Issuer
	}
	return s, true
}

// Invitation is what a person does in a browser.
type Invitation struct {
	Page  string
	Code  string
	Until time.Time
}

// NoSignIn is a sign-in that gave no token.
type NoSignIn struct{ reason string }

func (n *NoSignIn) Error() string { return "no token by the sign-in: " + n.reason }

func noSignIn(format string, values ...any) error {
	return &NoSignIn{fmt.Sprintf(format, values...)}
}

// Token invites a person to sign in, and waits until they have. The device code and the token are
// in no error.
func (s SignIn) Token(ctx context.Context, invite func(Invitation)) (credentials.Secret, error) {
	endpoint, host, err := s.endpoint(ctx)
	if err != nil {
		return credentials.Secret{}, err
	}
	// openid, because the registry asks userinfo whose token it is.
	flow := oauth2.Config{ClientID: s.ClientID, Endpoint: endpoint, Scopes: []string{"openid"}}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, s.web())
	device, err := flow.DeviceAuth(ctx)
	if err != nil {
		return credentials.Secret{}, refusedSignIn(err, host)
	}
	invitation, err := invitationOf(device, host)
	if err != nil {
		return credentials.Secret{}, err
	}
	invite(invitation)
	token, err := poll(ctx, flow, device, host)
	switch {
	case err != nil:
		return credentials.Secret{}, err
	case !text.FitsHeader(token.AccessToken):
		return credentials.Secret{}, noSignIn("%s answers with something that is not a token", host)
	}
	return credentials.NewSecret(token.AccessToken), nil
}

func (s SignIn) web() *http.Client {
	web := *s.HTTP
	web.Timeout = 0
	web.Transport = whole{web.Transport}
	web.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &web
}

// errUpgrade stands for an answer 101.
var errUpgrade = errors.New("an answer that ends HTTP")

// whole reads each answer to its end, in time and bounds, and closes it: the library leaves that of
// the first call open.
type whole struct{ http.RoundTripper }

func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), CallTimeout)
	defer cancel()
	res, err := w.RoundTripper.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, which no context ends
		return nil, errUpgrade
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(data))
	return res, nil
}

// endpoint reads the two addresses from the issuer's discovery document (OpenID Connect Discovery
// 1.0 section 4).
func (s SignIn) endpoint(ctx context.Context) (oauth2.Endpoint, string, error) {
	var none oauth2.Endpoint
	issuer, err := url.Parse(s.Issuer)
	if err != nil || issuer.Host == "" || issuer.User != nil || !safe(issuer) {
		return none, "", noSignIn("the issuer of the registry's sign-in is not an https URL")
	}
	ctx, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	data, _, err := pages.fetch(ctx, s.HTTP, issuer.JoinPath(".well-known", "openid-configuration"))
	if errors.Is(err, context.Canceled) {
		return none, "", err
	}
	if err != nil {
		return none, "", noSignIn("%s", err)
	}
	var doc struct {
		Issuer string `json:"issuer"`
		Token  string `json:"token_endpoint"`
		Device string `json:"device_authorization_endpoint"`
	}
	switch err := json.Unmarshal(data, &doc); {
	case err != nil:
		return none, "", noSignIn("%s publishes no discovery document", issuer.Host)
	case doc.Issuer != s.Issuer:
		return none, "", noSignIn("the discovery document at %s is of another issuer", issuer.Host)
	case doc.Device == "":
		return none, "", noSignIn("%s does not offer the device flow", issuer.Host)
	case !s.trusted(doc.Device, issuer) || !s.trusted(doc.Token, issuer):
		return none, "", noSignIn("the discovery document of %s names an endpoint on another host", issuer.Host)
	}
	return oauth2.Endpoint{DeviceAuthURL: doc.Device, TokenURL: doc.Token, AuthStyle: oauth2.AuthStyleInParams}, issuer.Host, nil
}

// trusted tells whether an endpoint is where the issuer is, or at a host that the environment file
// allows.
func (s SignIn) trusted(address string, issuer *url.URL) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && safe(u) && (strings.EqualFold(u.Host, issuer.Host) || slices.Contains(s.Hosts, u.Host))
}

// invitationOf takes from the provider's answer what can be shown, and holds the rest to its
// bounds.
func invitationOf(device *oauth2.DeviceAuthResponse, host string) (Invitation, error) {
	page, err := url.Parse(device.VerificationURI)
	code := text.Line(device.UserCode, 64)
	if err != nil || page.Host == "" || page.User != nil || !safe(page) || len(page.String()) > 512 || code == "" || device.DeviceCode == "" {
		return Invitation{}, noSignIn("%s does not say where to enter which code", host)
	}
	if last := time.Now().Add(longestSignIn); device.Expiry.IsZero() || device.Expiry.After(last) {
		device.Expiry = last
	}
	if device.Interval != 0 { // 0 is that of RFC 8628 section 3.2
		device.Interval = max(1, min(device.Interval, longestInterval))
	}
	return Invitation{Page: page.String(), Code: code, Until: device.Expiry}, nil
}

// poll asks for the token until the person has signed in. RFC 8628 section 3.5 has it go on where a
// poll gets no answer.
func poll(ctx context.Context, flow oauth2.Config, device *oauth2.DeviceAuthResponse, host string) (*oauth2.Token, error) {
	for failures := 0; ; {
		token, err := flow.DeviceAccessToken(ctx, device)
		switch {
		case err == nil:
			return token, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case errors.Is(err, context.DeadlineExceeded) && !time.Now().Before(device.Expiry):
			return nil, noSignIn("the code has expired before anybody signed in")
		case !passing(err):
			return nil, refusedSignIn(err, host)
		}
		if failures++; failures > mostFailures {
			return nil, refusedSignIn(err, host)
		}
	}
}

// passing reports a failure after which the next poll may succeed.
func passing(err error) bool {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return refused.Response != nil && refused.Response.StatusCode >= http.StatusInternalServerError
	}
	_, silent := errors.AsType[*url.Error](err)
	return silent
}

// refusedSignIn says why there is no token. Of the provider's answer it repeats the error code
// alone.
func refusedSignIn(err error, host string) error {
	refused, answered := errors.AsType[*oauth2.RetrieveError](err)
	if !answered {
		if gone, ok := errors.AsType[*url.Error](err); ok {
			cause := silence(gone, &url.URL{Host: host}, CallTimeout)
			if errors.Is(cause, context.Canceled) {
				return cause
			}
			return noSignIn("%s", cause)
		}
		return noSignIn("%s answers in a way that an identity provider does not", host)
	}
	switch code := text.Line(refused.ErrorCode, 64); code {
	case "access_denied":
		return noSignIn("it was refused in the browser")
	case "expired_token":
		return noSignIn("the code has expired before anybody signed in")
	case "":
		return noSignIn("%s answers %d", host, refused.Response.StatusCode)
	default:
		return noSignIn("%s refuses it: %s", host, code)
	}
}
