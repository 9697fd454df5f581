package credentials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/credguide/credguide/internal/files"
	"github.com/credguide/credguide/internal/text"
)

// authEntry is the configuration of one provider of one back-end. Absent and
// null are the same to the Python client, an empty text is not.
type authEntry struct {
	provider string
	id       *string
	secret   *string
	issuer   string
}

// authConfigValues reads the openEO Python client's auth-config.json for the
// chosen back-end.
func authConfigValues(ctx context.Context, q Query, wanted wantedProvider, j *journal) *place {
	found := newPlace(KindAuthConfig)
	whole := Source{Kind: KindAuthConfig, Path: AuthConfigPath(q)}
	if q.BackendURL == "" {
		j.look(whole, "", NotLooked, "it is kept by back-end, and none is chosen")
		return found
	}
	if whole.Path == "" {
		j.look(whole, "", NotLooked, "the home folder is not known")
		return found
	}
	file, err := readText(ctx, whole.Path, q.PipeWait)
	if errors.Is(err, fs.ErrNotExist) {
		j.look(whole, "", Absent, "there is no "+text.Visible(whole.Path))
		return found
	}
	if err != nil {
		j.cannotRead(whole, false, err)
		return found
	}
	j.checkMode(whole, file.Mode, 0o077)
	j.shared = files.Permissions(file.Mode)&0o077 != 0 // also in a volume, where a group is as it should be
	backends, err := parseAuthConfig(file.Data)
	entries := backends[authConfigKey(q.BackendURL)]
	if err != nil && len(entries) == 0 {
		_, j.passedOver = errors.AsType[*shapeError](err)
		j.cannotRead(whole, false, err)
		return found
	}
	for _, entry := range entries {
		j.providers = append(j.providers, entry.provider)
	}
	choice := wanted.choose(backends, q)
	if choice.why != "" {
		j.look(whole, "", choice.outcome, withoutSecrets(choice.why+choice.others, backends))
		j.untaken.Why = withoutSecrets(choice.why, backends)
		for _, entry := range entries {
			j.untaken.Entries = append(j.untaken.Entries, withoutSecrets(entry.String(), backends))
			if issuer := withoutSecrets(text.Visible(entry.issuer), backends); issuer != "" && !slices.Contains(j.untaken.Issuers, issuer) {
				j.untaken.Issuers = append(j.untaken.Issuers, issuer)
			}
		}
		return found
	}
	takeEntry(found, choice.entry, whole, j)
	return found
}

// withoutSecrets keeps out of a text what the file has as its secrets: one may stand in the wrong
// field too, and nobody takes it from there to look for it later.
func withoutSecrets(said string, backends map[string][]authEntry) string {
	const shortest = 8 // a shorter one is a part of words
	for _, entries := range backends {
		for _, entry := range entries {
			if entry.secret != nil && len(*entry.secret) >= shortest {
				said = strings.ReplaceAll(said, *entry.secret, "[redacted]")
			}
		}
	}
	return said
}

func takeEntry(found *place, entry authEntry, source Source, j *journal) {
	source.Name = entry.provider
	for _, half := range []struct {
		value Value
		text  *string
	}{{ClientID, entry.id}, {ClientSecret, entry.secret}} {
		if half.text == nil {
			j.look(source, half.value, Absent, "")
			continue
		}
		found.put(half.value, NewSecret(*half.text), source)
		j.lookAt(half.value, found.values[half.value])
	}
}

// wantedProvider is what decides between the providers of one back-end.
type wantedProvider struct {
	flag, variable, paired string
}

// authChoice is the entry that counts, or why there is none.
type authChoice struct {
	entry   authEntry
	outcome Outcome
	why     string
	others  string // what the file has in its place
}

// choose picks an entry as the Python client does: by provider ID, that of
// the flag and no other; else that of the variable; else that of the
// catalog's pairing. Where nothing says which one, it is the only entry that
// may be used for the issuer. An entry that names an issuer is for that
// issuer only.
func (w wantedProvider) choose(backends map[string][]authEntry, q Query) authChoice {
	key := authConfigKey(q.BackendURL)
	entries := backends[key]
	if len(entries) == 0 {
		return authChoice{outcome: Absent, why: "nothing for " + text.Visible(key) + otherKeys(backends, key)}
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = text.Visible(entry.provider)
	}
	others := "; it has " + strings.Join(names, ", ")
	for _, name := range []string{w.flag, w.variable, w.paired} {
		for _, entry := range entries {
			if name != "" && entry.provider == name {
				return entry.forIssuer(q.Issuer)
			}
		}
		if name != "" && (name == w.flag || name == w.paired) {
			return authChoice{outcome: Absent, why: "nothing for provider " + text.Visible(name), others: others}
		}
	}
	fitting := slices.DeleteFunc(slices.Clone(entries), func(e authEntry) bool { return e.forIssuer(q.Issuer).why != "" })
	switch {
	case len(fitting) == 1:
		return authChoice{entry: fitting[0]}
	case len(entries) == 1:
		return entries[0].forIssuer(q.Issuer)
	case len(fitting) == 0:
		return authChoice{outcome: NotTaken, why: "no entry is for the issuer " + text.Visible(q.Issuer), others: others}
	}
	return authChoice{outcome: Absent, why: "several providers, and none is chosen", others: others}
}

// String names the entry by its provider ID and the issuer that it is for.
func (e authEntry) String() string {
	if e.issuer == "" {
		return text.Visible(e.provider) + " (for any issuer)"
	}
	return text.Visible(e.provider) + " (for " + text.Visible(e.issuer) + ")"
}

// forIssuer holds an entry to the issuer that it names.
func (e authEntry) forIssuer(issuer string) authChoice {
	if e.issuer == "" || issuer == "" || text.SameIssuer(e.issuer, issuer) {
		return authChoice{entry: e}
	}
	return authChoice{outcome: NotTaken, why: fmt.Sprintf("its entry for provider %s belongs to the issuer %s, not to %s",
		text.Visible(e.provider), text.Visible(e.issuer), text.Visible(issuer))}
}

// otherKeys names keys of the same host: the versioned URL is another key,
// and the Python client then says only "No client_id found."
func otherKeys(backends map[string][]authEntry, key string) string {
	wanted, err := url.Parse(key)
	if err != nil {
		return ""
	}
	var near []string
	for _, other := range slices.Sorted(maps.Keys(backends)) {
		if parsed, err := url.Parse(other); err == nil && parsed.Host == wanted.Host && len(near) < 3 {
			near = append(near, text.Visible(other))
		}
	}
	if len(near) == 0 {
		return ""
	}
	return "; it has " + strings.Join(near, ", ") + ", which is another key"
}

// object keeps the letter case of names and the values as they are written,
// which a struct would not.
type object map[string]json.RawMessage

// shapeError: something is no object where the client writes one. It takes that for absent.
type shapeError struct{ what string }

func (e *shapeError) Error() string {
	return "not as the openEO client writes it: " + e.what + " is not a JSON object"
}

// parseAuthConfig reads the providers of each back-end. What it does not
// need may have any form. Beside the first error it returns those that it
// could read.
func parseAuthConfig(data []byte) (map[string][]authEntry, error) {
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		// Python's json.load refuses it, and so the client.
		return nil, errors.New("not JSON: it starts with a byte order mark (U+FEFF)")
	}
	root, err := asObject(data, "the file")
	if err != nil {
		return nil, err
	}
	backends, err := root.child("backends", "backends")
	if err != nil {
		return nil, err
	}
	parsed := map[string][]authEntry{}
	for _, key := range slices.Sorted(maps.Keys(backends)) {
		entries, wrong := parseBackend(backends, key)
		if wrong == nil {
			parsed[key] = entries
		} else if err == nil {
			err = fmt.Errorf("back-end %s: %w", text.Visible(key), wrong)
		}
	}
	return parsed, err
}

func parseBackend(backends object, key string) ([]authEntry, error) {
	backend, err := backends.child(key, "the entry")
	if err != nil {
		return nil, err
	}
	oidc, err := backend.child("oidc", "oidc")
	if err != nil {
		return nil, err
	}
	providers, err := oidc.child("providers", "providers")
	if err != nil {
		return nil, errors.New(err.Error()) // which the client does not get over
	}
	var entries []authEntry
	for _, name := range slices.Sorted(maps.Keys(providers)) {
		provider, err := providers.child(name, "provider "+text.Visible(name))
		if err != nil {
			return nil, err
		}
		entry := authEntry{provider: name}
		if entry.id, err = provider.text("client_id"); err != nil {
			return nil, err
		}
		if entry.secret, err = provider.text("client_secret"); err != nil {
			return nil, err
		}
		switch issuer, err := provider.text("issuer"); {
		case err != nil: // it is tied to one, which cannot be told
			entry.issuer = "(not a text)"
		case issuer != nil:
			entry.issuer = *issuer
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// asObject never quotes the data in its error: the secret stands there.
func asObject(data []byte, what string) (object, error) {
	var read object
	err := json.Unmarshal(data, &read)
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return read, nil
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return nil, fmt.Errorf("not JSON: fault in line %d", line)
	}
	return nil, &shapeError{what}
}

// child reads an object inside; a missing one is empty.
func (o object) child(name, what string) (object, error) {
	raw, ok := o[name]
	if !ok {
		return nil, nil
	}
	return asObject(raw, what)
}

func (o object) text(name string) (*string, error) {
	raw, ok := o[name]
	if !ok {
		return nil, nil
	}
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, fmt.Errorf("not as the openEO client writes it: %s is not text", name)
	}
	return text, nil
}
