package lint

import (
	"strings"
	"unicode"
)

// The vocabulary of template values, from documentation and public failure
// reports. A value made of nothing but these words, with one that tells, is
// no secret that a generator or a person would choose.
const (
	tellingWords = "your|yours|insert|enter|paste|put|replace|replaceme|change|changeme|changeit|changethis|" +
		"fill|placeholder|todo|tbd|fixme|xxx|here|goes|redacted|dummy|sample|example|setme|fillme|overwrite"
	fillerWords = "my|the|a|an|client|clients|id|ids|identifier|secret|secrets|password|passwd|pass|token|key|api|" +
		"value|with|this|that|it|me|in|of|from|for|by|to|is|real|actual|own|new|generated|openeo|egi|oidc|" +
		"oauth|oauth2|keycloak|service|account|app|application|auth|credential|credentials|registry|" +
		"string|text|super|very|env|var|variable|x|and|or|please|some|provider|login|up|out|not|set|yet|be"
)

// wholeSecrets are template values as they stand, without a telling word.
// `secret` itself is one in most documentation.
const wholeSecrets = "secret|clientsecret|mysecret|myclientsecret|password|thesecret|theclientsecret|supersecret|" +
	"openeoclientsecret|openeoauthclientsecret|oidcclientsecret|oauthclientsecret|egiclientsecret|somesecret|" +
	"clientpassword|mypassword|verysecret"

const wholeIDs = "clientid|myclientid|theclientid|openeoclientid|openeoauthclientid|oidcclientid|oauthclientid|" +
	"egiclientid|someclientid|example|dummy|sample|placeholder"

// idTellers tell in a client ID; example, dummy and sample may be part of a
// true one.
const idTellers = "your|insert|enter|paste|put|replace|replaceme|change|changeme|changeit|placeholder|todo|tbd|" +
	"fixme|xxx|here|fillme|setme"

var (
	telling     = wordSet(tellingWords)
	filler      = wordSet(fillerWords)
	secretWhole = wordSet(wholeSecrets)
	idWhole     = wordSet(wholeIDs)
	idTelling   = wordSet(idTellers)
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(list, "|") {
		set[word] = true
	}
	return set
}

// TemplateWord tells a word, in lower case, that template values are made of: many texts have it.
func TemplateWord(word string) bool { return telling[word] || filler[word] }

// maxTemplate bounds the length of a template value; a registry-made secret
// has 87 characters and so is never looked at.
const maxTemplate = 60

func templateWordsOfSecret(text string) bool {
	letters, ok := lettersOf(text)
	return ok && (secretWhole[letters] || madeOf(letters, telling))
}

func templateWordsOfID(text string) bool {
	letters, ok := lettersOf(text)
	return ok && (idWhole[letters] || madeOf(letters, idTelling))
}

// onlyTemplateWords is the looser question for text in brackets or behind a
// dollar sign: no telling word is needed.
func onlyTemplateWords(text string) bool {
	letters, ok := lettersOf(text)
	return ok && (madeOf(letters, telling) || madeOf(letters, filler))
}

// mentionsValue reports that one of the words names what belongs there.
func mentionsValue(text string) bool {
	split := func(r rune) bool { return !unicode.IsLetter(r) }
	for _, word := range strings.FieldsFunc(strings.ToLower(text), split) {
		switch word {
		case "secret", "password", "client", "clientid", "token", "key", "your", "value":
			return true
		}
	}
	return false
}

var betweenWords = strings.NewReplacer(" ", "", "-", "", "_", "", ".", "", "'", "", ":", "", "!", "")

// lettersOf joins the words of a name, whatever separates them; ok is false
// if something else than letters and separators is there.
func lettersOf(text string) (string, bool) {
	if len(text) > maxTemplate {
		return "", false
	}
	letters := betweenWords.Replace(strings.ToLower(text))
	// oauth2 is the one word with a digit.
	plain := strings.ReplaceAll(letters, "oauth2", "oauth")
	for _, r := range plain {
		if r < 'a' || r > 'z' {
			return "", false
		}
	}
	return plain, plain != ""
}

// madeOf reports that letters can be cut into words of the vocabulary with
// at least one word of need.
func madeOf(letters string, need map[string]bool) bool {
	const none, plain, told = 0, 1, 2
	reach := make([]int, len(letters)+1)
	reach[0] = plain
	for end := 1; end <= len(letters); end++ {
		for start := max(0, end-12); start < end; start++ {
			word := letters[start:end]
			if reach[start] == none || !telling[word] && !filler[word] {
				continue
			}
			state := reach[start]
			if need[word] {
				state = told
			}
			reach[end] = max(reach[end], state)
		}
	}
	return reach[len(letters)] == told
}
