package credentials

import (
	"cmp"
	"context"
	"slices"
)

// Setting is a value that is no secret, with its source.
type Setting struct {
	Value  string
	Source Source
	Set    bool
}

// Note is a remark about one place that explains a surprise.
type Note struct {
	Source Source
	Text   string
}

// Resolved is the outcome of looking: data, no verdict.
type Resolved struct {
	ClientID       string
	ClientIDSource Source
	Secret         Secret
	SecretSource   Source
	// Beside are the secrets that the other places have, with the one of the environment in any
	// case: each may have been pasted where none belongs.
	Beside []Secret

	// A value is set but empty when its place is there and holds nothing, or
	// only white space (then the value is kept as it is).
	ClientIDSetButEmpty bool
	SecretSetButEmpty   bool

	ProviderID Setting
	AuthMethod Setting

	Looked     []Looked
	Conflicts  []Conflict
	Exposed    []Exposure
	Unreadable []UnreadableFile
	Notes      []Note
	Untaken    Untaken

	PythonClientWouldUse PythonChoice
}

// Untaken is what auth-config.json has for the back-end, and why nothing of it was taken.
type Untaken struct {
	Entries []string // by provider ID, each with its issuer
	Issuers []string // that they name
	Why     string
}

// HasClientID reports whether there is a client ID to work with.
func (r Resolved) HasClientID() bool { return r.ClientID != "" && !r.ClientIDSetButEmpty }

// HasSecret reports whether there is a secret to work with.
func (r Resolved) HasSecret() bool { return !r.Secret.IsZero() && !r.SecretSetButEmpty }

// Resolve looks at every place in the order of the contract and decides by
// these rules:
//
//  1. What the user names on the command line (--client-id, --secret-file,
//     the file of --credentials) counts value by value, first found first.
//     An empty or unreadable one ends the search for its value: falling
//     back would test something else than what the user pointed at.
//  2. Of the environment and auth-config.json, one that holds both halves is
//     preferred to mixing, as the openEO Python client does. If one half is
//     named on the command line, the other comes from the first place whose
//     own client ID is that one or that has none, then from any.
//  3. The keyring and the prompt only fill what is still missing.
//
// With Query.Own it looks at an account's own source and nothing else.
//
// A fault in a place is data and no error; the error is that of a prompt
// that was interrupted or of ctx.
func Resolve(ctx context.Context, q Query) (Resolved, error) {
	s := &search{query: q, chosen: map[Value]candidate{}, ended: map[Value]bool{}}
	if q.Own != nil {
		s.readOwn(ctx, *q.Own)
		s.chooseNamed()
	} else {
		s.readAll(ctx)
		s.chooseNamed()
		s.chooseFound()
		if err := s.fillMissing(ctx); err != nil {
			return Resolved{}, err
		}
	}
	if err := ctx.Err(); err != nil || s.journal.left {
		return Resolved{}, cmp.Or(err, context.Canceled)
	}
	return s.resolved(), nil
}

// search is one run of Resolve.
type search struct {
	query   Query
	journal journal
	named   []*place // from the command line, in order
	found   []*place // environment, then auth-config.json
	chosen  map[Value]candidate
	ended   map[Value]bool
}

func (s *search) readAll(ctx context.Context) {
	q, j := s.query, &s.journal
	flags := flagValues(q, j)
	secretFile := secretFileValue(ctx, q, j)
	dotenv := dotenvValues(ctx, q, j)
	environment := environmentValues(q, j)
	wanted := wantedProvider{flag: flags.values[ProviderID].text.Reveal(), paired: q.PairedProvider}
	for _, place := range []*place{environment, dotenv} {
		if setting := place.values[ProviderID]; setting.set && !setting.blank() {
			wanted.variable = setting.text.Reveal()
		}
	}
	authConfig := authConfigValues(ctx, q, wanted, j)
	s.named = []*place{flags, secretFile, dotenv}
	s.found = []*place{environment, authConfig}
}

func (s *search) take(value Value, c candidate) {
	s.chosen[value] = c
	s.ended[value] = true
}

func (s *search) chooseNamed() {
	for _, place := range s.named {
		for _, value := range []Value{ClientID, ClientSecret, ProviderID, AuthMethod} {
			switch {
			case s.ended[value]:
			case place.values[value].set:
				s.take(value, place.values[value])
			case place.blocked[value]:
				s.ended[value] = true
			}
		}
	}
}

func (s *search) chooseFound() {
	for _, value := range []Value{ProviderID, AuthMethod} {
		if c := s.found[0].values[value]; c.set && !s.ended[value] {
			s.take(value, c)
		}
	}
	if !s.ended[ClientID] && !s.ended[ClientSecret] {
		for _, place := range s.found {
			if place.pair() {
				s.take(ClientID, place.values[ClientID])
				s.take(ClientSecret, place.values[ClientSecret])
				return
			}
		}
	}
	if !s.ended[ClientID] {
		s.takeFirst(ClientID, s.found)
	}
	if !s.ended[ClientSecret] {
		s.takeFirst(ClientSecret, s.fitting(s.chosen[ClientID]))
	}
}

// fitting puts the places that do not name another client first.
func (s *search) fitting(id candidate) []*place {
	var own, foreign []*place
	for _, place := range s.found {
		if other := place.values[ClientID]; id.set && other.set && !other.equal(id) {
			foreign = append(foreign, place)
		} else {
			own = append(own, place)
		}
	}
	return append(own, foreign...)
}

// takeFirst takes the first value that is not blank; only if there is none,
// the first blank one, for the report.
func (s *search) takeFirst(value Value, places []*place) {
	for _, blank := range []bool{false, true} {
		for _, place := range places {
			if c := place.values[value]; c.set && c.blank() == blank {
				s.chosen[value] = c
				s.ended[value] = !blank
				return
			}
		}
	}
}

// fillMissing asks the keyring and then the user. A blank variable does not
// keep them from being asked.
func (s *search) fillMissing(ctx context.Context) error {
	why := ""
	switch {
	case s.unreadable(ClientID), s.unreadable(ClientSecret):
		why = "a file that was named could not be read"
	case s.ended[ClientID] && s.ended[ClientSecret]:
		why = "both values are known already"
	}
	if why != "" {
		s.journal.look(Source{Kind: KindKeyring}, "", NotLooked, why)
		return nil
	}
	s.fill(keyringValues(ctx, s.query, s.known(ClientID), &s.journal))
	asked, err := promptValues(ctx, s.query, s.known(ClientID), s.known(ClientSecret), &s.journal)
	if err != nil {
		return err
	}
	s.fill(asked)
	return nil
}

// unreadable: the user named a file for the value, and the search ended
// there without one.
func (s *search) unreadable(value Value) bool { return s.ended[value] && !s.chosen[value].set }

// known is the chosen value unless it is a blank one that may still be
// replaced.
func (s *search) known(value Value) candidate {
	c := s.chosen[value]
	c.set = s.ended[value]
	return c
}

func (s *search) fill(place *place) {
	for _, value := range []Value{ClientID, ClientSecret} {
		if c := place.values[value]; c.set && !s.ended[value] {
			s.take(value, c)
		}
	}
}

func (s *search) resolved() Resolved {
	id, secret := s.chosen[ClientID], s.chosen[ClientSecret]
	r := Resolved{
		ClientID:            id.text.Reveal(),
		ClientIDSource:      id.source,
		Secret:              secret.text,
		SecretSource:        secret.source,
		ClientIDSetButEmpty: id.set && id.blank(),
		SecretSetButEmpty:   secret.set && secret.blank(),
		ProviderID:          plainSetting(s.chosen[ProviderID]),
		AuthMethod:          plainSetting(s.chosen[AuthMethod]),
		Looked:              s.journal.looked,
		Exposed:             s.journal.exposed,
		Unreadable:          s.journal.unreadable,
		Notes:               s.journal.notes,
		Untaken:             s.journal.untaken,
	}
	r.Beside = s.beside()
	r.PythonClientWouldUse = s.pythonChoice()
	r.Conflicts = s.conflicts(r.PythonClientWouldUse)
	return r
}

// beside are the secrets that did not count.
func (s *search) beside() (list []Secret) {
	add := func(secret Secret) {
		if !secret.IsZero() && !secret.Equal(s.chosen[ClientSecret].text) && !slices.ContainsFunc(list, secret.Equal) {
			list = append(list, secret)
		}
	}
	for _, place := range slices.Concat(s.named, s.found) {
		add(place.values[ClientSecret].text)
	}
	variable, _ := s.query.lookup(EnvClientSecret)
	add(NewSecret(variable))
	return list
}

func plainSetting(c candidate) Setting {
	return Setting{Value: c.text.Reveal(), Source: c.source, Set: c.set}
}
