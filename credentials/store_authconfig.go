package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/credguide/credguide/internal/files"
)

// SaveAuthConfig keeps the entry in the openEO Python client's
// auth-config.json, so that its authenticate_oidc_client_credentials() works
// without arguments for this back-end. Everything else in the file stays,
// also what no client knows. The path is that of AuthConfigPath.
func SaveAuthConfig(path string, e Entry, now time.Time, tool string) (Kept, error) {
	if err := e.check(); err != nil {
		return Kept{}, err
	}
	switch {
	case path == "":
		return Kept{}, errors.New("find auth-config.json: the home folder is not known")
	case e.BackendURL == "":
		return Kept{}, errors.New("auth-config.json is kept by back-end, and none is chosen")
	case e.ProviderID == "":
		return Kept{}, errors.New("auth-config.json is kept by provider ID, and none is chosen")
	}
	old, err := existing(path)
	if err != nil {
		return Kept{}, err
	}
	data, err := mergeAuthConfig(old.Data, e, now.UTC().Format(time.RFC3339), tool)
	if err != nil {
		return Kept{}, fmt.Errorf("keep the old %s: %w", path, err)
	}
	if err := replace(path, data); err != nil {
		return Kept{}, err
	}
	return Kept{
		Source:   Source{Kind: KindAuthConfig, Name: e.ProviderID, Path: path},
		Path:     path,
		Narrowed: files.Permissions(old.Mode)&0o077 != 0,
	}, nil
}

// mergeAuthConfig sets one provider of one back-end (facts: openEO 1.2, the
// format and the keys).
func mergeAuthConfig(old []byte, e Entry, date, tool string) ([]byte, error) {
	root := object{}
	if len(bytes.TrimSpace(old)) > 0 {
		if _, err := parseAuthConfig(old); err != nil {
			return nil, err
		}
		read, err := asObject(old, "the file")
		if err != nil {
			return nil, err
		}
		if read != nil {
			root = read
		}
	}
	if _, ok := root["metadata"]; !ok {
		root.set("metadata", map[string]any{"type": "AuthConfig", "created": date, "created_by": tool, "version": 1})
	}
	for _, name := range []string{"general", "backends"} {
		if _, ok := root[name]; !ok {
			root.set(name, object{})
		}
	}
	values := map[string]any{"date": date, "client_id": e.ClientID, "client_secret": e.Secret.Reveal()}
	if e.Issuer != "" {
		values["issuer"] = e.Issuer
	}
	if err := root.merge([]string{"backends", authConfigKey(e.BackendURL), "oidc", "providers", e.ProviderID}, values); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("write it as JSON: %w", err)
	}
	return out.Bytes(), nil
}

// merge sets values in the object at path, making what is missing on the
// way.
func (o object) merge(path []string, values map[string]any) error {
	if len(path) == 0 {
		for name, value := range values {
			o.set(name, value)
		}
		return nil
	}
	child, err := o.child(path[0], path[0])
	if err != nil {
		return err
	}
	if child == nil {
		child = object{}
	}
	if err := child.merge(path[1:], values); err != nil {
		return err
	}
	o.set(path[0], child)
	return nil
}

// set never fails: what is set is text, numbers and objects of JSON that was
// read.
func (o object) set(name string, value any) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err == nil {
		o[name] = out.Bytes()
	}
}
