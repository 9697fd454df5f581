package credentials

import "slices"

// Conflict is one value that two places give differently.
type Conflict struct {
	Value Value
	Used  Source // the place that counted
	Other Source
	// OtherEmpty: the other place is set but empty.
	OtherEmpty bool
	// PythonTakesOther: the openEO Python client, by its own rules, would
	// take the other one.
	PythonTakesOther bool
}

// conflicts compares the chosen values with those of every place that was
// read, in constant time. Texts are never kept.
func (s *search) conflicts(python PythonChoice) []Conflict {
	var list []Conflict
	places := slices.Concat(s.named, s.found)
	for _, value := range []Value{ClientID, ClientSecret, ProviderID, AuthMethod} {
		used := s.chosen[value]
		if !used.set {
			continue
		}
		for i, place := range places {
			if slices.Contains(places[:i], place) {
				continue // an account's own source
			}
			other := place.values[value]
			if !other.set || other.equal(used) {
				continue
			}
			list = append(list, Conflict{
				Value:            value,
				Used:             used.source,
				Other:            other.source,
				OtherEmpty:       other.blank(),
				PythonTakesOther: python.takes(value, other.source),
			})
		}
	}
	return list
}

// PythonChoice is what the openEO Python client would log in with if it were
// called without arguments in the same place (facts: openEO 1.2). It knows
// no flags, no credentials file and no keyring.
type PythonChoice struct {
	// Place is KindEnvironment, KindAuthConfig, or empty: it finds no client
	// id and stops with "No client_id found."
	Place          Kind
	ClientIDSource Source
	SecretSource   Source
	// SecretEmpty: it would send an empty secret, or none.
	SecretEmpty bool
	// Refused: it would stop with an error about auth-config.json before
	// anything is sent; why.
	Refused string
	// Providers are the IDs that auth-config.json has for the back-end. Where
	// nothing else decides between several providers, it takes the one that
	// stands there, wherever the credentials come from. FileFault is why it
	// would stop at the file with that question, too.
	Providers []string
	FileFault string
	// Same: client ID and secret are those that were chosen here.
	Same bool
}

func (p PythonChoice) takes(value Value, source Source) bool {
	switch value {
	case ClientID:
		return p.ClientIDSource == source
	case ClientSecret:
		return p.SecretSource == source
	}
	// Of provider ID and method it reads the variable and nothing else.
	return source.Kind == KindEnvironment
}

func (s *search) pythonChoice() PythonChoice {
	environment, authConfig := s.found[0], s.found[1]
	fault := s.journal.authConfigFault()
	var choice PythonChoice
	switch {
	case environment.pair():
		choice = s.pythonTakes(environment)
	case fault != "":
		choice = PythonChoice{Place: KindAuthConfig, Refused: fault}
	case authConfig.values[ClientID].set:
		choice = s.pythonTakes(authConfig)
	}
	choice.Providers, choice.FileFault = s.journal.providers, fault
	return choice
}

// authConfigFault is why the client would not read auth-config.json.
func (j *journal) authConfigFault() string {
	for _, file := range j.unreadable {
		if file.Source.Kind == KindAuthConfig && !j.passedOver {
			return file.Reason
		}
	}
	if j.shared {
		return "others may read the file"
	}
	return ""
}

func (s *search) pythonTakes(place *place) PythonChoice {
	id, secret := place.values[ClientID], place.values[ClientSecret]
	if place.kind == KindAuthConfig && id.text.IsZero() {
		secret = candidate{} // it reads the secret only beside a client ID
	}
	return PythonChoice{
		Place:          place.kind,
		ClientIDSource: id.source,
		SecretSource:   secret.source,
		SecretEmpty:    secret.text.IsZero(),
		Same: id.set && secret.set && s.chosen[ClientID].equal(id) &&
			s.chosen[ClientSecret].equal(secret),
	}
}
