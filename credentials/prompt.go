package credentials

import (
	"context"
	"fmt"
)

// promptValues asks for what no other place had. The functions are there
// only on a terminal.
func promptValues(ctx context.Context, q Query, id, secret candidate, j *journal) (*place, error) {
	found := newPlace(KindPrompt)
	source := Source{Kind: KindPrompt}
	if !id.set && q.AskClientID != nil {
		text, err := q.AskClientID(ctx)
		if err != nil {
			return nil, fmt.Errorf("ask for the client ID: %w", err)
		}
		found.put(ClientID, NewSecret(text), source)
		j.lookAt(ClientID, found.values[ClientID])
		id = found.values[ClientID]
	}
	if !secret.set && q.AskSecret != nil {
		text, err := q.AskSecret(ctx, id.text.Reveal())
		if err != nil {
			return nil, fmt.Errorf("ask for the client secret: %w", err)
		}
		found.put(ClientSecret, text, source)
		j.lookAt(ClientSecret, found.values[ClientSecret])
	}
	return found, nil
}
