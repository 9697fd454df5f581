package probe

import (
	"context"
	"errors"
	"slices"

	"github.com/credguide/credguide/environments"
)

// ListedScopes are the scopes that the back-end lists now for the environment's identity provider: every openEO client asks
// for all of them. It reads public documents only, as a check does, and sends neither the id nor the secret. The error wraps
// ErrNoAnswer where the back-end does not answer.
func ListedScopes(ctx context.Context, s Subject, o Options) ([]string, error) {
	if s.Backend == nil {
		return nil, errors.New("no openEO back-end takes part")
	}
	o = o.withDefaults()
	ctx, cancel := context.WithTimeout(ctx, o.Deadline)
	defer cancel()
	p := newPass(ctx, s, o, nil)
	defer p.client.close()
	versions := runWellKnown(ctx, p)
	if p.backendAPI().root == "" {
		return nil, &unanswered{hostOf(s.Backend.URL), versions.because}
	}
	listed := runProviders(ctx, p)
	api := p.backendAPI()
	i := slices.IndexFunc(api.providers, func(pr provider) bool { return pr.id == api.usedID })
	switch {
	case len(api.providers) == 0:
		return nil, &unanswered{hostOf(s.Backend.URL), listed.because}
	case i < 0 || !environments.SameIssuer(api.providers[i].issuer, s.Environment.Issuer):
		return nil, errors.New(hostOf(s.Backend.URL) + " does not list this identity provider")
	}
	return slices.Clone(api.scopes), nil
}
