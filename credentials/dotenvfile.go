package credentials

import "context"

// dotenvValues reads the file of --credentials.
func dotenvValues(ctx context.Context, q Query, j *journal) *place {
	found := newPlace(KindDotenv)
	if !q.CredentialsFile.Given {
		return found
	}
	whole := Source{Kind: KindDotenv, Name: q.CredentialsFile.Text, Path: q.CredentialsFile.Text}
	data, err := readNamed(ctx, q, j, whole)
	if err != nil {
		found.blocked[ClientID], found.blocked[ClientSecret] = true, true
		return found
	}
	parsed := parseDotenv(data)
	for _, note := range parsed.notes {
		j.note(whole, note)
	}
	for _, variable := range variables {
		setting, ok := parsed.last(variable.name)
		if !ok {
			why := otherFormWords(string(data), variable.name)
			if why == "" {
				why = "it does not set " + variable.name + nearName(variable.name, func(name string) bool {
					_, ok := parsed.last(name)
					return ok
				})
			}
			j.look(whole, variable.value, Absent, why)
			continue
		}
		at := whole
		at.Line = setting.line
		found.put(variable.value, setting.value, at)
		j.lookAt(variable.value, found.values[variable.value])
		if setting.odd {
			j.note(at, "a shell that sources the file reads another value; put it in single quotes")
		}
	}
	noteRepeats(parsed, whole, j)
	return found
}

// noteRepeats tells of a variable that is set twice to different values:
// people edit the one that does not count.
func noteRepeats(parsed dotenv, whole Source, j *journal) {
	for _, variable := range variables {
		last, _ := parsed.last(variable.name)
		for _, setting := range parsed.settings {
			if setting.name == variable.name && setting.line != last.line && !setting.value.Equal(last.value) {
				at := whole
				at.Line = setting.line
				j.note(at, "a later line sets "+variable.name+" to another value, and the later line counts")
				break
			}
		}
	}
}
