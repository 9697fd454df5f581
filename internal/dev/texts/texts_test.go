package texts

import (
	"regexp"
	"strings"
	"testing"
)

// translated are words that read as if translated, with what a native speaker writes in their
// place.
var translated = []struct{ pattern, instead string }{
	{`\bshall\b`, "must, or the imperative"},
	{`\bSure: `, "Certain: nothing else explains these answers."},
	{`[Ii]n earnest\b`, "for real"},
	{`is written wrongly`, "malformed"},
	{`longer than nothing|shorter than nothing`, "must be greater than zero, must not be negative"},
	{`signed by nobody`, "not signed by an authority that this machine trusts"},
	{`is not taken\b`, "must not contain …"},
	{`\bis wanted\b`, "expected …"},
	{`outside of ASCII`, "non-ASCII characters"},
	{`\bwhich \w+ shall\b`, "no … given"},
	{`where it lives`, "in the environment where it is registered"},
	{`was seen not to hold`, "not:"},
	{`something is odd about`, "the credentials look unusual"},
	{`[Tt]ake over these values`, "Have you entered these values?"},
	{`to please every`, "satisfies every"},
	{`a speaking one|a speaking name`, "a descriptive name"},
	{`and the reverse\b`, "and vice versa"},
	{`asks for a pause`, "is limiting requests"},
	{`\bclient ids?\b`, "client ID"},
	{`\bprovider ids?\b`, "provider ID"},
	{`(\b(an|the|its|whose)|[a-z]'s) operators?\b`, "administrator"},
	{`(^|[^-_.])\bwhitespace\b([^-_.}]|$)`, "white space"},
	{`\bin the place of\b`, "instead of"},
	{`\bgoes to another\b`, "is sent to another"},
	{`[Ii]n place of the \S+ stands`, "the value is …, not the …"},
	{`\bstands (there )?twice\b|stands in line`, "appears twice, is already in line"},
	{`\bstands? inside\b|all that stands\b`, "is wrapped in, everything around it"},
	{`[Ii]f it stays so`, "if this continues"},
	{`\bas they should be\b|\bas it should be\b`, "normal, correct"},
	{`\bin words (that nobody knows|not known here)`, "with a message that credguide does not know"},
	{`(Python client|clock of this machine|new secret|lives longer) tells\b`, "To find out, …"},
	{`\btells?, once it answers`, "check again: once it answers, …"},
	{`\bon a host of its own\b`, "a separate host"},
	{`\bit is said what\b`, "you see what …"},
	{`[Hh]ave (a|the) (new )?(one|secret) made\b|have a new one made`, "replace it, generate a new secret"},
	{`\bis meant\.`, "did you mean …?"},
	{`\b(it|root|discovery\.issuer|environment\.issuer}) is no (issuer|openEO API)\b`, "is not an issuer, is not an openEO API"},
	{`\bletter case than\b|in (an)?other letter case`, "in different letter case, in the wrong letter case"},
	{`\bhave changed places\b`, "are swapped"},
	{`\bwants (to be paid|credits)`, "requires payment, requires credits"},
	{`\bsay nothing beside\b`, "print only the report"},
	{`\ba (page|file) that is there\b`, "an existing file"},
	{`\bare kept at once\b.*goes on`, "is saved at once; --resume continues"},
	{`\bof another make\b`, "another kind of"},
	{`\bwhere the secret is was\b`, "no source given for the secret"},
	{`should have answered .* came instead`, "answered with a web page"},
	{`\bone that \w+ made has\b`, "generated ones have"},
	{`\ball the same\b`, "anyway, still"},
	{`\bworks since\b`, "working since"},
	{`\b[Gg]o(es)? on (later|with (it|the))\b`, "continue"},
	{`\bA(nother)? [a-z ]*(secret|answer) (than|without an end)\b`, "a secret that is not the client's, an answer that never ends"},
}

func TestTheProgramSpeaksPlainEnglish(t *testing.T) {
	list, err := List("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 1000 {
		t.Fatalf("only %d texts were found", len(list))
	}
	for _, rule := range translated {
		pattern := regexp.MustCompile(rule.pattern)
		for _, text := range list {
			if found := pattern.FindString(text.Words); found != "" {
				t.Errorf("%s: %q reads translated; write %q: %s", text.Place, found, rule.instead, strings.TrimSpace(text.Words))
			}
		}
	}
}
