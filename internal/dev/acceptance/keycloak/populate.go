//go:build acceptance

package keycloak

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// named is what the admin API says about anything that has an id.
type named struct {
	ID string `json:"id"`
}

// populate makes the realm: first its scopes, then the clients that name them.
func (a *administrator) populate(ctx context.Context, realm Realm) error {
	if err := a.call(ctx, http.MethodPost, "/realms", realm, nil); err != nil {
		return err
	}
	path := "/realms/" + url.PathEscape(realm.Name)
	for _, scope := range realm.Scopes {
		if err := a.call(ctx, http.MethodPost, path+"/client-scopes", scope, nil); err != nil {
			return err
		}
	}
	for _, client := range realm.Clients {
		if err := a.call(ctx, http.MethodPost, path+"/clients", client, nil); err != nil {
			return fmt.Errorf("client %q: %w", client.ID, err)
		}
		if err := a.settle(ctx, path, client); err != nil {
			return fmt.Errorf("client %q: %w", client.ID, err)
		}
	}
	return nil
}

// settle brings about what a client's representation cannot say.
func (a *administrator) settle(ctx context.Context, realm string, client Client) error {
	if client.ServiceAccountUser == UserPresent {
		return nil
	}
	var found []named
	if err := a.call(ctx, http.MethodGet, realm+"/clients?clientId="+url.QueryEscape(client.ID), nil, &found); err != nil {
		return err
	}
	if len(found) != 1 {
		return fmt.Errorf("found %d times", len(found))
	}
	user := map[string]any{}
	if err := a.call(ctx, http.MethodGet, realm+"/clients/"+found[0].ID+"/service-account-user", nil, &user); err != nil {
		return err
	}
	place := fmt.Sprintf("%s/users/%v", realm, user["id"])
	if client.ServiceAccountUser == UserDeleted {
		return a.call(ctx, http.MethodDelete, place, nil, nil)
	}
	user["enabled"] = false
	return a.call(ctx, http.MethodPut, place, user, nil)
}
