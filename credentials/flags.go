package credentials

// flagValues are the values that stand on the command line itself. The
// secret never does.
func flagValues(q Query, j *journal) *place {
	found := newPlace(KindFlag)
	for _, flag := range []struct {
		flag  Flag
		name  string
		value Value
	}{{q.ClientID, "--client-id", ClientID}, {q.ProviderID, "--provider-id", ProviderID}} {
		if !flag.flag.Given {
			continue
		}
		found.put(flag.value, NewSecret(flag.flag.Text), Source{Kind: KindFlag, Name: flag.name})
		j.lookAt(flag.value, found.values[flag.value])
	}
	return found
}
